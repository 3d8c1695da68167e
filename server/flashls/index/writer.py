"""The writer: puts facts into the database, many files a transaction. One process at a time has one."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname
from typing import Any

import msgspec

from flashls.index.facts import Facts
from flashls.index.files import File
from flashls.index.postings import Unwritten, merged, pack, unpack
from flashls.index.schema import CHUNK_BITS, MOST_CHUNKS, writing
from flashls.store.private import identity

# The words of a segment stand in one run: few large segments are faster to search, many small ones to write.
_FIRST_PAIRS = 20_000
_MOST_PAIRS = 600_000
_GROWTH = 3
_MOST_SEGMENTS = 8
_MERGED = 6
_DEAD = 0.3
_FEW = 20_000

_LAST_FILE = (1 << 32 - CHUNK_BITS) - 1


class Worn(Exception):
    """The numbers for files are used up: the database is to be made anew."""


class Overtaken(Exception):
    """Another process has written: what this one knows is out of date."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as the database has it."""

    id: int
    size: int
    mtime: int
    ctime: int
    digest: bytes

    def same(self, file: File) -> bool:
        """Whether the file looks as it did then."""
        return (self.mtime, self.size, self.ctime) == (file.mtime, file.size, file.ctime)


class Writer:
    """Changes to a workspace's database; nothing is seen by readers before ``commit``.

    A path is put or removed at most once between two commits. Every method but ``close`` may raise ``sqlite3.Error``,
    ``OSError``, ``Worn`` or ``Overtaken``; then the writer is done for, and another one takes over from what is
    committed.
    """

    def __init__(self, db: Path) -> None:
        self._db = db
        self._connection = writing(db)
        self._file = identity(db)
        self._unwritten = Unwritten()
        self._enough = _FIRST_PAIRS
        self._last = self._one("SELECT max(id) FROM file") or 0
        self._committed = self._meta("last")
        self._last = max(self._last, self._committed)
        self._files: list[tuple[object, ...]] = []
        self._details: list[tuple[object, ...]] = []
        self._definitions: list[tuple[Any, ...]] = []
        self._manifests: list[tuple[str, str, str]] = []
        self._gone: list[tuple[int, str]] = []
        self._touched: list[tuple[int, int, int, int]] = []

    @property
    def lost(self) -> bool:
        """Whether the file is no longer the one in the folder: deleted, or another one made."""
        return identity(self._db) != self._file

    def stored(self) -> dict[str, Stored]:
        """All files, by path. A file that could not be made searchable before the last end looks changed."""
        rows = self._connection.execute(
            "SELECT path, id, CASE settled WHEN 1 THEN size ELSE -1 END, mtime, ctime,"
            " CASE settled WHEN 1 THEN digest ELSE x'' END FROM file"
        )
        return {path: Stored(*rest) for path, *rest in rows}

    def put(self, file: File, digest: bytes, facts: Facts | None, text: str | None = None) -> Stored:
        """Takes in a file, new or changed; ``facts`` None: it cannot be read. ``text`` is kept of a manifest."""
        if self._last >= _LAST_FILE:
            raise Worn
        self._last = number = self._last + 1
        known = facts or Facts(file.path, "")
        self._gone.append((number, file.path))
        chunks, pairs, rows = known.chunks[:MOST_CHUNKS], self._unwritten.pairs, array("I")
        for place, chunk in enumerate(chunks):
            self._unwritten.add(number << CHUNK_BITS | place, chunk.words)
            rows.extend((chunk.row, chunk.end_row))
        self._files.append(
            (number, file.path, dirname(file.path), known.language, known.package, file.size, file.mtime, file.ctime,
             digest, len(chunks), self._unwritten.pairs - pairs, 0)
        )  # fmt: skip
        imports = [(i.module, i.name, i.alias, i.exported) for i in known.imports]
        defined = [(d.name, d.kind, d.container, d.row, d.end_row, d.signature, d.doc) for d in known.definitions]
        encode = msgspec.msgpack.encode
        self._details.append((number, encode(imports), encode(defined), pack(rows, b"")))
        self._definitions += [(name, number, place, *rest) for place, (name, *rest) in enumerate(defined)]
        if text is not None:
            self._manifests.append((file.path, file.path.rpartition("/")[2], text))
        return Stored(number, file.size, file.mtime, file.ctime, digest)

    def touch(self, stored: Stored, file: File) -> Stored:
        """Takes in a file whose bytes are the same at another time."""
        self._touched.append((file.size, file.mtime, file.ctime, stored.id))
        return Stored(stored.id, file.size, file.mtime, file.ctime, stored.digest)

    def remove(self, path: str) -> None:
        """Takes out a file."""
        self._gone.append((0, path))

    def commit(self, settle: bool = False) -> None:
        """Writes what is pending. Searches find it once enough is together, or with ``settle`` at once."""
        if self.lost:
            raise FileNotFoundError(f"{self._db} is gone")
        run, many = self._connection.execute, self._connection.executemany
        run("BEGIN IMMEDIATE")
        try:
            if self._meta("last") != self._committed:
                raise Overtaken
            many("UPDATE file SET size = ?, mtime = ?, ctime = ? WHERE id = ?", self._touched)
            changes = bool(self._gone)
            for number, path in self._gone:
                self._forget(number, path)
            many(f"INSERT OR REPLACE INTO file VALUES ({', '.join('?' * 12)})", self._files)  # noqa: S608
            many("INSERT OR REPLACE INTO detail VALUES (?, ?, ?, ?)", self._details)
            self._definitions.sort()
            many(f"INSERT OR REPLACE INTO definition VALUES ({', '.join('?' * 9)})", self._definitions)  # noqa: S608
            many("INSERT OR REPLACE INTO manifest VALUES (?, ?, ?)", self._manifests)
            if self._unwritten.pairs >= self._enough or settle:
                self._settle()
            if changes:
                self._set("version", self._meta("version") + 1)
                self._set("last", self._last)
                self._set("chunks", self._one("SELECT sum(chunks) FROM file") or 0)
            run("COMMIT")
            self._committed = self._meta("last")
        except BaseException:
            if self._connection.in_transaction:
                run("ROLLBACK")
            raise
        for pending in (
            self._files, self._details, self._definitions, self._manifests, self._gone, self._touched,
        ):  # fmt: skip
            pending.clear()

    def look_through(self) -> None:
        """Notes that all files have been looked at once; see ``schema.looked_through``."""
        if not self._meta("whole"):
            self._set("whole", 1)

    def checkpoint(self) -> None:
        """Moves what was written from the log beside the database into it, as far as no reader is in the way."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def wish(self, paths: list[str]) -> None:
        """Tells the process that writes of files that changed; for the other processes of a workspace."""
        self._connection.executemany("INSERT OR IGNORE INTO wish VALUES (?)", [(path,) for path in paths])

    def wishes(self) -> list[str]:
        """What other processes told, once."""
        return [path for (path,) in self._connection.execute("DELETE FROM wish RETURNING path").fetchall()]

    def close(self) -> None:
        """Lets go of the file; what is not committed is lost."""
        self._connection.close()

    def _forget(self, number: int, path: str) -> None:
        run = self._connection.execute
        for (old,) in run("SELECT id FROM file WHERE path = ? AND id <> ?", (path, number)).fetchall():
            for name in self._names(old):
                run("DELETE FROM definition WHERE name = ? AND file = ?", (name, old))
            run("DELETE FROM detail WHERE file = ?", (old,))
            run("DELETE FROM file WHERE id = ?", (old,))
            run("DELETE FROM manifest WHERE path = ?", (path,))

    def _names(self, file: int) -> set[str]:
        """The names of what a file defines."""
        row = self._connection.execute("SELECT definitions FROM detail WHERE file = ?", (file,)).fetchone()
        return {name for name, *_ in msgspec.msgpack.decode(row[0])} if row else set()

    def _settle(self) -> None:
        """Writes the postings as a segment of their own, and puts segments together where there are many."""
        run = self._connection.execute
        if self._unwritten.pairs:
            self._write_segment(self._unwritten.rows(), self._unwritten.pairs)
            self._unwritten = Unwritten()
            self._enough = min(_GROWTH * self._enough, _MOST_PAIRS)
        run("UPDATE file SET settled = 1 WHERE settled = 0")
        segments = run("SELECT id, pairs FROM segment ORDER BY pairs").fetchall()
        held, alive = sum(pairs for _, pairs in segments), self._one("SELECT sum(pairs) FROM file") or 0
        if held - alive > max(_FEW, _DEAD * held):
            self._merge([number for number, _ in segments])
        elif len(segments) > _MOST_SEGMENTS:
            self._merge([number for number, _ in segments[:_MERGED]])

    def _merge(self, segments: list[int]) -> None:
        """Makes one segment of several, without what stands in files that are gone."""
        run, marks = self._connection.execute, ", ".join("?" * len(segments))
        alive = {number for (number,) in run("SELECT id FROM file")}
        by_word: dict[int, list[bytes]] = {}
        rows = run(f"SELECT word, chunks FROM posting WHERE segment IN ({marks}) ORDER BY word, segment", segments)  # noqa: S608
        for word, blob in rows:
            by_word.setdefault(word, []).append(blob)
        kept = [(word, blob) for word, blobs in by_word.items() if (blob := _living(merged(blobs), alive))]
        run(f"DELETE FROM posting WHERE segment IN ({marks})", segments)  # noqa: S608
        run(f"DELETE FROM segment WHERE id IN ({marks})", segments)  # noqa: S608
        self._write_segment(kept, sum(len(blob) for _, blob in kept) // 5)

    def _write_segment(self, rows: list[tuple[int, bytes]], pairs: int) -> None:
        segment = (self._one("SELECT max(id) FROM segment") or 0) + 1
        self._connection.execute("INSERT INTO segment VALUES (?, ?)", (segment, pairs))
        self._connection.executemany(
            "INSERT INTO posting VALUES (?, ?, ?)", ((word, segment, blob) for word, blob in rows)
        )

    def _one(self, query: str) -> int | None:
        row = self._connection.execute(query).fetchone()
        return row[0] if row else None

    def _meta(self, key: str) -> int:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else 0

    def _set(self, key: str, value: int) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def _living(blob: bytes, alive: set[int]) -> bytes:
    chunks, weights = unpack(blob)
    kept = [place for place, chunk in enumerate(chunks) if chunk >> CHUNK_BITS in alive]
    if len(kept) == len(chunks):
        return blob
    return pack(array("I", [chunks[place] for place in kept]), bytes(weights[place] for place in kept))
