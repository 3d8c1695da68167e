"""Git as a program, run so that a workspace chooses neither which one it is nor what it runs in its turn.

Git runs commands that a repository's configuration names: drivers, filters, monitors, hooks, pagers, the other end of
a remote that promises missing objects. So it never sees that configuration: it is given an empty repository of ours
that borrows the objects and the index of the real one, and the workspace's folder as its work tree.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

_KEPT = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
_FORM = "[core]\nrepositoryformatversion = 1\nautocrlf = input\nsafecrlf = false\n[extensions]\nobjectformat = {}\n"
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def program(root: Path) -> str | None:
    """The user's git. A relative folder on the path, or one in the workspace's repositories, could hold another."""
    found = shutil.which("git", path=_safe_path(root))
    return found if found and Path(found).is_absolute() else None


def environ(root: Path, more: dict[str, str]) -> dict[str, str]:
    """The environment of a git that works for ``root``: no keys, no folder of the workspace, and ``more``."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return (
        kept | {"PATH": _safe_path(root), "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"} | more
    )


def borrowing(
    empty: Path, top: Path, objects: Path, index: Path, head: str = "", sha256: bool = False
) -> dict[str, str]:
    """Makes the empty folder a repository that borrows another's parts; the variables by which git takes it for one.

    ``head`` is the name of the commit checked out, of 40 hex digits, or 64 with SHA-256; "" before the first one.
    """
    sha256 = sha256 or len(head) == 64
    (empty / "HEAD").write_text(f"{head if _COMMIT.fullmatch(head) else 'ref: refs/heads/none'}\n", "ascii")
    (empty / "config").write_text(_FORM.format("sha256" if sha256 else "sha1"), "ascii")
    (empty / "refs").mkdir()
    return {
        "GIT_DIR": str(empty),
        "GIT_WORK_TREE": str(top),
        "GIT_OBJECT_DIRECTORY": str(objects),
        "GIT_INDEX_FILE": str(index),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
    }


def _safe_path(root: Path) -> str:
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if Path(folder).is_absolute()]
    workspace = _outermost(root)
    return os.pathsep.join(folder for folder in folders if not Path(folder).resolve().is_relative_to(workspace))


def _outermost(root: Path) -> Path:
    """The top folder of the outermost repository around a folder, or the folder itself: all that comes along."""
    root = root.resolve()
    return next((folder for folder in reversed(root.parents) if os.path.lexists(folder / ".git")), root)
