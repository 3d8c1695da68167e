"""Gather: what the model gets to see around a cursor, within a budget.

In two steps, because only the first may be slow: ``extras`` are gathered ahead, off the key path; ``gather`` joins
them with the window at the moment of asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from flashls.context.counterpart import counterpart
from flashls.context.dependencies import dependencies
from flashls.context.diagnostics import diagnostics
from flashls.context.edits import edits
from flashls.context.fuller import AMPLE, RICHER, fuller
from flashls.context.opened import opened
from flashls.context.pack import PER_FILE, Piece, pack
from flashls.context.place import Place, place_of
from flashls.context.resolve.paths import Paths, paths_of
from flashls.context.retrieve import outside, retrieve
from flashls.context.similar import similar
from flashls.context.window import window
from flashls.syntax.imports import imports
from flashls.syntax.languages import language_of
from flashls.syntax.scopes import enclosing
from flashls.text.uris import shown_path
from flashls.types import Budget, Context, Cursor, Snippet, Workspace

TOLD = ("installed packages", "the counterpart", "changes since the last commit", "the last edits", "diagnostics")
"""The sources besides definitions and similar code."""

Off = frozenset[str]
_Shares = Iterator[tuple[Iterable[Snippet], float]]


def gather(cursor: Cursor, budget: Budget, extras: tuple[Snippet, ...], root: str | None = None) -> Context:
    """The context at a cursor: its window, and of ``extras`` those that fit and that the window does not show.

    ``root`` is the workspace's folder: paths are shown relative to it.
    """
    prefix, suffix = window(cursor, budget)
    ahead = any(snippet.kind != "imports" for snippet in extras)  # then the headers around are among them
    scopes = () if ahead else _scopes(cursor, len(prefix), root)
    wanted = (s for s in (*extras, *scopes) if s.text.strip() and s.text.strip() not in prefix)
    return Context(cursor, prefix, suffix, _packed(tuple(wanted), budget))


_BUDGET = Budget(prefix=1500, suffix=500, extra=2000, suffix_rows=40, head_step=1)
_SCOPES = 0.04  # of the room, for the headers around the cursor


def extras(
    cursor: Cursor, workspace: Workspace, budget: Budget = _BUDGET, off: Off = frozenset()
) -> tuple[Snippet, ...]:
    """What holds for a region of a document: definitions it may name, similar code, and what the user just did.

    ``off`` names sources to do without (of ``TOLD``, or see ``retrieve`` and ``fuller``). Some milliseconds, up to
    0.2 s where installed packages are read for the first time: call it in a thread.
    """
    visible = cache(workspace.visible)  # a file is asked about by several sources
    workspace = replace(workspace, index=opened(workspace, cursor.snapshot.uri), visible=visible)
    place = place_of(cursor, workspace.root)
    paths = paths_of(workspace.index, place.facts) if place and workspace.index is not None else None
    room = int(budget.extra * budget.chars_per_token * (1 - _SCOPES))
    before = _told(_before(cursor, workspace, place, paths, off), room)
    after = _told(_after(cursor, workspace, off), room)
    prefix, suffix = window(cursor, budget)
    scopes = _scopes(cursor, len(prefix), workspace.root)
    if place is None or paths is None:
        return (*before, *own_imports(cursor, workspace.root), *similar(cursor, workspace), *scopes, *after)
    lines = cursor.snapshot.lines
    rows = lines.point(cursor.offset - len(prefix))[0], lines.point(cursor.offset + len(suffix))[0]
    pieces = retrieve(cursor, workspace, place, paths, rows, off.difference(RICHER))
    left = room - sum(map(_cost, (*before, *after)))
    pieces = _untold(fuller(pieces, workspace, budget.extra >= AMPLE, off), before)
    found = pack(pieces, left, lambda path: path == place.path or workspace.visible(path))
    shown = shown_path(cursor.snapshot.uri, workspace.root)
    found = tuple(replace(each, path=shown) if each.path == place.path != shown else each for each in found)
    return (*before, *found, *scopes, *after)


def _untold(pieces: Iterable[Piece], before: tuple[Snippet, ...]) -> Iterator[Piece]:
    """The pieces that have a row which what stands before them does not show of their file."""
    told = {each.path: {row.strip() for row in each.text.split("\n")} for each in before}
    for piece in pieces:
        rows = told.get(piece.path)
        if rows is None or any(text.strip() not in rows for text in piece.rows.values()):
            yield piece


def _before(cursor: Cursor, workspace: Workspace, place: Place | None, paths: Paths | None, off: Off) -> _Shares:
    """What is told besides the workspace's definitions and similar code, and changes less than these.

    Each with the most of the room that it may take; what is not taken is left for the others.
    """
    installed, other, *_ = TOLD
    if place is not None and installed not in off:
        yield dependencies(cursor, workspace, outside(place, paths) if paths else place.facts.imports), 0.2
    if other not in off:
        yield counterpart(cursor, workspace, paths.known if paths else None), 0.1


def _after(cursor: Cursor, workspace: Workspace, off: Off) -> _Shares:
    """What is told besides and changes most."""
    *_, changed, edited, wrong = TOLD
    if changed not in off:
        yield workspace.changes, 0.1
    if edited not in off:
        yield edits(cursor, workspace), 0.2
    if wrong not in off:
        yield diagnostics(cursor, workspace), 0.1


def _told(sources: _Shares, room: int) -> tuple[Snippet, ...]:
    """The snippets of the sources that fit their share of the room."""
    kept: list[Snippet] = []
    for snippets, share in sources:
        left = room * share
        for snippet in snippets:
            if _cost(snippet) <= left:
                left -= _cost(snippet)
                kept.append(snippet)
    return tuple(kept)


def _cost(snippet: Snippet) -> int:
    return len(snippet.text) + len(snippet.path) + PER_FILE


def own_imports(cursor: Cursor, root: str | None) -> tuple[Snippet, ...]:
    """The document's imports as one snippet, if it has any; under half a millisecond."""
    snapshot = cursor.snapshot
    language = language_of(snapshot.language)
    found = imports(snapshot.tree, snapshot.lines, language) if language and snapshot.tree else ""
    return (Snippet(shown_path(snapshot.uri, root), found, "imports", 1.0, "the file's imports"),) if found else ()


def _scopes(cursor: Cursor, shown: int, root: str | None) -> tuple[Snippet, ...]:
    """The signatures of the enclosing classes and functions whose header the window leaves out."""
    snapshot = cursor.snapshot
    language = language_of(snapshot.language)
    if language is None or snapshot.tree is None or shown >= cursor.offset:
        return ()
    hidden = [
        scope
        for scope in enclosing(snapshot.tree, snapshot.lines, language, cursor.offset)
        if scope.start < cursor.offset - shown
    ]
    return tuple(
        Snippet(shown_path(snapshot.uri, root), s.signature, "scope", 1.0, "the cursor is inside it") for s in hidden
    )


def _packed(snippets: tuple[Snippet, ...], budget: Budget) -> tuple[Snippet, ...]:
    """The snippets that fit, best first within a kind, in their given order: what changes least comes first."""
    room = int(budget.extra * budget.chars_per_token)
    kept = []
    for snippet in snippets:
        if _cost(snippet) <= room:
            kept.append(snippet)
            room -= _cost(snippet)
    return tuple(kept)
