"""Showing: an answer on the screen of a client that drops what a command gives back."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from flashls.sources import cache_path
from flashls.store.private import make_private

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_FOLDER = "answers"


async def show(ls: FlashServer, name: str, markdown: str) -> None:
    """Opens an answer as a document of that name where the client can (LSP 3.17, "Show Document"), else as a message.

    The file is its owner's only and is written over by the next answer of the same name. Clients that say they can open
    documents, and then fail to, get the message too.
    """
    path = cache_path(os.environ) / _FOLDER / f"{name}.md"
    if ls.able.documents and await asyncio.to_thread(_written, path, markdown) and await _opened(ls, path):
        return
    ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, markdown))


async def _opened(ls: FlashServer, path: Path) -> bool:
    """Whether the client shows the file."""
    try:
        answer = await ls.window_show_document_async(lsp.ShowDocumentParams(uri=path.as_uri(), take_focus=False))
    except JsonRpcException:
        return False
    return answer.success


def _written(path: Path, text: str) -> bool:
    """Whether the file could be written."""
    try:
        make_private(path)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_TRUNC), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return False
    return True
