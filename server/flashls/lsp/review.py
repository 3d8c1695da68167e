"""The command flashls.review: findings as diagnostics under the source ``flashls``, which follow the text or go."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from flashls.context.borrowed import NoHistory
from flashls.context.history import changed_since
from flashls.engine.engine import Engine
from flashls.engine.reviewing.deltas import Delta, deltas
from flashls.engine.reviewing.review import Finding, after_edit, carried
from flashls.engine.reviewing.review import review as review_range
from flashls.engine.visible import sees
from flashls.lsp.convert import range_at
from flashls.lsp.subject import subject, with_tree
from flashls.lsp.working import working
from flashls.models.seam import ModelError
from flashls.text.edits import Change
from flashls.text.uris import shown_path
from flashls.types import Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

SOURCE = "flashls"

_PAUSE_S = 0.3  # in typing, before what has moved is told
_DELTA = 8_000  # characters of changes in one question
_SEVERITIES = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "information": lsp.DiagnosticSeverity.Information,
    "hint": lsp.DiagnosticSeverity.Hint,
}


async def review(ls: FlashServer, *arguments: Any) -> dict[str, int]:
    """Reviews a document, and publishes what is found in place of what was found before.

    Arguments: ``{"uri", "range": optional, "since": a revision of git's, optional}``. With ``since`` only what has
    changed since then is reviewed. The result counts ``findings``, and those ``dropped`` because no one place in the
    document is what they quote.
    """
    snapshot, start, end = _subject(ls, arguments)
    since = arguments[0].get("since")
    try:
        async with working(ls, "flashls: reviewing"):
            engine, root = await ls.engine_at(snapshot.uri), ls.session_at(snapshot.uri).root
            snapshot = await with_tree(ls, snapshot)
            changes = await _changes(ls, engine, snapshot, root, since) if since else None
            found = await review_range(engine, snapshot, start, end, changes, root)
    except ModelError as error:
        ls.status_line.failed(error)
        raise ls.request_failed(error) from None
    finally:
        ls.status_line.reckon()
    now = ls.session.documents.get(snapshot.uri)
    if now is not None:
        same = now.version == snapshot.version
        ls.findings[snapshot.uri] = found.findings if same else carried(found.findings, snapshot.lines, now.lines)
        _publish(ls, snapshot.uri)
    return {"findings": len(found.findings), "dropped": found.dropped}


def edited(ls: FlashServer, before: Snapshot, change: Change) -> None:
    """Follows a change of a document: what was found in the text that it changes is gone. For the key path."""
    found = ls.findings[before.uri]
    if change.start is None or change.end is None:
        ls.findings[before.uri] = ()
    else:
        start, end = before.lines.offset(*change.start), before.lines.offset(*change.end)
        ls.findings[before.uri] = after_edit(found, start, end, len(change.text))
    if found:
        ls.keep(_told(ls, before.uri, ls.findings[before.uri]))


def closed(ls: FlashServer, uri: str) -> None:
    """Takes back what was found in a document that was closed."""
    if ls.findings.pop(uri, None) is not None:
        ls.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))


def offers(ls: FlashServer, snapshot: Snapshot, params: lsp.CodeActionParams) -> Iterator[lsp.CodeAction]:
    """A review of the selection; one of the whole file only where the client asks for actions on the source."""
    argument = {"uri": snapshot.uri}
    if params.range.start != params.range.end:
        command = lsp.Command(
            "Review with flashls", "flashls.review", arguments=[argument | {"range": ls.unstructured(params.range)}]
        )
        yield lsp.CodeAction("Review with flashls", lsp.CodeActionKind.Empty, command=command)
    if any(str(getattr(only, "value", only)).startswith("source") for only in params.context.only or ()):
        command = lsp.Command("Review this file with flashls", "flashls.review", arguments=[argument])
        yield lsp.CodeAction("Review this file with flashls", "source.review.flashls", command=command)


def _subject(ls: FlashServer, arguments: tuple[Any, ...]) -> tuple[Snapshot, int, int]:
    first = arguments[0] if arguments else None
    if isinstance(first, dict) and "range" not in first:
        snapshot = ls.session.documents.get(first.get("uri", ""))
        if snapshot is not None:
            return snapshot, 0, snapshot.lines.length
    if not isinstance(first, dict):
        raise JsonRpcInvalidParams('flashls.review takes [{"uri": of an open document, "range": {...} optional}]')
    return subject(ls, "flashls.review", arguments)


async def _changes(
    ls: FlashServer, engine: Engine, snapshot: Snapshot, root: str | None, since: Any
) -> tuple[Delta, ...] | None:
    """What has changed in a document since a revision; None for a new file. The request fails if it is not saved."""
    path = shown_path(snapshot.uri, root)
    visible = partial(sees, root, engine.settings.paths.off)
    try:
        if root is None:
            raise NoHistory("there is no folder open, so there is nothing to compare this document with")
        look = partial(changed_since, Path(root), str(since), lambda each: each == path and visible(each))
        found = await asyncio.to_thread(look)
    except NoHistory as error:
        raise ls.request_failed(error) from None
    if not found:
        return ()
    if found[0].after != snapshot.after(0, snapshot.lines.length):
        raise ls.request_failed(ValueError("save the document first: it is compared as it lies on the disk"))
    return None if found[0].before is None else deltas(found[0], _DELTA)


async def _told(ls: FlashServer, uri: str, found: tuple[Finding, ...]) -> None:
    """Publishes what is left when no more has been typed for a while."""
    await asyncio.sleep(_PAUSE_S)
    if ls.findings.get(uri) is found:
        _publish(ls, uri)


def _publish(ls: FlashServer, uri: str) -> None:
    snapshot = ls.session.documents.get(uri)
    if snapshot is not None:
        found = [_diagnostic(ls, snapshot, one) for one in ls.findings.get(uri, ())]
        ls.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, snapshot.version))


def _diagnostic(ls: FlashServer, snapshot: Snapshot, one: Finding) -> lsp.Diagnostic:
    lines, uri = snapshot.lines, snapshot.uri
    text = ls.client_capabilities.text_document
    told = text.publish_diagnostics if text else None
    related = [
        lsp.DiagnosticRelatedInformation(lsp.Location(uri, range_at(lines, r.start, r.end, ls.encoding)), r.note)
        for r in one.related
    ]
    return lsp.Diagnostic(
        range_at(lines, one.start, one.end, ls.encoding),
        message=f"{one.title}\n{one.explanation}".strip(),
        severity=_SEVERITIES[one.severity],
        code=one.kind,
        source=SOURCE,
        related_information=related if related and told and told.related_information else None,
        data={"task": "review"},
    )
