"""Paths: what the families of languages ask of the index about files, each answer asked for once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from typing import Any

from flashls.index.facts import Definition, Facts, Index

_JSON_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


@dataclass(frozen=True, slots=True)
class Located:
    """Where an import leads: ``files``, and which ``name`` of theirs is meant; "" for all that they offer.

    ``container``: the dotted path of the type whose members are meant, for static and nested imports.
    """

    files: tuple[str, ...] = ()
    name: str = ""
    container: str = ""


NOWHERE = Located()


@dataclass(slots=True)
class Paths:
    """A view of an index that lives as long as one gathering: it remembers what it was told."""

    index: Index
    _folders: dict[str, frozenset[str]] = field(default_factory=dict)
    _facts: dict[str, Facts | None] = field(default_factory=dict)
    _top: dict[str, dict[str, list[Definition]]] = field(default_factory=dict)
    _read: dict[str, dict[str, Any]] = field(default_factory=dict)
    _named: dict[str, tuple[Definition, ...]] = field(default_factory=dict)

    def folder(self, path: str) -> frozenset[str]:
        """The indexed files directly in a folder."""
        if path not in self._folders:
            self._folders[path] = frozenset(self.index.folder(path))
        return self._folders[path]

    def known(self, path: str) -> bool:
        """Whether a file is in the index."""
        return path in self.folder(dirname(path))

    def first(self, candidates: Iterable[str]) -> str | None:
        """The first of the paths that is in the index, made plain (no ``..``)."""
        return next((p for p in map(plain, candidates) if p is not None and self.known(p)), None)

    def facts(self, path: str) -> Facts | None:
        """A file's facts; None if it is not indexed."""
        if path not in self._facts:
            self._facts[path] = self.index.facts(path)
        return self._facts[path]

    def top(self, path: str) -> dict[str, list[Definition]]:
        """What a file defines outside any type, by name."""
        if path not in self._top:
            found: dict[str, list[Definition]] = {}
            facts = self.facts(path)
            for one in facts.definitions if facts else ():
                if not one.container:
                    found.setdefault(one.name, []).append(one)
            self._top[path] = found
        return self._top[path]

    def named(self, names: Iterable[str]) -> tuple[Definition, ...]:
        """Every definition that has one of the names; all that are not known yet are asked for at once."""
        wanted = tuple(dict.fromkeys(names))
        fresh = [name for name in wanted if name not in self._named]
        if fresh:
            self._named.update(dict.fromkeys(fresh, ()))
            found: dict[str, list[Definition]] = {}
            for one in self.index.defined(fresh):
                found.setdefault(one.name, []).append(one)
            self._named.update((name, tuple(ones)) for name, ones in found.items())
        return tuple(one for name in wanted for one in self._named[name])

    def manifests(self, name: str) -> dict[str, Any]:
        """The files of one name that describe a project, by folder: JSON as objects, what is broken left out."""
        if name not in self._read:
            texts = self.index.manifests(name)
            read = ((dirname(path), _json(text) if name.endswith(".json") else text) for path, text in texts.items())
            self._read[name] = {folder: content for folder, content in read if content}
        return self._read[name]

    def nearest(self, path: str, name: str) -> tuple[str, Any] | None:
        """The manifest in the folder of a path or the closest one above, with that folder."""
        found = self.manifests(name)
        return next(((folder, found[folder]) for folder in above(path) if folder in found), None)


def above(path: str) -> list[str]:
    """The folders a path is in, innermost first, the root ("") last."""
    found = []
    while path:
        path = dirname(path)
        found.append(path)
    return found or [""]


def plain(path: str) -> str | None:
    """A path without ``.`` and ``..``; None for one outside the root."""
    path = normpath(path)
    return None if path.startswith(("../", "/")) or path == ".." else "" if path == "." else path


def inside(folder: str, path: str) -> str:
    """A path within a folder, "" being the root."""
    return join(folder, path) if folder else path


def _json(text: str) -> Any:
    """JSON as tsconfig.json has it, with comments and trailing commas; None for what is no object."""
    bare = _TRAILING_COMMA.sub(r"\1", _JSON_COMMENT.sub(lambda m: m[1] or " ", text))
    try:
        read = json.loads(bare)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None
