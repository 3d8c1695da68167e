"""textDocument/inlineCompletion (LSP 3.18): ghost text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from flashls.lsp.convert import cursor_at, inline_item
from flashls.types import Silence

if TYPE_CHECKING:
    from flashls.lsp.keystroke import Asked
    from flashls.lsp.server import FlashServer


async def inline_completion(ls: FlashServer, params: lsp.InlineCompletionParams | Asked) -> lsp.InlineCompletionList:
    """The suggestion at the position, several where the user asked; ``flashls.status`` tells why there is none."""
    snapshot = ls.session.documents.get(params.text_document.uri)
    if snapshot is None:
        return lsp.InlineCompletionList(items=[])
    cursor = cursor_at(snapshot, params.position, ls.encoding)
    explicit = params.context.trigger_kind == lsp.InlineCompletionTriggerKind.Invoked
    outcome = await ls.complete(cursor, explicit)
    if isinstance(outcome, Silence):
        return lsp.InlineCompletionList(items=[])
    known_as = ls.offered(snapshot.uri)
    items = [inline_item(snapshot, ghost, ls.encoding, known_as) for ghost in outcome]
    return lsp.InlineCompletionList(items=items)
