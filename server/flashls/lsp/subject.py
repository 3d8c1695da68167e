"""The subject of a command: which range of which open document its first argument names; and where its words go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cattrs import BaseValidationError
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from flashls.lsp.convert import cursor_at
from flashls.types import Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


def subject(ls: FlashServer, command: str, arguments: tuple[Any, ...]) -> tuple[Snapshot, int, int]:
    """The document and the offsets of ``{"uri", "range"}``, the first argument; taken before any await.

    Raises JsonRpcInvalidParams that says how the command is called.
    """
    try:
        first = arguments[0]
        where = ls.structured(first["range"], lsp.Range)
        snapshot = ls.session.documents[first["uri"]]
    except (BaseValidationError, IndexError, KeyError, TypeError, AttributeError):
        raise JsonRpcInvalidParams(
            f'{command} takes [{{"uri": of an open document, "range": {{...}}}}, {{"token": optional}}]'
        ) from None
    ls.session.documents.touch(snapshot.uri)
    start, end = (cursor_at(snapshot, at, ls.encoding).offset for at in (where.start, where.end))
    return snapshot, min(start, end), max(start, end)


async def with_tree(ls: FlashServer, snapshot: Snapshot) -> Snapshot:
    """The same text with its tree, if that is still being made: the symbol around a bare cursor is found by it."""
    try:
        later = await ls.session.documents.parsed(snapshot.uri)
    except KeyError:  # closed meanwhile
        return snapshot
    return later if later.version == snapshot.version else snapshot


def token_in(arguments: tuple[Any, ...]) -> Any:
    """The token of ``{"token": T}``, the last argument, under which a client wants to hear words as they come."""
    last = arguments[-1] if arguments else None
    return last.get("token") if isinstance(last, dict) else None


def progress(ls: FlashServer, token: Any, value: dict[str, Any]) -> None:
    """Sends ``$/progress``, if the client gave a token."""
    if token is not None:
        ls.protocol.notify("$/progress", lsp.ProgressParams(token=token, value=value))
