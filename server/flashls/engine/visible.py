"""Visible: what is left of a workspace when all that no model may see is taken out of it, and all that is not its own.

A file that git ignores, one outside the workspace, or a link to one, is shown only where the user works in it.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

from flashls.engine.hidden import Hiding, hidden
from flashls.index.walk import Counting, Walk, walk
from flashls.text.uris import file_uri, path_below, path_of, place_of
from flashls.types import Workspace

_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_FRESH_S = 2.0  # how long an answer holds: it asks the disk, some 50 microseconds a file
_RULES_S = 30.0  # how long git's own settings hold, which take a process to ask for


def visible(workspace: Workspace, patterns: tuple[str, ...]) -> Workspace:
    """The workspace without what it must not show; ``patterns`` as in ``paths.off``. Not for the key path."""
    root = workspace.root
    uris = {s.uri for s in workspace.snapshots} | {e.uri for e in workspace.edits}
    uris |= {d.uri for d in workspace.diagnostics}
    shown = {uri for uri in uris if _is_shown(uri, root, patterns, _moment(_FRESH_S))}
    shows = partial(sees, root, patterns)
    return replace(
        workspace,
        snapshots=tuple(each for each in workspace.snapshots if each.uri in shown),
        edits=tuple(each for each in workspace.edits if each.uri in shown),
        changes=tuple(each for each in workspace.changes if shows(each.path)),
        diagnostics=tuple(each for each in workspace.diagnostics if each.uri in shown),
        visible=shows,
        allowed=partial(allows, root, patterns),
    )


def sees(root: str | None, patterns: tuple[str, ...], path: str) -> bool:
    """Whether other files' questions may show the file at a path, which is relative to the root or absolute."""
    return _is_shown(_uri(root, path), root, patterns, _moment(_FRESH_S))


def forget() -> None:
    """Asks the disk anew: files have changed, perhaps those that say what is hidden."""
    _seeing.cache_clear()
    _is_shown.cache_clear()
    _is_allowed.cache_clear()


def allows(root: str | None, patterns: tuple[str, ...], path: str) -> bool:
    """Whether a file of an installed package may be shown: git ignores those, as a rule, but the user may hide some."""
    return _is_allowed(_uri(root, path), root, patterns, _moment(_FRESH_S))


@dataclass(frozen=True, slots=True)
class _Seeing:
    """What is seen of a workspace at one moment: no folder is looked at twice."""

    root: Path
    hiding: Hiding
    counting: Counting
    inside: dict[str, bool] = field(default_factory=dict)

    def shows(self, uri: str) -> bool:
        """Whether a file is the workspace's own, and nothing hides it. Raises ValueError for one elsewhere."""
        path = path_of(uri)
        folder = path.rpartition("/")[0]
        if folder not in self.inside:
            real, root = self.hiding.real(folder), self.hiding.real(self.root.as_posix()).rstrip("/")
            self.inside[folder] = f"{real}/".startswith(f"{root}/")
        below = path_below(uri, str(self.root)) or Path(path).relative_to(self.root).as_posix()
        return self.inside[folder] and self.counting.counts(below) and not self.hiding.hides_below(below)


@lru_cache(maxsize=4)
def _seeing(root: str, patterns: tuple[str, ...], _when: int) -> _Seeing:
    plan = _rules(Path(root), patterns, _moment(_RULES_S))
    return _Seeing(Path(root), Hiding(root, patterns), Counting(plan))


@lru_cache(maxsize=1024)
def _is_shown(uri: str, root: str | None, patterns: tuple[str, ...], when: int) -> bool:
    if root is None or not uri.startswith("file:"):  # untitled, or a notebook's cell
        elsewhere = root is not None and place_of(uri).startswith("/") and not path_below(uri, root)
        return not elsewhere and not hidden(uri, root, patterns)
    try:
        return _seeing(root, patterns, when).shows(uri)
    except (OSError, ValueError):
        return False


@lru_cache(maxsize=1024)
def _is_allowed(uri: str, root: str | None, patterns: tuple[str, ...], _when: int) -> bool:
    return not hidden(uri, root, patterns)


def _uri(root: str | None, path: str) -> str:
    folder = (root or "").replace("\\", "/").rstrip("/")
    path = path.replace("\\", "/") if _DRIVE.match(path) else path
    whole = path if path.startswith("/") or _DRIVE.match(path) or not folder else f"{folder}/{path}"
    return file_uri(whole)


@lru_cache(maxsize=4)
def _rules(root: Path, patterns: tuple[str, ...], _when: int) -> Walk:
    return walk(root, patterns)


def _moment(seconds: float) -> int:
    return int(time.monotonic() // seconds)
