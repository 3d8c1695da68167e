"""The ledger's write-ahead log: who waits for the disk when it is emptied and begun again.

A commit is in the log and waits for nothing; but the first one after a checkpoint has emptied the log begins that anew
and waits until the disk has its header, 0.1 s and more on a busy one (sqlite.org/wal.html; ``walWriteFrames``). An
event loop commits too, so that first commit is always made here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flashls.store.tables import STEPS


def begin(connection: sqlite3.Connection) -> None:
    """Commits a change that changes nothing, so that the log has begun. Raises SQLite's errors."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        _commit(connection)
    except BaseException:
        connection.rollback()
        raise


def checkpoint(connection: sqlite3.Connection, path: Path) -> None:
    """Takes what the log of the file ``path`` holds into the file, and begins the log anew. Raises SQLite's errors.

    Nobody else can begin it: a reader keeps them from that until the right to write is taken here. The second round is
    for what came during the first, which waits for the disk; where even more comes, the log just goes on.
    """
    try:
        with _reading(path) as first:
            if _is_emptied(connection):
                connection.execute("BEGIN IMMEDIATE")
            else:
                with _reading(path):
                    first.close()
                    _is_emptied(connection)
                    connection.execute("BEGIN IMMEDIATE")
        _commit(connection)
    except BaseException:
        connection.rollback()
        raise


def _is_emptied(connection: sqlite3.Connection) -> bool:
    busy, held, taken = connection.execute("PRAGMA wal_checkpoint").fetchone()
    return not busy and held == taken


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Whoever reads from a log keeps it from being begun anew, and what came later from being taken out of it.

    A reader that finds the log empty does not read from it, and keeps nobody from anything.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM days LIMIT 1").fetchall()
        yield connection


def _commit(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA user_version = {len(STEPS)}")
    connection.execute("COMMIT")
