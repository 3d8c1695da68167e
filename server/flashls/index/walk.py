"""Walk: how to walk a workspace, and which of its files count, by git's rules and ours."""

from __future__ import annotations

import os
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path

from flashls.index.ignores import Rules, all_rules, read
from flashls.index.patterns import Patterns
from flashls.index.repository import (
    at,
    between,
    excludes_file,
    inside_patterns,
    linked_tree,
    repository,
    tracked_though_ignored,
)

MOST_BYTES = 1_000_000
"""The default limit for a file. Longer sources are nearly always generated, or several files put into one; parsing a
megabyte takes about 0.3 s."""

# Folders of installed packages, caches and other tools' own files, wherever no .gitignore says so.
NEVER = frozenset((
    ".git", ".hg", ".svn", ".jj", ".bzr", "CVS", "node_modules", "bower_components", "jspm_packages", "__pycache__",
    "site-packages", ".venv", "venv", ".tox", ".nox", ".eggs", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    ".hypothesis", ".ipynb_checkpoints", ".gradle", ".idea", ".vs", ".cache", ".terraform", ".next", ".nuxt",
    ".svelte-kit", ".turbo", ".parcel-cache", ".yarn", ".pnpm-store", ".dart_tool", ".bundle", ".stack-work",
    ".direnv", ".nyc_output", "elm-stuff",
))  # fmt: skip
_ENVIRONMENT = "pyvenv.cfg"  # what a Python environment has, whatever its name
_BARE = frozenset(("HEAD", "objects", "refs"))  # gitrepository-layout(5)
_TELLING = (".git", _ENVIRONMENT, *_BARE)


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


@dataclass(frozen=True, slots=True)
class Counting:
    """Which files of a walk count at one moment: no folder is looked at twice."""

    plan: Walk
    _entered: dict[tuple[str, bool], Rules | None] = field(default_factory=dict, init=False, repr=False)

    def counts(self, path: str) -> bool:
        """Whether no rule ignores a path below the root, and no link is on the way; the file need not be there yet."""
        if path.startswith("/"):
            return False
        rules: Rules | None = None
        tracked = path in self.plan.tracked
        ends = [end for end, character in enumerate(path) if character == "/"]
        for below in ("", *[path[:end] for end in ends]):
            key = below, tracked
            if key not in self._entered:
                self._entered[key] = self._rules(rules, below, tracked)
            rules = self._entered[key]
            if rules is None:
                return False
        assert rules is not None
        return self._passes(rules, path, False)

    def _rules(self, above: Rules | None, folder: str, tracked: bool) -> Rules | None:
        """The rules in a folder, from those of the one above; None where nothing in it counts."""
        plan, start = self.plan, self.plan.start
        if not folder:
            above = plan.rules.without_git() if tracked else plan.rules
        elif above is None or not self._passes(above, folder, True):
            return None
        whole = f"{start}{folder}/" if folder else start
        where = os.path.join(plan.top, whole)  # noqa: PTH118
        present = {n for n in (*above.kinds, *_TELLING) if os.path.lexists(os.path.join(where, n))}  # noqa: PTH118
        return None if folder and elsewheres(where, present) else entered(plan, above, whole, present)

    def _passes(self, rules: Rules, path: str, is_folder: bool) -> bool:
        """Whether the rules of the folder it is in let an entry pass, and it is no link."""
        name, whole = path.rpartition("/")[2], self.plan.start + path
        if name in ("", ".", "..") or (is_folder and name in NEVER):
            return False
        linked = os.path.islink(os.path.join(self.plan.top, whole))  # noqa: PTH114, PTH118
        return not linked and not rules.ignores(whole, name, is_folder)


def elsewheres(folder: str, present: Set[str]) -> bool:
    """Whether a folder below the root, in which some names are ``present``, holds what is not the project's own.

    A Python environment's packages, git's own files of a bare repository, or the same project's code at another commit:
    a linked work tree. ``git ls-files`` names such a tree, but nothing in it.
    """
    if _ENVIRONMENT in present or present >= _BARE:
        return True
    return ".git" in present and linked_tree(Path(folder))


def entered(plan: Walk, rules: Rules, folder: str, present: set[str]) -> Rules:
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
