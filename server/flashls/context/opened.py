"""Opened: a workspace's index with the open documents over it, as they are in the editor."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from flashls.context.place import read
from flashls.context.retrieve import rows_on_disk
from flashls.index.facts import Facts, Index
from flashls.index.overlay import Overlay
from flashls.text.uris import path_of, shown_path
from flashls.types import Lines, Snapshot, Workspace

_DOCUMENTS = 8
_BYTES = 500_000


def opened(workspace: Workspace, own: str) -> Index | None:
    """The index, with the 8 documents over it that were used last and are not as on disk; None without an index.

    ``own`` is the URI of the document that is left out, for what it holds is known otherwise. A document is read once
    a version, 5 us a row: not for the key path. Longer ones than 500 kB are taken as they lie on disk.
    """
    index = cast("Index | None", workspace.index)
    if index is None or workspace.root is None:
        return index
    changed = [each for each in _below(workspace, own) if _differs(_Same(each.lines), *_on_disk(each, workspace.root))]
    facts = [found[0] for each in changed[:_DOCUMENTS] if (found := read(each, workspace.root))]
    return _over(cast(Hashable, index), tuple(map(_Same, facts))) if facts else index


def _below(workspace: Workspace, own: str) -> Iterator[Snapshot]:
    for each in workspace.snapshots:
        inside = each.uri.startswith("file:") and Path(path_of(each.uri)).is_relative_to(workspace.root or "")
        if inside and each.uri != own and each.lines.size <= _BYTES:
            yield each


class _Same:
    """Something that equals only itself, to remember what came of it."""

    def __init__(self, it: Any) -> None:
        self.it = it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.it is other.it

    def __hash__(self) -> int:
        return id(self.it)


def _on_disk(snapshot: Snapshot, root: str) -> tuple[str, str, int]:
    path = shown_path(snapshot.uri, root)
    try:
        return path, root, Path(root, path).stat().st_mtime_ns
    except OSError:
        return path, root, 0


@lru_cache(maxsize=32)
def _differs(lines: _Same, path: str, root: str, _changed: int) -> bool:
    text = cast(Lines, lines.it)
    return text.before(text.length, _BYTES).split("\n") != rows_on_disk(path, root)


@lru_cache(maxsize=2)
def _over(index: Hashable, documents: tuple[_Same, ...]) -> Index:
    return Overlay(cast(Index, index), [cast(Facts, each.it) for each in documents])
