"""Edits as the protocol has them: versioned and annotated where the client can, never to a text that has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from flashls.engine.anchors import Replacement
from flashls.lsp.convert import range_at
from flashls.types import Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_ANNOTATION = "flashls"


def can_apply(ls: FlashServer) -> bool:
    """Whether the client takes ``workspace/applyEdit``."""
    workspace = ls.client_capabilities.workspace
    return bool(workspace and workspace.apply_edit)


def workspace_edit(
    ls: FlashServer, snapshot: Snapshot, changes: Sequence[Replacement], label: str, description: str = ""
) -> lsp.WorkspaceEdit:
    """Replacements in one document as the client can take them.

    ``label`` and ``description`` (what was checked) are a change annotation, where the client shows such.
    """
    able = ls.client_capabilities.workspace.workspace_edit if ls.client_capabilities.workspace else None
    edits = [(range_at(snapshot.lines, each.start, each.end, ls.encoding), each.text) for each in changes]
    if not (able and able.document_changes):
        return lsp.WorkspaceEdit(changes={snapshot.uri: [lsp.TextEdit(*edit) for edit in edits]})
    document = lsp.OptionalVersionedTextDocumentIdentifier(uri=snapshot.uri, version=snapshot.version)
    if not able.change_annotation_support:
        return lsp.WorkspaceEdit(
            document_changes=[lsp.TextDocumentEdit(document, [lsp.TextEdit(*edit) for edit in edits])]
        )
    annotated = [lsp.AnnotatedTextEdit(_ANNOTATION, *edit) for edit in edits]
    return lsp.WorkspaceEdit(
        document_changes=[lsp.TextDocumentEdit(document, annotated)],
        change_annotations={_ANNOTATION: lsp.ChangeAnnotation(label=label, description=description or None)},
    )


async def apply(ls: FlashServer, snapshot: Snapshot, edit: lsp.WorkspaceEdit, label: str) -> str:
    """Has the client apply an edit to the document as it was in ``snapshot``; why it did not, "" if it did."""
    if not unchanged(ls, snapshot):
        return "the document has changed meanwhile: ask again"
    try:
        params = lsp.ApplyWorkspaceEditParams(edit=edit, label=label)
        result = await ls.workspace_apply_edit_async(params)
    except JsonRpcException:
        return "the editor could not apply it"
    return "" if result.applied else result.failure_reason or "the editor did not apply it"


def unchanged(ls: FlashServer, snapshot: Snapshot) -> bool:
    """Whether a document is open and still has the text it had."""
    now = ls.session.documents.get(snapshot.uri)
    return now is not None and now.version == snapshot.version and now.lines is snapshot.lines
