"""Git: what has changed in the workspace since the last commit, as diffs.

A workspace brings its ``.git`` along, and git runs commands that a repository's configuration names: drivers for
diffs, filters, monitors, hooks, pagers. So git never gets to see that configuration: it is given an empty repository
of ours that borrows the objects and the index of the real one, and the workspace's folder as its work tree.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flashls.types import Snippet

_FILES = 8
_FILE_CHARACTERS = 1_600
_LONG_ROW = 400  # characters: what is cut in two could be half a secret, so a longer row drops its file's diff
_TIMEOUT_S = 3.0
_READ_BYTES = 400_000
_FRESH_S = 30.0
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FORM = "[core]\nrepositoryformatversion = 1\nautocrlf = input\nsafecrlf = false\n[extensions]\nobjectformat = {}\n"
_DIFF = (
    "diff", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--ignore-submodules=all", "--relative",
)  # fmt: skip

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
        repository = _repository(Path(self.root))
        if repository is None:
            return ()
        key = (repository.head, _mtime(repository.index))
        if key != self._key or now >= self._until:
            self._git = self._git or _program(Path(self.root))
            self._found = tuple(_snippets(self._git, Path(self.root), repository, self.visible)) if self._git else ()
            self._key, self._until = key, now + _FRESH_S
        return self._found


@dataclass(frozen=True, slots=True)
class _Repository:
    """Where things are: the work tree's top, the folder of objects, the index, and the commit checked out."""

    top: Path
    objects: Path
    index: Path
    head: str


def _snippets(git: str, root: Path, repository: _Repository, visible: Visible) -> Iterator[Snippet]:
    try:
        with tempfile.TemporaryDirectory(prefix="flashls-git-") as empty:
            run = _Run(git, root, repository, Path(empty))
            named = run(*_DIFF, "--name-only", "-z", repository.head, "--", ".").decode("utf-8", "replace")
            names = [name for name in named.split("\0")[:-1] if _is_own(root / name) and visible(name)]
            names = sorted(names, key=lambda name: -_mtime(root / name))[:_FILES]
            for n, name in enumerate(names):
                said = run(*_DIFF, "-U1", repository.head, "--", name)
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


@dataclass(frozen=True, slots=True)
class _Run:
    git: str
    root: Path
    repository: _Repository
    empty: Path

    def __post_init__(self) -> None:
        head = self.repository.head
        (self.empty / "HEAD").write_text(head + "\n", "ascii")
        (self.empty / "config").write_text(_FORM.format("sha1" if len(head) == 40 else "sha256"), "ascii")
        (self.empty / "refs").mkdir()

    def __call__(self, *arguments: str) -> bytes:
        """What git writes to its standard output, at most 400 kB. Raises SubprocessError, OSError."""
        command = [self.git, "--no-pager", "--literal-pathspecs", *arguments]
        process = subprocess.Popen(
            command, cwd=self.root, env=self._environ(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return _read(process)

    def _environ(self) -> dict[str, str]:
        kept = {
            name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR") if name in os.environ
        }
        return kept | {
            "GIT_DIR": str(self.empty),
            "GIT_WORK_TREE": str(self.repository.top),
            "GIT_OBJECT_DIRECTORY": str(self.repository.objects),
            "GIT_INDEX_FILE": str(self.repository.index),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }


def _read(process: subprocess.Popen[bytes]) -> bytes:
    """The first of what a process writes; it is killed when it takes too long or writes more."""
    timer = threading.Timer(_TIMEOUT_S, process.kill)
    timer.start()
    try:
        with process:
            assert process.stdout is not None
            said = process.stdout.read(_READ_BYTES)
            if len(said) == _READ_BYTES:
                process.kill()
    finally:
        timer.cancel()
    if process.returncode != 0 and len(said) < _READ_BYTES:
        raise subprocess.SubprocessError(f"git ended with {process.returncode}")
    return said


def _is_own(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _program(root: Path) -> str | None:
    """The user's git. A relative folder on the path, or one in the workspace, could hold another."""
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if Path(folder).is_absolute()]
    folders = [folder for folder in folders if not Path(folder).resolve().is_relative_to(root.resolve())]
    found = shutil.which("git", path=os.pathsep.join(folders))
    return found if found and Path(found).is_absolute() and not Path(found).is_relative_to(root) else None


def _repository(root: Path) -> _Repository | None:
    """The repository that the root is in, None if there is none that has a commit."""
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
    return _Repository(top, objects, index, head) if head else None


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
    except OSError:
        return ""


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
