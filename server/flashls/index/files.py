"""Files: which of a workspace's files are indexed.

Those that git would list as its own or as not yet added, in a known language, but none that a model may not see. Links
are never followed, so nothing outside the workspace is read.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from stat import S_ISREG
from typing import Literal

from flashls.index.walk import MOST_BYTES as MOST_BYTES
from flashls.index.walk import NEVER, Counting, elsewheres, entered
from flashls.index.walk import Walk as Walk
from flashls.index.walk import walk as walk
from flashls.syntax.languages import LANGUAGES, PLAIN

MOST_FILES = 50_000
"""Of a larger workspace only the files nearest to its root are indexed."""

MANIFESTS = frozenset((
    "go.mod", "go.work", "package.json", "pnpm-workspace.yaml", "deno.json", "Cargo.toml", "pyproject.toml",
    "setup.cfg", "composer.json", "pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle",
    "settings.gradle.kts", "Gemfile", "CMakeLists.txt", "compile_flags.txt",
))  # fmt: skip
"""Names of files that describe a project, whose text is kept; those of ``manifest`` come on top."""

_CONFIGS = re.compile(r"(?:.+[.-])?[jt]sconfig(?:[.-].+)?\.json")  # also tsconfig.paths.json, base.tsconfig.json

# What tools write for tools.
_LOCKS = frozenset((
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "cargo.lock", "poetry.lock",
    "uv.lock", "pdm.lock", "pipfile.lock", "composer.lock", "gemfile.lock", "go.sum", "flake.lock",
))  # fmt: skip
_MINIFIED_NAME = re.compile(r"[.-]min\.(js|mjs|cjs|css)$|\.bundle\.js$")
_HEAD = 8000  # bytes that git looks at for a NUL
_MARK = re.compile(
    rb"(?i)@generated\b|code generated .{0,200}do not edit|\bauto-?generated\b.{0,200}do not (edit|modify)"
)
_LONG_LINES = 400  # bytes a line on average, in a file of at least _MARKED bytes
_MARKED = 2000


@dataclass(frozen=True, slots=True)
class File:
    """A file to index: its path below the root, its LSP language id, bytes, and times in nanoseconds."""

    path: str
    language: str
    size: int
    mtime: int
    ctime: int


def files(plan: Walk) -> Iterator[File]:
    """The files to index, those nearest to the root first, at most ``MOST_FILES``."""
    untracked = (_file(plan, path, entry.name, entry) for path, entry in entries(plan, known=True))
    tracked = (file(plan, path) for path in sorted(plan.tracked))
    return islice(filter(None, chain(untracked, tracked)), MOST_FILES)


def entries(plan: Walk, known: bool = False) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All plain files below the root that no rule ignores, by path; ``known`` leaves out those of no language."""
    pending = deque([(plan.start, plan.rules)])
    while pending:
        folder, rules = pending.popleft()
        listed = _listed(os.path.join(plan.top, folder))  # noqa: PTH118
        present = {entry.name for entry in listed}
        if folder != plan.start and elsewheres(os.path.join(plan.top, folder), present):  # noqa: PTH118
            continue
        here = entered(plan, rules, folder, present)
        for entry in listed:
            name, path = entry.name, folder + entry.name
            if entry.is_dir(follow_symlinks=False):
                if name not in NEVER and not here.ignores(path, name, True):
                    pending.append((path + "/", here))
                continue
            wanted = not known or language(name)
            if wanted and entry.is_file(follow_symlinks=False) and not here.ignores(path, name, False):
                yield path[len(plan.start) :], entry


def file(plan: Walk, path: str) -> File | None:
    """The file of one path below the root, if it is to be indexed: the answer that ``files`` would give."""
    return _file(plan, path, path.rpartition("/")[2], Path(plan.root, path)) if Counting(plan).counts(path) else None


def content(name: str, data: bytes) -> Literal["source", "generated", "unreadable"]:
    """What a file holds, by its bytes.

    Unreadable: binary (a NUL in the first 8,000 bytes, as git has it) or minified. Generated: it says so in its first
    lines, in one of the usual ways; what it defines is worth knowing, but it is no example of how to write code.
    """
    if b"\0" in data[:_HEAD] or _MINIFIED_NAME.search(name.lower()):
        return "unreadable"
    if len(data) >= _MARKED and len(data) > _LONG_LINES * (data.count(b"\n") + 1):
        return "unreadable"
    return "generated" if _MARK.search(data[:_MARKED]) else "source"


def manifest(name: str) -> bool:
    """Whether files of a name describe a project, so that their text is kept."""
    return name in MANIFESTS or _CONFIGS.fullmatch(name) is not None


def language(name: str) -> str:
    """The LSP language id of a file name that is to be indexed, "" of any other."""
    lower = name.lower()
    names, suffixes = _languages()
    dot = lower.rfind(".")
    found = names.get(lower) or (suffixes.get(lower[dot:]) if dot >= 0 else None)
    if lower in _LOCKS:
        return ""
    return found or (PLAIN if manifest(name) else "")


def _file(plan: Walk, path: str, name: str, where: os.DirEntry[str] | Path) -> File | None:
    try:
        found = where.stat(follow_symlinks=False)
    except OSError:
        return None
    if found.st_size > plan.most_bytes or not S_ISREG(found.st_mode) or not language(name) or not _is_text(path):
        return None
    return File(path, language(name), found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _is_text(path: str) -> bool:
    """Whether the path is one that can be written down: file systems allow names that are no Unicode."""
    try:
        return path.isascii() or bool(path.encode())
    except UnicodeEncodeError:
        return False


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []


@cache
def _languages() -> tuple[dict[str, str], dict[str, str]]:
    names = {name: row.ids[0] for row in LANGUAGES for name in row.filenames}
    return names, {suffix: row.ids[0] for row in LANGUAGES for suffix in row.suffixes}
