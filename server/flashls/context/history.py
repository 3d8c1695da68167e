"""History: what has changed since a revision or is staged, file by file, and the subjects of the last commits.

Git only says which rows differ. The texts are compared as wholes with their secrets taken out before rows are taken
from them: a few rows of a private key look like any others.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flashls.context.borrowed import DIFF, MOST_BYTES, Git, NoHistory, program, repository_of
from flashls.context.git import Visible
from flashls.context.refs import commit_of

FILES = 500
"""The most files of one change that are looked at."""

State = Literal["added", "changed", "deleted"]

_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_PLAIN_FILES = ("100644", "100755", "000000")
_STATES: dict[str, State] = {"A": "added", "D": "deleted"}


@dataclass(frozen=True, slots=True)
class Hunk:
    """Rows ``old`` to ``old_end`` of the text before are rows ``new`` to ``new_end`` now; 0-based, ends excluded."""

    old: int
    old_end: int
    new: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A file that differs, by its path below the root; a text is None where there is none or it is no text."""

    path: str
    state: State
    before: str | None
    after: str | None
    hunks: tuple[Hunk, ...]


def changed_since(root: Path, revision: str, visible: Visible) -> tuple[Changed, ...]:
    """The ``visible`` files of git's that differ from a revision, as they are on the disk; takes a thread a while.

    ``A...`` and ``A...HEAD`` stand for what HEAD has more than A: for the commit at which the two parted. Raises
    NoHistory.
    """
    with _opened(root) as git:
        return tuple(_changed(git, root, (commit_of(git, revision),), visible))


def staged(root: Path, visible: Visible) -> tuple[Changed, ...]:
    """The ``visible`` files that the next commit would change, as they are staged; the first one adds all of them.

    Raises NoHistory.
    """
    with _opened(root, begun=False) as git:
        head = (git.repository.head,) if git.repository.head else ()  # without one git compares with nothing
        return tuple(_changed(git, root, ("--cached", *head), visible))


def subjects(root: Path, most: int = 30) -> tuple[str, ...]:
    """The first lines of the last commits' messages, merges left out, the latest first; none before the first.

    Raises NoHistory.
    """
    with _opened(root, begun=False) as git:
        if not git.repository.head:
            return ()
        said = git("log", "--no-merges", "--no-show-signature", f"--max-count={most}", "--format=%s", "HEAD")
        return tuple(row for row in said.decode("utf-8", "replace").splitlines() if row.strip())


@contextmanager
def _opened(root: Path, begun: bool = True) -> Iterator[Git]:
    repository, git = repository_of(root, begun), program(root)
    if git is None:
        raise NoHistory("git is not on $PATH: install it")
    if repository is None:
        raise NoHistory(f"{root}: no git repository {'with a commit ' if begun else ''}is here")
    try:
        with tempfile.TemporaryDirectory(prefix="flashls-git-") as empty:
            yield Git(git, root, repository, Path(empty))
    except (OSError, subprocess.SubprocessError) as error:
        raise NoHistory(f"git could not tell what has changed ({type(error).__name__})") from None


def _changed(git: Git, root: Path, against: tuple[str, ...], visible: Visible) -> Iterator[Changed]:
    raw = git(*DIFF, "--raw", "-z", "--abbrev=64", *against, "--", ".").decode("utf-8", "replace").split("\0")
    for told, path in list(zip(raw[::2], raw[1::2], strict=False))[:FILES]:
        old_mode, new_mode, old, new, letter = told.removeprefix(":").split()
        if old_mode not in _PLAIN_FILES or new_mode not in _PLAIN_FILES or not visible(path):
            continue
        hunks = tuple(map(_hunk, _HUNK.finditer(git(*DIFF, "-U0", *against, "--", path))))
        before = None if letter == "A" else _text(git("cat-file", "blob", old))
        after = (
            None if letter == "D" else _text(_read(root / path) if not new.strip("0") else git("cat-file", "blob", new))
        )
        if hunks or letter != "M":
            yield Changed(path, _STATES.get(letter, "changed"), before, after, hunks)


def _hunk(found: re.Match[bytes]) -> Hunk:
    old, olds, new, news = (int(n) if n is not None else 1 for n in found.groups())
    # Of an empty range git names the row before it.
    old, new = (at - 1 if rows else at for at, rows in ((old, olds), (new, news)))
    return Hunk(old, old + olds, new, new + news)


def _read(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file():
        return b"\0"
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


def _text(data: bytes) -> str | None:
    """What is no text, or too long, is None."""
    return None if len(data) >= MOST_BYTES or b"\0" in data else data.decode("utf-8", "replace")
