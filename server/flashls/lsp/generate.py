"""The command flashls.generate: code by an instruction or by the comment at the cursor, as an edit of that range."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from flashls.engine.engine import Engine
from flashls.engine.generating.commentplace import comment_at
from flashls.engine.generating.generate import Generated
from flashls.engine.generating.generate import generate as generate_at
from flashls.engine.visible import visible
from flashls.lsp.convert import cursor_at
from flashls.lsp.edits import workspace_edit
from flashls.lsp.rewrite import action, delivered, require_unchanged, worked
from flashls.lsp.subject import subject
from flashls.types import Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_LABEL = "Generate with flashls"


def offers(ls: FlashServer, snapshot: Snapshot, params: lsp.CodeActionParams) -> Iterator[lsp.CodeAction]:
    """At a comment: what it asks for. An instruction is typed, for which each editor has its own command."""
    at = cursor_at(snapshot, params.range.start, ls.encoding).offset
    if snapshot.lines[snapshot.lines.point(at)[0]].strip() and comment_at(snapshot, at) is not None:
        argument = {"uri": snapshot.uri, "range": ls.unstructured(lsp.Range(params.range.start, params.range.start))}
        title = "Write the code that this comment asks for with flashls"
        yield action(ls, title, lsp.CodeActionKind.RefactorRewrite, "generate", argument)


async def generate(ls: FlashServer, *arguments: Any) -> dict[str, Any]:
    """Writes code, and has the client apply it.

    Arguments: ``{"uri", "range", "instruction": optional}``; without an instruction the comment at the range's start
    says what is wanted. The result: the ``code``, ``how`` it was checked, a ``note``, whether it was ``applied``, and
    if not the ``edit``.
    """
    snapshot, found = await _generated(ls, arguments)
    said = {"code": found.code, "how": found.how, "note": found.note}
    return said | await delivered(ls, snapshot, found.edits, f"{_LABEL}: {found.how}", found.note)


async def resolved(ls: FlashServer, action: lsp.CodeAction) -> lsp.CodeAction:
    """The action with its edit, for clients that cannot be sent edits."""
    snapshot, found = await _generated(ls, (action.data,))
    require_unchanged(ls, snapshot)
    action.edit = workspace_edit(ls, snapshot, found.edits, f"{_LABEL}: {found.how}", found.note)
    return action


async def _generated(ls: FlashServer, arguments: tuple[Any, ...]) -> tuple[Snapshot, Generated]:
    snapshot, start, end = subject(ls, "flashls.generate", arguments)
    instruction = arguments[0].get("instruction") or ""
    if not isinstance(instruction, str):
        raise JsonRpcInvalidParams("flashls.generate: the instruction is a text")
    session = ls.session_at(snapshot.uri)
    view = session.view()

    async def work(engine: Engine, parsed: Snapshot) -> Generated:
        workspace = await asyncio.to_thread(visible, view, engine.settings.paths.off)
        return await generate_at(engine, parsed, start, end, instruction, session.root, workspace)

    return snapshot, await worked(ls, snapshot, "writing code", work)
