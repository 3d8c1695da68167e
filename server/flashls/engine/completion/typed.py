"""Typed: what is left of a text that someone types, where the editor puts in blanks and brackets itself."""

from __future__ import annotations

from collections.abc import Sequence

from flashls.syntax.layout import indent

_PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "`": "`"}
_QUOTES = "\"'`"


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
    for before, character in zip(" " + typed, typed, strict=False):
        if due[:1] in _QUOTES and due:
            due = due[1:] if character == due[0] and before != "\\" else due
        elif due and character == due[0]:
            due = due[1:]
        elif character in _PAIRS and not (character == "'" and before.isalnum()):
            due = _PAIRS[character] + due
    return due


def without_closers(rest: str, closed: str) -> str:
    """The rest of a suggestion up to the bracket or quote that the editor has put behind the cursor already."""
    put = closed.strip()[0]
    at = _closing(rest, put)
    if at is None:
        return rest
    return rest[:at].rstrip() if closed[:1].isspace() else rest[:at]


def _closing(rest: str, put: str) -> int | None:
    """Where a text closes what was opened before it with ``put``."""
    due = put
    for at, character in enumerate(rest):
        before = rest[at - 1] if at else " "
        if due[0] in _QUOTES:
            due = due[1:] if character == due[0] and before != "\\" else due
        elif character == due[0]:
            due = due[1:]
        elif character in _PAIRS and not (character == "'" and before.isalnum()):
            due = _PAIRS[character] + due
        if not due:
            return at
    return None


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
