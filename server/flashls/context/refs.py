"""Refs: which commit a revision names. Branches and tags are read as files: git itself does not see them."""

from __future__ import annotations

import re
import subprocess
from itertools import islice
from pathlib import Path

from flashls.context.borrowed import Git, NoHistory

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REVISION = re.compile(r"(?!-)[\w./@+-]+(?:[~^][\d~^]*)?")
_NAME = re.compile(r"refs/(?:heads|remotes|tags)/(?!.*\.\.)[\w./@+-]+")
_MOST_REFS = 5_000


def commit_of(git: Git, revision: str) -> str:
    """The name of the commit that a revision stands for: ``HEAD~1``, a branch, a tag, a commit's name.

    ``A...`` and ``A...HEAD`` give the last commit that A and HEAD have in common. Raises NoHistory.
    """
    name, dots, other = revision.partition("...")
    if not _REVISION.fullmatch(name) or other not in ("", "HEAD"):
        raise NoHistory(f"{revision!r} is no revision that flashls knows: give one such as HEAD~1 or main...")
    _write_refs(git)
    try:
        commit = _said(git, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return _said(git, "merge-base", commit, "HEAD") if dots else commit
    except (OSError, subprocess.SubprocessError):
        told = f"there is no commit {revision!r} here; in a shallow clone, fetch more of the history"
        raise NoHistory(told) from None


def _said(git: Git, *arguments: str) -> str:
    said = git(*arguments).decode("ascii", "replace").strip()
    if not _SHA.fullmatch(said):
        raise subprocess.SubprocessError(arguments[0])
    return said


def _write_refs(git: Git) -> None:
    """Tells git the names of branches and tags, all of them packed into one file."""
    common = git.repository.common
    found = dict(_packed(common / "packed-refs"))
    for kind in ("heads", "remotes", "tags"):
        for file in islice((common / "refs" / kind).rglob("*"), _MOST_REFS):
            if file.is_file() and not file.is_symlink():
                found[file.relative_to(common).as_posix()] = _first_line(file)
    rows = sorted(f"{name} {ref}\n" for ref, name in found.items() if _SHA.fullmatch(name) and _NAME.fullmatch(ref))
    (git.empty / "packed-refs").write_text("".join(rows), "utf-8")


def _packed(file: Path) -> list[tuple[str, str]]:
    try:
        rows = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    pairs = (row.partition(" ") for row in rows[: 10 * _MOST_REFS])
    return [(ref, name) for name, _, ref in pairs]


def _first_line(file: Path) -> str:
    with file.open(encoding="utf-8", errors="replace") as opened:
        return opened.readline(4096).strip()
