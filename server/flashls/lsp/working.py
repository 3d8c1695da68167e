"""Work that a person waits for, shown with a cancel button where the client can show one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

_BETWEEN_S = 0.2  # between two reports
_LONGEST = 200

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


@asynccontextmanager
async def working(ls: FlashServer, title: str, message: str | None = None) -> AsyncGenerator[Callable[[str], None]]:
    """Shows work-done progress while the body runs (LSP 3.17, "Server Initiated Progress"), beside it what it is told.

    The cancel button cancels the task that the body runs in, as ``$/cancelRequest`` does.
    """
    window = ls.client_capabilities.window
    if not (window and window.work_done_progress):
        yield lambda _: None
        return
    token, running = f"flashls-{uuid4().hex[:8]}", asyncio.current_task()
    assert running is not None
    showing = asyncio.create_task(_show(ls, token, title, message, running))
    told = -_BETWEEN_S

    def report(text: str) -> None:
        nonlocal told
        now = asyncio.get_running_loop().time()
        if now - told >= _BETWEEN_S and showing.done() and not showing.cancelled() and showing.result():
            told = now
            ls.work_done_progress.report(token, lsp.WorkDoneProgressReport(message=text[:_LONGEST]))

    try:
        yield report
    finally:
        await _hide(ls, token, showing)


async def _show(ls: FlashServer, token: str, title: str, message: str | None, running: asyncio.Task[object]) -> bool:
    """Begins the progress; whether the client would have it."""
    progress = ls.work_done_progress
    try:
        await progress.create_async(token)
    except JsonRpcException:
        return False
    progress.begin(token, lsp.WorkDoneProgressBegin(title=title, cancellable=True, message=message))
    progress.tokens[token].add_done_callback(lambda asked: running.cancel() if asked.cancelled() else None)
    return True


async def _hide(ls: FlashServer, token: str, showing: asyncio.Task[bool]) -> None:
    """Ends the progress, whose begin may still be under way: a client must not be left with one that never ends."""

    async def end() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            if await showing:
                ls.work_done_progress.end(token, lsp.WorkDoneProgressEnd())
        ls.work_done_progress.tokens.pop(token, None)

    if showing.done():
        await end()
    else:
        ls.keep(end())
