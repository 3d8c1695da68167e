"""Repeats: rows and phrases that a model says again and again, and rows that stand around the cursor already."""

from __future__ import annotations

import re

from flashls.engine.completion.overlap import CLOSERS
from flashls.syntax.layout import open_quote

_LONGEST_PERIOD = 12
_TELLING = re.compile(r"\w\W*\w")
# A phrase said three times, or a short one five times; "None, None, None" and "0, 0, 0, 0" are code.
_PHRASE = re.compile(r"(\S.{9,199}?)\1{2,}|(\S.{3,8}?)\2{4,}")
_JOINT = re.compile(r"(\s|,|\+|\||&|\b(or|and))+\Z")  # what led from one to the next
_COUNTED = re.compile(r"\d+")
_COUNTED_ROWS = 5
_MOST_LOOKED_AT = 300
_BLOCK_ROWS = 3


def without_loops(code: str, cut_off: bool = False) -> str:
    """The code up to where the same rows, or the same phrase, come again; the first stays.

    A single row must come three times in a row, several rows one after the other twice; a row that differs only in its
    numbers five times. ``cut_off``: the last row is not whole.
    """
    rows = code.split("\n")
    said = [row.strip() for row in rows]
    if cut_off and len(said) > 1 and said[-1] and said[-2].startswith(said[-1]):
        said[-1] = said[-2]
    for at in range(len(rows)):
        for period in range(1, min(_LONGEST_PERIOD, len(rows) - at) + 1):
            if _comes_again(said, at, period, 3 if period == 1 else 2):
                return "\n".join(rows[: at + period])
        if _counts_on(said[at : at + _COUNTED_ROWS]):
            return "\n".join(rows[: at + 1])
    for n, row in enumerate(rows):
        kept = _without_phrases(row)
        if kept != row:  # what it leaves open nothing closes
            begun = sum(map(kept.count, "([{")) > sum(map(kept.count, ")]}"))
            return "\n".join(rows[:n] if begun else (*rows[:n], kept))
    return code


def before_loops(code: str) -> str:
    """Unfinished code up to where a row comes again, which may become a loop."""
    rows = code.split("\n")
    said = [row.strip() for row in rows]
    said = [_COUNTED.sub("#", row) for row in said]
    n = next((n for n, row in enumerate(said) if row in said[:n] and _TELLING.search(row)), len(rows))
    while n and said[n - 1] in said[: n - 1] and not CLOSERS.match(said[n - 1]):
        n -= 1
    return without_loops("\n".join(rows[:n]))


def repeats(code: str, before: str, after: str) -> bool:
    """Whether all rows of the code stand just below or just above the cursor already, or three and more near by."""
    line = before[before.rfind("\n") + 1 :]
    if line.strip() or CLOSERS.match(code):
        return False
    said, below, above = _said(code), _said(after), _said(before)
    if said in (below[: len(said)], above[-len(said) :]):
        return True
    return len(said) >= _BLOCK_ROWS and _has(above + below, said)


def may_repeat(code: str, before: str, after: str) -> bool:
    """Whether code that is still growing stands around the cursor so far."""
    said = _said(code)
    return _has(_said(before), said) or _has(_said(after), said)


def _said(text: str) -> list[str]:
    return [row.strip() for row in text.split("\n") if row.strip()]


def _has(rows: list[str], said: list[str]) -> bool:
    return any(rows[at : at + len(said)] == said for at in range(len(rows) - len(said) + 1))


def _comes_again(said: list[str], at: int, period: int, times: int) -> bool:
    first = said[at : at + period]
    if said[at + period : at + 2 * period] != first or not first[0] or not _TELLING.search("\n".join(first)):
        return False
    return all(said[at + n * period : at + (n + 1) * period] == first for n in range(2, times))


def _counts_on(said: list[str]) -> bool:
    """Whether rows say the same but for their numbers, as ``m3 = l * 2``, ``m4 = l * 2``."""
    if len(said) < _COUNTED_ROWS or not _TELLING.search(said[0]) or not _COUNTED.search(said[0]):
        return False
    return len({_COUNTED.sub("#", row) for row in said}) == 1


def _without_phrases(row: str) -> str:
    for found in _PHRASE.finditer(row) if len(row) <= _MOST_LOOKED_AT else ():
        if _TELLING.search(found[1] or found[2]):
            kept = row[: found.end(1) if found[1] else found.end(2)]
            return _JOINT.sub("", kept[: open_quote(kept)])
    return row
