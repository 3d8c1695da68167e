"""Visible: what is left of a workspace when all that no model may see is taken out of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from urllib.parse import quote

from flashls.engine.hidden import hidden
from flashls.types import Workspace


def visible(workspace: Workspace, patterns: tuple[str, ...]) -> Workspace:
    """The workspace without hidden files; ``patterns`` as in ``paths.off``. Asks the disk: not for the key path."""
    uris = {s.uri for s in workspace.snapshots} | {e.uri for e in workspace.edits}
    uris |= {d.uri for d in workspace.diagnostics}
    shown = {uri for uri in uris if not hidden(uri, workspace.root, patterns)}
    shows = partial(sees, workspace.root, patterns)
    return replace(
        workspace,
        snapshots=tuple(each for each in workspace.snapshots if each.uri in shown),
        edits=tuple(each for each in workspace.edits if each.uri in shown),
        changes=tuple(each for each in workspace.changes if shows(each.path)),
        diagnostics=tuple(each for each in workspace.diagnostics if each.uri in shown),
        visible=shows,
    )


def sees(root: str | None, patterns: tuple[str, ...], path: str) -> bool:
    """Whether models may see the file at a path, which is relative to the root or absolute."""
    folder = (root or "").replace("\\", "/").rstrip("/")
    whole = path if path.startswith("/") or not folder else f"{folder}/{path}"
    whole = whole if whole.startswith("/") else f"/{whole}"
    return not hidden(f"file://{quote(whole)}", root, patterns)
