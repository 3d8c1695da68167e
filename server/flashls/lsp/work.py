"""Work: what a command does while the user waits: progress in the editor, and an end when the user cancels it there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_ANSWER_S = 2.0  # how long a client may take to say that it shows progress


@asynccontextmanager
async def working(ls: FlashServer, title: str) -> AsyncGenerator[Callable[[str], None]]:
    """Shows work-done progress with a way to cancel it, if the client can (LSP 3.17, "Work Done Progress").

    What is given tells the progress's message. A user who cancels it ends the request with RequestCancelled.
    """
    token = await _created(ls)
    if token is None:
        yield lambda _: None
        return
    progress, task, loop = ls.work_done_progress, asyncio.current_task(), asyncio.get_running_loop()
    progress.begin(token, lsp.WorkDoneProgressBegin(title, cancellable=True))
    future = progress.tokens[token]
    if task is not None:
        future.add_done_callback(lambda done: done.cancelled() and loop.call_soon_threadsafe(task.cancel))
    try:
        yield lambda message: progress.report(token, lsp.WorkDoneProgressReport(cancellable=True, message=message))
    except asyncio.CancelledError:
        if not future.cancelled() or task is None:
            raise
        task.uncancel()
        raise JsonRpcException(f"{title}: cancelled", lsp.LSPErrorCodes.RequestCancelled.value) from None
    finally:
        progress.end(token, lsp.WorkDoneProgressEnd())
        progress.tokens.pop(token, None)


async def _created(ls: FlashServer) -> str | None:
    """A token under which the client shows progress; None if it does not."""
    window, token = ls.client_capabilities.window, f"flashls-{uuid4().hex}"
    if not (window and window.work_done_progress):
        return None
    try:
        async with asyncio.timeout(_ANSWER_S):
            await ls.work_done_progress.create_async(token)
    except (TimeoutError, JsonRpcException):
        return None
    return token
