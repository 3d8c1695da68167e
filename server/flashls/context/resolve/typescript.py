"""TypeScript and JavaScript: extensions, index files, tsconfig's paths and baseUrl, and the workspace's packages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname
from typing import Any

from flashls.context.resolve.paths import NOWHERE, Located, Paths, above, inside, plain
from flashls.index.facts import Import

_SUFFIXES = (".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_WRITTEN = re.compile(r"\.([mc]?)js(x?)$")
_BUILT = re.compile(r"^(\./)?(dist|build|lib|out|esm|cjs)/(esm/|cjs/|src/|types/)?")
_DECLARED = re.compile(r"\.(d\.)?([mc]?[jt]sx?)$")
_CONFIGS = ("tsconfig.json", "tsconfig.base.json", "jsconfig.json")
_DEEPEST = 4


def locate(paths: Paths, path: str, one: Import) -> Located:
    """Where an import of a TypeScript or JavaScript file leads (the TypeScript handbook, "Module Resolution")."""
    name = "" if one.name == "*" else one.name
    for base in _bases(paths, path, one.module):
        if file := paths.first(_files(base)):
            return Located((file,), name)
    return NOWHERE


def _files(base: str) -> Iterator[str]:
    """The files that a path without or with the suffix of its compiled form may stand for."""
    yield base
    if _WRITTEN.search(base):
        yield _WRITTEN.sub(r".\1ts\2", base)
        yield _WRITTEN.sub(".tsx", base)
    for suffix in _SUFFIXES:
        yield base + suffix
    for suffix in _SUFFIXES:
        yield f"{base}/index{suffix}" if base else f"index{suffix}"


def _bases(paths: Paths, path: str, module: str) -> Iterator[str]:
    if module.startswith("."):
        yield inside(dirname(path), module)
        return
    yield from _by_config(paths, path, module)
    yield from _by_package(paths, module)
    if module.startswith(("@/", "~/", "#/", "/")):
        tail = module.split("/", 1)[1]
        for folder in above(path):
            yield inside(folder, f"src/{tail}")
            yield inside(folder, tail)
    elif module.startswith("src/"):
        for folder in above(path):
            yield inside(folder, module)


def _by_config(paths: Paths, path: str, module: str) -> Iterator[str]:
    """By ``compilerOptions.paths`` and ``baseUrl`` of the configurations around a file."""
    for name in _CONFIGS:
        configs = paths.manifests(name)
        for folder in above(path):
            if folder in configs:
                yield from _mapped(paths, folder, configs[folder], module, _DEEPEST)


def _mapped(paths: Paths, folder: str, config: dict[str, Any], module: str, depth: int) -> Iterator[str]:
    options = config.get("compilerOptions")
    options = options if isinstance(options, dict) else {}
    url = options.get("baseUrl")
    base = inside(folder, url) if isinstance(url, str) else folder
    mappings = options.get("paths")
    for pattern, targets in mappings.items() if isinstance(mappings, dict) else ():
        head, star, tail = str(pattern).partition("*")
        fits = module.startswith(head) and module.endswith(tail) if star else module == pattern
        for target in targets if fits and isinstance(targets, list) else ():
            middle = module[len(head) : len(module) - len(tail)] if star else ""
            yield inside(base, str(target).replace("*", middle))
    if isinstance(url, str):
        yield inside(base, module)
    parent = config.get("extends")
    if isinstance(parent, str) and parent.startswith(".") and depth:
        where = plain(inside(folder, parent)) or ""
        found = paths.manifests(where.rpartition("/")[2]).get(dirname(where))
        if found:
            yield from _mapped(paths, dirname(where), found, module, depth - 1)


def _by_package(paths: Paths, module: str) -> Iterator[str]:
    """By the names of the packages in the workspace; where one exports what is built, by what that is built from."""
    for folder, package in paths.manifests("package.json").items():
        name = package.get("name")
        if not isinstance(name, str) or not (module == name or module.startswith(f"{name}/")):
            continue
        tail = module[len(name) + 1 :]
        for target in _exported(package, f"./{tail}" if tail else "."):
            yield from (inside(folder, base) for base in _sources(target))
        for base in (f"src/{tail}", tail) if tail else ("src/index", "index", "src", "src/main", "lib/index"):
            yield inside(folder, base)


def _exported(package: dict[str, Any], wanted: str) -> Iterator[str]:
    """The paths that ``exports``, ``main`` and their like give for a subpath (Node.js, "Packages")."""
    exports = package.get("exports")
    if isinstance(exports, dict):
        for key, value in exports.items():
            head, star, tail = str(key).partition("*")
            if key == wanted:
                yield from _leaves(value)
            elif star and wanted.startswith(head) and wanted.endswith(tail):
                middle = wanted[len(head) : len(wanted) - len(tail)]
                yield from (leaf.replace("*", middle) for leaf in _leaves(value))
        if wanted == "." and not any(str(key).startswith(".") for key in exports):
            yield from _leaves(exports)
    elif isinstance(exports, str) and wanted == ".":
        yield exports
    for key in ("source", "types", "typings", "module", "main") if wanted == "." else ():
        if isinstance(value := package.get(key), str):
            yield value


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _leaves(inner)


def _sources(target: str) -> Iterator[str]:
    """The path itself, and what it is likely built from."""
    yield target
    bare = _DECLARED.sub("", target)
    yield bare
    if _BUILT.match(bare):
        yield _BUILT.sub("src/", bare)
        yield _BUILT.sub("", bare)
