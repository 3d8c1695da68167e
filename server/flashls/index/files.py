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

from flashls.index.ignores import Rules, all_rules, read
from flashls.index.patterns import Patterns
from flashls.index.repository import (
    at,
    between,
    excludes_file,
    inside_patterns,
    repository,
    tracked_though_ignored,
)
from flashls.syntax.languages import LANGUAGES, PLAIN

MOST_BYTES = 1_000_000
"""The default limit for a file. Longer sources are nearly always generated, or several files put into one; parsing a
megabyte takes about 0.3 s."""

MOST_FILES = 50_000
"""Of a larger workspace only the files nearest to its root are indexed."""

# Folders of installed packages, caches and other tools' own files, wherever no .gitignore says so.
NEVER = frozenset((
    ".git", ".hg", ".svn", ".jj", ".bzr", "CVS", "node_modules", "bower_components", "jspm_packages", "__pycache__",
    "site-packages", ".venv", "venv", ".tox", ".nox", ".eggs", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    ".hypothesis", ".ipynb_checkpoints", ".gradle", ".idea", ".vs", ".cache", ".terraform", ".next", ".nuxt",
    ".svelte-kit", ".turbo", ".parcel-cache", ".yarn", ".pnpm-store", ".dart_tool", ".bundle", ".stack-work",
    ".direnv", ".nyc_output", "elm-stuff",
))  # fmt: skip
_ENVIRONMENT = "pyvenv.cfg"  # what a Python environment has, whatever its name

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


@dataclass(frozen=True, slots=True)
class Walk:
    """How to walk a workspace: ``start`` leads from ``top`` (the repository's folder, or the root) to the root.

    ``tracked`` are files that git keeps although it would ignore them, ``user`` the user's own patterns of git.
    """

    root: str
    top: str
    start: str
    rules: Rules
    most_bytes: int = MOST_BYTES
    tracked: frozenset[str] = frozenset()
    user: Patterns | None = None


def walk(root: Path, off: tuple[str, ...] = (), most_bytes: int = MOST_BYTES) -> Walk:
    """A walk of the files below ``root``, with what git ignores there; asks git for its settings and its index."""
    found = repository(root)
    top = found.top if found else root
    start = "" if top == root else top.joinpath(root).relative_to(top).as_posix() + "/"
    users = excludes_file(root)
    user = read(users) if users else None
    rules = all_rules(len(start), off).in_repository(0, _some(inside_patterns(found), user))
    tracked = tracked_though_ignored(found, root, users) if found else frozenset()
    return Walk(str(root), str(top), start, _above(rules, str(top), between(found, root)), most_bytes, tracked, user)


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
        if _ENVIRONMENT in present and folder != plan.start:
            continue
        here = _entered(plan, rules, folder, present)
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
    return _file(plan, path, path.rpartition("/")[2], Path(plan.root, path)) if counts(plan, path) else None


def counts(plan: Walk, path: str) -> bool:
    """Whether no rule ignores a path below the root, and no link is on the way; the file need not be there yet."""
    rules, parts = plan.rules.without_git() if path in plan.tracked else plan.rules, path.split("/")
    folder = plan.start
    for depth, name in enumerate(parts):
        last = depth == len(parts) - 1
        where = os.path.join(plan.top, folder)  # noqa: PTH118
        present = {n for n in (*rules.kinds, ".git", _ENVIRONMENT) if os.path.lexists(os.path.join(where, n))}  # noqa: PTH118
        rules = _entered(plan, rules, folder, present)
        if (_ENVIRONMENT in present and depth) or os.path.islink(os.path.join(where, name)):  # noqa: PTH114, PTH118
            return False
        if (not last and name in NEVER) or name in ("", ".", "..") or rules.ignores(folder + name, name, not last):
            return False
        folder += f"{name}/"
    return True


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


def _entered(plan: Walk, rules: Rules, folder: str, present: set[str]) -> Rules:
    """The rules of a folder, from those of the one above; git's begin anew in a repository within another."""
    if ".git" in present and folder != plan.start:
        own = at(Path(plan.top, folder))
        if own:
            rules = rules.in_repository(len(folder), _some(inside_patterns(own), plan.user))
    return rules.below(plan.top, folder, present)


def _some(*found: Patterns | None) -> tuple[Patterns, ...]:
    return tuple(one for one in found if one)


def _above(rules: Rules, top: str, folders: tuple[str, ...]) -> Rules:
    for folder in folders:
        below = os.path.relpath(folder, top).replace(os.sep, "/") + "/"
        rules = rules.below(top, "" if below == "./" else below, frozenset(rules.kinds))
    return rules


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
