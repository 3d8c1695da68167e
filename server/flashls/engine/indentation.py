"""Indentation: how far two versions of the same rows are indented apart, and other rows moved by as much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd


@dataclass(frozen=True, slots=True)
class Shift:
    """What is dropped from the front of an indentation, and what is put there; so many spaces become a tab, if any."""

    less: str = ""
    more: str = ""
    spaces: int = 0


def shift(rows: Sequence[str], wanted: Sequence[str]) -> Shift | None:
    """What moves the indentation of ``rows`` to that of ``wanted``, row by row; None if no one shift does.

    Blank rows do not count. Spaces may stand for tabs, so many for each as their own steps are wide.
    """
    pairs = [(_indent(a), _indent(b)) for a, b in zip(rows, wanted, strict=True) if a.strip()]
    if not pairs:
        return None
    first, second = pairs[0]
    kept = _common(first, second)
    moved = [Shift(first[: len(first) - kept], second[: len(second) - kept])]
    if not any(a.strip(" ") or b.strip("\t") for a, b in pairs):
        width = reduce(gcd, (len(a) for a, _ in pairs)) or 4
        moved.append(Shift("", "\t" * (len(second) - len(first) // width), width))
    return next((by for by in moved if all(_moved(a, by) == b for a, b in pairs)), None)


def reindented(text: str, by: Shift) -> str:
    """The rows of a text, moved; blank rows stay. A row that is not indented by what is dropped loses all it has."""
    moved = (_moved(_indent(row), by) if row.strip() else "" for row in text.split("\n"))
    rows = zip(moved, text.split("\n"), strict=True)
    return "\n".join((by.more if lead is None else lead) + row.lstrip(" \t") for lead, row in rows)


def _moved(indent: str, by: Shift) -> str | None:
    if by.spaces:
        columns = len(indent.expandtabs(by.spaces))
        indent = "\t" * (columns // by.spaces) + " " * (columns % by.spaces)
    return by.more + indent[len(by.less) :] if indent.startswith(by.less) else None


def _indent(row: str) -> str:
    return row[: len(row) - len(row.lstrip(" \t"))]


def _common(a: str, b: str) -> int:
    """The length of the longest common end."""
    n = 0
    while n < min(len(a), len(b)) and a[-1 - n] == b[-1 - n]:
        n += 1
    return n
