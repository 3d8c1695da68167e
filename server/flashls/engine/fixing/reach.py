"""Reach: what a fix is about, what it may change, and the piece of it that a model can write out anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flashls.engine.anchors import Span
from flashls.engine.answering.explain import subject
from flashls.syntax.languages import language_of
from flashls.syntax.outline import outline_in_steps
from flashls.syntax.scopes import Scope, enclosing
from flashls.types import Diagnostic, Lines, Snapshot

_AROUND = 30  # rows around a diagnostic that its fix may change, besides the definition it is in
_LONG_SCOPE = 200  # rows; of a longer definition only what is around the diagnostic may change
_HEAD_ROWS = 80
_LONGEST_HEAD = 4_000
# Characters that a model writes out anew: all of a short file, for the imports are there; else what is broken.
_SHORT_FILE = 2_500
_LONGEST_PIECE = 6_000
_CLOSE = 8  # rows around a diagnostic that is in no definition, and in a long file


def piece_of(snapshot: Snapshot, diagnostics: Sequence[Diagnostic], selection: Span | None) -> Span:
    """What the question is about, in whole rows: the diagnostics', the selection's, or the definition around it."""
    lines = snapshot.lines
    if diagnostics:
        first, last = min(d.row for d in diagnostics), max(max(d.row, d.end_row) for d in diagnostics)
        return lines.offset(first, 0), _end_of(lines, last)
    start, end = subject(snapshot, *selection) if selection else (0, lines.length)
    last, column = lines.point(end)
    return lines.offset(lines.point(start)[0], 0), end if column == 0 else _end_of(lines, last)


def reach_of(snapshot: Snapshot, diagnostics: Sequence[Diagnostic], head: int) -> tuple[Span, ...]:
    """What a fix of diagnostics may change, in order and apart: the definitions they are in, what is around, the head.

    ``head`` is the offset at which the head of the file ends, as ``head_of`` has it.
    """
    spans = sorted(((0, head), *(span for each in diagnostics for span in _near(snapshot, each))))
    merged = list[Span]()
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


async def head_of(snapshot: Snapshot) -> int:
    """The offset at which the first definition of a file begins: before it stand the imports."""
    lines = snapshot.lines
    symbols = await outline_in_steps(snapshot.tree, lines, language_of(snapshot.language))
    starts = [symbol.start for symbol in symbols if symbol.kind not in ("variable", "constant", "macro")]
    most = min(lines.offset(_HEAD_ROWS, 0), _LONGEST_HEAD)
    return lines.offset(lines.point(min(min(starts, default=most), most))[0], 0)


def rewritable(snapshot: Snapshot, diagnostics: Sequence[Diagnostic], piece: Span, most: int) -> Span | None:
    """The rows that a model may be asked to write out anew: a short file, or the functions the diagnostics are in.

    Without diagnostics it is the ``piece`` in question. None if that is longer than ``most``
    characters, or too long to be copied without a slip.
    """
    lines = snapshot.lines
    start, end = piece
    most = min(most, _LONGEST_PIECE)
    if diagnostics and lines.length <= min(most, _SHORT_FILE):
        return 0, lines.length
    for each in diagnostics:
        first, last = next(reversed(_definitions(snapshot, each)), _rows_around(lines, each.row, _CLOSE))
        start, end = min(start, first), max(end, last)
    row, column = lines.point(end)
    end = lines.offset(row + (column > 0), 0)
    return (start, end) if end - start <= most else None


def _near(snapshot: Snapshot, one: Diagnostic) -> Iterator[Span]:
    yield _rows_around(snapshot.lines, one.row, _AROUND)
    yield from _definitions(snapshot, one)[:1]


def _definitions(snapshot: Snapshot, one: Diagnostic) -> tuple[Span, ...]:
    """The definitions around a diagnostic that are not too long, outermost first, from their rows' starts."""
    lines, row = snapshot.lines, min(one.row, len(snapshot.lines) - 1)
    text = lines[row]
    inside = lines.offset(row, len(text) - len(text.lstrip()) + 1)
    found = ((lines.point(s.start)[0], s.end) for s in _enclosing(snapshot, inside))
    return tuple((lines.offset(first, 0), end) for first, end in found if lines.point(end)[0] - first <= _LONG_SCOPE)


def _enclosing(snapshot: Snapshot, offset: int) -> tuple[Scope, ...]:
    return enclosing(snapshot.tree, snapshot.lines, language_of(snapshot.language), offset)


def _rows_around(lines: Lines, row: int, most: int) -> Span:
    row = min(row, len(lines) - 1)
    return lines.offset(row - most, 0), lines.offset(row + most + 1, 0)


def _end_of(lines: Lines, row: int) -> int:
    """The end of a row, before its line end."""
    row = min(row, len(lines) - 1)
    return lines.offset(row, len(lines[row].rstrip("\r\n")))
