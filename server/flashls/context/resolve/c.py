"""C and C++: includes by the folders around a file, the usual ones and those that builds name; a header's source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from posixpath import dirname

from flashls.context.resolve.located import NOWHERE, Located
from flashls.context.resolve.paths import Paths, above, inside
from flashls.index.facts import Import

_FOLDERS = ("", "include", "src", "inc", "lib", "source")
_FLAG = re.compile(r"^-(?:I|isystem|iquote)\s*(\S+)", re.MULTILINE)
_DIRECTORIES = re.compile(r"(?:\b|_)include_directories\s*\(([^)]*)", re.IGNORECASE)
_VARIABLE = re.compile(r"^\$\{(?:CMAKE_CURRENT_(?:SOURCE|LIST)_DIR|(?:CMAKE|PROJECT|\w+)_SOURCE_DIR)\}/?")
_SOURCES = (".c", ".cc", ".cpp", ".cxx")
_HEADERS = (".h", ".hh", ".hpp", ".hxx")
_MOST_FOLDERS = 1000


def locate(paths: Paths, path: str, one: Import) -> Located:
    """Where an include leads: the file, seen from the including one's folder, then from those around it."""
    candidates = (
        inside(inside(folder, sub) if sub else folder, one.module) for folder in above(path) for sub in _FOLDERS
    )
    file = paths.first((inside(dirname(path), one.module),)) or paths.first(candidates)
    file = file or paths.once(("include", one.module), lambda: _by_build(paths, one.module))
    return Located((file,)) if file else NOWHERE


def siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The header of a source file and the source of a header: the same name beside it, or in the usual folders."""
    stem, dot, _ = path.rpartition(".")
    others = _SOURCES if f"{dot}{path.rpartition('.')[2]}" in _HEADERS else _HEADERS
    return tuple(dict.fromkeys(f for f in _beside(stem, others) if f != path and paths.known(f)))


def _by_build(paths: Paths, module: str) -> str | None:
    folders = paths.once("include", lambda: tuple(islice(dict.fromkeys(_folders(paths)), _MOST_FOLDERS)))
    return paths.first(inside(folder, module) for folder in folders)


def _folders(paths: Paths) -> Iterator[str]:
    """The folders that CMakeLists.txt and compile_flags.txt files of the workspace name for includes."""
    for folder, text in paths.manifests("compile_flags.txt").items():
        yield from (inside(folder, found) for found in _FLAG.findall(str(text)))
    for folder, text in paths.manifests("CMakeLists.txt").items():
        for words in _DIRECTORIES.findall(str(text)):
            for word in words.replace(">", " ").replace("$<BUILD_INTERFACE:", " ").split():
                where = _VARIABLE.sub("", word.strip('"'))
                if "$" not in where:
                    yield from (inside(folder, where), where)


def _beside(stem: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    folder, _, name = stem.rpartition("/")
    for at in (folder, *(inside(dirname(folder), sub) for sub in _FOLDERS)):
        for suffix in suffixes:
            yield inside(at, name + suffix)
