"""Shape: from what a model said to a Ghost that fits its place, or to Silence with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from flashls.engine.completion.reply import code_of, is_chatter
from flashls.syntax.blocks import block_end
from flashls.syntax.brackets import brackets
from flashls.syntax.errors import error_count
from flashls.syntax.languages import Language
from flashls.syntax.layout import opens
from flashls.types import Cursor, EndReason, Extent, Ghost, Silence

_BEFORE = 2000
_AFTER = 1000
_MOST_ROWS = 40
_SHORT = 3
_TELLING = 3
_CLOSERS = re.compile(r"[\s)\]}>;,'\"`:]*\Z|\s*end\Z")
_APART = re.compile(r"[\w}=+*/<&|?!-]")
_PROSE = {"plaintext", "markdown", "latex", "restructuredtext", "asciidoc", "git-commit"}


@dataclass(frozen=True, slots=True)
class Shape:
    """How replies for one cursor are cut and mended. ``unseal`` puts redacted text back.

    ``before`` and ``after`` have plain line ends; ``eol`` is the document's.
    """

    cursor: Cursor
    language: Language | None
    extent: Extent
    before: str
    after: str
    eol: str
    unseal: Callable[[str], str]

    def code(self, text: str, finished: bool) -> str | None:
        """The code in a reply, without fence, markers and echoes; None while that cannot be told yet."""
        opening = self.language.preamble.strip() if self.language else ""
        return code_of(_plain(text), self.before, finished, opening)

    def enough(self, text: str) -> bool:
        """Whether the reply so far holds all that will be used: its first row, its statement, or its whole block."""
        code = self.code(text, finished=False)
        if code is None or "\n" not in code or is_chatter(code):
            return False
        if self.extent != "block":
            row = self._row(code)
            if len(row) == len(code):
                return False
            if self.extent == "row" or not self._goes_on(row):
                return True
        return self._block(self._indented(code)) is not None or code.count("\n") > _MOST_ROWS

    def outcome(self, text: str, reason: EndReason) -> Ghost | Silence:
        """What to show of a reply that has ended."""
        if reason == "blocked":
            return Silence("blocked", "the provider withheld the reply")
        if not text.strip():
            return Silence("empty reply")
        code = self.code(self.unseal(text), finished=True) or ""
        if is_chatter(code) and self.cursor.snapshot.language not in _PROSE:
            return Silence("refusal", "the model talked instead of completing")
        fitted = _trimmed(self._fitted(self._cut(code, reason)), self.after)
        if not fitted.strip():
            return Silence("empty reply", "nothing was left that is not there already" if code.strip() else "")
        if self._repeats(fitted):
            return Silence("repeats", "the suggestion repeats the lines around the cursor")
        return Ghost(
            self.cursor.snapshot.version, self.cursor.offset, self.cursor.offset, fitted.replace("\n", self.eol)
        )

    def _block(self, code: str) -> int | None:
        return block_end(self.language, self.before, code, self.after)

    def _cut(self, code: str, reason: EndReason) -> str:
        row = self._row(code) if self.extent != "block" else ""
        if self.extent == "row" or (self.extent == "statement" and not self._goes_on(row)):
            return row
        code = self._indented(code)
        end = self._block(code)
        if end is not None:
            return code[: max(end, len(row))]
        rows = code.split("\n")[:_MOST_ROWS]
        code = "\n".join(rows[:-1] if reason == "length" and len(rows) > 1 else rows)
        return row if row and self._leaves_open(code) else code

    def _row(self, code: str) -> str:
        """The rest of the cursor's row; where that row is whole already, the next one."""
        begun = code.lstrip("\n") if not self.after.split("\n", 1)[0].strip() else code
        return code[: len(code) - len(begun)] + begun.split("\n", 1)[0]

    def _goes_on(self, row: str) -> bool:
        """Whether the rest of the row opens a block, or a bracket it leaves open; not one that is there already."""
        right = self.after.split("\n", 1)[0].strip()
        if right and _without_overlap(row, right) != row:
            return False
        line = (self.before[self.before.rfind("\n") + 1 :] + row).rsplit("\n", 1)[-1]
        return self._leaves_open(row) or (not right and opens(line, self.language))

    def _leaves_open(self, code: str) -> bool:
        words = self.language.closes if self.language else ()
        if not words and not any(bracket in code for bracket in "([{"):
            return False
        found = brackets(self.language, self.before + code, len(self.before))
        return sum(1 if bracket.opens else -1 for bracket in found.after) > 0

    def _indented(self, code: str) -> str:
        """Moves later rows under the first, where the model wrote its block as if it stood at the margin."""
        line = self.before[self.before.rfind("\n") + 1 :]
        indent = line[: len(line) - len(line.lstrip())]
        rows = code.split("\n")
        deeper = next((row for row in rows[1:] if row.strip()), "")
        opens = rows[0].rstrip().endswith((":", "{", "(", "[", "=>", "do", "then"))
        if not indent or not opens or len(deeper) - len(deeper.lstrip()) > len(indent):
            return code
        return "\n".join([rows[0], *(indent + row if row.strip() else row for row in rows[1:])])

    def _fitted(self, code: str) -> str:
        """Without what the text after the cursor says already; where in doubt, the parse with fewer errors wins."""
        shorter = _without_overlap(code, self.after)
        dropped = code[len(shorter) :]
        closes = any(bracket in dropped for bracket in ")]}")
        rows = "\n" in dropped and _tells(dropped)
        if shorter == code or rows or not (closes or _CLOSERS.match(dropped)):
            return shorter
        as_said, without = self._errors(code), self._errors(shorter)
        whole = closes and len(dropped) <= _SHORT and _balanced(code) and not _balanced(shorter)
        return code if as_said < without or (as_said == without and whole) else shorter

    def _errors(self, code: str) -> int:
        return error_count(self.language, self.before + code + self.after) if self.language else 0

    def _repeats(self, code: str) -> bool:
        line = self.before[self.before.rfind("\n") + 1 :]
        if line.strip() or _CLOSERS.match(code):
            return False
        said = [row.strip() for row in code.split("\n") if row.strip()]
        below = [row.strip() for row in self.after.split("\n") if row.strip()][: len(said)]
        above = [row.strip() for row in self.before.split("\n") if row.strip()][-len(said) :]
        return said in (below, above)


def shape_for(cursor: Cursor, language: Language | None, extent: Extent, unseal: Callable[[str], str]) -> Shape:
    """The Shape for a cursor; looks at 2,000 code points before it and 1,000 after it."""
    snapshot = cursor.snapshot
    before, after = snapshot.before(cursor.offset, _BEFORE), snapshot.after(cursor.offset, _AFTER)
    eol = "\r\n" if "\r\n" in before + after else "\n"
    return Shape(cursor, language, extent, _plain(before), _plain(after), eol, unseal)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def _balanced(code: str) -> bool:
    """Whether the code closes what it opens itself, and nothing else; quotes are not looked into."""
    depth = 0
    for character in code:
        depth += (character in "([{") - (character in ")]}")
        if depth < 0:
            return False
    return depth == 0


def _without_overlap(code: str, after: str) -> str:
    """The code up to where it begins to say what stands after the cursor: on its line, then in the rows below."""
    rest = after.split("\n", 1)[0].strip()
    if rest:
        if len(rest) > _SHORT and rest in code:
            return code[: code.rindex(rest)]
        said = code.rstrip()
        for n in range(min(len(rest), len(said)), 0, -1):
            if said.endswith(rest[:n]) and (n > 2 or n == len(rest) or _CLOSERS.match(rest[:n])):
                return said[:-n]
        return code
    return _without_rows_below(code.rstrip(), [row.rstrip() for row in after.split("\n") if row.strip()])


def _without_rows_below(code: str, below: list[str]) -> str:
    """The code up to where its rows begin to be those below: all that are left, or from one that tells, as it stands.

    Blank rows do not count; the last row may be cut off.
    """
    rows = code.split("\n")
    for n in range(len(rows)):
        if not rows[n].strip():
            continue
        said = [row.strip() for row in rows[n:] if row.strip()]
        there = [row.strip() for row in below[: len(said)]]
        as_it_stands = n > 0 and rows[n].rstrip() in below[:1] and _tells(rows[n])
        cut_off = len(said) > 1 and said[:-1] == there[:-1] and there[-1].startswith(said[-1])
        if said == there or as_it_stands or cut_off:
            return "\n".join(rows[:n]).rstrip()
    return code


def _tells(row: str) -> bool:
    """Whether a row says more than that a block ends."""
    return len(re.findall(r"\w", row)) >= _TELLING and not _CLOSERS.match(row)


def _trimmed(code: str, after: str) -> str:
    """The code without white space at its end, but for one blank before what stands apart from it, as in ``{ x }``."""
    trimmed = code.rstrip()
    return trimmed + " " * (code[len(trimmed) :] == " " and bool(_APART.match(after)))
