"""Tsconfig: what ``paths`` and ``baseUrl`` of the configurations around a file make of a module's name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from posixpath import dirname
from typing import Any

from flashls.context.resolve.npm import by_package
from flashls.context.resolve.paths import Paths, above, inside, plain

_CONFIGS = ("tsconfig.json", "tsconfig.base.json", "jsconfig.json")
_MOST = 50  # configurations that one may lead to, and names that are tried for each


def by_config(paths: Paths, path: str, module: str) -> Iterator[str]:
    """The paths that a module may stand for by the configurations around a file, and by Deno's (``imports``)."""
    seen = set[str]()
    for folder in above(path):
        for name in _CONFIGS:
            config = paths.manifests(name).get(folder)
            if config and (at := inside(folder, name)) not in seen:
                seen.add(at)
                yield from _mapped(paths, folder, config, module, seen, len(seen) + _MOST)
        if config := paths.manifests("deno.json").get(folder):
            yield from _by_map(folder, config.get("imports"), module)


def _mapped(
    paths: Paths, folder: str, config: dict[str, Any], module: str, seen: set[str], most: int, told: bool = False
) -> Iterator[str]:
    """What a configuration makes of a name, then those it leads to, each ``seen`` once, until ``most`` are.

    ``told``: one that extends it has ``paths`` of its own, which take the place of those here.
    """
    options = config.get("compilerOptions")
    options = options if isinstance(options, dict) else {}
    url = options.get("baseUrl")
    base = inside(folder, _here(url)) if isinstance(url, str) else folder
    mappings = options.get("paths")
    for pattern, targets in sorted(mappings.items(), key=_closest) if isinstance(mappings, dict) and not told else ():
        head, star, tail = str(pattern).partition("*")
        fits = module.startswith(head) and module.endswith(tail) if star else module == pattern
        for target in targets if fits and isinstance(targets, list) else ():
            middle = module[len(head) : len(module) - len(tail)] if star else ""
            yield inside(base, _here(str(target)).replace("*", middle, 1))
    if isinstance(url, str):
        yield inside(base, module)
    told = told or isinstance(mappings, dict)
    for parent, extended in islice(_parents(config), _MOST):
        by_path = parent.startswith((".", "/"))
        named = plain(inside(folder, parent)) if by_path else f"package {parent}"
        if named is not None and named not in seen and len(seen) < most:
            seen.add(named)
            for where, found in _read(paths, folder, parent):
                yield from _mapped(paths, where, found, module, seen, most, told and extended)


def _closest(mapping: tuple[str, Any]) -> tuple[bool, int]:
    """By the pattern that names a module in full, then by the longest text before the star (the handbook, "paths")."""
    head, star, _ = mapping[0].partition("*")
    return bool(star), -len(head)


def _parents(config: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """What a configuration extends, the last first, for it wins, and those that it only refers to (False)."""
    extended = config.get("extends")
    for each in reversed(extended) if isinstance(extended, list) else (extended,):
        if isinstance(each, str):
            yield each, True
    references = config.get("references")
    for each in references if isinstance(references, list) and "files" in config else ():
        if isinstance(each, dict) and isinstance(each.get("path"), str) and each["path"].endswith(".json"):
            yield each["path"], False


def _read(paths: Paths, folder: str, parent: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A configuration that another names by a path, or within a package of the workspace; with the folder it is in."""
    bases = [inside(folder, parent)] if parent.startswith((".", "/")) else islice(by_package(paths, parent), _MOST)
    for base in bases:
        for path in (base, f"{base}.json", inside(base, "tsconfig.json")):
            where = plain(path)
            if where and where.endswith(".json"):
                found = paths.manifests(where.rpartition("/")[2]).get(dirname(where))
                if isinstance(found, dict):
                    yield dirname(where), found
                    return


def _by_map(folder: str, imports: Any, module: str) -> Iterator[str]:
    for key, target in imports.items() if isinstance(imports, dict) else ():
        fits = module == key or (key.endswith("/") and module.startswith(key))
        if fits and isinstance(target, str) and target.startswith("."):
            yield inside(folder, target + module[len(key) :])


def _here(path: str) -> str:
    return path.replace("${configDir}", ".")
