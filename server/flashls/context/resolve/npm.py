"""Npm: the packages of a workspace by their names, by what they export, and by what they call their own parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flashls.context.resolve.paths import Paths, above, inside

_BUILT = re.compile(r"^(\./)?(dist|build|lib|out|esm|cjs)/(esm/|cjs/|src/|types/)?")
_DECLARED = re.compile(r"\.(d\.)?([mc]?[jt]sx?)$")
_DEEPEST = 8
_MOST_STARS = 4
_INDEXES = ("src/index", "index", "src", "src/main", "lib/index")


def by_package(paths: Paths, module: str) -> Iterator[str]:
    """By the names of the packages in the workspace; where one exports what is built, by what that is built from."""
    named = paths.once("npm", lambda: _named(paths))
    parts = module.split("/")
    name = "/".join(parts[:2]) if module.startswith("@") else parts[0]
    tail = module[len(name) + 1 :]
    for folder, package in named.get(name, ()):
        for target in _exported(package, f"./{tail}" if tail else "."):
            yield from (inside(folder, base) for base in _sources(target))
        for base in (f"src/{tail}", tail) if tail else _INDEXES:
            yield inside(folder, base)


def by_own_imports(paths: Paths, path: str, module: str) -> Iterator[str]:
    """By the ``imports`` of the package that a file is in, whose names begin with ``#`` (Node.js, "Packages")."""
    if not module.startswith("#"):
        return
    packages = paths.manifests("package.json")
    for folder in above(path):
        for target in _fitting((packages.get(folder) or {}).get("imports"), module):
            yield from (inside(folder, base) for base in _sources(target))


def _named(paths: Paths) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for folder, package in paths.manifests("package.json").items():
        if isinstance(name := package.get("name"), str):
            found.setdefault(name, []).append((folder, package))
    return found


def _exported(package: dict[str, Any], wanted: str) -> Iterator[str]:
    """The paths that ``exports``, ``main`` and their like give for a subpath (Node.js, "Packages")."""
    exports = package.get("exports")
    if isinstance(exports, dict) and any(str(key).startswith(".") for key in exports):
        yield from _fitting(exports, wanted)
    elif wanted == ".":
        yield from _leaves(exports)
    for key in ("source", "types", "typings", "module", "main") if wanted == "." else ():
        if isinstance(value := package.get(key), str):
            yield value


def _fitting(table: Any, wanted: str) -> Iterator[str]:
    for key, value in table.items() if isinstance(table, dict) else ():
        head, star, tail = str(key).partition("*")
        if key == wanted:
            yield from _leaves(value)
        elif star and wanted.startswith(head) and wanted.endswith(tail):
            middle = wanted[len(head) : len(wanted) - len(tail)]
            yield from (leaf.replace("*", middle, _MOST_STARS) for leaf in _leaves(value))


def _leaves(value: Any, depth: int = _DEEPEST) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _leaves(inner, depth - 1) if depth else ()


def _sources(target: str) -> Iterator[str]:
    """The path itself, and what it is likely built from."""
    yield target
    bare = _DECLARED.sub("", target)
    yield bare
    if _BUILT.match(bare):
        yield _BUILT.sub("src/", bare)
        yield _BUILT.sub("", bare)
