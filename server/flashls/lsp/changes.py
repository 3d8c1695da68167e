"""Changes: replacements in documents as the workspace edit that a client can take, and sent to it to be applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from flashls.engine.anchors import Replacement
from flashls.lsp.convert import range_at
from flashls.types import Lines

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_ANNOTATION = "flashls"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a document: replacements in ``lines``, in order and apart.

    ``version`` is that of an open document, None for one that is not open. ``new``: the file is made first.
    """

    uri: str
    lines: Lines
    version: int | None
    edits: Sequence[Replacement]
    new: bool = False


def can_apply(ls: FlashServer) -> bool:
    """Whether the client takes edits that the server sends."""
    workspace = ls.client_capabilities.workspace
    return bool(workspace and workspace.apply_edit)


def can_create(ls: FlashServer) -> bool:
    """Whether the client makes files that an edit names."""
    edit = _told(ls)
    operations = edit.resource_operations if edit and edit.document_changes else None
    return lsp.ResourceOperationKind.Create in (operations or ())


def workspace_edit(ls: FlashServer, changes: Sequence[Change], label: str, description: str = "") -> lsp.WorkspaceEdit:
    """The edit in the newest form that the client knows: versions, annotations that say ``label``, or plain edits."""
    edit = _told(ls)
    if not (edit and edit.document_changes):
        return lsp.WorkspaceEdit(changes={change.uri: list(_plain(ls, change)) for change in changes})
    annotated = edit.change_annotation_support is not None
    parts = list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile]()
    for change in changes:
        if change.new:
            parts.append(lsp.CreateFile(change.uri, options=lsp.CreateFileOptions(overwrite=False)))
        document = lsp.OptionalVersionedTextDocumentIdentifier(uri=change.uri, version=change.version)
        edits: list[lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit] = [
            lsp.AnnotatedTextEdit(_ANNOTATION, each.range, each.new_text) if annotated else each
            for each in _plain(ls, change)
        ]
        parts.append(lsp.TextDocumentEdit(document, edits))
    annotations = {_ANNOTATION: lsp.ChangeAnnotation(label, description=description or None)} if annotated else None
    return lsp.WorkspaceEdit(document_changes=parts, change_annotations=annotations)


async def apply(ls: FlashServer, changes: Sequence[Change], label: str, description: str = "") -> None:
    """Has the client apply changes; ``label`` names them, ``description`` says what was checked.

    The request fails if a document has changed since, or the client does not apply them: nothing is changed then.
    """
    require_current(ls, changes)
    if not can_apply(ls):
        raise ls.request_failed(ValueError("This editor takes no edits from a language server."))
    edit = workspace_edit(ls, changes, label, description)
    result = await ls.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(edit, label=label))
    if not result.applied:
        raise ls.request_failed(
            ValueError(f"The editor did not apply it: {result.failure_reason or 'it gave no reason'}")
        )


def require_current(ls: FlashServer, changes: Sequence[Change]) -> None:
    """Fails the request if a document that is to change is no longer what the changes were made for."""
    for change in changes:
        now = ls.session.documents.get(change.uri)
        if change.version is not None and (now is None or now.version != change.version):
            raise ls.request_failed(ValueError("The document has changed meanwhile: ask again."))


def _plain(ls: FlashServer, change: Change) -> list[lsp.TextEdit]:
    return [lsp.TextEdit(range_at(change.lines, e.start, e.end, ls.encoding), e.text) for e in change.edits]


def _told(ls: FlashServer) -> lsp.WorkspaceEditClientCapabilities | None:
    workspace = ls.client_capabilities.workspace
    return workspace.workspace_edit if workspace else None
