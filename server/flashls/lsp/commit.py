"""The command flashls.commitMessage: a message for what is staged, as text; nothing is committed."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygls.uris import to_fs_path

from flashls.context.borrowed import NoHistory
from flashls.context.history import staged, subjects
from flashls.engine.reviewing.commit import message
from flashls.engine.visible import sees
from flashls.index.repository import repository
from flashls.lsp.working import working
from flashls.models.seam import ModelError

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


async def commit_message(ls: FlashServer, *arguments: Any) -> str:
    """The message for what is staged in the editor's folder, or in that of ``{"uri"}``, the argument, if there is one.

    A window can show several repositories. A document is in the window's folder, or, elsewhere, in its repository's.
    """
    first = arguments[0] if arguments else None
    uri = first["uri"] if isinstance(first, dict) and isinstance(first.get("uri"), str) else ""
    root = _folder(ls, uri)
    try:
        if root is None:
            raise NoHistory("there is no folder open")
        async with working(ls, "flashls: writing a commit's message"):
            engine = await ls.engine_at(uri)
            visible = partial(sees, root, engine.settings.paths.off)
            changes = await asyncio.to_thread(staged, Path(root), visible)
            found = await message(engine, changes, await asyncio.to_thread(subjects, Path(root)))
    except NoHistory as error:
        raise ls.request_failed(error) from None
    except ModelError as error:
        ls.status_line.failed(error)
        raise ls.request_failed(error) from None
    ls.status_line.reckon()
    return found.text


def _folder(ls: FlashServer, uri: str) -> str | None:
    """The folder that is meant: the one named, else a document's in the window, else its repository's."""
    path, own = to_fs_path(uri), ls.session_at(uri).root
    if path and Path(path).is_dir():
        return path
    if not path or (own and Path(path).is_relative_to(own)):
        return own
    parts = Path(path).parent.parts
    around = Path(*(parts[: parts.index(".git")] if ".git" in parts else parts))
    found = repository(around)
    return str(found.top if found else around)
