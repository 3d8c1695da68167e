"""The command flashls.explain: Markdown about a range, streamed to clients that give a token."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from cattrs import BaseValidationError
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from flashls.engine.explain import explain as explain_range
from flashls.lsp.convert import cursor_at
from flashls.models.seam import ModelError
from flashls.types import Piece, Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


async def explain(ls: FlashServer, *arguments: Any) -> str:
    """The explanation, whole. Arguments: ``{"uri", "range"}``, and optionally last ``{"token": T}``.

    With a token, ``$/progress`` carries each piece as ``{"kind": "append", "text"}`` and then
    ``{"kind": "end", "reason", "cost_usd"}``. Neither executeCommand nor hover has partial results in LSP 3.18.
    """
    snapshot, start, end = _subject(ls, arguments)
    token = arguments[-1].get("token") if isinstance(arguments[-1], dict) else None
    text, reason = "", "error"
    try:
        engine = (await ls.ready()).engine
        snapshot = await _with_tree(ls, snapshot)
        async with aclosing(explain_range(engine, snapshot, start, end, root=ls.session.root)) as stream:
            async for item in stream:
                if isinstance(item, Piece):
                    text += item.text
                    _progress(ls, token, {"kind": "append", "text": item.text})
                else:
                    reason = item.reason
    except asyncio.CancelledError:
        reason = "cancelled"
        raise
    except ModelError as error:
        ls.failed(error)
        raise ls.request_failed(error) from None
    finally:
        _progress(ls, token, {"kind": "end", "reason": reason, "cost_usd": None})
    return text


def offers(ls: FlashServer, snapshot: Snapshot, params: lsp.CodeActionParams) -> Iterator[lsp.CodeAction]:
    """The lightbulb's entry for a selection; nothing for a bare cursor, so that the bulb means something."""
    if params.range.start == params.range.end:
        return
    argument = {"uri": snapshot.uri, "range": ls.unstructured(params.range)}
    command = lsp.Command("Explain with flashls", "flashls.explain", arguments=[argument])
    yield lsp.CodeAction(title="Explain with flashls", kind=lsp.CodeActionKind.Empty, command=command)


def _subject(ls: FlashServer, arguments: tuple[Any, ...]) -> tuple[Snapshot, int, int]:
    try:
        first = arguments[0]
        where = ls.structured(first["range"], lsp.Range)
        snapshot = ls.session.documents[first["uri"]]
    except (BaseValidationError, IndexError, KeyError, TypeError, AttributeError):
        raise JsonRpcInvalidParams(
            'flashls.explain takes [{"uri": of an open document, "range": {...}}, {"token": optional}]'
        ) from None
    start, end = (cursor_at(snapshot, at, ls.encoding).offset for at in (where.start, where.end))
    return snapshot, min(start, end), max(start, end)


async def _with_tree(ls: FlashServer, snapshot: Snapshot) -> Snapshot:
    """The same text with its tree, if that is still being made: the symbol around a bare cursor is found by it."""
    try:
        later = await ls.session.documents.parsed(snapshot.uri)
    except KeyError:  # closed meanwhile
        return snapshot
    return later if later.version == snapshot.version else snapshot


def _progress(ls: FlashServer, token: Any, value: dict[str, Any]) -> None:
    if token is not None:
        ls.protocol.notify("$/progress", lsp.ProgressParams(token=token, value=value))
