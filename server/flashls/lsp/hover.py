"""Hover: a brief explanation that was asked for before, on a symbol's first row. Nobody is asked for one."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from flashls.engine.answering.explain import explain, subject
from flashls.engine.engine import Engine
from flashls.lsp.convert import cursor_at, range_at
from flashls.lsp.subject import with_tree
from flashls.models.remembered import remembering
from flashls.models.seam import ModelError
from flashls.types import Piece, Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

KINDS = {"hover": "hover", "lenses": "code_lens"}
"""What can be shown besides, by its name in ``flashls.show``, with its setting."""


async def hover(ls: FlashServer, params: lsp.HoverParams) -> lsp.Hover | None:
    """The explanation of the function or class that begins on the row, if it is kept and hovering is switched on."""
    engine = await ls.engine_at(params.text_document.uri)
    snapshot = ls.session.documents.get(params.text_document.uri)
    if not shows(ls, "hover", params.text_document.uri) or snapshot is None:
        return None
    at = cursor_at(snapshot, params.position, ls.encoding).offset
    snapshot = await with_tree(ls, snapshot)
    start, end = subject(snapshot, at, at)
    lines = snapshot.lines
    if lines.point(start)[0] != params.position.line or lines.point(end)[0] == params.position.line:
        return None
    text = await _kept(engine, snapshot, at, ls.session_at(snapshot.uri).root)
    if not text:
        return None
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), range_at(lines, start, start, ls.encoding))


async def show(ls: FlashServer, *arguments: Any) -> list[str]:
    """Switches what the settings have off or on: ``{"hover": bool, "lenses": bool}``, both optional; what is on now."""
    wanted = arguments[0] if arguments else {}
    wanted = wanted if isinstance(wanted, dict) else vars(wanted) if hasattr(wanted, "__dict__") else None
    if wanted is None or not all(name in KINDS and isinstance(on, bool) for name, on in wanted.items()):
        raise JsonRpcInvalidParams('flashls.show takes [{"hover": true or false, "lenses": true or false}]')
    await ls.ready()
    before = shows(ls, "lenses")
    ls.shown.update(wanted)
    await renewed(ls, before)
    return [name for name in KINDS if shows(ls, name)]


def shows(ls: FlashServer, kind: str, uri: str = "") -> bool:
    """Whether one of ``KINDS`` is shown in a document, or in the first folder.

    As this window was told, else as the settings say; no before they are read.
    """
    if kind in ls.shown or ls.app is None:
        return ls.shown.get(kind, False)
    return bool(getattr(ls.app.engine_in(ls.session_at(uri).root).settings.editor, KINDS[kind]))


async def renewed(ls: FlashServer, before: bool) -> None:
    """Has the client ask for code lenses anew, if that they are shown, or not, has changed with the settings."""
    await ls.ready()
    workspace = ls.client_capabilities.workspace
    able = workspace.code_lens.refresh_support if workspace and workspace.code_lens else False
    if able and before != shows(ls, "lenses"):
        ls.workspace_code_lens_refresh(None)


async def _kept(engine: Engine, snapshot: Snapshot, at: int, root: str | None) -> str:
    route = engine.routes.get("explain")
    if route is None:
        return ""
    mute = replace(engine, routes={"explain": replace(route, model=remembering(route.model))})
    text = ""
    try:
        async with aclosing(explain(mute, snapshot, at, at, "brief", root)) as stream:
            async for item in stream:
                text += item.text if isinstance(item, Piece) else ""
    except ModelError:
        return ""
    return text
