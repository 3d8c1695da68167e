"""textDocument/inlineCompletion (LSP 3.18): ghost text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from flashls.lsp.convert import inline_item, point_at
from flashls.lsp.suggested import cursor_of, suggested
from flashls.types import Cursor, Encoding, Ghost, Silence

if TYPE_CHECKING:
    from flashls.lsp.keystroke import Asked
    from flashls.lsp.server import FlashServer


async def inline_completion(ls: FlashServer, params: lsp.InlineCompletionParams | Asked) -> lsp.InlineCompletionList:
    """The suggestion at the position, several where the user asked; ``flashls.status`` tells why there is none.

    Where an entry of the client's list is selected, only those that go on with it: others the client does not show.
    """
    cursor = cursor_of(ls, params)
    if cursor is None:
        return lsp.InlineCompletionList(items=[])
    explicit = params.context.trigger_kind == lsp.InlineCompletionTriggerKind.Invoked
    outcome = await suggested(ls, cursor, explicit)
    if isinstance(outcome, Silence):
        return lsp.InlineCompletionList(items=[])
    snapshot, known_as = cursor.snapshot, ls.offered(cursor.snapshot.uri)
    if selected := params.context.selected_completion_info:
        outcome = extending(outcome, cursor, selected, ls.encoding)
        if not outcome:
            ls.session_at(snapshot.uri).withheld(snapshot.uri, "it does not go on with what is selected in the list")
    return lsp.InlineCompletionList(items=[inline_item(snapshot, ghost, ls.encoding, known_as) for ghost in outcome])


def extending(
    ghosts: tuple[Ghost, ...], cursor: Cursor, selected: lsp.SelectedCompletionInfo, encoding: Encoding
) -> tuple[Ghost, ...]:
    """Those that go on with the selected entry, each in place of all that the entry would replace.

    LSP 3.18 gives the entry; that a suggestion has to begin with its text and have its range is what VS Code says of
    ``InlineCompletionContext.selectedCompletionInfo``.
    """
    lines = cursor.snapshot.lines
    start, end = (lines.offset(*point_at(lines, at, encoding)) for at in (selected.range.start, selected.range.end))
    if not start <= cursor.offset <= end:
        return ()
    before, after = lines.before(cursor.offset, cursor.offset - start), lines.after(cursor.offset, end - cursor.offset)
    whole = (
        Ghost(ghost.version, start, max(end, ghost.end), before + ghost.text + after[ghost.end - ghost.start :])
        for ghost in ghosts
    )
    return tuple(
        ghost for ghost in whole if len(ghost.text) > len(selected.text) and ghost.text.startswith(selected.text)
    )
