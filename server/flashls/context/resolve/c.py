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
# The headers of C (ISO/IEC 9899:2024, 7) and of POSIX (IEEE 1003.1-2024, "Headers").
_SYSTEM = re.compile(
    r"""(?:aio|arpa/inet|assert|complex|cpio|ctype|devctl|dirent|dlfcn|endian|errno|fcntl|fenv|float|fmtmsg|fnmatch|ftw
    |glob|grp|iconv|inttypes|iso646|langinfo|libgen|libintl|limits|locale|math|monetary|mqueue|ndbm|net/if|netdb
    |netinet/\w+|nl_types|poll|pthread|pwd|regex|sched|search|semaphore|setjmp|signal|spawn|std\w+|strings?|sys/\w+
    |syslog|tar|termios|tgmath|threads|time|uchar|unistd|utmpx|wchar|wctype|wordexp)\.h""",
    re.VERBOSE,
)
_FLAG = re.compile(r"^-(?:I|isystem|iquote)\s*(\S+)", re.MULTILINE)
_DIRECTORIES = re.compile(r"(?:\b|_)include_directories\s*\(([^)]*)", re.IGNORECASE)
_VARIABLE = re.compile(r"^\$\{(?:CMAKE_CURRENT_(?:SOURCE|LIST)_DIR|(?:CMAKE|PROJECT|\w+)_SOURCE_DIR)\}/?")
_SOURCES = (".c", ".cc", ".cpp", ".cxx")
_HEADERS = (".h", ".hh", ".hpp", ".hxx")
_MOST_FOLDERS = 1000


def locate(paths: Paths, path: str, one: Import) -> Located:
    """Where an include leads: the file, seen from the including one's folder, then from those around it.

    In angle brackets it is looked for where the build says, and in ``include``, first; the system's own only there.
    """
    name = one.module.strip("<>")
    if name != one.module:
        file = _by_build(paths, path, name) or _around(paths, path, name, ("include",))
        if file or _SYSTEM.fullmatch(name):
            return Located((file,)) if file else NOWHERE
    file = paths.first((inside(dirname(path), name),)) or _around(paths, path, name, _FOLDERS)
    file = file or _by_build(paths, path, name)
    return Located((file,)) if file else NOWHERE


def _around(paths: Paths, path: str, name: str, subs: tuple[str, ...]) -> str | None:
    return paths.first(inside(inside(folder, sub) if sub else folder, name) for folder in above(path) for sub in subs)


def siblings(paths: Paths, path: str) -> tuple[str, ...]:
    """The header of a source file and the source of a header: the same name beside it, or in the usual folders."""
    stem, dot, _ = path.rpartition(".")
    others = _SOURCES if f"{dot}{path.rpartition('.')[2]}" in _HEADERS else _HEADERS
    return tuple(dict.fromkeys(f for f in _beside(stem, others) if f != path and paths.known(f)))


def _by_build(paths: Paths, path: str, name: str) -> str | None:
    """The file in a folder that a build names for includes: the build that a file is part of, then any other."""
    folders = paths.once("include", lambda: tuple(islice(dict.fromkeys(_folders(paths)), _MOST_FOLDERS)))
    builds = {build for build, _ in folders}
    own = next((folder for folder in above(path) if folder in builds), None)
    order = sorted(folders, key=lambda each: each[0] != own)
    return paths.once(("include", name, own), lambda: paths.first(inside(where, name) for _, where in order))


def _folders(paths: Paths) -> Iterator[tuple[str, str]]:
    """The folders that CMakeLists.txt and compile_flags.txt files name for includes, with the folder of each file."""
    for folder, text in paths.manifests("compile_flags.txt").items():
        yield from ((folder, inside(folder, found)) for found in _FLAG.findall(str(text)))
    for folder, text in paths.manifests("CMakeLists.txt").items():
        for words in _DIRECTORIES.findall(str(text)):
            for word in words.replace(">", " ").replace("$<BUILD_INTERFACE:", " ").split():
                where = _VARIABLE.sub("", word.strip('"'))
                if "$" not in where:
                    yield from ((folder, inside(folder, where)), (folder, where))


def _beside(stem: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    folder, _, name = stem.rpartition("/")
    for at in (folder, *(inside(dirname(folder), sub) for sub in _FOLDERS)):
        for suffix in suffixes:
            yield inside(at, name + suffix)
