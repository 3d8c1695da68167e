"""The command flashls.explain: Markdown about a range, streamed to clients that give a token."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from flashls.engine.explain import explain as explain_range
from flashls.lsp.subject import progress, subject, token_in, with_tree
from flashls.models.seam import ModelError
from flashls.types import Piece, Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


async def explain(ls: FlashServer, *arguments: Any) -> str:
    """The explanation, whole. Arguments: ``{"uri", "range"}``, and optionally last ``{"token": T}``.

    With a token, ``$/progress`` carries each piece as ``{"kind": "append", "text"}`` and then
    ``{"kind": "end", "reason", "cost_usd"}``. Neither executeCommand nor hover has partial results in LSP 3.18.
    """
    snapshot, start, end = subject(ls, "flashls.explain", arguments)
    token = token_in(arguments)
    text, reason = "", "error"
    try:
        engine = (await ls.ready()).engine
        snapshot = await with_tree(ls, snapshot)
        async with aclosing(explain_range(engine, snapshot, start, end, root=ls.session.root)) as stream:
            async for item in stream:
                if isinstance(item, Piece):
                    text += item.text
                    progress(ls, token, {"kind": "append", "text": item.text})
                else:
                    reason = item.reason
    except asyncio.CancelledError:
        reason = "cancelled"
        raise
    except ModelError as error:
        ls.failed(error)
        raise ls.request_failed(error) from None
    finally:
        progress(ls, token, {"kind": "end", "reason": reason, "cost_usd": None})
    return text


def offers(ls: FlashServer, snapshot: Snapshot, params: lsp.CodeActionParams) -> Iterator[lsp.CodeAction]:
    """The lightbulb's entry for a selection; nothing for a bare cursor, so that the bulb means something."""
    if params.range.start == params.range.end:
        return
    argument = {"uri": snapshot.uri, "range": ls.unstructured(params.range)}
    command = lsp.Command("Explain with flashls", "flashls.explain", arguments=[argument])
    yield lsp.CodeAction(title="Explain with flashls", kind=lsp.CodeActionKind.Empty, command=command)
