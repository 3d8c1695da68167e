"""Rust: paths by crate, self, super and the workspace's crates, down the modules' files."""

from __future__ import annotations

import re
from posixpath import dirname

from flashls.context.resolve.paths import NOWHERE, Located, Paths, above, inside
from flashls.index.facts import Import

_NAME = re.compile(r'^\[package\][^\[]*?^name\s*=\s*"([^"]+)"', re.MULTILINE | re.DOTALL)
_LIBRARY = re.compile(r'^\[lib\][^\[]*?^path\s*=\s*"([^"]+)"', re.MULTILINE | re.DOTALL)
_ROOT_FILES = ("mod.rs", "lib.rs", "main.rs")


def locate(paths: Paths, path: str, one: Import) -> Located:
    """Where a ``use`` or ``mod`` of a Rust file leads (the Rust reference, "Paths", "Module source filenames")."""
    segments = [s for s in one.module.split("::") if s] + ([one.name] if one.name not in ("", "*") else [])
    if not segments:
        return NOWHERE
    file, rest = _start(paths, path, segments)
    if file is None:
        return NOWHERE
    while rest and (module := _module(paths, file, rest[0])):
        file, rest = module, rest[1:]
    if not rest:
        return Located((file,))
    return Located((file,), rest[-1], ".".join(rest[:-1]))


def siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The modules that a file declares: their names are qualified by one word only."""
    facts = paths.facts(path)
    mods = (i.alias for i in facts.imports if i.module.startswith("self::")) if facts else ()
    return tuple(file for name in mods if (file := _module(paths, path, name)))


def _start(paths: Paths, path: str, segments: list[str]) -> tuple[str | None, list[str]]:
    """The file that a path starts from, and what of the path is left."""
    head, rest = segments[0], segments[1:]
    if head == "crate":
        return crate_root(paths, path), rest
    if head in ("self", "super"):
        file: str | None = path
        rest = segments
        while rest and rest[0] in ("self", "super") and file is not None:
            file = _parent(paths, file) if rest[0] == "super" else file
            rest = rest[1:]
        return file, rest
    if _module(paths, path, head) or head in paths.top(path):
        return path, segments
    crates = _crates(paths)
    if head in crates:
        return _library(paths, crates[head]), rest
    return None, rest


def crate_root(paths: Paths, path: str) -> str | None:
    """The file of the crate that a file belongs to: its lib.rs or main.rs, or a test's or example's own."""
    manifest = paths.nearest(path, "Cargo.toml")
    folder = manifest[0] if manifest else ""
    for where in above(path):
        if where == folder or (
            dirname(where) == folder and where.rpartition("/")[2] in ("tests", "examples", "benches")
        ):
            break
        if found := paths.first(inside(where, name) for name in ("lib.rs", "main.rs")):
            return found
    if path.startswith(tuple(inside(folder, f"{d}/") for d in ("tests", "examples", "benches"))):
        return path
    return _library(paths, folder)


def _library(paths: Paths, folder: str) -> str | None:
    manifest = str(paths.manifests("Cargo.toml").get(folder, ""))
    named = _LIBRARY.search(manifest)
    return paths.first(inside(folder, f) for f in ([named[1]] if named else []) + ["src/lib.rs", "src/main.rs"])


def _crates(paths: Paths) -> dict[str, str]:
    """The folders of the workspace's crates, by the names that code uses."""
    found = ((_NAME.search(str(text)), folder) for folder, text in paths.manifests("Cargo.toml").items())
    return {m[1].replace("-", "_"): folder for m, folder in found if m}


def _module(paths: Paths, file: str, name: str) -> str | None:
    """The file of a module that another declares."""
    folder, _, base = file.rpartition("/")
    at = folder if base in _ROOT_FILES else inside(folder, base.removesuffix(".rs"))
    found = paths.first((inside(at, f"{name}.rs"), inside(at, f"{name}/mod.rs")))
    if found is None and folder.rpartition("/")[2] in ("tests", "examples", "benches", "bin"):
        found = paths.first((inside(folder, f"{name}.rs"), inside(folder, f"{name}/mod.rs")))
    return found if found != file else None


def _parent(paths: Paths, file: str) -> str | None:
    """The file that declares a file's module."""
    folder, _, base = file.rpartition("/")
    at = dirname(folder) if base in _ROOT_FILES else folder
    of = folder.rpartition("/")[2] if base in _ROOT_FILES else at.rpartition("/")[2]
    above_it = at if base in _ROOT_FILES else dirname(at)
    names = [inside(at, name) for name in _ROOT_FILES] + [inside(above_it, f"{of}.rs")]
    return paths.first(name for name in names if name != file)
