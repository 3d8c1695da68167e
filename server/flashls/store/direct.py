"""Reservations that the event loop makes itself, in place of two switches of threads: some 0.1 ms, not 0.4 and more.

It does so only where nothing can make it wait: the file is open, nobody writes just now, all ceilings have ample room.
Nothing is synchronised with the disk here (see ``writeahead``), and a file that was slow once is left to the thread.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from flashls.store import account, writeahead
from flashls.store.attempts import Attempt, Ceiling
from flashls.store.private import identity
from flashls.store.tables import STEPS
from flashls.store.trouble import trouble

_SLOW = 0.005  # seconds: half of the longest that anything may hold the loop
# Seconds that the thread does it all after that, or after an error. Then it tries how swift the file is, less and less
# often while that fails: a busy machine is slow now and then, a busy disk all the time.
_REST, _LONGEST = 1.0, 32.0

if sys.platform == "linux":
    import resource

    def _put_off() -> int:
        return resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw
else:

    def _put_off() -> int:
        return 0


class Direct:
    """The loop's own connection to the ledger at ``path``. ``timer`` counts seconds.

    ``put_off`` counts how often others had the processor in place of this thread, as far as the system tells: what is
    slow for that is no fault of the file's.

    ``reserve`` is for the loop; ``open`` and ``close`` are for the ledger's thread.
    """

    def __init__(
        self, path: Path, timer: Callable[[], float] = time.perf_counter, put_off: Callable[[], int] = _put_off
    ) -> None:
        self._path, self._timer, self._put_off = path, timer, put_off
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._left: list[sqlite3.Connection] = []
        self._from, self._pause = float("-inf"), _REST

    @property
    def wanting(self) -> bool:
        """Whether ``open`` would be of use."""
        return self._connection is None and self._timer() >= self._from

    def reserve(self, attempt: Attempt, ceilings: Sequence[Ceiling]) -> bool:
        """Adds an open attempt that holds ``attempt.held``, if that can be at once; else it is up to the thread.

        Never raises: what is wrong with the file, the thread will find too.
        """
        connection, started = self._connection, self._now()
        if connection is None:
            return False
        try:
            if identity(self._path) == self._file:
                return account.reserve_at_once(connection, attempt, ceilings)
            self._leave(connection)
        except sqlite3.Error as error:
            if trouble(error) != "busy":
                self._rest(connection)
        finally:
            if self._was_slow(started):
                self._rest(connection)
        return False

    def open(self) -> None:
        """Connects to the file if it is there, up to date and swift. Never raises."""
        self._close_left()
        if self._connection is not None:
            return
        file, connection = identity(self._path), None
        with suppress(sqlite3.Error, OSError):
            connection = _connected(self._path)
            if self._is_swift(connection) and identity(self._path) == file:
                self._file, self._connection, self._pause = file, connection, _REST
                return
        self._rest(connection)
        self._pause = min(2 * self._pause, _LONGEST)
        self._close_left()

    def close(self) -> None:
        """Closes the connection; the next ``open`` makes another one."""
        if self._connection is not None:
            self._leave(self._connection)
        self._close_left()

    def _is_swift(self, connection: sqlite3.Connection) -> bool:
        """Tries what the loop is to do: a commit, to a log that has begun."""
        if connection.execute("PRAGMA user_version").fetchone() != (len(STEPS),):
            return False
        writeahead.begin(connection)
        started = self._now()
        writeahead.begin(connection)
        connection.execute("PRAGMA busy_timeout = 0")
        return not self._was_slow(started)

    def _now(self) -> tuple[float, int]:
        return self._timer(), self._put_off()

    def _was_slow(self, started: tuple[float, int]) -> bool:
        return self._timer() - started[0] > _SLOW and self._put_off() == started[1]

    def _rest(self, connection: sqlite3.Connection | None) -> None:
        self._leave(connection)
        self._from = self._timer() + self._pause

    def _leave(self, connection: sqlite3.Connection | None) -> None:
        """To close it may wait for the disk: that is left to the thread."""
        self._connection = None
        if connection is not None and connection not in self._left:
            self._left.append(connection)

    def _close_left(self) -> None:
        while self._left:
            with suppress(sqlite3.Error):
                self._left.pop().close()


def _connected(path: Path) -> sqlite3.Connection:
    """A connection that does not wait for the disk to commit, to a file that is there."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
    except BaseException:
        connection.close()
        raise
    return connection
