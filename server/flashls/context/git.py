"""Git: what has changed in the workspace since the last commit, as diffs; ``borrowed`` says how git is run."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flashls.context.borrowed import DIFF, Git, Repository, program, repository_of
from flashls.types import Snippet

_FILES = 8
_FILE_CHARACTERS = 1_600
_LONG_ROW = 400  # characters: what is cut in two could be half a secret, so a longer row drops its file's diff
_FRESH_S = 30.0

Visible = Callable[[str], bool]


@dataclass(slots=True)
class Changes:
    """The changes of one workspace, kept until another commit, another index, or half a minute later."""

    root: str
    visible: Visible
    _key: tuple[object, ...] = ()
    _until: float = 0.0
    _found: tuple[Snippet, ...] = ()
    _git: str | None = field(default=None, repr=False)

    def since_commit(self, now: float | None = None) -> tuple[Snippet, ...]:
        """The files that differ from the last commit, latest first, each with its hunks. For a thread: up to 3 s.

        At most 8 files that are ``visible`` (by their path below the root) and 1,600 characters of each. Nothing if
        there is no repository, no commit, no git. ``now`` in monotonic seconds.
        """
        now = time.monotonic() if now is None else now
        repository = repository_of(Path(self.root))
        if repository is None:
            return ()
        key = (repository.head, _mtime(repository.index))
        if key != self._key or now >= self._until:
            self._git = self._git or program(Path(self.root))
            self._found = tuple(_snippets(self._git, Path(self.root), repository, self.visible)) if self._git else ()
            self._key, self._until = key, now + _FRESH_S
        return self._found


def _snippets(git: str, root: Path, repository: Repository, visible: Visible) -> Iterator[Snippet]:
    try:
        with tempfile.TemporaryDirectory(prefix="flashls-git-") as empty:
            run = Git(git, root, repository, Path(empty))
            named = run(*DIFF, "--name-only", "-z", repository.head, "--", ".").decode("utf-8", "replace")
            names = [name for name in named.split("\0")[:-1] if _is_own(root / name) and visible(name)]
            names = sorted(names, key=lambda name: -_mtime(root / name))[:_FILES]
            for n, name in enumerate(names):
                said = run(*DIFF, "-U1", repository.head, "--", name)
                if text := _hunks(said.decode("utf-8", "replace")):
                    yield Snippet(name, text, "diff", 1 / (1 + n), "changed since the last commit")
    except (OSError, subprocess.SubprocessError):
        return


def _hunks(diff: str) -> str:
    """What is below the header, ended where it gets long; nothing if a row is too long to be shown whole."""
    at = diff.find("\n@@ ")
    kept, size = list[str](), 0
    for row in diff[at + 1 :].split("\n") if at >= 0 else ():
        if len(row) > _LONG_ROW:
            return ""
        size += len(row) + 1
        if size > _FILE_CHARACTERS:
            break
        kept.append(re.sub(r"^(@@ [^@]* @@).*", r"\1", row))
    return "\n".join(kept).rstrip("\n")


def _is_own(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
