"""Between the protocol's types and ours: positions in the client's units, ghosts, ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lsprotocol import types as lsp

from flashls.text.edits import Change
from flashls.types import Cursor, Diagnostic, Encoding, Ghost, Lines, Snapshot

if TYPE_CHECKING:
    from flashls.lsp.keystroke import Edit, Position

_SEVERITIES: tuple[Literal["error", "warning", "information", "hint"], ...] = (
    "error",
    "warning",
    "information",
    "hint",
)


def cursor_at(snapshot: Snapshot, position: lsp.Position | Position, encoding: Encoding) -> Cursor:
    """The cursor at a position; one past a line's or the document's end is moved back to it."""
    return Cursor(snapshot, snapshot.lines.offset(*point_at(snapshot.lines, position, encoding)))


def point_at(lines: Lines, position: lsp.Position | Position, encoding: Encoding) -> tuple[int, int]:
    """The row and column, in code points, of a position."""
    return position.line, lines.column(position.line, position.character, encoding)


def position_at(lines: Lines, offset: int, encoding: Encoding) -> lsp.Position:
    """The position of an offset, in the client's units."""
    row, col = lines.point(offset)
    return lsp.Position(row, lines.units(row, col, encoding))


def range_at(lines: Lines, start: int, end: int, encoding: Encoding) -> lsp.Range:
    """The range between two offsets."""
    begin = position_at(lines, start, encoding)
    return lsp.Range(begin, begin if end == start else position_at(lines, end, encoding))


def change_from(lines: Lines, event: lsp.TextDocumentContentChangeEvent | Edit, encoding: Encoding) -> Change:
    """The edit that a content change stands for; without a range it replaces the whole document."""
    if isinstance(event, lsp.TextDocumentContentChangeWholeDocument) or not event.range:
        return Change(None, None, event.text)
    start, end = event.range.start, event.range.end
    begin = point_at(lines, start, encoding)
    same = (end.line, end.character) == (start.line, start.character)
    return Change(begin, begin if same else point_at(lines, end, encoding), event.text)


def inline_item(snapshot: Snapshot, ghost: Ghost, encoding: Encoding, known_as: str) -> lsp.InlineCompletionItem:
    """The standard's item for a ghost; its command tells the server that it was accepted."""
    return lsp.InlineCompletionItem(
        insert_text=ghost.text,
        range=range_at(snapshot.lines, ghost.start, ghost.end, encoding),
        command=lsp.Command(title="Accepted", command="flashls.accept", arguments=[known_as]),
    )


def diagnostic_from(snapshot: Snapshot, one: lsp.Diagnostic) -> Diagnostic:
    """What a client says is wrong, with the row it is about as it stands now."""
    row = min(one.range.start.line, len(snapshot.lines) - 1)
    severity = _SEVERITIES[(one.severity or lsp.DiagnosticSeverity.Error) - 1]
    code = "" if one.code is None else str(one.code)
    message = one.message if isinstance(one.message, str) else one.message.value
    return Diagnostic(
        snapshot.uri, row, one.range.end.line, severity, message, one.source or "", code, snapshot.lines[row]
    )
