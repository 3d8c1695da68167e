"""Borrowed: a workspace's repository, read by a git that never sees the repository's own configuration.

``index.gitprogram`` says how that is done, and why.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path

from flashls.index.gitprogram import borrowing, environ
from flashls.index.gitprogram import program as program

_TIMEOUT_S = 3.0
MOST_BYTES = 400_000
"""What is read of git's answer at most; a longer one is cut off there."""

_SHA256 = 64  # hex digits
_SHA256_FORM = re.compile(r"(?im)^\s*objectformat\s*=\s*sha256\s*$")
_LONGEST_CONFIG = 65_536
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
DIFF = (
    "diff", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--ignore-submodules=all", "--relative",
)  # fmt: skip
"""Git's command for differences, without all that runs another program."""


class NoHistory(ValueError):
    """There is no repository, no such commit, or no git; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Repository:
    """Where things are: the work tree's top, what all work trees share, objects, the index; the commit checked out.

    ``head`` is "" before the first commit; whether names are SHA-256 is told by ``sha256`` then.
    """

    top: Path
    common: Path
    objects: Path
    index: Path
    head: str
    sha256: bool = False


@dataclass(frozen=True, slots=True)
class Git:
    """The program ``git`` on a repository, by way of the empty folder ``empty``, which becomes a repository.

    Branches and tags are unknown to it: revisions are told by names of commits, and from HEAD.
    """

    git: str
    root: Path
    repository: Repository
    empty: Path
    environ: dict[str, str] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        own = self.repository
        borrowed = borrowing(self.empty, own.top, own.objects, own.index, own.head, own.sha256)
        self.environ.update(environ(self.root, borrowed))

    def __call__(self, *arguments: str) -> bytes:
        """What git writes to its standard output, at most 400 kB. Raises SubprocessError, OSError."""
        command = [self.git, "--no-pager", "--literal-pathspecs", *arguments]
        process = subprocess.Popen(
            command, cwd=self.root, env=self.environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return _read(process)


def _read(process: subprocess.Popen[bytes]) -> bytes:
    """The first of what a process writes; it is killed when it takes too long or writes more."""
    timer = threading.Timer(_TIMEOUT_S, process.kill)
    timer.start()
    try:
        with process:
            assert process.stdout is not None
            said = process.stdout.read(MOST_BYTES)
            if len(said) == MOST_BYTES:
                process.kill()
    finally:
        timer.cancel()
    if process.returncode != 0 and len(said) < MOST_BYTES:
        raise subprocess.SubprocessError(f"git ended with {process.returncode}")
    return said


def repository_of(root: Path, begun: bool = True) -> Repository | None:
    """The repository that the root is in, None if there is none; it has a commit, if it is to be ``begun``."""
    try:
        found = _found(root)
        return found if found is None or found.head or not begun else None
    except (OSError, ValueError):  # a file that names a folder no system has
        return None


def _found(root: Path) -> Repository | None:
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    own = _own_folder(top / ".git") if top else None
    if top is None or own is None:
        return None
    common = own.parent.parent if own.parent.name == "worktrees" else own
    objects, index = common / "objects", own / "index"
    elsewhere = (own / "HEAD", common / "refs", objects, index)
    if any(path.is_symlink() for path in elsewhere) or (objects / "info" / "alternates").exists():
        return None  # a workspace could name the history of another repository
    head = _commit(own, common)
    if head or _is_unborn(own, common):
        return Repository(top, common, objects, index, head, len(head) == _SHA256 or (not head and _has_sha256(common)))
    return None


def _own_folder(dot_git: Path) -> Path | None:
    """The repository's folder: ``.git`` itself, or what the file ``.git`` of a linked work tree names.

    Only if that one names this file in turn (gitrepository-layout, "gitdir"), as git itself writes it: anybody can
    write a ``.git`` that names another repository.
    """
    if dot_git.is_symlink():
        return None
    if dot_git.is_dir():
        return dot_git
    own = Path(_first_line(dot_git).removeprefix("gitdir: "))
    own = own if own.is_absolute() else dot_git.parent / own
    named = _first_line(own / "gitdir")
    mutual = named and (own / named).resolve() == dot_git.resolve() and own.parent.name == "worktrees"
    return own if mutual else None


def _commit(own: Path, common: Path) -> str:
    """The name of the commit checked out; empty if there is none yet, or it is kept in a form that is not read here."""
    head = _first_line(own / "HEAD")
    ref = head.removeprefix("ref: ")
    if ref != head and ref.startswith("refs/heads/"):
        file = (common / ref).resolve()
        head = _first_line(file) if file.is_relative_to(common.resolve()) else ""
        head = head or _packed(common / "packed-refs", ref)
    return head if _SHA.fullmatch(head) else ""


def _is_unborn(own: Path, common: Path) -> bool:
    """Whether the branch checked out has no commit yet, rather than one that is kept in a form not read here."""
    ref = _first_line(own / "HEAD").removeprefix("ref: ")
    return ref.startswith("refs/heads/") and not os.path.lexists(common / ref) and not (common / "reftable").exists()


def _has_sha256(common: Path) -> bool:
    with (common / "config").open(encoding="utf-8", errors="replace") as config:
        return _SHA256_FORM.search(config.read(_LONGEST_CONFIG)) is not None


def _packed(file: Path, ref: str) -> str:
    try:
        rows = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((row.split(" ", 1)[0] for row in rows if row.endswith(f" {ref}")), "")


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            return opened.readline(4096).strip()
    except (OSError, ValueError):
        return ""
