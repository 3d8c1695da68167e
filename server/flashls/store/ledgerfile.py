"""The ledger's file: SQLite, shared by many processes, put aside when it is damaged. Blocking: for one thread.

Log lines and errors name the kind of trouble and the file only, because SQLite's own messages can quote what a row
holds.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

from flashls.store import account, figures, suggestions, writeahead
from flashls.store.attempts import Attempt, Ceiling, Reservation, Spent
from flashls.store.private import files, identity, make_private
from flashls.store.suggestions import Request, Suggestion
from flashls.store.tables import Newer, bring_up_to_date
from flashls.store.trouble import Trouble, trouble

T = TypeVar("T")
Row = Attempt | Request | Suggestion
Kind = Trouble | Literal["newer"]

_LOG = logging.getLogger(__name__)
_LOCK_SECONDS = 1.0  # the longest wait for another process's lock
_REST_SECONDS = 30.0  # between tries to write what no request waits for
_MOST_UNWRITTEN = 10_000  # attempts kept in memory while the file cannot be written; the oldest are dropped
_MOST_UNNOTED = 1_000  # the same of requests and suggestions, which must not push out what counts
_CHECKPOINT_EVERY = 100  # rows, and as many reservations: about 2 MB of write-ahead log
_SAYS: dict[Kind, str] = {
    "busy": "another program holds its lock",
    "full": "the disk is full or failing",
    "unusable": "it cannot be written; check who owns it",
    "damaged": "it was damaged; it is kept aside, and what was spent counts from zero",
    "deleted": "it was deleted; what was spent counts from zero",
    "newer": "a later version of flashls wrote it; use that one, or move the file away",
}


class LedgerTrouble(Exception):
    """The ledger cannot be used; ``str(error)`` says why in half a sentence."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(_SAYS[kind])
        self.kind = kind


class LedgerFile:
    """The file at ``path``, made when it is first used; what is older than ``keep`` seconds goes when it is opened.

    ``clock`` gives seconds since 1970, ``rest_clock`` times the rests after trouble.
    """

    def __init__(
        self, path: Path, keep: float, clock: Callable[[], float], rest_clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path, self._keep, self._clock, self._rest_clock = path, keep, clock, rest_clock
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._said: Kind | None = None
        self._unwritten: list[Attempt] = []
        self._unnoted: list[Request | Suggestion] = []
        self._rows = 0
        self._write_from = float("-inf")

    def open(self) -> None:
        """Makes the file ready. Never raises: what is wrong is told by the first use that needs it."""
        with suppress(LedgerTrouble):
            self._try(lambda _connection: None)

    def write(self, rows: Sequence[Row]) -> None:
        """Adds rows, or settles attempts that were reserved. Never raises: what cannot be written is tried later."""
        self._rows += len(rows)
        self._unwritten += (row for row in rows if isinstance(row, Attempt))
        self._unnoted += (row for row in rows if not isinstance(row, Attempt))
        del self._unwritten[:-_MOST_UNWRITTEN], self._unnoted[:-_MOST_UNNOTED]
        if not (self._unwritten or self._unnoted) or self._rest_clock() < self._write_from:
            return
        try:
            if self._rows >= _CHECKPOINT_EVERY:
                self._rows = 0
                self._try(lambda connection: writeahead.checkpoint(connection, self._path))
            if self._unwritten:
                self._try(lambda connection: account.settle(connection, self._unwritten))
                self._unwritten.clear()
            if self._unnoted:
                self._try(lambda connection: account.note(connection, self._unnoted))
                self._unnoted.clear()
        except LedgerTrouble:
            self._write_from = self._rest_clock() + _REST_SECONDS

    def reserve(self, attempt: Attempt, ceilings: Sequence[Ceiling]) -> Reservation:
        """Adds an open attempt, if what it holds fits under all ceilings. Raises ``LedgerTrouble``."""
        return self._try(lambda connection: account.reserve(connection, attempt, ceilings))

    def spent(self) -> Spent:
        """What was spent today and this month. Raises ``LedgerTrouble``."""
        return self._try(lambda connection: account.spent(connection, self._clock()))

    def since(self, at: float, most: int) -> list[Attempt]:
        """The attempts from a time on, oldest first; of more than ``most`` the latest. Raises ``LedgerTrouble``."""
        return self._try(lambda connection: account.since(connection, at, most))

    def last(self, most: int) -> list[Request]:
        """The last requests for completions, oldest first. Raises ``LedgerTrouble``."""
        return self._try(lambda connection: suggestions.last(connection, most))

    def figures(self, at: float) -> figures.Figures:
        """What happened from a time on, in sums. Raises ``LedgerTrouble``."""
        return self._try(lambda connection: figures.figures(connection, at, self._clock()))

    def close(self) -> None:
        """Writes what is unwritten, if that can be, and closes the file; the next use opens it again."""
        self._write_from = float("-inf")
        self.write(())
        self._let_go()

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """A damaged file is put aside, and the work done in a new one."""
        for again in (True, False):
            try:
                result = work(self._opened())
            except Newer:
                raise self._told("newer") from None
            except sqlite3.ProgrammingError:  # a mistake in this program, and no reason to put a file aside
                raise
            except (sqlite3.Error, OSError, MemoryError) as error:
                kind = _kind(error)
                told = self._told(kind)
                if kind != "damaged":
                    raise told from None
                if not again or not self._put_aside():
                    raise self._told("unusable") from None
            else:
                self._said = None
                return result
        raise AssertionError("unreachable")

    def _told(self, kind: Kind) -> LedgerTrouble:
        if kind != self._said:
            _LOG.warning("The ledger %s: %s", self._path, _SAYS[kind])
            self._said = kind
        return LedgerTrouble(kind)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None:
            if identity(self._path) == self._file:
                return self._connection
            self._let_go()  # deleted, or put aside by another process
            if not self._path.exists():
                self._told("deleted")
        make_private(self._path)
        self._connection = sqlite3.connect(self._path, timeout=_LOCK_SECONDS, isolation_level=None)
        self._file = identity(self._path)
        try:
            _prepare(self._connection)
            account.prune(self._connection, min(self._clock(), account.latest(self._connection)) - self._keep)
        except BaseException:
            self._close()
            raise
        return self._connection

    def _let_go(self) -> None:
        self._close()
        self._file = None

    def _close(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _put_aside(self) -> bool:
        """Renames a damaged file, unless another process has done so; whether a new one can be made."""
        replaced = self._file is not None and identity(self._path) != self._file
        self._let_go()
        if replaced:
            return True
        aside = self._path.with_name(f"{self._path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")
        try:
            for old, new in zip(files(self._path), files(aside), strict=True):
                with suppress(FileNotFoundError):
                    old.rename(new)
        except OSError:
            return False
        return True


def _kind(error: Exception) -> Trouble:
    """Accounts are put aside only where SQLite itself calls the file damaged, or lacks a table in it."""
    kind, name = trouble(error), str(getattr(error, "sqlite_errorname", ""))
    sure = name == "SQLITE_ERROR" or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    return "unusable" if kind == "damaged" and not sure else kind


def _prepare(connection: sqlite3.Connection) -> None:
    """Several processes that make the file at once get in each other's way over its mode, whatever the timeout."""
    until = time.monotonic() + _LOCK_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if trouble(error) != "busy" or time.monotonic() > until:
                raise
            time.sleep(0.01)
    # A committed row outlives the process; only the machine's own fall may lose the last ones.
    connection.execute("PRAGMA synchronous = NORMAL")
    # A checkpoint waits for the disk: that is for ``write``, which no request waits for.
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    bring_up_to_date(connection)
