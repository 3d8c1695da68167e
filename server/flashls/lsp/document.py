"""The command flashls.document and its lightbulb entries: doc comments for a symbol, or for all that have none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from flashls.engine.documenting.docstyle import has_style
from flashls.engine.documenting.document import Documented
from flashls.engine.documenting.document import document as document_range
from flashls.lsp.convert import cursor_at
from flashls.lsp.edits import workspace_edit
from flashls.lsp.rewrite import action, delivered, require_unchanged, worked
from flashls.lsp.subject import subject
from flashls.syntax.languages import language_of
from flashls.syntax.scopes import enclosing
from flashls.types import Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_LABEL = "Document with flashls"
_ALL = "source.document.flashls"


def offers(ls: FlashServer, snapshot: Snapshot, params: lsp.CodeActionParams) -> Iterator[lsp.CodeAction]:
    """At a definition's first row: a comment; where actions are asked for: comments for all of the file."""
    if not has_style(snapshot.language):
        return
    argument = {"uri": snapshot.uri, "range": ls.unstructured(params.range)}
    if at_definition(ls, snapshot, params.range.start):
        yield action(ls, _LABEL, lsp.CodeActionKind.RefactorRewrite, "document", argument)
    if params.context.only or params.context.trigger_kind == lsp.CodeActionTriggerKind.Invoked:
        title = "Document all that has no comment with flashls"
        yield action(ls, title, _ALL, "document", argument | {"all": True})


async def document(ls: FlashServer, *arguments: Any) -> dict[str, Any]:
    """Writes doc comments, and has the client apply them.

    Arguments: ``{"uri", "range", "all": optional}``; with ``all`` the range counts for nothing. The result says what
    was documented (``symbols``), what was ``left`` and why, whether it was ``applied``, and if not has the ``edit``.
    """
    snapshot, found = await _documented(ls, arguments)
    label = f"Document {', '.join(found.symbols[:3])}{' and more' if len(found.symbols) > 3 else ''}"
    if found.left:
        told = f"flashls: no comment for {'; '.join(f'{path}: {why}' for path, why in found.left[:5])}"
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, told))
    said = {"symbols": list(found.symbols), "left": [{"symbol": path, "why": why} for path, why in found.left]}
    return said | await delivered(ls, snapshot, found.edits, label, "The code is unchanged: only comments differ.")


async def resolved(ls: FlashServer, action: lsp.CodeAction) -> lsp.CodeAction:
    """The action with its edit, for clients that cannot be sent edits."""
    snapshot, found = await _documented(ls, (action.data,))
    require_unchanged(ls, snapshot)
    action.edit = workspace_edit(ls, snapshot, found.edits, _LABEL)
    return action


async def _documented(ls: FlashServer, arguments: tuple[Any, ...]) -> tuple[Snapshot, Documented]:
    snapshot, start, end = subject(ls, "flashls.document", arguments)
    every = bool(arguments[0].get("all"))
    found = await worked(
        ls,
        snapshot,
        "writing doc comments",
        lambda engine, parsed: document_range(engine, parsed, start, end, every, ls.session_at(parsed.uri).root),
    )
    return snapshot, found


def at_definition(ls: FlashServer, snapshot: Snapshot, position: lsp.Position) -> bool:
    """Whether a definition begins in the position's row."""
    row = snapshot.lines.point(cursor_at(snapshot, position, ls.encoding).offset)[0]
    text = snapshot.lines[row]
    inside = snapshot.lines.offset(row, len(text) - len(text.lstrip()) + 1)
    scopes = enclosing(snapshot.tree, snapshot.lines, language_of(snapshot.language), inside)
    return bool(text.strip() and scopes) and snapshot.lines.point(scopes[-1].start)[0] == row
