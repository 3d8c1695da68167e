"""Text document synchronisation: the document as it is now, an immutable Snapshot after each change."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from flashls.lsp.convert import change_from

if TYPE_CHECKING:
    from flashls.lsp.keystroke import Edits
    from flashls.lsp.server import FlashServer

log = logging.getLogger(__name__)

_PAUSE_S = 0.3  # in typing without requests, before what is around it is looked at


def did_open(server: FlashServer, params: lsp.DidOpenTextDocumentParams) -> None:
    """Takes up a document."""
    document = params.text_document
    server.session.documents.open(document.uri, str(document.language_id), document.version, document.text)
    server.look_ahead(document.uri, 0, _PAUSE_S)


def did_change(server: FlashServer, params: lsp.DidChangeTextDocumentParams | Edits) -> None:
    """Applies the changes in order, each to the text that the one before it left."""
    uri, version = params.text_document.uri, params.text_document.version
    documents = server.session.documents
    for event in params.content_changes:
        snapshot = documents.get(uri)
        if snapshot is None:
            log.warning("ignored a change to a document that is not open")
            return
        change = change_from(snapshot.lines, event, server.encoding)
        documents.change(uri, version, [change])
        server.session_at(uri).edited(uri)
        if uri in server.findings:
            from flashls.lsp import review

            review.edited(server, snapshot, change)
        if change.start is None or change.end is None:
            server.session.fates.close(uri)
        else:
            start = snapshot.lines.offset(*change.start)
            end = start if change.end == change.start else snapshot.lines.offset(*change.end)
            server.session.fates.changed(uri, snapshot.lines, min(start, end), max(start, end), change.text)
            server.pauses.typed(uri, start + len(change.text), _PAUSE_S)


def did_close(server: FlashServer, params: lsp.DidCloseTextDocumentParams) -> None:
    """Forgets a document; what is under way for it ends."""
    server.folders.close(params.text_document.uri)
    if params.text_document.uri in server.findings:
        from flashls.lsp import review

        review.closed(server, params.text_document.uri)
