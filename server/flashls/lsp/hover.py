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

KINDS = ("hover", "lenses")


async def hover(ls: FlashServer, params: lsp.HoverParams) -> lsp.Hover | None:
    """The explanation of the function or class that begins on the row, if it is kept and hovering was switched on."""
    snapshot = ls.session.documents.get(params.text_document.uri)
    if "hover" not in ls.shown or snapshot is None:
        return None
    at = cursor_at(snapshot, params.position, ls.encoding).offset
    snapshot = await with_tree(ls, snapshot)
    start, end = subject(snapshot, at, at)
    lines = snapshot.lines
    if lines.point(start)[0] != params.position.line or lines.point(end)[0] == params.position.line:
        return None
    text = await _kept((await ls.ready()).engine, snapshot, at, ls.session.root)
    if not text:
        return None
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), range_at(lines, start, start, ls.encoding))


def show(ls: FlashServer, *arguments: Any) -> list[str]:
    """Switches what is off by default: ``{"hover": bool, "lenses": bool}``, both optional; what is on from now on."""
    wanted = arguments[0] if arguments else {}
    wanted = wanted if isinstance(wanted, dict) else vars(wanted) if hasattr(wanted, "__dict__") else None
    if wanted is None or not all(name in KINDS and isinstance(on, bool) for name, on in wanted.items()):
        raise JsonRpcInvalidParams('flashls.show takes [{"hover": true or false, "lenses": true or false}]')
    before = "lenses" in ls.shown
    for name, on in wanted.items():
        (ls.shown.add if on else ls.shown.discard)(name)
    workspace = ls.client_capabilities.workspace
    able = workspace.code_lens.refresh_support if workspace and workspace.code_lens else False
    if able and before != ("lenses" in ls.shown):
        ls.workspace_code_lens_refresh(None)
    return sorted(ls.shown)


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
