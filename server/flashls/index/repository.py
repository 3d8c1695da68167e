"""The repository around a folder: where git's own files are, and what its settings ignore.

Git is run for two questions only, and sees no repository's own settings in either; see ``index.gitprogram``.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flashls.index.gitprogram import borrowing, environ, program
from flashls.index.ignores import GIT_IGNORE, read
from flashls.index.patterns import Patterns

_PATIENCE = 5.0  # seconds that git may take
_LONGEST = 4096  # characters of a file that names a folder
_SHA256 = re.compile(r"(?im)^\s*objectformat\s*=\s*sha256\s*$")

# What tells git where the user's and the system's settings are.
_PLACES = (
    "HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "XDG_CONFIG_HOME", "PROGRAMDATA",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
)  # fmt: skip


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
    """The repository whose top folder this is, or None; a work tree's or a submodule's too. Raises nothing."""
    own = top / ".git"
    with suppress(OSError, ValueError):  # also for a name that no file system has
        if own.is_file():
            own = top / _named(own).removeprefix("gitdir:").strip()
        if not (own / "HEAD").exists():
            return None
        common = own / "commondir"
        found = Repository(top, own, own / _named(common) if common.is_file() else own)
        os.lstat(found.common)
        return found
    return None


def linked_tree(folder: Path) -> bool:
    """Whether a folder is a work tree besides a repository's own one; see git-worktree(1). Raises nothing."""
    found = at(folder)
    return found is not None and found.own != found.common


def inside_patterns(found: Repository | None) -> Patterns | None:
    """The patterns that a repository keeps among git's own files, ``.git/info/exclude``."""
    return read(found.common / "info" / "exclude") if found else None


def excludes_file(root: Path) -> Path | None:
    """The user's own file of patterns: git's setting ``core.excludesFile``, else its default place.

    The setting is the user's or the system's; one in a repository's own configuration does not count.
    """
    places = {name: os.environ[name] for name in _PLACES if name in os.environ}
    asked = ("config", "--type=path", "--get", "core.excludesFile")
    named = _said_by_git(root, {**places, "GIT_DIR": os.devnull}, *asked).rstrip(b"\r\n")
    if named:
        return Path(os.fsdecode(named))
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")  # noqa: PTH111, PTH118
    return Path(home) / "git" / "ignore"


def between(found: Repository | None, root: Path) -> tuple[str, ...]:
    """The folders from the repository's top down to above ``root``, as absolute paths; empty where they are one."""
    if found is None or not root.is_relative_to(found.top):
        return ()
    parts = root.relative_to(found.top).parts
    return tuple(str(found.top.joinpath(*parts[:depth])) for depth in range(len(parts)))


def tracked_though_ignored(found: Repository, root: Path, user: Path | None) -> frozenset[str]:
    """Files below ``root`` that git keeps although its patterns ignore them, relative to it; 10 ms in a large one.

    ``user`` is the ``excludes_file``. Nothing of an index that git cannot read alone, such as a split one.
    """
    places = (found.common / "info" / "exclude", user)
    given = [f"--exclude-from={place}" for place in places if place and read(place)]
    asked = ("ls-files", "-ci", "-z", f"--exclude-per-directory={GIT_IGNORE}", *given)
    try:
        with tempfile.TemporaryDirectory(prefix="flashls-git-") as empty:
            objects, index = found.common / "objects", found.own / "index"
            borrowed = borrowing(Path(empty), found.top, objects, index, sha256=_has_sha256(found))
            listed = _said_by_git(root, borrowed, *asked)
    except OSError:
        return frozenset()
    return frozenset(os.fsdecode(listed).split("\0")[:-1])


def _has_sha256(found: Repository) -> bool:
    with suppress(OSError, ValueError), (found.common / "config").open(encoding="utf-8", errors="replace") as config:
        return _SHA256.search(config.read(16 * _LONGEST)) is not None
    return False


def _named(file: Path) -> str:
    """The folder that a file names."""
    with file.open(encoding="utf-8") as opened:
        return opened.read(_LONGEST).strip()


def _said_by_git(folder: Path, more: dict[str, str], *arguments: str) -> bytes:
    """What git writes; nothing without git or in trouble. ``more`` is what it needs in its environment."""
    git = program(folder)
    if git is None:
        return b""
    with suppress(OSError, ValueError, subprocess.SubprocessError):
        done = subprocess.run(
            [git, *arguments], cwd=folder, env=environ(folder, more), stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_PATIENCE, check=False,
        )  # fmt: skip
        return done.stdout if done.returncode == 0 else b""
    return b""


def _mtime(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except (OSError, ValueError):
        return 0
