"""textDocument/completion: the same suggestion as a list item, for editors that draw no ghost text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from flashls.lsp.convert import cursor_at, range_at
from flashls.types import Cursor, Ghost

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


async def completion(ls: FlashServer, params: lsp.CompletionParams) -> lsp.CompletionList:
    """At most one item. Empty where the client draws ghost text: it asks for that apart.

    Never as if the user had asked for it: a client says "invoked" at each letter typed too (LSP 3.17,
    "CompletionTriggerKind").
    """
    snapshot = ls.session.documents.get(params.text_document.uri)
    if snapshot is None or ls.draws_ghosts:
        return lsp.CompletionList(is_incomplete=False, items=[])
    cursor = cursor_at(snapshot, params.position, ls.encoding)
    outcome = await ls.complete(cursor, explicit=False)
    if not isinstance(outcome, Ghost):
        return lsp.CompletionList(is_incomplete=True, items=[])
    return lsp.CompletionList(is_incomplete=True, items=[_item(ls, cursor, outcome)])


def _item(ls: FlashServer, cursor: Cursor, ghost: Ghost) -> lsp.CompletionItem:
    """An item that replaces the word before the cursor: editors filter by that word and want it in the edit."""
    word = _word(cursor)
    text = word + ghost.text
    first, *more = text.strip("\n").split("\n")
    return lsp.CompletionItem(
        label=first.strip() + (" …" if more else ""),
        label_details=lsp.CompletionItemLabelDetails(description="flashls"),
        kind=lsp.CompletionItemKind.Text,
        filter_text=text.split("\n", 1)[0] or word,
        sort_text="0",
        documentation=lsp.MarkupContent(lsp.MarkupKind.PlainText, text),
        insert_text_format=lsp.InsertTextFormat.PlainText,
        text_edit=lsp.TextEdit(
            range_at(cursor.snapshot.lines, cursor.offset - len(word), ghost.end, ls.encoding), text
        ),
        command=lsp.Command(title="Accepted", command="flashls.accept", arguments=[ls.offered(cursor.snapshot.uri)]),
    )


def _word(cursor: Cursor) -> str:
    before = cursor.snapshot.before(cursor.offset, 200)
    found = re.search(r"\w*\Z", before)
    return found[0] if found else ""
