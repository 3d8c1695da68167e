"""The repository around a folder: where git's own files are, and what its settings ignore.

Git is only run to read, and so that it runs nothing that a repository's own settings name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flashls.index.ignores import read
from flashls.index.patterns import Patterns

_PATIENCE = 5.0  # seconds that git config may take


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository's top folder; ``own`` holds HEAD and the index, ``common`` what all work trees share."""

    top: Path
    own: Path
    common: Path

    def stamp(self) -> tuple[int, int]:
        """When HEAD and the index were last written (nanoseconds, 0 if missing): a checkout changes both."""
        return _mtime(self.own / "HEAD"), _mtime(self.own / "index")


def repository(folder: Path) -> Repository | None:
    """The repository that a folder is in, or None."""
    for top in (folder, *folder.parents):
        found = at(top)
        if found:
            return found
    return None


def at(top: Path) -> Repository | None:
    """The repository whose top folder this is, or None; a work tree's or a submodule's too."""
    own = top / ".git"
    with suppress(OSError, UnicodeDecodeError):
        if own.is_file():
            own = top / own.read_text("utf-8").removeprefix("gitdir:").strip()
        if not (own / "HEAD").exists():
            return None
        common = own / "commondir"
        return Repository(top, own, own / common.read_text("utf-8").strip() if common.is_file() else own)
    return None


def outside_patterns(found: Repository | None, root: Path) -> tuple[Patterns, ...]:
    """Git's patterns that come from no file below ``root``, the first to decide first.

    These are ``.git/info/exclude`` and ``core.excludesFile``; patterns of the folders between the repository's top
    and ``root`` are ``between``'s.
    """
    places = [found.common / "info" / "exclude"] if found else []
    user = _excludes_file(root)
    return tuple(p for place in (*places, *([user] if user else [])) if (p := read(place)))


def between(found: Repository | None, root: Path) -> tuple[str, ...]:
    """The folders from the repository's top down to above ``root``, as absolute paths; empty where they are one."""
    if found is None or not root.is_relative_to(found.top):
        return ()
    parts = root.relative_to(found.top).parts
    return tuple(str(found.top.joinpath(*parts[:depth])) for depth in range(len(parts)))


def tracked_though_ignored(root: Path) -> frozenset[str]:
    """Files below ``root`` that git keeps although its patterns ignore them, relative to it; 10 ms in a large one."""
    listed = _said_by_git(root, "-c", "core.fsmonitor=", "ls-files", "-ci", "--exclude-standard", "-z")
    return frozenset(os.fsdecode(listed).split("\0")[:-1])


def git(root: Path) -> str | None:
    """The user's git, None without one. A relative folder on the path, or one in the workspace, could hold another."""
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if Path(folder).is_absolute()]
    folders = [folder for folder in folders if not Path(folder).resolve().is_relative_to(root.resolve())]
    found = shutil.which("git", path=os.pathsep.join(folders))
    return found if found and Path(found).is_absolute() and not Path(found).is_relative_to(root) else None


def _excludes_file(folder: Path) -> Path | None:
    """The user's own file of patterns: the setting, else git's default place."""
    named = _said_by_git(folder, "config", "--type=path", "--get", "core.excludesFile").rstrip(b"\r\n")
    if named:
        return Path(os.fsdecode(named))
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")  # noqa: PTH111, PTH118
    return Path(home) / "git" / "ignore"


def _said_by_git(folder: Path, *arguments: str) -> bytes:
    """What git writes; nothing without git or in trouble."""
    program = git(folder)
    if program is None:
        return b""
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, timeout=_PATIENCE, check=False)
        return done.stdout if done.returncode == 0 else b""
    return b""


def _mtime(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
