"""An index in memory, of facts that are given: for workspaces that are made up."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname

from flashls.index.facts import Definition, Facts, Match

# Okapi BM25's usual constants (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
_K1 = 1.2
_B = 0.75


class Memory:
    """An Index of the given facts; ``manifests`` are the texts of files such as go.mod, by path."""

    def __init__(self, facts: Iterable[Facts], manifests: Mapping[str, str] | None = None, version: int = 0) -> None:
        self.version = version
        self._facts = {one.path: one for one in facts}
        self._manifests = dict(manifests or {})
        self._folders: dict[str, list[str]] = defaultdict(list)
        self._packages: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._named: dict[str, list[Definition]] = defaultdict(list)
        self._inside: dict[tuple[str, str], list[Definition]] = defaultdict(list)
        self._chunks: list[tuple[str, int, int, int]] = []
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for path in sorted(self._facts):
            self._add(self._facts[path])
        self._mean = sum(chunk[3] for chunk in self._chunks) / max(1, len(self._chunks))

    def _add(self, facts: Facts) -> None:
        self._folders[dirname(facts.path)].append(facts.path)
        if facts.package:
            self._packages[facts.language, facts.package].append(facts.path)
        for one in facts.definitions:
            self._named[one.name].append(one)
            self._inside[one.path, one.container].append(one)
        for chunk in facts.chunks:
            for word, count in chunk.words.items():
                self._postings[word].append((len(self._chunks), count))
            self._chunks.append((facts.path, chunk.row, chunk.end_row, sum(chunk.words.values())))
        self._facts[facts.path] = replace(facts, chunks=())

    def known(self, path: str) -> bool:
        """Whether a file is in the index."""
        return path in self._facts

    def folders(self) -> frozenset[str]:
        """The folders that files are in ("" is the root)."""
        return frozenset(self._folders)

    def folder(self, path: str) -> tuple[str, ...]:
        """The files directly in a folder, in order."""
        return tuple(self._folders.get(path, ()))

    def package(self, language: str, name: str) -> tuple[str, ...]:
        """The files of a language that declare themselves part of a package, in order."""
        return tuple(self._packages.get((language, name), ()))

    def manifests(self, name: str) -> Mapping[str, str]:
        """The texts of all files of one name that describe a project, by path."""
        return {path: text for path, text in self._manifests.items() if path.rpartition("/")[2] == name}

    def facts(self, path: str) -> Facts | None:
        """A file's facts without its chunks; None if it is not indexed."""
        return self._facts.get(path)

    def several(self, paths: Iterable[str]) -> Mapping[str, Facts]:
        """The facts of several files, by path; those not indexed are left out."""
        return {path: self._facts[path] for path in paths if path in self._facts}

    def defined(self, names: Iterable[str]) -> tuple[Definition, ...]:
        """Every definition that has one of the names."""
        return tuple(one for name in dict.fromkeys(names) for one in self._named.get(name, ()))

    def members(self, paths: Iterable[str], containers: Iterable[str]) -> tuple[Definition, ...]:
        """What stands directly in any of the containers, in any of the files."""
        wanted = tuple(dict.fromkeys(containers))
        return tuple(one for path in dict.fromkeys(paths) for c in wanted for one in self._inside.get((path, c), ()))

    def search(self, words: Mapping[str, float], n: int, without: Sequence[str] = ()) -> tuple[Match, ...]:
        """The ``n`` best chunks by BM25 for weighted identifiers, outside the files ``without``, best first."""
        scores: dict[int, float] = defaultdict(float)
        for word, weight in words.items():
            postings = self._postings.get(word, ())
            rarity = weight * math.log(1 + (len(self._chunks) - len(postings) + 0.5) / (len(postings) + 0.5))
            for chunk, count in postings:
                long = 1 - _B + _B * self._chunks[chunk][3] / self._mean
                scores[chunk] += rarity * count * (_K1 + 1) / (count + _K1 * long)
        ranked = sorted((-score, chunk) for chunk, score in scores.items() if self._chunks[chunk][0] not in without)
        return tuple(Match(*self._chunks[chunk][:3], -score) for score, chunk in ranked[:n])
