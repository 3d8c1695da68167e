"""Chunks: a file cut into stretches at syntax boundaries, with how often each identifier stands in each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import filterfalse

from flashls.index.facts import Chunk

# Long enough to show how something is used, short enough that several fit beside the signatures.
_AIM = 12
_MOST = 24
_LONGEST_TEXT = 4_000
WORD = re.compile(r"[A-Za-z_$][\w$]{1,63}")
# Words of the languages themselves, which stand everywhere and tell nothing.
COMMON = frozenset(
    (  # noqa: SIM905 - as a list it would fill a page
        "and as async await bool break case catch char class const continue def default defer del do double elif else "
        "end enum except export extends extern false final finally float fn for from func function go goto if impl "
        "implements import in int interface is lambda let long map match mod module mut namespace new nil none not "
        "null of or package pass private protected pub public raise range return self short static str string struct "
        "super switch then this throw throws trait true try type typeof undefined unsigned use using var void where "
        "while with yield False None True the to be it an"
    ).split()
)
_LEAD = re.compile(r"\s*(//|/\*|\*|#|--|@)")


def chunks(rows: Sequence[str], starts: Iterable[int]) -> tuple[Chunk, ...]:
    """The file's chunks in order. ``starts``: the rows at which declarations and statements at the top start."""
    return tuple(chunk for first, last in _stretches(rows, starts) if (chunk := _chunk(rows, first, last)).words)


def words(text: str) -> Counter[str]:
    """How often each identifier of two characters and more stands in a text, the languages' own words left out."""
    return Counter(filterfalse(COMMON.__contains__, WORD.findall(text)))


def _chunk(rows: Sequence[str], first: int, last: int) -> Chunk:
    return Chunk(first, last, words("\n".join(rows[first : last + 1])[:_LONGEST_TEXT]))


def _stretches(rows: Sequence[str], starts: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and last rows of stretches of about 12 rows that begin where something begins, 24 at most."""
    begins = sorted({_led(rows, row) for row in starts if 0 < row < len(rows)})
    first = 0
    for begin in [*begins, len(rows)]:
        if begin - first > _MOST:
            for cut in range(first, begin, _MOST - 4):
                end = min(cut + _MOST - 4, begin)
                if begin - end < _AIM // 2 or end == begin:
                    yield cut, begin - 1
                    break
                yield cut, end - 1
            first = begin
        elif begin - first >= _AIM or begin == len(rows):
            if begin > first:
                yield first, begin - 1
            first = begin


def _led(rows: Sequence[str], row: int) -> int:
    """The row at which the comment or the decorators right above a row start."""
    while row > 0 and _LEAD.match(rows[row - 1]):
        row -= 1
    return row
