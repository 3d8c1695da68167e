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
_OUTER_FENCE = re.compile(_FENCE.pattern.replace(".*?", ".*").replace(r"|\Z", ""), _FENCE.flags)  # for text with fences
_FENCE_ROW = re.compile(r"[ \t]*(`{3,}|~{3,})")
# The tags of the question, which small models copy as well.
_ECHOED = re.compile(r"\s*<((?:file|selection)(?:-\d+)?)(?: [^\n]*)?>\n(.*?)\n</\1>", re.DOTALL)
_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NO_TEXT = re.compile("[\0-\x08\x0b\x0e-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_PLACEHOLDER = re.compile(r"REDACTED_SECRET_[0-9]+")
# "# ... the rest stays as it is": a comment, or dots alone, for code that is missing.
_COMMENT = re.compile(r"(?:#|//|/\*|--|<!--|;|%) *(.*)")
_DOTS = ("...", "…")
_STANDS_FOR_CODE = re.compile(
    r"\.\.\.|…|.*\b(?:rest|remaining|existing|unchanged|omitted|elided|same as|stays? the same|remains? the same)\b",
    re.IGNORECASE,
)
_FEW_ROWS = 6
_MOST = 0.5  # of a longer piece's rows: what changes more of them is another program, not a repair
_SHORTEST_PART = 8  # characters of a secret's row that can be told from other code


def changes_of(answer: Answer, lines: Lines, piece: Span, within: Sequence[Span]) -> tuple[Replacement, ...]:
    """What a reply that is the ``piece`` written out anew changes in it, row by row, in order of place.

    Rows that are as they were stay untouched, with the blanks and the line ends they have; so does what is outside
    ``within``: what is different there is a slip in copying. Raises Unanchored: a reply without code, cut off, or with
    code left out; one that changes nothing, or most of it; control characters; a secret that would stand elsewhere
    than it did.
    """
    start, end = piece
    rows = [found[0] for found in _ROW.finditer(lines.after(start, end - start))]
    fence = _OUTER_FENCE if _fences(rows) else _FENCE
    new = _indented_as(rows, unseal(_code(answer, fence), answer.prompt).split("\n"))
    if _NO_TEXT.search("\n".join(new)):
        raise Unanchored("the code holds control characters")
    if _fences(rows) % 2 != _fences(new) % 2:
        raise Unanchored("it cannot be told where the code in the answer ends")
    hunks = list(_hunks(rows, new))
    if any(_leaves_out(old, put) for old, _, put in hunks):
        raise Unanchored("the answer leaves out code")
    hunks = [hunk for hunk in hunks if any(_stripped((*hunk[0], *hunk[2])))] or hunks
    if not hunks:
        raise Unanchored("the edits change nothing")
    if sum(max(len(old), len(put)) for old, _, put in hunks) > max(_FEW_ROWS, _MOST * len(rows)):
        raise Unanchored("the answer changes most of the code")
    held = answer.prompt.redactions.values()
    if any(_moves(held, old, put) for old, _, put in hunks):
        raise Unanchored("the answer would copy a secret to another place")
    changes = [_replacement(start, rows, *hunk) for hunk in hunks]
    reached = tuple(each for each in changes if any(_is_in(lines, each, span) for span in within))
    if not reached:
        raise Unanchored("the answer changes only what is far from the problem")
    return reached


def remark_of(answer: Answer) -> str:
    """What a reply says besides the code."""
    return _FENCE.sub(" ", answer.text.rpartition("</think>")[2]) if _FENCE.search(answer.text) else ""


_Hunk = tuple[Sequence[str], int, Sequence[str]]  # rows that go, the index of the first, rows that come


def _code(answer: Answer, fence: re.Pattern[str]) -> str:
    """What stands in the reply's fence: without one, words could not be told from code."""
    text = answer.text.rpartition("</think>")[2].replace("\r\n", "\n").replace("\r", "\n")
    if answer.end.reason == "length":
        raise Unanchored("the answer was cut off")
    code = max((found[2] for found in fence.finditer(text)), key=len, default="")
    if echoed := _ECHOED.match(code):
        code = echoed[2]
    if not code.strip():
        raise Unanchored(NO_CODE)
    return code.strip("\n")


def _fences(rows: Sequence[str]) -> int:
    return sum(bool(_FENCE_ROW.match(row)) for row in rows)


def _hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[_Hunk]:
    """What is different. Blank rows at both ends, and blanks at the ends of rows, count for nothing."""
    before, after = [row.rstrip() for row in old], [row.rstrip() for row in new]
    first = next((n for n, row in enumerate(before) if row), len(before))
    last = next((n for n in range(len(before), first, -1) if before[n - 1]), first)
    for kind, i, j, k, m in SequenceMatcher(None, before[first:last], after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield old[first + i : first + j], first + i, after[k:m]


def _is_in(lines: Lines, change: Replacement, span: Span) -> bool:
    """Whether a change is in a span's rows; rows that come may follow its last one."""
    first, last = (lines.point(offset)[0] for offset in span)
    added = change.start == change.end
    start, end = lines.point(change.start)[0], lines.point(change.end - (not added))[0]
    return first <= start and end <= last + added


def _leaves_out(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether rows of code go for a comment that only speaks of them, or one comes in that begins with dots."""
    rows = [row.strip() for row in new]
    said = [
        found[1] if (found := _COMMENT.fullmatch(row)) else row for row in rows if _COMMENT.match(row) or row in _DOTS
    ]
    if any(text.startswith(_DOTS) and text not in _DOTS for text in said):
        return True
    code = sum(map(bool, rows)) - len(said)
    return sum(map(bool, _stripped(old))) > code and any(map(_STANDS_FOR_CODE.match, said))


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
