"""Python: packages, relative imports, source roots such as ``src``; what ``__init__`` passes on is followed later."""

from __future__ import annotations

from collections.abc import Iterator

from flashls.context.resolve.paths import NOWHERE, Located, Paths, above, inside
from flashls.index.facts import Import

_ROOTS = ("", "src", "lib", "python")


def locate(paths: Paths, path: str, one: Import) -> Located:
    """Where an import of a Python file leads (the language reference, "The import system")."""
    bare = one.module.lstrip(".")
    dots = len(one.module) - len(bare)
    tail = bare.replace(".", "/")
    folders = above(path)
    roots = folders[dots - 1 : dots] if dots else list(_roots(paths, folders))
    for root in roots:
        base = inside(root, tail) if tail else root
        name = "" if one.name == "*" else one.name
        if name and (module := paths.first(_files(inside(base, name)))):
            if (own := paths.first(_files(base))) and name in paths.top(own):
                return Located((own,), name)
            return Located((module,))
        if file := paths.first(_files(base)):
            return Located((file,), name)
    return NOWHERE


def _files(base: str) -> tuple[str, ...]:
    if not base:
        return ("__init__.py",)
    return (f"{base}/__init__.py", f"{base}.py", f"{base}.pyi", f"{base}/__init__.pyi")


def _roots(paths: Paths, folders: list[str]) -> Iterator[str]:
    """The folders that absolute imports may start from: those around the file, first the outermost without __init__."""
    packages = {f for f in folders if f and paths.first((f"{f}/__init__.py",))}
    for folder in folders:
        if folder not in packages:
            for root in _ROOTS:
                yield inside(folder, root) if root else folder
