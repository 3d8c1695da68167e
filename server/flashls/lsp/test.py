"""The command flashls.test and its lightbulb entry: tests for a symbol, put into the file that has its tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from flashls.engine.testing.framework import has_framework
from flashls.engine.testing.tests_for import Tested, tests_for
from flashls.lsp.document import at_definition
from flashls.lsp.edits import can_apply, workspace_edit
from flashls.lsp.rewrite import action, worked
from flashls.lsp.subject import subject
from flashls.types import Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_SHOWN = 400  # characters of what failing tests printed


def offers(ls: FlashServer, snapshot: Snapshot, params: lsp.CodeActionParams) -> Iterator[lsp.CodeAction]:
    """At a definition's first row: tests for it."""
    known = snapshot.uri.startswith("file:") and has_framework(snapshot.language)
    if known and at_definition(ls, snapshot, params.range.start):
        argument = {"uri": snapshot.uri, "range": ls.unstructured(params.range)}
        yield action(ls, "Write tests with flashls", lsp.CodeActionKind.Refactor, "test", argument)


async def test(ls: FlashServer, *arguments: Any) -> dict[str, Any]:
    """Writes tests, and has the client apply them. Arguments: ``{"uri", "range"}``.

    The result: the test file's ``uri``, whether it is ``new``, the ``names`` of the tests and their ``framework``, the
    ``state`` ("passed", "failed", "unrun"), ``how`` they were run or why not, whether they were ``applied``, and if
    not the ``edit``. Tests that fail are not applied: they come as an ``edit`` only.
    """
    found = await _tested(ls, arguments)
    edit = _edit(ls, found)
    refusal = f"the tests fail and were not applied: {found.output[-_SHOWN:]}" if found.state == "failed" else ""
    if can_apply(ls) and not refusal:
        refusal = await _applied(ls, found, edit)
    if refusal:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, f"flashls: {refusal}"))
    applied = can_apply(ls) and not refusal
    said = {"uri": found.path.as_uri(), "new": found.new, "names": list(found.names), "framework": found.framework}
    said |= {"state": found.state, "how": found.how, "applied": applied}
    return said | {"edit": None if applied else ls.unstructured(edit)}


async def resolved(ls: FlashServer, action: lsp.CodeAction) -> lsp.CodeAction:
    """The action with its edit, for clients that cannot be sent edits."""
    found = await _tested(ls, (action.data,))
    if found.state == "failed":
        raise ls.request_failed(ValueError(f"the tests fail: {found.output[-_SHOWN:]}"))
    action.edit = _edit(ls, found)
    return action


async def _tested(ls: FlashServer, arguments: tuple[Any, ...]) -> Tested:
    snapshot, start, end = subject(ls, "flashls.test", arguments)
    return await worked(
        ls,
        snapshot,
        "writing tests",
        lambda engine, parsed: tests_for(
            engine, parsed, start, end, ls.session_at(parsed.uri).root, ls.session.documents.recent
        ),
    )  # fmt: skip


def _edit(ls: FlashServer, found: Tested) -> lsp.WorkspaceEdit:
    """The edit, with the file made first where the client makes files; others make it when they write its text."""
    told = f"{found.framework}, {found.how}"
    edit = workspace_edit(ls, _document(found), found.edits, f"Tests: {', '.join(found.names[:3])}", told)
    for change in edit.document_changes or ():
        if isinstance(change, lsp.TextDocumentEdit):
            change.text_document.version = found.version
    if found.new and edit.document_changes is not None and _creates(ls):
        made = lsp.CreateFile(found.path.as_uri(), options=lsp.CreateFileOptions(overwrite=False))
        edit.document_changes = [made, *edit.document_changes]
    return edit


async def _applied(ls: FlashServer, found: Tested, edit: lsp.WorkspaceEdit) -> str:
    """Has the client apply the edit; why it did not, "" if it did."""
    now = ls.session.documents.get(found.path.as_uri())
    if (now.version if now else None) != found.version or (found.new and found.path.exists()):
        return "the tests' file has changed meanwhile: ask again"
    try:
        result = await ls.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(edit, label="Tests by flashls"))
    except JsonRpcException:
        return "the editor could not apply it"
    return "" if result.applied else result.failure_reason or "the editor did not apply it"


def _document(found: Tested) -> Snapshot:
    return Snapshot(found.path.as_uri(), "", found.version or 0, found.lines)


def _creates(ls: FlashServer) -> bool:
    workspace = ls.client_capabilities.workspace
    told = workspace.workspace_edit if workspace else None
    return bool(told and lsp.ResourceOperationKind.Create in (told.resource_operations or ()))
