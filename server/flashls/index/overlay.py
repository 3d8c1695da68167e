"""Overlay: open documents over the index of what lies on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from statistics import median

from flashls.index.facts import Definition, Facts, Index, Match
from flashls.index.memory import Memory


class Overlay:
    """An Index of documents over another: what they hold now hides all that the other says of the same files."""

    def __init__(self, beneath: Index, documents: Iterable[Facts]) -> None:
        given = tuple(documents)
        self._beneath, self._above = beneath, Memory(given)
        self._hidden = frozenset(one.path for one in given)

    @property
    def version(self) -> int:
        """That of the index beneath: an overlay is made anew when a document changes."""
        return self._beneath.version

    def known(self, path: str) -> bool:
        """Whether a file is open or in the index."""
        return path in self._hidden or self._beneath.known(path)

    def folders(self) -> frozenset[str]:
        """The folders that open or indexed files are in ("" is the root)."""
        return self._above.folders() | self._beneath.folders()

    def folder(self, path: str) -> tuple[str, ...]:
        """The files directly in a folder, in order."""
        return tuple(sorted({*self._above.folder(path), *self._beneath.folder(path)}))

    def package(self, language: str, name: str) -> tuple[str, ...]:
        """The files of a language that declare themselves part of a package, in order."""
        beneath = (path for path in self._beneath.package(language, name) if path not in self._hidden)
        return tuple(sorted({*self._above.package(language, name), *beneath}))

    def manifests(self, name: str) -> Mapping[str, str]:
        """The texts of all files of one name that describe a project, by path, as they lie on disk."""
        return self._beneath.manifests(name)

    def facts(self, path: str) -> Facts | None:
        """A file's facts without its chunks; None if it is neither open nor indexed."""
        return self._above.facts(path) or self._beneath.facts(path)

    def several(self, paths: Iterable[str]) -> Mapping[str, Facts]:
        """The facts of several files, by path; those neither open nor indexed are left out."""
        wanted = tuple(paths)
        above = self._above.several(wanted)
        return {**self._beneath.several(path for path in wanted if path not in above), **above}

    def defined(self, names: Iterable[str]) -> tuple[Definition, ...]:
        """Every definition that has one of the names."""
        wanted = tuple(names)
        beneath = (one for one in self._beneath.defined(wanted) if one.path not in self._hidden)
        return (*self._above.defined(wanted), *beneath)

    def members(self, paths: Iterable[str], containers: Iterable[str]) -> tuple[Definition, ...]:
        """What stands directly in any of the containers, in any of the files."""
        wanted, inside = tuple(paths), tuple(containers)
        beneath = self._beneath.members((path for path in wanted if path not in self._hidden), inside)
        return (*self._above.members(wanted, inside), *beneath)

    def search(self, words: Mapping[str, float], n: int, without: Sequence[str] = ()) -> tuple[Match, ...]:
        """The ``n`` best chunks for weighted identifiers, outside the files ``without``, best first.

        How rare a word is, few documents cannot tell: what they score is brought to the scale of the index beneath, by
        the files that both have found.
        """
        found = self._beneath.search(words, n + len(self._hidden), without)
        fresh = self._above.search(words, n, without)
        old, new = _best(found), _best(fresh)
        scale = median([old[path] / new[path] for path in old.keys() & new.keys()] or [1.0])
        scaled = (Match(one.path, one.row, one.end_row, one.score * scale) for one in fresh)
        both = chain((one for one in found if one.path not in self._hidden), scaled)
        return tuple(sorted(both, key=lambda match: -match.score)[:n])


def _best(found: Iterable[Match]) -> dict[str, float]:
    """The best score of each file."""
    best: dict[str, float] = {}
    for one in found:
        if one.score > 0:
            best[one.path] = max(best.get(one.path, 0), one.score)
    return best
