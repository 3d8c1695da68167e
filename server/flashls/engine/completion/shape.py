"""Shape: from what a model said to a Ghost that fits its place, or to Silence with the reason.

The steps, each a module: ``reply`` (what is code in it), ``margins`` (indented as the file is), ``cut`` (as much as is
wanted), ``repeats`` and ``fillers`` (nothing twice, nothing that says nothing), ``overlap`` (not what stands there
already), ``mend`` with ``hole`` and ``closers`` (no syntax error that was not there).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from flashls.engine.completion.cut import Cut
from flashls.engine.completion.fillers import may_fill, without_fillers
from flashls.engine.completion.hole import Region, region_at
from flashls.engine.completion.margins import indented
from flashls.engine.completion.mend import (
    fits,
    judging,
    mended,
    mended_text,
    unbroken,
    unbroken_rows,
    whole,
    without_bare_header,
    without_openers,
)
from flashls.engine.completion.overlap import CLOSERS, fitted, tells
from flashls.engine.completion.repeats import before_loops, may_repeat, repeats, without_loops
from flashls.engine.completion.reply import code_of, is_chatter, known
from flashls.syntax.brackets import PAIRS
from flashls.syntax.errors import soundness
from flashls.syntax.excerpt import plain
from flashls.syntax.languages import Language, grammar
from flashls.syntax.layout import indent
from flashls.syntax.place import place
from flashls.types import Cursor, EndReason, Extent, Ghost, Silence

_NOTHING = "the model had nothing to say here"
_BEFORE = 2000
_AFTER = 1000
_BELOW = 4  # rows that what is unfinished may come to repeat
_APART = re.compile(r"[\w}=+*/<&|?!-]")
_IN_WORD = re.compile(r"\w\w")
_PROSE = {"plaintext", "markdown", "latex", "restructuredtext", "asciidoc", "git-commit"}
_STUB = re.compile(r"@\w*\.?(overload|abstractmethod)\b|\(.*\bProtocol\b.*\):")


# No slots: what is around the cursor is found out once, ahead of the reply.
@dataclass(frozen=True)
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
    _prepared: list[Callable[[str], bool]] = field(default_factory=list, init=False, compare=False, repr=False)

    def prepare(self) -> None:
        """Finds out what is around the cursor, in 0.1 ms, while the model thinks: a reply is shaped sooner."""
        _ = self._in_text
        if self._near.whole and self.language is not None and grammar(self.language) is not None:
            self._prepared.append(soundness(self.language, self._near.before, self._near.after))

    def code(self, text: str, finished: bool) -> str | None:
        """The code in a reply, without fence, markers and echoes; None while that cannot be told yet."""
        return code_of(plain(text), self.before, self.after, finished, self.language)

    def enough(self, text: str) -> bool:
        """Whether the reply so far holds all that will be used: its first row, its statement, or its whole block.

        Or whether it only says again what it has said.
        """
        code = self.code(text, finished=False)
        if code is None or "\n" not in code or self._is_talk(code):
            return False
        said = code[: code.rfind("\n")]
        return self._cut.is_whole(self._indented(code)) or without_loops(said) != said

    def so_far(self, text: str) -> Ghost | None:
        """The whole statements there are so far of a reply that is still coming; None while there are none to show.

        What it gives for a longer reply, and the ``outcome`` once that has ended, begins with it: rows that may still
        be dropped, because they are about to repeat something for instance, are held back. Only for extents of more
        than a row. Costs up to five parses of the text around, 2 ms.
        """
        code = self.code(self.unseal(text), finished=False)
        if code is None or "\n" not in code or self._is_talk(code) or not self._cut.goes_on_below(code):
            return None
        if not CLOSERS.match(self.after.split("\n", 1)[0]):
            return None
        code = self._indented(code[: code.rfind("\n")])
        end = self._cut.end(code + "\n")
        code = self._told(before_loops(_held_back(code if end is None else code[:end], self.after)))
        near = self._near
        code = without_openers(code, near)
        if not self._fits(code):
            code = without_openers(whole(code, region_at(self.cursor, self.language)), near)
        if not code.strip() or self._is_idle(code) or may_repeat(code, self.before, self.after):
            return None
        code = unbroken_rows(code, self.cursor, self.language)
        return self._ghost(code) if code.strip() else None

    def outcome(self, text: str, reason: EndReason) -> Ghost | Silence:
        """What to show of a reply that has ended."""
        if reason == "blocked":
            return Silence("blocked", "the provider withheld the reply")
        if not text.strip():
            return Silence("empty reply", _NOTHING)
        said = self.unseal(text)
        if not said.strip():
            return Silence("placeholder", "the model made up what stands for a secret")
        code = self.code(said, finished=True) or ""
        if self._is_talk(code):
            return Silence("refusal", "the model talked instead of completing")
        return self._shown(code, reason)

    def _shown(self, code: str, reason: EndReason) -> Ghost | Silence:
        said = self._indented(code)
        once = without_loops(said, cut_off=reason == "length")
        used = self._cut.used(once, reason if once == said else "stop")
        told = self._told(used)
        if said.strip() and not once.strip():
            return Silence("repeats", "the model says the same again and again")
        if used.strip() and (not told.strip() or self._is_idle(told)):
            return Silence("placeholder", "the model wrote a comment in place of code")
        left = fitted(told, self.after, self._errors)
        if (kept := without_bare_header(left, self.after, self.language)) != left:
            left = self._told(kept)
        if not left.strip():
            return Silence("empty reply", "nothing was left that is not there already" if told.strip() else _NOTHING)
        if repeats(left, self.before, self.after):
            return Silence("repeats", "the suggestion repeats the lines around the cursor")
        opened = self._opened_up(self._set_apart(_trimmed(left, self.after)))
        code = self._mended(opened)
        if not code.startswith(opened):
            code = self._told(code)
        if not code.strip() or self._set_apart(code) != code:
            return Silence("syntax", "the suggestion would have added a syntax error")
        return self._ghost(code)

    def _is_talk(self, code: str) -> bool:
        """Whether the model talks instead of writing code; prose is what it should write in prose."""
        return is_chatter(code) and self.cursor.snapshot.language not in _PROSE and not self._in_text

    def _fits(self, code: str) -> bool:
        return any(is_sound(code) for is_sound in self._prepared) or fits(code, self._near)

    @cached_property
    def _near(self) -> Region:
        return region_at(self.cursor, self.language, near=True)

    @property
    def _cut(self) -> Cut:
        return Cut(self.language, self.extent, self.before, self.after)

    def _mended(self, code: str) -> str:
        near = self._near
        if not self._fits(code):
            around = judging(code, near, region_at(self.cursor, self.language))
            code = mended_text(code, around) if self._in_text else mended(code, around)
        return unbroken(code, self.cursor, self.language)

    def _errors(self, code: str) -> int:
        return region_at(self.cursor, self.language).errors(code)

    @cached_property
    def _in_text(self) -> bool:
        snapshot = self.cursor.snapshot
        return place(snapshot.tree, snapshot.lines, self.language, self.cursor.offset) in ("string", "comment")

    def _indented(self, code: str) -> str:
        return indented(code, self.before, self.after, self.language)

    def _told(self, code: str) -> str:
        """What says something: code where code is wanted."""
        if not may_fill(code, self.language) or self._in_text:
            return code
        stub = self.cursor.snapshot.uri.endswith(".pyi") or bool(_STUB.search(self.before[-400:]))
        return without_fillers(code, self.language, stub)

    def _is_idle(self, code: str) -> bool:
        """Whether code that does nothing is to go where there are other statements."""
        line = self.before[self.before.rfind("\n") + 1 :]
        below = next((row for row in self.after.split("\n")[1:] if row.strip()), "")
        return code.strip() == "pass" and indent(below) == indent(line + code)

    @property
    def _below(self) -> str:
        """The row's end and the indentation with which a row below the cursor's is as deep as that."""
        line = self.before[self.before.rfind("\n") + 1 :]
        return "\n" + line[: len(line) - len(line.lstrip())]

    def _opened_up(self, code: str) -> str:
        """Code between two brackets, in rows of its own: the closing bracket comes below them, too."""
        between = self.after[:1] and self.after[:1] == PAIRS.get(self.before[-1:])
        return code.rstrip() + self._below if between and code.lstrip(" \t").startswith("\n") else code

    def _set_apart(self, code: str) -> str:
        """Code with a blank before a word that it would run into. Within a word it is to be part of that."""
        within, runs_in = (_IN_WORD.match(left[-1:] + self.after[:1]) for left in (self.before, code))
        return f"{code} " if runs_in and not within else code

    def _ghost(self, code: str) -> Ghost:
        offset = self.cursor.offset
        return Ghost(self.cursor.snapshot.version, offset, offset, code.replace("\n", self.eol))


def shape_for(cursor: Cursor, language: Language | None, extent: Extent, unseal: Callable[[str], str]) -> Shape:
    """The Shape for a cursor; looks at 2,000 code points before it and 1,000 after it."""
    snapshot = cursor.snapshot
    before, after = snapshot.before(cursor.offset, _BEFORE), snapshot.after(cursor.offset, _AFTER)
    around = before + after
    return Shape(
        cursor, language, extent, plain(before), plain(after), _eol(around), lambda said: known(unseal(said), around)
    )


def _eol(text: str) -> str:
    return next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")


def _held_back(code: str, after: str) -> str:
    """Unfinished code up to where it may begin to say what stands below, without what its end may still become."""
    below = [row.rstrip() for row in after.split("\n") if row.strip()][:_BELOW]
    told = {row.strip() for row in below if tells(row)}
    rows = code.split("\n")
    end = next((n for n, row in enumerate(rows) if row.strip() in told or row.rstrip() in below), len(rows))
    return "\n".join(rows[:end]).rstrip()


def _trimmed(code: str, after: str) -> str:
    """The code without white space at its end, but for one blank before what stands apart from it, as in ``{ x }``."""
    trimmed = code.rstrip()
    return trimmed + " " * (code[len(trimmed) :] == " " and bool(_APART.match(after)))
