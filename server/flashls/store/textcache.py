"""A cache of text in one SQLite file that many processes share, and that heals itself. Blocking: for one thread.

Whatever is wrong with the file (garbage, cut off, read-only, locked, deleted, disk full) is a miss and one line in the
log; a damaged or deleted file is made anew. Log lines name the kind of trouble and the folder only, because SQLite's
own messages can quote what a row holds.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
import zlib
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from flashls.store.private import files, identity, make_private, size
from flashls.store.trouble import Trouble, trouble

T = TypeVar("T")

LONGEST = 1 << 20
"""Characters a text may have. A reply of 64k tokens is about a quarter of it."""

_LOG = logging.getLogger(__name__)
_LOCK_SECONDS = 0.25  # the longest wait for another process's lock; diskcache's own default is 60
_REST_SECONDS = {"busy": 1.0}
_LONG_REST_SECONDS = 30.0
_SAYS = {
    "busy": "another program holds its lock; replies are not kept meanwhile",
    "full": "the disk is full or failing; new replies are not kept",
    "unusable": "it cannot be written; replies are not kept. Check who owns the folder, or choose another",
    "damaged": "it was damaged and is made anew",
    "deleted": "it was deleted and is made anew",
}


@dataclass(frozen=True, slots=True)
class Stats:
    """How many texts are kept, in how many bytes on disk, where, and what is wrong (None: nothing)."""

    entries: int
    bytes: int
    path: Path
    trouble: Trouble | None = None


class TextCache:
    """Text by text keys in ``folder``, at most about ``cap_bytes`` on disk, each for ``ttl`` seconds.

    No method raises. All must be called from one thread. ``clock`` counts seconds; it times the rests after trouble.
    """

    def __init__(self, folder: Path, cap_bytes: int, ttl: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._cap, self._ttl, self._clock = folder, cap_bytes, ttl, clock
        self._cache: Any = None  # diskcache.Cache, imported on first use
        self._file: tuple[int, int] | None = None
        self._trouble: Trouble | None = None
        self._open_from = self._write_from = float("-inf")

    @property
    def _db(self) -> Path:
        return self._folder / "cache.db"

    def open(self) -> None:
        """Makes the file ready, so that the first ``get`` need not."""
        self._try(lambda _cache: None, None)

    def get(self, key: str) -> str | None:
        """The text put under ``key``, or None."""
        return self._try(lambda cache: self._read(cache, key), None)

    def put(self, key: str, text: str) -> None:
        """Keeps ``text`` under ``key``, unless there is trouble, or it is too long or no valid Unicode."""
        if self._clock() >= self._write_from:
            self._try(lambda cache: self._write(cache, key, text), None)

    def keys(self, most: int) -> list[str] | None:
        """The keys of what is kept, at most so many, the newest first; None if there is trouble."""
        statement = "SELECT key FROM Cache WHERE raw = 1 AND typeof(key) = 'text' ORDER BY rowid DESC LIMIT ?"
        return self._try(lambda cache: [key for (key,) in cache._sql(statement, (most,))], None)

    def clear(self) -> int:
        """Removes everything; how many texts that were."""
        entries = self._try(len, 0)
        if not self._try(self._empty, False) and self._discard():
            self._open_from = self._write_from = float("-inf")
        return entries

    def stats(self) -> Stats:
        """What is kept now."""
        entries = self._try(len, 0)
        return Stats(entries, size(self._db), self._folder, self._trouble)

    def close(self) -> None:
        """Closes the file; the next call opens it again."""
        if self._cache is not None:
            with suppress(Exception):
                self._cache.close()
        self._cache = self._file = None

    def _try(self, work: Callable[[Any], T], otherwise: T) -> T:
        for attempt in range(2):
            try:
                result = work(self._opened())
            except UnicodeEncodeError:  # ours, from a lone surrogate: SQLite's own are OperationalErrors
                return otherwise
            except Exception as error:
                kind = _kind(error)
                self._report(kind)
                if kind == "damaged" and attempt == 0 and self._discard():
                    continue
                self._rest(kind)
                return otherwise
            return result
        return otherwise

    def _opened(self) -> Any:
        if self._cache is not None and identity(self._db) == self._file:
            return self._cache
        if self._cache is not None:  # deleted, or made anew by another process
            self.close()
            if not self._db.exists():
                self._report("deleted")
        if self._clock() < self._open_from:
            raise _Resting
        self._cache = _open(self._folder, self._db, self._cap)
        self._file, self._trouble = identity(self._db), None
        return self._cache

    def _write(self, cache: Any, key: str, text: str) -> None:
        cache.set(key, _checked(text), expire=self._ttl)
        self._trouble = None

    def _empty(self, cache: Any) -> bool:
        cache.clear()
        cache._sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # the log still holds what was removed
        self._trouble = None
        return True

    def _read(self, cache: Any, key: str) -> str | None:
        from flashls.store.rows import RowRefused

        try:
            value: str | None = cache.get(key)
            if value is None:
                return None
            text = value[8:]
            if _checked(text) == value:
                return text
        except RowRefused:
            pass
        _LOG.warning("Reply cache in %s: removed a row that this program did not write", self._folder)
        cache.delete(key)
        return None

    def _discard(self) -> bool:
        """Removes the file, unless another process has replaced it already; whether it is gone."""
        replaced = self._file is not None and identity(self._db) != self._file
        self.close()
        if not replaced:
            try:
                for path in files(self._db):
                    path.unlink(missing_ok=True)
            except OSError:
                return False
        return True

    def _report(self, kind: Trouble | None) -> None:
        if kind is not None and kind != self._trouble:
            _LOG.warning("Reply cache in %s: %s", self._folder, _SAYS[kind])
            self._trouble = kind

    def _rest(self, kind: Trouble | None) -> None:
        if kind is None:
            return
        until = self._clock() + _REST_SECONDS.get(kind, _LONG_REST_SECONDS)
        self._write_from = until
        if self._cache is None:
            self._open_from = until


class _Resting(Exception):
    """The last try to open failed a moment ago."""


def _open(folder: Path, db: Path, cap_bytes: int) -> Any:
    if os.path.expandvars(str(folder.expanduser())) != str(folder):
        raise OSError("diskcache would expand this path to another one")
    make_private(db)
    _inspect(db)

    from diskcache import Cache

    from flashls.store.rows import TextDisk

    return Cache(
        str(folder),
        timeout=_LOCK_SECONDS,
        disk=TextDisk,
        size_limit=cap_bytes,
        eviction_policy="least-recently-stored",
        disk_min_file_size=2 * LONGEST,
        sqlite_cache_size=256,  # pages of 4 KB; diskcache's own choice keeps up to 32 MB in memory
        sqlite_mmap_size=0,  # a mapped file that somebody cuts off ends the process (SIGBUS)
    )


def _inspect(db: Path) -> None:
    """Raises what SQLite finds wrong, and ``ValueError`` for settings that diskcache would obey and never wrote.

    diskcache sets each row of ``Settings`` as an attribute of itself or as a PRAGMA, its own folder included. It also
    waits a minute for a lock while it opens; this asks first, with a short limit.
    """
    from diskcache.core import DEFAULT_SETTINGS, METADATA

    with closing(sqlite3.connect(db, timeout=_LOCK_SECONDS, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        exists = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'Settings'").fetchone()
        settings = connection.execute("SELECT key, value FROM Settings").fetchall() if exists else []
        connection.execute("ROLLBACK")
    known: dict[str, object] = {**DEFAULT_SETTINGS, **METADATA}
    for key, value in settings:
        if key not in known or not (type(value) is int or value == known[key]):
            raise ValueError("unknown settings")


def _checked(text: str) -> str:
    """The text behind its CRC-32, so that a page lost to a crash is no reply."""
    return f"{zlib.crc32(text.encode()):08x}{text}"


def _kind(error: Exception) -> Trouble | None:
    return None if isinstance(error, _Resting) else trouble(error)
