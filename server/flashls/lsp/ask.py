"""The command flashls.ask: a question about the workspace, answered as Markdown, streamed to who gives a token."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, nullcontext
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from flashls.engine.answering.ask import Selection, gathered
from flashls.engine.answering.ask import ask as ask_workspace
from flashls.engine.task import permit, route_of
from flashls.engine.visible import visible
from flashls.lsp.streaming import streamed
from flashls.lsp.subject import subject, token_in
from flashls.lsp.working import working
from flashls.models.seam import Stream
from flashls.types import Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


async def ask(ls: FlashServer, *arguments: Any) -> str:
    """The answer, whole; places in it that do not exist are struck through.

    Arguments: ``{"question", "uri" and "range": what it is about, optional}``, and optionally last ``{"token": T}``.
    Of several folders in a window it is about the one of that document, or of the one that was changed last.
    """
    first = arguments[0] if arguments else None
    question = first.get("question") if isinstance(first, dict) else None
    if not isinstance(question, str):
        raise JsonRpcInvalidParams(
            'flashls.ask takes [{"question": "...", "uri", "range": optional}, {"token": optional}]'
        )
    chosen = subject(ls, "flashls.ask", arguments) if isinstance(first, dict) and "uri" in first else None
    token = token_in(arguments)
    # Who gives a token shows the answer as it comes: a bar beside it would say the same again.
    async with working(ls, "flashls: answering") if token is None else nullcontext():
        return await streamed(ls, _answer(ls, question, chosen), token)


async def _answer(ls: FlashServer, question: str, chosen: tuple[Snapshot, int, int] | None) -> Stream:
    here = chosen[0].uri if chosen else next((each.uri for each in ls.session.documents.recent), "")
    engine, session = await ls.engine_at(here), ls.session_at(here)
    route, place = route_of(engine, "ask"), None
    if chosen is not None:
        snapshot, start, end = chosen
        permit(engine, snapshot, session.root, start, end)
        place = Selection(snapshot.uri, snapshot.lines.point(start)[0], snapshot.lines.point(end)[0])
    workspace = await asyncio.to_thread(visible, session.view(), engine.settings.paths.off)
    material = await asyncio.to_thread(gathered, engine, route, workspace, question, place)
    async with aclosing(ask_workspace(engine, route, workspace, question, material)) as stream:
        async for item in stream:
            yield item
