"""Pyproject: the folders from which a Python project's modules are imported, as its tools are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from flashls.context.resolve.paths import Paths, inside, plain

_NAME = re.compile(r"""^name[ \t]*=[ \t]*["']?([\w.-]+)""", re.MULTILINE)
_STRING = re.compile(r"""["']([^"'\n]*)["']""")
# setuptools, Poetry, Hatch, PDM, Maturin, uv, pytest, Pyright and mypy, each with its own word for it.
_LISTS = re.compile(
    r"^[ \t]*(?:where|sources|pythonpath|extraPaths|python-source|module-root|mypy_path|package-dir|src)"
    r"[ \t]*=[ \t]*(\[[^\]]*\]?|\{[^}\n]*\}|[^\n]*)",
    re.MULTILINE,
)
_DIRECTORIES = re.compile(r"^\[tool\.setuptools\.package-dir\][ \t]*\n((?:(?!\[)[^\n]*\n?)*)", re.MULTILINE)
_FROM = re.compile(r"""\bfrom[ \t]*=[ \t]*["']([^"'\n]+)["']""")
_PACKAGES = re.compile(r"^[ \t]*packages[ \t]*=[ \t]*\[([^\]{]*)", re.MULTILINE)
_CFG = re.compile(
    r"^(?:where|package_dir|mypy_path|pythonpath)[ \t]*+=[ \t]*+\n?[ \t]*+(?:[\w.]*+[ \t]*+=)?[ \t]*+([\w./-]+)",
    re.MULTILINE,
)
_MOST_ROOTS = 100


@dataclass(frozen=True, slots=True)
class Project:
    """A project's ``names``, its own and its folder's, as modules are written, and the folders its modules are in."""

    names: str
    roots: tuple[str, ...]


def projects(paths: Paths) -> dict[str, Project]:
    """The Python projects of the workspace, by their folders."""
    found: dict[str, Project] = {}
    for name, read in (("pyproject.toml", _of_toml), ("setup.cfg", _of_cfg)):
        for folder, text in paths.manifests(name).items():
            before = found.get(folder, Project(folder.rpartition("/")[2].lower(), ()))
            called = " ".join((before.names, *_NAME.findall(str(text)))).lower().replace("-", "_")
            roots = (plain(inside(folder, root)) for root in read(str(text)))
            every = tuple(dict.fromkeys((*before.roots, *(r for r in roots if r is not None))))
            found[folder] = Project(called, every[:_MOST_ROOTS])
    return dict(sorted(found.items()))


@lru_cache(maxsize=512)
def _of_toml(text: str) -> tuple[str, ...]:
    return tuple(root.removesuffix("/") or "." for root in _roots(text) if not root.startswith("/"))


def _roots(text: str) -> Iterator[str]:
    for value in _LISTS.findall(text):
        if value.startswith("{"):  # names of packages, "" for all, and where they are
            yield from re.findall(r"""["']["'][ \t]*=[ \t]*["']([^"'\n]*)["']""", value)
        else:
            yield from _STRING.findall(value)
    for body in _DIRECTORIES.findall(text):
        yield from re.findall(r"""^["']["'][ \t]*=[ \t]*["']([^"'\n]*)["']""", body, re.MULTILINE)
    yield from _FROM.findall(text)
    for value in _PACKAGES.findall(text):  # paths of packages, which lie in what they are imported from
        yield from (package.rpartition("/")[0] for package in _STRING.findall(value) if "/" in package)


@lru_cache(maxsize=512)
def _of_cfg(text: str) -> tuple[str, ...]:
    return tuple(_CFG.findall(text))
