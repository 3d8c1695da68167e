"""Facts: what the index knows of each file, and what it can be asked.

Paths are relative to the workspace's root, with ``/`` between folders. Rows are 0-based.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec


class Definition(msgspec.Struct, frozen=True, gc=False):
    """Something a file defines, in rows ``row`` to ``end_row`` (both included).

    ``container`` is the dotted path of what it stands in, "" at the top. ``signature`` is the header as it stands in
    the file (several rows where it spans several), without the body; ``doc`` the first line of its documentation.

    A msgspec structure, for a request may make some thousand of them: 0.1 µs each, a frozen dataclass takes 5 µs.
    """

    path: str
    name: str
    kind: str
    container: str
    row: int
    end_row: int
    signature: str
    doc: str = ""


class Import(msgspec.Struct, frozen=True, gc=False):
    """One name that a file brings in, or passes on (``exported``).

    ``module`` as the file writes it: ``..models.seam``, ``./util``, ``example.com/m/pkg``, ``crate::a::b``,
    ``java.util``, ``dir/file.h``, ``<stdio.h>``. ``name`` is what of it: "" for the module itself, "*" for all of it.
    ``alias`` is the name by which the file speaks of it, "" where the language gives none.
    """

    module: str
    name: str = ""
    alias: str = ""
    exported: bool = False


class Chunk(msgspec.Struct, frozen=True, gc=False):
    """A stretch of a file cut at syntax boundaries, with how often each identifier stands in it."""

    row: int
    end_row: int
    words: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one file. ``package`` is what it declares itself part of, "" where it declares nothing."""

    path: str
    language: str
    package: str = ""
    definitions: tuple[Definition, ...] = ()
    imports: tuple[Import, ...] = ()
    chunks: tuple[Chunk, ...] = ()


class Match(msgspec.Struct, frozen=True, gc=False):
    """A chunk that a search found; a higher score is better."""

    path: str
    row: int
    end_row: int
    score: float


class Index(Protocol):
    """What can be asked of a workspace's index; each answer takes well under a millisecond."""

    @property
    def version(self) -> int:
        """Grows with every change of the index: what was derived from an older version may be out of date."""
        ...

    def known(self, path: str) -> bool:
        """Whether a file is in the index."""
        ...

    def folders(self) -> frozenset[str]:
        """The folders that indexed files are in ("" is the root)."""
        ...

    def folder(self, path: str) -> tuple[str, ...]:
        """The indexed files directly in a folder ("" is the root), in order."""
        ...

    def package(self, language: str, name: str) -> tuple[str, ...]:
        """The files of a language that declare themselves part of a package, in order."""
        ...

    def manifests(self, name: str) -> Mapping[str, str]:
        """The texts of all files of one name that describe a project, by path: ``go.mod``, ``package.json``, ..."""
        ...

    def facts(self, path: str) -> Facts | None:
        """A file's package, definitions and imports, without its chunks; None if it is not indexed."""
        ...

    def several(self, paths: Iterable[str]) -> Mapping[str, Facts]:
        """The facts of several files, by path; those not indexed are left out."""
        ...

    def defined(self, names: Iterable[str]) -> tuple[Definition, ...]:
        """Every definition that has one of the names."""
        ...

    def members(self, paths: Iterable[str], containers: Iterable[str]) -> tuple[Definition, ...]:
        """What stands directly in any of the containers (dotted paths), in any of the files."""
        ...

    def search(self, words: Mapping[str, float], n: int, without: Sequence[str] = ()) -> tuple[Match, ...]:
        """The ``n`` best chunks for weighted identifiers, outside the files ``without``, best first."""
        ...
