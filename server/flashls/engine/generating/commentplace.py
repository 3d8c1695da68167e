"""Comment place: the comment at a cursor, as the instruction that somebody wrote down where the code is to stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flashls.syntax.languages import Language, language_of
from flashls.syntax.layout import comment_start
from flashls.types import Snapshot

_MOST_ROWS = 100
_MARKS = re.compile(
    r"^[ \t]*(?:/\*+|\*+/|\*|//+!?|#+|--+|<!--|\{-|\(\*|%+|;+)?[ \t]?|[ \t]*(?:\*+/|-->|-\}|\*\))?[ \t]*$"
)


@dataclass(frozen=True, slots=True)
class Comment:
    """Rows ``first`` to ``last`` hold nothing but a comment; ``text`` is what it says, without its marks."""

    first: int
    last: int
    text: str


def comment_at(snapshot: Snapshot, offset: int) -> Comment | None:
    """The comment in an offset's row, or right above it if the row is blank; None if there is none.

    All neighbouring rows that are comments belong to it.
    """
    lines, language = snapshot.lines, language_of(snapshot.language)
    row = lines.point(offset)[0]
    if not lines[row].strip() and row > 0:
        row -= 1
    if not _is_comment(snapshot, row, language):
        return None
    first = last = row
    while first > 0 and row - first < _MOST_ROWS and _is_comment(snapshot, first - 1, language):
        first -= 1
    while last + 1 < len(lines) and last - row < _MOST_ROWS and _is_comment(snapshot, last + 1, language):
        last += 1
    rows = [_MARKS.sub("", lines[n].rstrip("\r\n")) for n in range(first, last + 1)]
    text = "\n".join(rows).strip()
    return Comment(first, last, text) if text else None


def _is_comment(snapshot: Snapshot, row: int, language: Language | None) -> bool:
    """Whether a row holds a comment and nothing else: by the tree, else by the comment's mark at its start."""
    text = snapshot.lines[row]
    lead = len(text) - len(text.lstrip())
    if not text.strip():
        return False
    if snapshot.tree is None:
        return comment_start(text, language) == lead
    start = snapshot.lines.offset(row, 0)
    first, last = (snapshot.lines.byte_of(start + at) for at in (lead, len(text.rstrip())))
    node = snapshot.tree.root_node.descendant_for_byte_range(first, last - 1)
    while node is not None:
        if "comment" in node.type or node.type == "haddock":
            return True
        node = node.parent
    return False
