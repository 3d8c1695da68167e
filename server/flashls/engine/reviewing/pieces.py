"""Pieces: a long document in parts that a model can read one by one, cut where something begins."""

from __future__ import annotations

from collections.abc import Iterator

from flashls.syntax.languages import language_of
from flashls.syntax.outline import outlining
from flashls.types import Snapshot

Span = tuple[int, int]


def pieces(snapshot: Snapshot, start: int, end: int, most: int) -> tuple[Span, ...]:
    """Offsets ``start`` to ``end`` in spans of at most ``most`` characters, each a number of whole rows.

    A span ends before a definition where there is one in its second half; a row that is longer than ``most`` is a span
    of its own. The definitions of 10,000 rows take 40 ms: call it in a thread.
    """
    if end - start <= most:
        return ((start, end),) if start < end else ()
    begins = _definitions(snapshot, start, end)
    return tuple(_cut(snapshot, start, end, most, begins))


def _cut(snapshot: Snapshot, start: int, end: int, most: int, begins: tuple[int, ...]) -> Iterator[Span]:
    lines = snapshot.lines
    while end - start > most:
        row = lines.point(start + most)[0]
        last = max(lines.offset(row, 0), lines.offset(lines.point(start)[0] + 1, 0))
        better = [at for at in begins if start + most // 2 <= at <= last]
        cut = better[-1] if better else last
        if cut >= end:
            break
        yield start, cut
        start = cut
    yield start, end


def _definitions(snapshot: Snapshot, start: int, end: int) -> tuple[int, ...]:
    """Where the rows begin on which something is defined at the top, or in what stands there."""
    lines = snapshot.lines
    found = (s for some in outlining(snapshot.tree, lines, language_of(snapshot.language)) for s in some)
    rows = {lines.point(symbol.start)[0] for symbol in found if start < symbol.start < end}
    return tuple(sorted(lines.offset(row, 0) for row in rows))
