"""Anew: a piece of code that a model wrote out once more, as the changes that it stands for.

A small model that cannot quote the text it wants replaced can often copy all of it with the one row mended.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher

from flashls.engine.anchors import Replacement, Span, Unanchored
from flashls.engine.indentation import reindented, shift
from flashls.engine.task import Answer
from flashls.prompt.seal import unseal
from flashls.types import Lines

NO_CODE = "there is no code in the answer"
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
# The tags of the question, which small models copy as well.
_ECHOED = re.compile(r"\s*<((?:file|selection)(?:-\d+)?)(?: [^\n]*)?>\n(.*?)\n</\1>", re.DOTALL)
_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NO_TEXT = re.compile("[\0-\x08\x0b\x0e-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_PLACEHOLDER = re.compile(r"REDACTED_SECRET_[0-9]+")
# "# ... the rest stays as it is": a comment that stands for code, which then is missing.
_LEFT_OUT = re.compile(r"(#|//|/\*|--|<!--) *(\.\.\.|…).*")
_FEW_ROWS = 6
_MOST = 0.5  # of a longer piece's rows: what changes more of them is another program, not a repair
_SHORTEST_PART = 8  # characters of a secret's row that can be told from other code


def changes_of(answer: Answer, lines: Lines, piece: Span) -> tuple[Replacement, ...]:
    """What a reply that is the ``piece`` written out anew changes in it, row by row, in order of place.

    Rows that are as they were stay untouched, with the blanks and the line ends they have. Raises Unanchored: a reply
    without code, cut off, or with code left out; one that changes nothing, or most of it; control characters; a secret
    that would stand elsewhere than it did.
    """
    start, end = piece
    rows = [found[0] for found in _ROW.finditer(lines.after(start, end - start))]
    new = _indented_as(rows, unseal(_code(answer), answer.prompt).split("\n"))
    if _NO_TEXT.search("\n".join(new)):
        raise Unanchored("the code holds control characters")
    known = {row.strip() for row in rows}
    if any(_LEFT_OUT.fullmatch(row.strip()) and row.strip() not in known for row in new):
        raise Unanchored("the answer leaves out code")
    hunks = list(_hunks(rows, new))
    hunks = [hunk for hunk in hunks if any(_stripped((*hunk[0], *hunk[2])))] or hunks
    if not hunks:
        raise Unanchored("the edits change nothing")
    if sum(max(len(old), len(put)) for old, _, put in hunks) > max(_FEW_ROWS, _MOST * len(rows)):
        raise Unanchored("the answer changes most of the code")
    held = answer.prompt.redactions.values()
    if any(_moves(held, old, put) for old, _, put in hunks):
        raise Unanchored("the answer would copy a secret to another place")
    return tuple(_replacement(start, rows, *hunk) for hunk in hunks)


def remark_of(answer: Answer) -> str:
    """What a reply says besides the code."""
    return _FENCE.sub(" ", answer.text.rpartition("</think>")[2]) if _FENCE.search(answer.text) else ""


_Hunk = tuple[Sequence[str], int, Sequence[str]]  # rows that go, the index of the first, rows that come


def _code(answer: Answer) -> str:
    """What stands in the reply's fence: without one, words could not be told from code."""
    text = answer.text.rpartition("</think>")[2].replace("\r\n", "\n").replace("\r", "\n")
    if answer.end.reason == "length":
        raise Unanchored("the answer was cut off")
    code = max((found[2] for found in _FENCE.finditer(text)), key=len, default="")
    if echoed := _ECHOED.match(code):
        code = echoed[2]
    if not code.strip():
        raise Unanchored(NO_CODE)
    return code.strip("\n")


def _hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[_Hunk]:
    """What is different. Blank rows at both ends, and blanks at the ends of rows, count for nothing."""
    before, after = [row.rstrip() for row in old], [row.rstrip() for row in new]
    first = next((n for n, row in enumerate(before) if row), len(before))
    last = next((n for n in range(len(before), first, -1) if before[n - 1]), first)
    for kind, i, j, k, m in SequenceMatcher(None, before[first:last], after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield old[first + i : first + j], first + i, after[k:m]


def _replacement(start: int, rows: Sequence[str], old: Sequence[str], at: int, new: Sequence[str]) -> Replacement:
    offset = start + sum(map(len, rows[:at]))
    line_end = next((row[len(row.rstrip("\r\n")) :] for row in rows), "") or "\n"
    text = line_end.join(new)
    if old:
        ended = old[-1][len(old[-1].rstrip("\r\n")) :]
        return Replacement(offset, offset + sum(map(len, old)), text + ended if new else "")
    if at == len(rows) and rows and not rows[-1].endswith(("\r", "\n")):
        return Replacement(offset, offset, line_end + text)
    return Replacement(offset, offset, text + line_end)


def _indented_as(old: Sequence[str], new: list[str]) -> list[str]:
    """The new rows moved to the old ones' indentation, where the rows of both are all indented apart in one way."""
    before, after = [row.strip() for row in old], [row.strip() for row in new]
    blocks = SequenceMatcher(None, after, before, autojunk=False).get_matching_blocks()
    pairs = [(new[a + n], old[b + n]) for a, b, size in blocks for n in range(size) if after[a + n]]
    by = shift([a for a, _ in pairs], [b.rstrip("\r\n") for _, b in pairs])
    return new if by is None else reindented("\n".join(new), by).split("\n")


def _moves(secrets: Collection[str], old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether rows bring in a secret, or a part of one, or a placeholder, that was not in those they replace."""
    was, now = "\n".join(_stripped(old)), "\n".join(_stripped(new))
    rows = (row.strip() for secret in secrets for row in secret.splitlines())
    parts = [*secrets, *(row for row in rows if len(row) >= _SHORTEST_PART)]
    brought = (part in now and part not in was for part in parts)
    return any(brought) or bool(set(_PLACEHOLDER.findall(now)) - set(_PLACEHOLDER.findall(was)))


def _stripped(rows: Sequence[str]) -> list[str]:
    return [row.strip() for row in rows]
