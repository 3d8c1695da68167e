"""Gather: what the model gets to see around a cursor, within a budget.

In two steps, because only the first may be slow: ``extras`` are gathered ahead, off the key path; ``gather`` joins
them with the window at the moment of asking.
"""

from __future__ import annotations

from flashls.context.pack import PER_FILE, pack
from flashls.context.retrieve import retrieve
from flashls.context.similar import similar
from flashls.context.window import window
from flashls.syntax.imports import imports
from flashls.syntax.languages import language_of
from flashls.syntax.scopes import enclosing
from flashls.text.uris import shown_path
from flashls.types import Budget, Context, Cursor, Snippet, Workspace


def gather(cursor: Cursor, budget: Budget, extras: tuple[Snippet, ...], root: str | None = None) -> Context:
    """The context at a cursor: its window, and of ``extras`` those that fit and that the window does not show.

    ``root`` is the workspace's folder: paths are shown relative to it.
    """
    prefix, suffix = window(cursor, budget)
    wanted = (
        s for s in (*extras, *_scopes(cursor, len(prefix), root)) if s.text.strip() and s.text.strip() not in prefix
    )
    return Context(cursor, prefix, suffix, _packed(tuple(wanted), budget))


_BUDGET = Budget(prefix=1500, suffix=500, extra=2000, suffix_rows=40, head_step=1)


def extras(cursor: Cursor, workspace: Workspace, budget: Budget = _BUDGET) -> tuple[Snippet, ...]:
    """What holds for a whole region of a document: its imports, and similar code in other open documents.

    Stable while the cursor stays near, so that a model's prefix cache can be used. Takes up to 0.2 s with twenty long
    documents: call it in a thread.
    """
    if workspace.index is None:
        return own_imports(cursor, workspace.root) + similar(cursor, workspace)
    lines = cursor.snapshot.lines
    prefix, suffix = window(cursor, budget)
    first, last = lines.point(cursor.offset - len(prefix))[0], lines.point(cursor.offset + len(suffix))[0]
    pieces = retrieve(cursor, workspace, (first, last))
    return pack(pieces, int(budget.extra * budget.chars_per_token))


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
    if language is None or snapshot.tree is None:
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
        cost = len(snippet.text) + len(snippet.path) + PER_FILE
        if cost <= room:
            kept.append(snippet)
            room -= cost
    return tuple(kept)
