"""Java, Kotlin and Scala: by the packages that files declare; single, wildcard, static, nested, inherited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from flashls.context.resolve.located import NOWHERE, Located
from flashls.context.resolve.paths import Paths
from flashls.index.facts import Import

_LANGUAGES = ("java", "kotlin", "scala", "groovy")
_PLATFORM = ("java.", "javax.", "kotlin.", "kotlinx.", "scala.", "android.", "androidx.", "jdk.")
_BASES = re.compile(r"\b(?:extends|implements|with)\s+([^{]+)|[)\w>]\s*:\s*([\w.<>, ()]+)")
_ARGUMENTS = re.compile(r"<[^<>]*>|\([^()]*\)")
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_DEEPEST = 4


def locate(paths: Paths, _path: str, one: Import) -> Located:
    """Where an import of a Java file leads (the Java language specification, 7.5)."""
    if f"{one.module}.".startswith(_PLATFORM):
        return NOWHERE
    parts = one.module.split(".")
    for cut in range(len(parts), 0, -1):
        files = _package(paths, ".".join(parts[:cut]))
        names = parts[cut:] + ([] if one.name == "*" else [one.name])
        if files and (found := _in(paths, files, names, one.name == "*") if names else Located(files)):
            return found
    return NOWHERE


def _in(paths: Paths, files: tuple[str, ...], names: list[str], every: bool) -> Located | None:
    """What names mean in a package: a type, a member of one, or ``every`` member of it; None if it has no such type."""
    holding = _holding(paths, files, names[0])
    if holding and every:
        return Located((*holding, *_bases_files(paths, holding, names[-1])), "", ".".join(names))
    if holding:
        return _member(paths, holding, names, _DEEPEST) or Located(holding, names[-1], ".".join(names[:-1]))
    stems = (names[0], names[0].removesuffix("Kt"))  # Java sees a Kotlin file's functions as members of a class
    facade = tuple(f for f in files if f.endswith(".kt") and _stem(f) in stems)
    return Located(facade, names[1] if len(names) == 2 and not every else "") if facade else None


def siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The other files of a file's package: what they define needs no import."""
    facts = paths.facts(path)
    suffix = path.rpartition(".")[2]
    files = _package(paths, facts.package) if facts and facts.package else sorted(paths.folder(path.rpartition("/")[0]))
    return tuple(f for f in files if f != path and (f.endswith(f".{suffix}") or (facts and facts.package)))


def _package(paths: Paths, name: str) -> tuple[str, ...]:
    return paths.once(("jvm", name), lambda: tuple(f for each in _LANGUAGES for f in paths.package(each, name)))


def _holding(paths: Paths, files: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The files of a package that hold a type, or what else is at the top: by their names, else by what they define."""
    named = tuple(f for f in files if _stem(f) == name and name in paths.top(f))
    return named or tuple(f for f in files if name in paths.top(f))


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _member(paths: Paths, files: tuple[str, ...], names: list[str], depth: int) -> Located | None:
    """Where the last of the names is: in the type that the others lead to, or in those that it is built on."""
    *types, name = names
    within = ".".join(types)
    if not types or any(one.name == name for one in paths.members(files, (within,))):
        return Located(files, name, within)
    for base, held in _bases(paths, files, types) if depth else ():
        if (found := _member(paths, held, [*base, name], depth - 1)) is not None:
            return found
    return None


def _bases_files(paths: Paths, files: tuple[str, ...], name: str) -> Iterator[str]:
    return (file for _, held in _bases(paths, files, [name]) for file in held if file not in files)


def _bases(paths: Paths, files: tuple[str, ...], types: list[str]) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """The types that a type is built on, as paths of names, each with the files that hold it."""
    for one in paths.members(files, (".".join(types[:-1]),)):
        if one.name == types[-1]:
            for name in _named(one.signature):
                head, *rest = name.split(".")
                if held := _seen(paths, one.path, head):
                    yield [head, *rest], held


def _seen(paths: Paths, path: str, name: str) -> tuple[str, ...]:
    """The files that hold a type by the name that a file has for it: its own, one it imports, one of its package."""
    if name in paths.top(path):
        return (path,)
    facts = paths.facts(path)
    if facts is None:
        return ()
    for one in facts.imports:
        if one.alias == name:
            return _holding(paths, _package(paths, one.module), one.name)
    return _holding(paths, _package(paths, facts.package), name) if facts.package else ()


@lru_cache(maxsize=1024)
def _named(signature: str) -> tuple[str, ...]:
    bare = _ARGUMENTS.sub("", _ARGUMENTS.sub("", signature))
    return tuple(name for groups in _BASES.findall(bare) for part in groups for name in _NAME.findall(part))[:8]
