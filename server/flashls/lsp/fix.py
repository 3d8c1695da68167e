"""The command flashls.fix and its lightbulb entries: problems mended by versioned edits that say what was checked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cattrs import BaseValidationError
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from flashls.engine.checks.program import NotRun
from flashls.engine.engine import Engine
from flashls.engine.fixing.fix import Fixed
from flashls.engine.fixing.fix import fix as fix_piece
from flashls.engine.fixing.fix_all import diagnosed, fix_all
from flashls.lsp.convert import cursor_at, diagnostic_from
from flashls.lsp.edits import apply, can_apply, unchanged, workspace_edit
from flashls.lsp.heard import Heard
from flashls.lsp.subject import progress, token_in, with_tree
from flashls.lsp.working import working
from flashls.models.seam import ModelError
from flashls.types import Diagnostic, Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_MOST = 5  # problems of one place that are offered one by one
_LONGEST_TITLE = 80
_PAUSE_S = 0.5  # in typing, before a fix is looked for unasked

# What a fix of problems depends on, besides the settings: the document, its version, and the problems.
Key = tuple[str, int, tuple[Diagnostic, ...]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be mended: problems, or without any a range; ``whole`` for all problems of the document."""

    snapshot: Snapshot
    problems: tuple[Diagnostic, ...]
    start: int
    end: int
    whole: bool = False

    @property
    def key(self) -> Key:
        """What tells two such requests apart."""
        return self.snapshot.uri, self.snapshot.version, self.problems


def offers(ls: FlashServer, snapshot: Snapshot, params: lsp.CodeActionParams) -> Iterator[lsp.CodeAction]:
    """The lightbulb's entries: each problem at the place, all of them, all of the file; or what is wrong with a range.

    No model is asked: an entry's title promises nothing, unless the fix has been found and checked already.
    """
    problems = params.context.diagnostics
    for one in problems[:_MOST]:
        yield _problem(ls, snapshot, params.range, one)
    if len(problems) > 1:
        yield _action(
            ls, f"Fix these {len(problems)} problems with flashls", _argument(ls, snapshot, params.range, problems)
        )
    known = sum(one.uri == snapshot.uri for one in ls.session_at(snapshot.uri).view().diagnostics)
    if known > max(1, len(problems)):
        argument = _argument(ls, snapshot, params.range, ()) | {"all": True}
        yield _action(ls, f"Fix all {known} known problems of this file with flashls", argument)
    if not problems and params.range.start != params.range.end:
        argument = _argument(ls, snapshot, params.range, ())
        yield _action(ls, "What is wrong here? Fix with flashls", argument)
    if problems:
        ls.keep(_look_ahead(ls, snapshot, params.range, problems[:_MOST]))


async def fix(ls: FlashServer, *arguments: Any) -> dict[str, Any]:
    """Mends problems, and has the client apply the edits.

    Arguments: ``{"uri", "range", "diagnostics": the protocol's, optional, "all": optional}``, and optionally last
    ``{"token": T}``. Without diagnostics the range is asked about. The result says what became of it: ``applied``,
    ``state`` ("verified", "unverified", "refused"), ``how``, ``explanation``, and ``edit`` for a client that applies
    it by itself, null if there is none.
    """
    asked, token = _request(ls, arguments), token_in(arguments)
    reason = "error"
    try:
        async with working(ls, "flashls: looking for a fix") as report:
            heard = Heard(ls, token, report)
            fixed = await _fixed(ls, asked, heard)
        reason = "stop"
        heard(fixed.explanation)
    except asyncio.CancelledError:
        reason = "cancelled"
        raise
    finally:
        progress(ls, token, {"kind": "end", "reason": reason, "cost_usd": None})
    edit = _edit(ls, asked.snapshot, fixed) if fixed.changes else None
    refusal = _refusal(fixed)
    if edit is not None and can_apply(ls):
        refusal = await apply(ls, asked.snapshot, edit, _label(fixed))
    if refusal:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, f"flashls: {refusal}"))
    applied = edit is not None and can_apply(ls) and not refusal
    said = {"applied": applied, "state": fixed.state, "how": fixed.how, "explanation": fixed.explanation}
    return said | {"edit": ls.unstructured(edit) if edit is not None and not applied else None}


async def resolved(ls: FlashServer, action: lsp.CodeAction) -> lsp.CodeAction:
    """The action with its edit, for clients that cannot be sent edits. The request fails where there is no fix."""
    asked = _request(ls, (action.data,))
    fixed = await _fixed(ls, asked)
    if not fixed.changes or not unchanged(ls, asked.snapshot):
        raise ls.request_failed(ValueError(_refusal(fixed) or "the document has changed meanwhile"))
    action.edit = _edit(ls, asked.snapshot, fixed)
    return action


async def _fixed(ls: FlashServer, asked: Request, hear: Callable[[str], None] | None = None) -> Fixed:
    """The fix, found before or now. Raises JsonRpcException for what a model could not do."""
    found: Fixed | None = ls.fixes.get(asked.key)
    if found is not None:
        return found
    engine = await ls.engine_at(asked.snapshot.uri)
    snapshot = await with_tree(ls, asked.snapshot)
    root = ls.session_at(snapshot.uri).root
    problems = asked.problems or await _found(engine, snapshot, root, asked)
    try:
        if len(problems) > 1 or asked.whole:
            return await fix_all(engine, snapshot, root, problems)
        return await fix_piece(engine, snapshot, root, problems, (asked.start, asked.end), hear=hear)
    except ModelError as error:
        ls.status_line.failed(error)
        raise ls.request_failed(error) from None


async def _found(engine: Engine, snapshot: Snapshot, root: str | None, asked: Request) -> tuple[Diagnostic, ...]:
    """What the language's tools say of the rows asked about: some editors tell a server of its own diagnostics only."""
    first, last = snapshot.lines.point(asked.start)[0], snapshot.lines.point(asked.end)[0]
    try:
        found = await diagnosed(engine, snapshot, root)
    except NotRun:
        return ()
    return tuple(one for one in found if first <= one.row <= last)


async def _look_ahead(
    ls: FlashServer, snapshot: Snapshot, where: lsp.Range, problems: Sequence[lsp.Diagnostic]
) -> None:
    """Looks for the fixes unasked, if the user has set that, and keeps those that were checked."""
    engine = await ls.engine_at(snapshot.uri)
    if not engine.settings.fix.background or "fix" not in engine.routes:
        return
    await asyncio.sleep(_PAUSE_S)
    for one in problems:
        asked = _about(ls, snapshot, where, [one])
        if not unchanged(ls, snapshot) or asked.key in ls.fixes or asked.key in ls.fixing:
            continue
        ls.fixing.add(asked.key)
        try:
            parsed = await with_tree(ls, snapshot)
            fixed = await fix_piece(engine, parsed, ls.session_at(snapshot.uri).root, asked.problems, priority=2)
        except ModelError as error:
            ls.status_line.failed(error)
            return
        finally:
            ls.fixing.discard(asked.key)
        for key in [key for key in ls.fixes if key[0] == snapshot.uri and key[1] != snapshot.version]:
            del ls.fixes[key]
        if fixed.state == "verified":
            ls.fixes[asked.key] = fixed


def _problem(ls: FlashServer, snapshot: Snapshot, where: lsp.Range, one: lsp.Diagnostic) -> lsp.CodeAction:
    """The entry for one problem; with a promise where its fix was checked."""
    found = ls.fixes.get(_about(ls, snapshot, where, [one]).key)
    message = diagnostic_from(snapshot, one).message.split("\n")[0]
    message = message if len(message) <= _LONGEST_TITLE else message[: _LONGEST_TITLE - 1] + "…"
    title = f"Fix with flashls, {found.how}: {message}" if found else f"Fix with flashls: {message}"
    action = _action(ls, title, _argument(ls, snapshot, where, [one]))
    action.diagnostics = [one]
    action.is_preferred = True if found else None
    return action


def _action(ls: FlashServer, title: str, argument: dict[str, Any]) -> lsp.CodeAction:
    """An entry that runs the command; for a client that cannot be sent edits, one that is resolved to an edit."""
    kind = lsp.CodeActionKind.QuickFix
    if can_apply(ls) or not _resolves(ls):
        return lsp.CodeAction(title, kind=kind, command=lsp.Command(title, "flashls.fix", arguments=[argument]))
    return lsp.CodeAction(title, kind=kind, data={"task": "fix", **argument})


def _argument(
    ls: FlashServer, snapshot: Snapshot, where: lsp.Range, problems: Sequence[lsp.Diagnostic]
) -> dict[str, Any]:
    found = {"diagnostics": [ls.unstructured(one) for one in problems]} if problems else {}
    return {"uri": snapshot.uri, "range": ls.unstructured(where), **found}


def _request(ls: FlashServer, arguments: tuple[Any, ...]) -> Request:
    try:
        first = arguments[0]
        where = ls.structured(first["range"], lsp.Range)
        problems = [ls.structured(one, lsp.Diagnostic) for one in first.get("diagnostics") or ()]
        snapshot, whole = ls.session.documents[first["uri"]], bool(first.get("all"))
    except (BaseValidationError, IndexError, KeyError, TypeError, AttributeError):
        raise JsonRpcInvalidParams(
            'flashls.fix takes [{"uri": of an open document, "range": {...}, "diagnostics": [...] optional, '
            '"all": optional}, {"token": optional}]'
        ) from None
    asked = _about(ls, snapshot, where, problems)
    if whole and not problems:
        known = tuple(one for one in ls.session_at(snapshot.uri).view().diagnostics if one.uri == snapshot.uri)
        asked = replace(asked, problems=known, whole=bool(known))
    return asked


def _about(ls: FlashServer, snapshot: Snapshot, where: lsp.Range, problems: Sequence[lsp.Diagnostic]) -> Request:
    start, end = (cursor_at(snapshot, at, ls.encoding).offset for at in (where.start, where.end))
    found = tuple(diagnostic_from(snapshot, one) for one in problems)
    return Request(snapshot, found, min(start, end), max(start, end))


def _edit(ls: FlashServer, snapshot: Snapshot, fixed: Fixed) -> lsp.WorkspaceEdit:
    return workspace_edit(ls, snapshot, fixed.changes, _label(fixed), fixed.explanation)


def _label(fixed: Fixed) -> str:
    """What a change annotation calls the fix: what was verified, or that nothing was and why."""
    return f"Fix, {fixed.how}" if fixed.state == "verified" else f"Fix, not verified: {fixed.how}"


def _refusal(fixed: Fixed) -> str:
    return "" if fixed.changes else f"{fixed.how} {fixed.explanation}".strip()


def _resolves(ls: FlashServer) -> bool:
    """Whether the client asks for an action's edit when it is chosen (LSP 3.16, ``codeAction.resolveSupport``)."""
    text = ls.client_capabilities.text_document
    support = text.code_action.resolve_support if text and text.code_action else None
    return bool(support and "edit" in support.properties)
