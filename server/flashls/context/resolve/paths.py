"""Paths: what the families of languages ask of the index about files, each answer asked for once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import Any, TypeVar, cast

from flashls.context.resolve.families import language_family
from flashls.context.resolve.jsonc import jsonc
from flashls.context.resolve.memo import Brings, Memo
from flashls.index.facts import Definition, Facts, Import, Index

T = TypeVar("T")


_LONGEST_MANIFEST = 64 * 1024  # characters; what is longer is written by programs


@dataclass(slots=True)
class Paths:
    """A view of an index, with the open file ``own`` in place of what is indexed of it; it remembers what it heard."""

    index: Index
    own: Facts | None = None
    memo: Memo = field(default_factory=Memo)
    _own_top: dict[str, list[Definition]] | None = None
    _own_brings: Brings | None = None
    _own_named: dict[str, list[Definition]] | None = None
    _own_inside: dict[str, list[Definition]] | None = None

    def folder(self, path: str) -> frozenset[str]:
        """The indexed files directly in a folder."""
        folders = self.memo.folders
        if path not in folders:
            known = path in self.once("folders", self.index.folders)
            folders[path] = frozenset(self.index.folder(path)) if known else frozenset()
        return folders[path]

    def known(self, path: str) -> bool:
        """Whether a file is in the index."""
        return path in self.folder(path.rpartition("/")[0])

    def package(self, language: str, name: str) -> tuple[str, ...]:
        """The files of a language that declare themselves part of a package, in order."""
        key, packages = (language, name), self.memo.packages
        if key not in packages:
            packages[key] = self.index.package(language, name)
        return packages[key]

    def first(self, candidates: Iterable[str]) -> str | None:
        """The first of the paths that is in the index, made plain (no ``..``)."""
        for path in candidates:
            found = plain(path)
            if found is not None and self.known(found):
                return found
        return None

    def facts(self, path: str) -> Facts | None:
        """A file's facts; None if it is not indexed."""
        if self.own is not None and path == self.own.path:
            return self.own
        facts = self.memo.facts
        if path not in facts:
            facts[path] = self.index.facts(path)
        return facts[path]

    def read(self, files: Iterable[str]) -> None:
        """Asks for the facts of files at once, before ``facts``, ``top`` or ``members`` is asked for each."""
        known = self.memo.facts
        fresh = [file for file in dict.fromkeys(files) if file not in known]
        if len(fresh) > 1:
            found = self.index.several(fresh)
            known.update((file, found.get(file)) for file in fresh)

    def top(self, path: str) -> dict[str, list[Definition]]:
        """What a file defines outside any type, by name."""
        if self.own is not None and path == self.own.path:
            if self._own_top is None:
                self._own_top = _top(self.own)
            return self._own_top
        top = self.memo.top
        if path not in top:
            top[path] = _top(self.facts(path))
        return top[path]

    def brings(self, path: str) -> Brings:
        """What a file brings in."""
        if self.own is not None and path == self.own.path:
            if self._own_brings is None:
                self._own_brings = _brings(self.own)
            return self._own_brings
        brings = self.memo.brings
        if path not in brings:
            brings[path] = _brings(self.facts(path))
        return brings[path]

    def members(self, files: Iterable[str], containers: Iterable[str]) -> list[Definition]:
        """What stands directly in any of the containers, in any of the files."""
        wanted, every = frozenset(containers), tuple(files)
        self.read(every)
        found = (self._inside(file) for file in every)
        return [one for inside in found for container in wanted for one in inside.get(container, ())]

    def _inside(self, path: str) -> dict[str, list[Definition]]:
        """What a file defines, by container."""
        own = self.own is not None and path == self.own.path
        if own and self._own_inside is not None:
            return self._own_inside
        known = None if own else self.memo.inside.get(path)
        if known is None:
            known = {}
            facts = self.facts(path)
            for one in facts.definitions if facts else ():
                known.setdefault(one.container, []).append(one)
            if own:
                self._own_inside = known
            else:
                self.memo.inside[path] = known
        return known

    def ask(self, names: Iterable[str]) -> None:
        """Asks for the definitions that have any of the names at once, before ``named`` is asked for each."""
        named = self.memo.named
        fresh = [name for name in dict.fromkeys(names) if name not in named]
        found: dict[str, list[Definition]] = {}
        for one in self.index.defined(fresh):
            found.setdefault(one.name, []).append(one)
        named.update((name, tuple(found.get(name, ()))) for name in fresh)

    def named(self, name: str) -> tuple[Definition, ...]:
        """Every definition that has a name, those of the open file as they are in it."""
        return self._with_own(name, self._indexed(name))

    def related(self, family: str, name: str) -> tuple[Definition, ...]:
        """The same in one family of languages."""
        key, related = (family, name), self.memo.related
        found = related.get(key)
        if found is None:
            indexed = self._indexed(name)
            found = related[key] = tuple([one for one in indexed if language_family(one.path) == family])
        return self._with_own(name, found)

    def _indexed(self, name: str) -> tuple[Definition, ...]:
        found = self.memo.named.get(name)
        if found is None:
            self.ask((name,))
            found = self.memo.named.get(name, ())
        return found

    def _with_own(self, name: str, indexed: tuple[Definition, ...]) -> tuple[Definition, ...]:
        """The definitions of a name, with those of the open file as they are in it."""
        own = self.own
        if own is None:
            return indexed
        if self._own_named is None:
            self._own_named = _named(own)
        here = self._own_named.get(name, ())
        return (*here, *[one for one in indexed if one.path != own.path]) if here or indexed else ()

    def manifests(self, name: str) -> dict[str, Any]:
        """The project files of one name, by folder: JSON as objects, what is broken or long is left out."""
        read = self.memo.read
        if name not in read:
            texts = self.index.manifests(name)
            found = ((dirname(path), _manifest(name, text)) for path, text in texts.items())
            read[name] = {folder: content for folder, content in found if content}
        return read[name]

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is made of the index's answers alone, not of the open file, made once for each version of the index."""
        made = self.memo.made
        if key not in made:
            made[key] = make()
        return cast(T, made[key])

    def nearest(self, path: str, name: str) -> tuple[str, Any] | None:
        """The manifest in the folder of a path or the closest one above, with that folder."""
        found = self.manifests(name)
        return next(((folder, found[folder]) for folder in above(path) if folder in found), None)


def paths_of(index: Index, own: Facts | None = None) -> Paths:
    """A view of an index for an open file; it shares what other views of the same version were told."""
    memo = _memo(cast(Hashable, index), index.version)
    memo.trim()
    return Paths(index, own, memo)


@lru_cache(maxsize=4)
def _memo(_index: Hashable, _version: int) -> Memo:
    return Memo()


def _manifest(name: str, text: str) -> Any:
    if len(text) > _LONGEST_MANIFEST:  # the whole lines that it begins with still mean something, unless in JSON
        text = "" if name.endswith(".json") else text[:_LONGEST_MANIFEST].rpartition("\n")[0]
    return jsonc(text) if name.endswith(".json") else text


def _named(facts: Facts) -> dict[str, list[Definition]]:
    found: dict[str, list[Definition]] = {}
    for one in facts.definitions:
        found.setdefault(one.name, []).append(one)
    return found


def _brings(facts: Facts | None) -> Brings:
    imports = facts.imports if facts else ()
    aliases: dict[str, list[Import]] = {}
    for one in imports:
        if one.name not in ("", "*"):
            aliases.setdefault(one.alias, []).append(one)
    return Brings(aliases, tuple([one for one in imports if one.name == "*"]))


def _top(facts: Facts | None) -> dict[str, list[Definition]]:
    found: dict[str, list[Definition]] = {}
    for one in facts.definitions if facts else ():
        if not one.container:
            found.setdefault(one.name, []).append(one)
    return found


def above(path: str) -> list[str]:
    """The folders a path is in, innermost first, the root ("") last."""
    found = []
    while path:
        path = dirname(path)
        found.append(path)
    return found or [""]


def plain(path: str) -> str | None:
    """A path without ``.`` and ``..``; None for one outside the root."""
    if "./" not in path and "/." not in path and "//" not in path and path not in (".", ".."):
        return path
    path = normpath(path)
    return None if path.startswith(("../", "/")) or path == ".." else "" if path == "." else path


def inside(folder: str, path: str) -> str:
    """A path within a folder, "" being the root."""
    return join(folder, path) if folder else path
