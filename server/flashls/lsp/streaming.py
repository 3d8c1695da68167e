"""Streaming: a reply as it comes, sent to clients that gave a token, and whole as a command's result."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from flashls.lsp.subject import progress
from flashls.models.seam import ModelError, Stream
from flashls.models.spent import usd_of
from flashls.types import Piece

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


async def streamed(ls: FlashServer, stream: Stream, token: Any) -> str:
    """The whole reply. With a token, ``$/progress`` carries each piece as ``{"kind": "append", "text"}`` and then
    ``{"kind": "end", "reason", "cost_usd"}``: no command has partial results in LSP 3.18.

    Raises JsonRpcException for what the model could not do.
    """
    text, reason, usd = "", "error", None
    try:
        providers = (await ls.ready()).settings.providers
        async with aclosing(stream) as items:
            async for item in items:
                if isinstance(item, Piece):
                    text += item.text
                    progress(ls, token, {"kind": "append", "text": item.text})
                else:
                    reason, usd = item.reason, usd_of([item], providers)
    except asyncio.CancelledError:
        reason = "cancelled"
        raise
    except ModelError as error:
        ls.status_line.failed(error)
        raise ls.request_failed(error) from None
    finally:
        progress(ls, token, {"kind": "end", "reason": reason, "cost_usd": usd})
        ls.status_line.reckon()
    return text
