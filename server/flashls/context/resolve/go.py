"""Go: import paths by the modules' go.mod files; a package is the files of a folder that declare it."""

from __future__ import annotations

import re
from functools import lru_cache
from posixpath import dirname

from flashls.context.resolve.located import NOWHERE, Located
from flashls.context.resolve.paths import Paths, inside, plain
from flashls.index.facts import Import

_MODULE = re.compile(r"^module\s+(\S+)", re.MULTILINE)
_REPLACED = re.compile(r"^[ \t]*+(?:replace[ \t]++)?([^\s(]++)(?:[ \t]++v\S++)?[ \t]++=>[ \t]++(\.\S*)", re.MULTILINE)


def locate(paths: Paths, path: str, one: Import) -> Located:
    """Where an import of a Go file leads: the files of its package, without tests (the Go modules reference).

    What the file's own go.mod says comes before what others do: two may each replace a module by a fork of their own.
    """
    own = paths.nearest(path, "go.mod")
    near = own[0] if own else ""
    for module, folder in paths.once(("go.mod", near), lambda: _modules(paths, near)):
        if one.module == module or one.module.startswith(f"{module}/"):
            where = inside(folder, one.module[len(module) + 1 :]).rstrip("/")
            if _module_at(paths, where) == _module_at(paths, folder) and (files := _package(paths, where)):
                return Located(files)
    return NOWHERE


def _module_at(paths: Paths, folder: str) -> str:
    """The folder of the module that a folder is part of."""
    found = paths.nearest(inside(folder, "go.mod"), "go.mod")
    return found[0] if found else ""


def siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The other files of a file's package: what they define needs no import. Tests see tests, other files do not."""
    test = path.endswith("_test.go")
    files = (f for f in paths.folder(dirname(path)) if f.endswith(".go") and f != path)
    files = (f for f in files if test or not f.endswith("_test.go"))
    facts = paths.facts(path)
    if facts and facts.package:
        own = facts.package.removesuffix("_test") if test else facts.package
        alike = {*paths.package("go", own), *(paths.package("go", f"{own}_test") if test else ())}
        files = (f for f in files if f in alike)
    return tuple(sorted(files))


def _package(paths: Paths, folder: str) -> tuple[str, ...]:
    """The files that importers of a folder see: without tests, and without programs that only lie beside a package."""
    files = sorted(f for f in paths.folder(folder) if f.endswith(".go") and not f.endswith("_test.go"))
    programs = paths.once("go programs", lambda: frozenset(paths.package("go", "main")))
    return tuple([f for f in files if f not in programs] or files)


def _modules(paths: Paths, near: str) -> list[tuple[str, str]]:
    """The modules' names and folders, seen from the module in a folder: the longest name first, of one name its own.

    Where a module is replaced by a folder, that. Of one name come what the module's own go.mod says, then go.work.
    """
    found = dict[tuple[str, str], int]()
    for name in ("go.mod", "go.work"):
        for folder, text in paths.manifests(name).items():
            rank = 1 if name == "go.work" else 0 if folder == near else 2
            for module, target in _said(str(text)):
                if (where := plain(inside(folder, target) if target else folder)) is not None:
                    found[module, where] = min(rank, found.get((module, where), rank))
    return sorted(found, key=lambda pair: (-len(pair[0]), found[pair], pair))


@lru_cache(maxsize=512)
def _said(text: str) -> tuple[tuple[str, str], ...]:
    """The names of modules with the folders that replace them, "" for the one that the file itself is of."""
    replaced = _REPLACED.findall(text) if "=>" in text else []
    return (*((name.strip('"'), "") for name in _MODULE.findall(text)), *((n.strip('"'), at) for n, at in replaced))
