"""Python: packages, relative imports and source roots; what ``__init__`` passes on is followed later."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from flashls.context.resolve.located import NOWHERE, Located
from flashls.context.resolve.paths import Paths, above, inside
from flashls.context.resolve.pyproject import projects
from flashls.index.facts import Import

_ROOTS = ("", "src", "lib", "python")


def locate(paths: Paths, path: str, one: Import) -> Located:
    """Where an import of a Python file leads (the language reference, "The import system")."""
    bare = one.module.lstrip(".")
    dots = len(one.module) - len(bare)
    tail, name = bare.replace(".", "/"), "" if one.name == "*" else one.name
    folders = above(path)
    if dots:
        near: list[str] = folders[dots - 1 : dots]
    elif bare.partition(".")[0] in sys.stdlib_module_names:
        near = [root for root in dict.fromkeys((folders[0], "")) if not paths.first((inside(root, "__init__.py"),))]
    else:
        near = list(dict.fromkeys(_near(paths, folders)))
    for root in near:
        if found := _in(paths, path, inside(root, tail) if tail else root, name):
            return found
    if dots or not bare or bare.partition(".")[0] in sys.stdlib_module_names:
        return NOWHERE
    return paths.once(("python", bare, name), lambda: _far(paths, tail, name))


def _in(paths: Paths, path: str, base: str, name: str) -> Located | None:
    """What a module's path leads to: a name that its file has or brings in, a module in it, else its file.

    What ``__init__`` binds hides the module of that name, unless it is ``__init__`` that asks for the module.
    """
    if name and (module := paths.first(_files(inside(base, name)))):
        own = paths.first(_files(base))
        if own and (name in paths.top(own) or (own != path and name in paths.brings(own).aliases)):
            return Located((own,), name)
        return Located((module,))
    file = paths.first(_files(base))
    return Located((file,), name) if file else None


def _files(base: str) -> tuple[str, ...]:
    if not base:
        return ("__init__.py",)
    return (f"{base}/__init__.py", f"{base}.py", f"{base}.pyi", f"{base}/__init__.pyi")


def _near(paths: Paths, folders: list[str]) -> Iterator[str]:
    """The folders that absolute imports may start from: those around the file that are no packages themselves."""
    known = paths.once("python projects", lambda: projects(paths))
    packages = {f for f in folders if f and paths.first((f"{f}/__init__.py",))}
    for folder in folders:
        yield from known[folder].roots if folder in known else ()
        if folder not in packages:
            for root in _ROOTS:
                yield inside(folder, root) if root else folder


def _far(paths: Paths, tail: str, name: str) -> Located:
    """Where a module is among the other projects of the workspace: those that have its first word in their names."""
    head = tail.partition("/")[0].lower()
    for folder, project in paths.once("python projects", lambda: projects(paths)).items():
        if head in project.names:
            for root in dict.fromkeys((*project.roots, *(inside(folder, each) if each else folder for each in _ROOTS))):
                if found := _in(paths, "", inside(root, tail), name):
                    return found
    return NOWHERE
