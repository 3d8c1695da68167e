"""Lasting: what of the snippets shown before still holds, for models that are shown the same again."""

from __future__ import annotations

from pathlib import Path

from flashls.context.dependencies import INSTALLED, rows_of
from flashls.context.fuller import doc_row
from flashls.context.installed import again
from flashls.context.place import read
from flashls.context.retrieve import rows_on_disk
from flashls.index.facts import Facts
from flashls.syntax.languages import language_of
from flashls.text.uris import own_path, path_of, shown_path
from flashls.types import Cursor, Snapshot, Snippet, Workspace

_IN_PART = ("scope", "counterpart")  # of whose rows the beginnings may be shown
_LONGEST = 2_000_000


def lasting(last: tuple[Snippet, ...], cursor: Cursor, workspace: Workspace) -> tuple[Snippet, ...]:
    """Those of the snippets whose files models may see, and in which each of their rows stands as it is shown.

    Open documents are as they are in the editor, other files as they lie on disk. Not for the key path: files that
    have changed are read.
    """
    open_ = {own_path(s.uri, workspace.root): s for s in workspace.snapshots}
    open_[shown_path(cursor.snapshot.uri, workspace.root)] = cursor.snapshot
    known = dict[str, frozenset[str]]()
    kept = list[Snippet]()
    for each in last:
        if each.path not in known:
            installed = each.why.startswith(INSTALLED)
            known[each.path] = (
                _installed(each.path, cursor, workspace)
                if installed
                else _own(each.path, open_.get(each.path), workspace)
            )
        rows = known[each.path]
        if all(_stands(row.strip(), rows, each.kind in _IN_PART) for row in each.text.split("\n")):
            kept.append(each)
    return tuple(kept)


def _stands(row: str, rows: frozenset[str], in_part: bool) -> bool:
    return row in rows or not row or (in_part and any(row in each for each in rows))


def _installed(path: str, cursor: Cursor, workspace: Workspace) -> frozenset[str]:
    language, root = language_of(cursor.snapshot.language), Path(workspace.root or "")
    file = again(path, language.name, root, Path(path_of(cursor.snapshot.uri))) if language else None
    shown = file is not None and workspace.allowed(file.as_posix()) and workspace.allowed(file.resolve().as_posix())
    return rows_of(file) if shown and file is not None else frozenset()


def _own(path: str, snapshot: Snapshot | None, workspace: Workspace) -> frozenset[str]:
    """The rows of a file, those of its definitions' headers and what is told of these, without their indentation."""
    if snapshot is not None:
        found = read(snapshot, workspace.root)
        rows = snapshot.before(snapshot.lines.length, _LONGEST).split("\n")
        return frozenset(row.strip() for row in rows) | _headers(found[0] if found else None)
    if not workspace.visible(path):
        return frozenset()
    facts = workspace.index.facts(path) if workspace.index is not None else None
    return frozenset(row.strip() for row in rows_on_disk(path, workspace.root)) | _headers(facts)


def _headers(facts: Facts | None) -> frozenset[str]:
    every = facts.definitions if facts else ()
    rows = (row.strip() for one in every for row in one.signature.split("\n"))
    return frozenset(rows) | {doc_row(one)[1].strip() for one in every if one.doc}
