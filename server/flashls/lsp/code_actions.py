"""The lightbulb: what each task offers for a place, without asking a model; and an action's edit, where that is wanted.

A task's module has ``offers(ls, snapshot, params)``, which yields its code actions at once, and, where an action may
be without edit and command (for clients that cannot be sent edits), ``async resolved(ls, action)``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from flashls.lsp.convert import diagnostic_from
from flashls.lsp.subject import with_tree

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

# The modules in this package whose ``offers`` are asked, in the order in which a menu shows their actions; their kinds
# are told in ``features``.
OFFERING = (
    "fix",
    "generate",
    "document",
    "test",
    "explain",
    "review",
)


async def code_actions(ls: FlashServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """All that is offered for a range; only the kinds asked for, if the client names any.

    The diagnostics that come along are noted: a completion near by is shown them. Of a document that was opened just
    now the first tree is waited for: what stands at a place is told by it.
    """
    snapshot = ls.session.documents.get(params.text_document.uri)
    if snapshot is None:
        return []
    found = tuple(diagnostic_from(snapshot, one) for one in params.context.diagnostics)
    ls.session_at(snapshot.uri).diagnosed(snapshot.uri, params.range.start.line, params.range.end.line, found)
    if snapshot.tree is None:
        snapshot = await with_tree(ls, snapshot)
    return [
        action
        for name in OFFERING
        for action in _task(name).offers(ls, snapshot, params)
        if _wanted(action, params.context.only)
    ]


async def resolve(ls: FlashServer, action: lsp.CodeAction) -> lsp.CodeAction:
    """The action with its edit, from the task that offered it: its ``data`` names that task."""
    name = action.data.get("task") if isinstance(action.data, dict) else None
    return await _task(name).resolved(ls, action) if name in OFFERING else action


def _task(name: str) -> Any:
    return importlib.import_module(f"flashls.lsp.{name}")


def _wanted(action: lsp.CodeAction, only: Any) -> bool:
    """Whether an action is of a kind asked for: that kind or one below it (LSP 3.17, "CodeActionContext")."""
    kind = str(getattr(action.kind, "value", action.kind) or "")
    asked = [str(getattr(each, "value", each)) for each in only or ()]
    return not asked or any(not each or kind == each or kind.startswith(f"{each}.") for each in asked)
