"""Typed: what is left of a text that someone types, where the editor puts in blanks and brackets itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flashls.syntax.layout import indent

_PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "`": "`"}
_QUOTES = "\"'`"
_COMMENT = re.compile(r"#|//|--|/\*")  # where one may begin; it need not be one
_PREFIX = re.compile(r"(?<!\w)[fFrRbBuU]{1,2}\Z")
_LONGEST_ESCAPE = 40


def rest_of(said: str, typed: str, head: str = "") -> str | None:
    """What is left of ``said`` when ``typed`` stands there; "" if it goes further, None if it says something else.

    ``head`` is the row before both. White space at the start of rows may be the editor's own, if it goes as the other
    does: deeper than the row before, as deep, or less deep. What is left is then moved to it.
    """
    if said.startswith(typed):
        return said[len(typed) :]
    if typed.startswith(said):
        return ""
    if "\n" not in typed or "\n" not in said:
        return None
    windows = "\r\n" in said
    rest = _by_rows(_rows(said), _rows(typed), head)
    return rest.replace("\n", "\r\n") if rest and windows else rest


def closers_due(typed: str) -> str:
    """What would close the brackets and quotes that a text leaves open, the innermost first."""
    due = ""
    for at in range(len(typed)):
        due = _due(due, typed, at)
    return due


def without_closers(rest: str, closed: str, due: str) -> str | None:
    """The rest of a suggestion up to the bracket or quote that the editor has put behind the cursor already.

    ``due`` is what would close what was typed, which may have been put there in part: editors close a bracket, but not
    the quote behind a prefix in it. None where that cannot be told: it has a quote that nothing ends, or the closing
    bracket is in a comment perhaps.
    """
    begun = due = due[: due.index(closed.strip()[0]) + 1]
    for at in range(len(rest)):
        due = _due(due, rest, at)
        if not due:
            row = rest[:at].rpartition("\n")[2]
            return None if _COMMENT.search(row) else rest[:at].rstrip() if closed[:1].isspace() else rest[:at]
    return rest if begun.endswith(due) else None


def _due(due: str, text: str, at: int) -> str:
    """What is due to close, the innermost first, behind a character of a text.

    Within a string, brackets are due that editors close there as elsewhere, until the string ends.
    """
    character = text[at]
    string = next((n for n, closer in enumerate(due) if closer in _QUOTES), None)
    if string is not None and character == due[string]:
        return due if _is_escaped(text, at) else due[string + 1 :]
    if due and character == due[0]:
        return due[1:]
    if character in _QUOTES and string is not None and "}" not in due[:string]:
        return due
    if character in _PAIRS and not (character == "'" and _is_apostrophe(text, at)):
        return _PAIRS[character] + due
    return due


def _is_escaped(text: str, at: int) -> bool:
    before = text[max(at - _LONGEST_ESCAPE, 0) : at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _is_apostrophe(text: str, at: int) -> bool:
    """Whether it stands behind a word that is no prefix of a string, as in Rust's ``b'a'`` or Python's ``f'{a}'``."""
    return text[at - 1 : at].isalnum() and not _PREFIX.search(text[max(at - 3, 0) : at])


def _rows(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _by_rows(said: Sequence[str], typed: Sequence[str], head: str) -> str | None:
    last = len(typed) - 1
    if last >= len(said) or said[0].rstrip() != typed[0].rstrip():
        return None
    if any(a.strip() != b.strip() for a, b in zip(said[1:last], typed[1:last], strict=True)):
        return None
    row, begun = said[last], typed[last].lstrip()
    theirs, ours = _lead(row), _lead(typed[last])
    if not row[len(theirs) :].startswith(begun):
        return None
    below = said[last + 1 :]
    if not row.strip() or (not begun and theirs.startswith(ours)):
        return "\n".join((row[len(ours) :], *below))
    if theirs != ours:
        if _deeper(theirs, said[:last], head) != _deeper(ours, typed[:last], head):
            return None
        below = [ours + each[len(theirs) :] if each.startswith(theirs) and each.strip() else each for each in below]
    return "\n".join((row[len(theirs) + len(begun) :], *below))


def _deeper(lead: str, above: Sequence[str], head: str) -> int:
    """Whether a row is indented more (1) than the last one above it with something in it, as much, or less (-1)."""
    rows = (head + above[0], *above[1:])
    before = indent(next((row for row in reversed(rows) if row.strip()), rows[0]))
    return (indent(lead) > before) - (indent(lead) < before)


def _lead(row: str) -> str:
    return row[: len(row) - len(row.lstrip(" \t"))]
