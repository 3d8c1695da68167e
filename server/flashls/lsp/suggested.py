"""Suggested: what a request for ghost text or for a list is answered with, and that whoever asks why can find out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from flashls.lsp.convert import cursor_at
from flashls.types import Cursor, Ghost, Silence

if TYPE_CHECKING:
    from flashls.app import App
    from flashls.lsp.keystroke import Asked
    from flashls.lsp.server import FlashServer


def cursor_of(ls: FlashServer, params: lsp.InlineCompletionParams | lsp.CompletionParams | Asked) -> Cursor | None:
    """The cursor that a request is about, taken before anything is waited for; None if its document is not open."""
    snapshot = ls.session.documents.get(params.text_document.uri)
    if snapshot is None:
        ls.session.unanswered("the document is not open")
        return None
    return cursor_at(snapshot, params.position, ls.encoding)


async def suggested(ls: FlashServer, cursor: Cursor, explicit: bool) -> tuple[Ghost, ...] | Silence:
    """The suggestions at a cursor, at least one; what there is to say about it goes to the status."""
    from flashls.engine.completion.several import suggestions

    app = await _ready(ls, cursor, explicit)
    if isinstance(app, Silence):
        return app
    session = ls.session_at(cursor.snapshot.uri)
    engine = app.engine_in(session.root)
    outcome = await suggestions(engine, session, cursor, explicit)
    reason = getattr(outcome, "reason", "")
    asyncio.get_running_loop().call_soon(_tell, ls, reason, engine.missing)  # the answer goes first
    return outcome


def _tell(ls: FlashServer, reason: str, missing: str) -> None:
    if reason == "no model":
        ls.status_line.tell("no model", missing, popup=True)
    elif reason in ("", "empty reply", "repeats"):
        ls.status_line.tell("ready")
    ls.status_line.reckon()


async def _ready(ls: FlashServer, cursor: Cursor, explicit: bool) -> App | Silence:
    """The app, which is waited for; why there is no suggestion if the text is another one by then."""
    from flashls.engine.completion.steps import Steps

    steps, session = Steps(), ls.session_at(cursor.snapshot.uri)
    try:
        app = await ls.ready()
    except asyncio.CancelledError:
        session.answered(cursor, None, steps, explicit)
        raise
    latest = ls.session.documents.get(cursor.snapshot.uri)
    if latest is not None and latest.lines is cursor.snapshot.lines:
        return app
    outcome = Silence("superseded", "the document was changed or closed meanwhile")
    session.answered(cursor, outcome, steps, explicit)
    return outcome
