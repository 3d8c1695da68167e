"""C and C++: includes by the folders around a file and the usual include folders; a header's source."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from flashls.context.resolve.paths import NOWHERE, Located, Paths, above, inside
from flashls.index.facts import Import

_FOLDERS = ("", "include", "src", "inc", "lib", "source")
_SOURCES = (".c", ".cc", ".cpp", ".cxx")
_HEADERS = (".h", ".hh", ".hpp", ".hxx")


def locate(paths: Paths, path: str, one: Import) -> Located:
    """Where an include leads: the file, seen from the including one's folder, then from those around it."""
    candidates = (
        inside(inside(folder, sub) if sub else folder, one.module) for folder in above(path) for sub in _FOLDERS
    )
    file = paths.first((inside(dirname(path), one.module), *candidates))
    return Located((file,)) if file else NOWHERE


def siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The header of a source file and the source of a header: the same name beside it, or in the usual folders."""
    stem, dot, _ = path.rpartition(".")
    others = _SOURCES if f"{dot}{path.rpartition('.')[2]}" in _HEADERS else _HEADERS
    return tuple(dict.fromkeys(f for f in _beside(stem, others) if f != path and paths.known(f)))


def _beside(stem: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    folder, _, name = stem.rpartition("/")
    for at in (folder, *(inside(dirname(folder), sub) for sub in _FOLDERS)):
        for suffix in suffixes:
            yield inside(at, name + suffix)
