"""TypeScript and JavaScript: extensions, index files, tsconfig's paths and baseUrl, and the workspace's packages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from posixpath import dirname

from flashls.context.resolve.located import NOWHERE, Located
from flashls.context.resolve.npm import by_own_imports, by_package
from flashls.context.resolve.paths import Paths, above, inside
from flashls.context.resolve.tsconfig import by_config
from flashls.index.facts import Import

_SUFFIXES = (".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_WRITTEN = re.compile(r"\.([mc]?)js(x?)$")
_MOST_BASES = 1000


def locate(paths: Paths, path: str, one: Import) -> Located:
    """Where an import of a TypeScript or JavaScript file leads (the TypeScript handbook, "Module Resolution")."""
    name = "" if one.name == "*" else one.name
    if not one.module:
        return Located((path,), name)
    for base in islice(_bases(paths, path, one.module), _MOST_BASES):
        if file := paths.first(_files(base)):
            return Located((file,), name)
    return NOWHERE


def _files(base: str) -> Iterator[str]:
    """The files that a path without or with the suffix of its compiled form may stand for."""
    yield base
    if _WRITTEN.search(base):
        yield _WRITTEN.sub(r".\1ts\2", base)
        yield _WRITTEN.sub(".tsx", base)
        yield _WRITTEN.sub(r".d.\1ts", base)
    for suffix in _SUFFIXES:
        yield base + suffix
    for suffix in _SUFFIXES:
        yield f"{base}/index{suffix}" if base else f"index{suffix}"


def _bases(paths: Paths, path: str, module: str) -> Iterator[str]:
    module = module.partition("?")[0]  # what bundlers are told
    if module.startswith("."):
        yield inside(dirname(path), module)
        return
    yield from by_config(paths, path, module)
    yield from by_own_imports(paths, path, module)
    yield from by_package(paths, module)
    if module.startswith(("@/", "~/", "#/", "/", "$lib/")):
        tail = module.split("/", 1)[1]
        for folder in above(path):
            yield inside(folder, f"src/lib/{tail}" if module.startswith("$") else f"src/{tail}")
            yield inside(folder, tail)
    elif module.startswith("src/"):
        for folder in above(path):
            yield inside(folder, module)
