"""Cut: how much of a reply is used, by how much is wanted at the cursor and by where its block or statement ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flashls.engine.completion.overlap import without_overlap
from flashls.syntax.blocks import block_end
from flashls.syntax.brackets import PAIRS, brackets
from flashls.syntax.languages import Language
from flashls.syntax.layout import code as said
from flashls.syntax.layout import indent, open_quote, opens
from flashls.types import EndReason, Extent

MOST_ROWS = 40
_MOST_COMMENTS = 5
_OWN_ROW = re.compile(r"^[ \t]*\{[ \t]*$", re.MULTILINE)
_STRAY = re.compile(r"[)\]}]+[;,]?\s*\Z")


@dataclass(frozen=True, slots=True)
class Cut:
    """Where replies for one place are cut. ``before`` and ``after`` are the text around, with plain line ends."""

    language: Language | None
    extent: Extent
    before: str
    after: str

    def is_whole(self, code: str) -> bool:
        """Whether an unfinished reply holds all that will be used: its first row, its statement, or its block."""
        row = self.row(code)
        if self.extent != "row" and row[:1] == "\n" and not said(row.lstrip("\n"), self.language).strip():
            return code.count("\n") > _MOST_COMMENTS
        if len(row) < len(code) and not self._may_open_below(code, row) and self._is_all(row):
            return True
        if self.extent != "block" and len(row) == len(code):
            return False
        return self.end(code) is not None or code.count("\n") > MOST_ROWS

    def used(self, code: str, reason: EndReason) -> str:
        """What is used of a reply that has ended; of one that was cut short, only whole rows if there are any."""
        row = self.row(code)
        if not self._may_open_below(code, row) and self._is_all(row):
            return self._without_stray_closers(row)
        end = self.end(code)
        if end is not None:
            return code[: end if self.extent == "block" else max(end, len(row))]
        rows = code.split("\n")[:MOST_ROWS]
        return "\n".join(rows[:-1] if reason == "length" and len(rows) > 1 else rows)

    def goes_on_below(self, code: str) -> bool:
        """Whether of an unfinished reply more than the cursor's row is wanted."""
        return self.extent == "block" or self.goes_on(self.row(code))

    def _is_all(self, row: str) -> bool:
        """Whether no more than the row is wanted: it does not go on, or what it opens stands below already."""
        if self.extent != "block":
            return not self.goes_on(row)
        return self.language is not None and self.language.indented and self._is_head(row) and self._has_body(row)

    def _may_open_below(self, code: str, row: str) -> bool:
        """Whether the row's block is opened in a row of its own, or may be: so far only where the file does it, too."""
        if self.extent == "row" or self.language is None or self.language.indented or self.language.closes:
            return False
        if not row.strip() or row.rstrip()[-1] in ";{," or self.after.split("\n", 1)[0].strip():
            return False
        below = code[len(row) :].strip()
        return below[:1] == "{" if below else bool(_OWN_ROW.search(self.before) or _OWN_ROW.search(self.after))

    def _is_head(self, row: str) -> bool:
        line = (self.before[self.before.rfind("\n") + 1 :] + row).rsplit("\n", 1)[-1]
        return bool(row.strip()) and (opens(line, self.language) or self.leaves_open(row))

    def _has_body(self, row: str) -> bool:
        """Whether the next row below is deeper than the cursor's, with ``row`` in it."""
        line = (self.before[self.before.rfind("\n") + 1 :] + row).rsplit("\n", 1)[-1]
        below = next((each for each in self.after.split("\n")[1:] if each.strip()), "")
        return indent(below) > indent(line)

    def _without_stray_closers(self, row: str) -> str:
        """The row without closers at its end of brackets that are closed below."""
        line = self.before[self.before.rfind("\n") + 1 :]
        told = not _leaves_open(line) and (self.extent != "row" or open_quote(line) is not None)
        end = self.end(row) if told and _STRAY.search(row) and not self.after.split("\n", 1)[0].strip() else None
        return row if end is None or _STRAY.fullmatch(row, end) is None else row[:end]

    def end(self, code: str) -> int | None:
        """Where the block or statement at the cursor ends in a reply; None if it has not."""
        return block_end(self.language, self.before, code, self.after)

    def row(self, code: str) -> str:
        """The rest of the cursor's row; where that row is whole already, the next one, unless but one row is wanted."""
        begun = code.lstrip("\n") if not self.after.split("\n", 1)[0].strip() else code
        if self.extent != "row":
            led = self._comments(begun) if begun != code else 0
            return code[: len(code) - len(begun) + led] + begun[led:].split("\n", 1)[0]
        line = self.before[self.before.rfind("\n") + 1 :]
        if begun != code and not line.strip():
            code = begun.lstrip(" \t") if line else begun
        return code.split("\n", 1)[0]

    def _comments(self, code: str) -> int:
        """The length of the blank rows and comments at the start of code that has more than those."""
        at = 0
        while (end := code.find("\n", at) + 1) and not said(code[at:end], self.language).strip():
            at = end
        return at if code[at:].strip() else 0

    def goes_on(self, row: str) -> bool:
        """Whether more than the rest of the row is wanted, since that opens a block or leaves a bracket open.

        Not one that is there already. A row that ends between two brackets goes on.
        """
        if self.extent == "row":
            return False
        right = self.after.split("\n", 1)[0].strip()
        if not row.strip() and right[:1] == PAIRS.get(self.before[-1:]):
            return True
        if (right and without_overlap(row, right) != row) or (row.strip() and self._has_body(row)):
            return False
        line = (self.before[self.before.rfind("\n") + 1 :] + row).rsplit("\n", 1)[-1]
        return self.leaves_open(row) or (not right and opens(line, self.language))

    def leaves_open(self, code: str) -> bool:
        """Whether code opens a bracket that it does not close."""
        words = self.language.closes if self.language else ()
        if not words and not any(bracket in code for bracket in "([{"):
            return False
        found = brackets(self.language, self.before + code, len(self.before))
        return sum(1 if bracket.opens else -1 for bracket in found.after) > 0


def _leaves_open(row: str) -> bool:
    """Whether a row opens a bracket that it does not close; strings are not looked into."""
    depth = 0
    for character in reversed(row):
        depth += (character in ")]}") - (character in "([{")
        if depth < 0:
            return True
    return False
