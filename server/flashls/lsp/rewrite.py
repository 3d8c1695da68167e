"""What the commands that rewrite code share: a range in, work with progress, and the edits delivered to the client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types as lsp

from flashls.engine.anchors import Replacement
from flashls.engine.engine import Engine
from flashls.lsp.edits import apply, can_apply, unchanged, workspace_edit
from flashls.lsp.subject import with_tree
from flashls.lsp.working import working
from flashls.models.seam import ModelError
from flashls.types import Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

T = TypeVar("T")


async def worked(
    ls: FlashServer, snapshot: Snapshot, title: str, work: Callable[[Engine, Snapshot], Awaitable[T]]
) -> T:
    """What ``work`` gives for the document with its tree, while progress is shown.

    Raises JsonRpcException for what a model could not do.
    """
    try:
        async with working(ls, f"flashls: {title}"):
            engine = await ls.engine_at(snapshot.uri)
            return await work(engine, await with_tree(ls, snapshot))
    except ModelError as error:
        ls.status_line.failed(error)
        raise ls.request_failed(error) from None
    finally:
        ls.status_line.reckon()


async def delivered(
    ls: FlashServer, snapshot: Snapshot, edits: Sequence[Replacement], label: str, description: str = ""
) -> dict[str, Any]:
    """Has the client apply edits, and says what became of it: ``applied``, and if not, the ``edit`` itself.

    A client that takes no edits applies it by itself. Why one that does has not done so is shown to the user.
    """
    edit = workspace_edit(ls, snapshot, edits, label, description)
    if not can_apply(ls):
        return {"applied": False, "edit": ls.unstructured(edit)}
    if refusal := await apply(ls, snapshot, edit, label):
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, f"flashls: {refusal}"))
    return {"applied": not refusal, "edit": ls.unstructured(edit) if refusal else None}


def action(
    ls: FlashServer, title: str, kind: lsp.CodeActionKind | str, task: str, argument: dict[str, Any]
) -> lsp.CodeAction:
    """An entry that runs ``flashls.TASK``; for a client that cannot be sent edits, one that is resolved to an edit."""
    text = ls.client_capabilities.text_document
    support = text.code_action.resolve_support if text and text.code_action else None
    if not can_apply(ls) and support and "edit" in support.properties:
        return lsp.CodeAction(title, kind=kind, data={"task": task, **argument})
    return lsp.CodeAction(title, kind=kind, command=lsp.Command(title, f"flashls.{task}", arguments=[argument]))


def require_unchanged(ls: FlashServer, snapshot: Snapshot) -> None:
    """Raises JsonRpcException if the document is no longer what it was."""
    if not unchanged(ls, snapshot):
        raise ls.request_failed(ValueError("the document has changed meanwhile: ask again"))
