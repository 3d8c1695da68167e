"""The index as it lies on disk, for those who ask: read while another process writes."""

from __future__ import annotations

import heapq
import sqlite3
import struct
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from flashls.index.facts import Definition, Facts, Import, Match
from flashls.index.postings import most, number, scores
from flashls.index.schema import CHUNK_BITS, MOST_CHUNKS, reading
from flashls.index.statements import CHUNKS, DEFINED, FILES, POSTINGS, asking
from flashls.store.private import identity
from flashls.store.trouble import trouble

MOST_DEFINED = 128
"""Definitions that are given of one name: of a name that more have, none tells much."""

_MOST_KEPT = 10_000  # definitions of files asked for last, some 300 bytes each
_LOOK = 0.5  # seconds between two looks for another file of the same name

_AT_ONCE = 64  # names asked for with one statement: 8 µs each, one by one 27 µs
_MOST_AT_ONCE = 1_000  # definitions of these
_IMPORTS = msgspec.msgpack.Decoder(list[tuple[str, str, str, bool]])
_DEFINITIONS = msgspec.msgpack.Decoder(list[tuple[str, str, str, int, int, str, str]])


class Database:
    """An ``Index`` of the database ``db``, for any thread.

    Where there is no database yet, or it cannot be read, there is nothing in it; it is opened again when another file
    is there. ``damaged`` is called when the file turns out to be no sound database.
    """

    def __init__(
        self, db: Path, damaged: Callable[[], None] = lambda: None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._db, self._damaged, self._clock = db, damaged, clock
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._look_from = 0.0
        self._before = self._seen = 0
        self._kept: OrderedDict[int, Facts] = OrderedDict()
        self._kept_size = 0

    @property
    def version(self) -> int:
        """Grows with every change of the index."""
        with self._lock:
            self._look_from = 0.0
            rows = self._rows("SELECT value FROM meta WHERE key = 'version'")
            self._seen = rows[0][0] if rows else self._seen
            return self._before + self._seen

    def known(self, path: str) -> bool:
        """Whether a file is in the index."""
        return bool(self._rows("SELECT 1 FROM file WHERE path = ? AND language <> ''", path))

    def folders(self) -> frozenset[str]:
        """The folders that indexed files are in ("" is the root); 1 ms for some thousand files."""
        return frozenset(_first(self._rows("SELECT DISTINCT folder FROM file")))

    def folder(self, path: str) -> tuple[str, ...]:
        """The indexed files directly in a folder ("" is the root), in order."""
        return _first(self._rows("SELECT path FROM file WHERE folder = ? AND language <> '' ORDER BY path", path))

    def package(self, language: str, name: str) -> tuple[str, ...]:
        """The files of a language that declare themselves part of a package, in order."""
        where = "package = ? AND language = ? AND package <> ''"
        return _first(self._rows(f"SELECT path FROM file WHERE {where} ORDER BY path", name, language))  # noqa: S608

    def manifests(self, name: str) -> Mapping[str, str]:
        """The texts of all files of one name that describe a project, by path."""
        return dict(self._rows("SELECT path, text FROM manifest WHERE name = ? ORDER BY path", name))

    def facts(self, path: str) -> Facts | None:
        """A file's package, definitions and imports, without its chunks; None if it is not indexed."""
        return self.several((path,)).get(path)

    def several(self, paths: Iterable[str]) -> dict[str, Facts]:
        """The same of several files, by path, with two statements for 64 of them; those not indexed are left out."""
        wanted, found = list(dict.fromkeys(paths)), dict[str, Facts]()
        with self._lock:
            for first in range(0, len(wanted), _AT_ONCE):
                found |= self._several(wanted[first : first + _AT_ONCE])
        return found

    def defined(self, names: Iterable[str]) -> tuple[Definition, ...]:
        """The definitions that have one of the names, at most ``MOST_DEFINED`` for each."""
        wanted = list(dict.fromkeys(names))
        with self._lock:
            some = (wanted[first : first + _AT_ONCE] for first in range(0, len(wanted), _AT_ONCE))
            return tuple([one for names in some for one in self._defined(names)])

    def members(self, paths: Iterable[str], containers: Iterable[str]) -> tuple[Definition, ...]:
        """What stands directly in any of the containers (dotted paths), in any of the files."""
        wanted = set(containers)
        found = self.several(paths).values()
        return tuple(one for facts in found for one in facts.definitions if one.container in wanted)

    def search(self, words: Mapping[str, float], n: int, without: Sequence[str] = ()) -> tuple[Match, ...]:
        """The ``n`` best chunks by BM25 for weighted identifiers, outside the files ``without``, best first.

        Words that every tenth chunk has are left out, and the commonest of many.
        """
        with self._lock:
            found = self._scores(words)
            for path in without:
                for id_, chunks in self._rows("SELECT id, chunks FROM file WHERE path = ?", path):
                    for chunk in range(id_ << CHUNK_BITS, (id_ << CHUNK_BITS) + chunks):
                        found.pop(chunk, None)
            return tuple(self._matches(heapq.nlargest(3 * n + 16, found, key=found.__getitem__), found, n))

    def close(self) -> None:
        """Lets go of the file; the next question opens it again."""
        with self._lock:
            self._let_go()
            self._look_from = 0.0

    def _defined(self, names: list[str]) -> list[Definition]:
        """Asks with one statement, unless there are so many that a name has most of them."""
        rows = self._rows(*asking(DEFINED, names, _MOST_AT_ONCE))
        if len(rows) == _MOST_AT_ONCE:
            rows = [row for name in names for row in self._rows(*asking(DEFINED, [name], MOST_DEFINED))]
        found: dict[str, list[Definition]] = {name: [] for name in names}
        for row in rows:
            found[row[1]].append(Definition(*row))
        return [one for ones in found.values() for one in ones[:MOST_DEFINED]]

    def _several(self, paths: list[str]) -> Iterator[tuple[str, Facts]]:
        """Facts are kept by number: a file that changes gets another one."""
        for id_, path, *rest in self._rows(*asking(FILES, paths)):
            try:
                facts = self._kept.get(id_) or _unpacked(path, *rest)
            except (msgspec.MsgspecError, UnicodeDecodeError):  # SQLite does not look into what is packed
                self._let_go()
                self._damaged()
                return
            self._keep(id_, facts)
            yield path, facts

    def _keep(self, id_: int, facts: Facts) -> None:
        if id_ in self._kept:
            self._kept.move_to_end(id_)
            return
        self._kept[id_] = facts
        self._kept_size += 1 + len(facts.definitions)
        while self._kept_size > _MOST_KEPT and len(self._kept) > 1:
            self._kept_size -= 1 + len(self._kept.popitem(last=False)[1].definitions)

    def _scores(self, words: Mapping[str, float]) -> dict[int, float]:
        chunks = self._rows("SELECT value FROM meta WHERE key = 'chunks'")
        total = chunks[0][0] if chunks else 0
        weights = {number(word): weight for word, weight in words.items() if weight}
        return scores(weights, self._postings(list(weights), most(total)), total)

    def _postings(self, words: list[int], limit: int) -> list[tuple[int, bytes | None]]:
        """The packed postings of words, segment by segment; None in place of more than ``limit`` bytes."""
        return self._rows(*asking(POSTINGS, words, limit))

    def _matches(self, ranked: list[int], worth: Mapping[int, float], n: int) -> list[Match]:
        """The chunks that are still there."""
        found: list[Match] = []
        for some in (ranked[:n], ranked[n:]):
            files = self._chunks({chunk >> CHUNK_BITS for chunk in some}) if len(found) < n else {}
            for chunk in some:
                path, packed = files.get(chunk >> CHUNK_BITS, ("", b""))
                if path:
                    row, end_row = struct.unpack_from("<2I", packed, 8 * (chunk & MOST_CHUNKS - 1))
                    found.append(Match(path, row, end_row, worth[chunk]))
        return found[:n]

    def _chunks(self, files: set[int]) -> dict[int, tuple[str, bytes]]:
        """The paths of files, by number, and the rows that their chunks begin and end at, packed."""
        return {id_: (path, packed) for id_, path, packed in self._rows(*asking(CHUNKS, list(files)))}

    def _rows(self, query: str, *values: object) -> list[Any]:
        """A query's rows; none if there is no database, or trouble with it."""
        with self._lock:
            connection = self._opened()
            if connection is None:
                return []
            try:
                return connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                self._report(error)
                return []

    def _opened(self) -> sqlite3.Connection | None:
        now = self._clock()
        if now < self._look_from and self._file is not None:
            return self._connection
        self._look_from = now + _LOOK
        file = identity(self._db)
        if file != self._file:
            self._let_go()
            self._file = file
            self._kept.clear()
            self._kept_size = 0
            self._before, self._seen = self._before + self._seen + 1, 0
        if self._connection is None and file is not None:
            try:
                self._connection = reading(self._db)
            except sqlite3.Error as error:
                self._report(error)
        return self._connection

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _report(self, error: sqlite3.Error) -> None:
        self._let_go()
        if trouble(error) == "damaged" and "no such table" not in str(error):
            self._damaged()


def _unpacked(path: str, language: str, package: str, imports: bytes | None, definitions: bytes | None) -> Facts:
    brought = _IMPORTS.decode(imports) if imports else ()
    own = _DEFINITIONS.decode(definitions) if definitions else ()
    return Facts(
        path,
        language,
        package,
        tuple([Definition(path, *one) for one in own]),
        tuple([Import(*one) for one in brought]),
    )


def _first(rows: list[tuple[str]]) -> tuple[str, ...]:
    return tuple(path for (path,) in rows)
