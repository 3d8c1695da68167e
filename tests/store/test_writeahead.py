"""Whoever else commits while the log is emptied never begins it anew, at whatever moment that is."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing, suppress
from pathlib import Path

import pytest

from flashls.store import writeahead
from flashls.store.tables import bring_up_to_date


def log_number(path: Path) -> int:
    """How often the log was begun anew (sqlite.org/fileformat2.html, "The WAL File Format")."""
    found: tuple[int] = struct.unpack_from(">I", path.with_name(f"{path.name}-wal").read_bytes(), 12)
    return found[0]


def connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    bring_up_to_date(connection)
    return connection


def commit(connection: sqlite3.Connection, day: int) -> None:
    connection.execute("INSERT INTO notices VALUES (?, 'day')", (str(day),))


def test_a_log_is_begun_anew_once_by_each_checkpoint(tmp_path: Path) -> None:
    with closing(connected(tmp_path / "db")) as ours, closing(connected(tmp_path / "db")) as other:
        for day in range(3):
            before = log_number(tmp_path / "db")
            commit(other, day)
            writeahead.checkpoint(ours, tmp_path / "db")
            commit(other, -day - 1)
            assert log_number(tmp_path / "db") == before + 1


@pytest.mark.parametrize("moments", [{0}, {1}, {0, 1}, {0, 2}, {0, 1, 2, 3, 4}], ids=str)
def test_a_commit_in_the_midst_of_it_begins_nothing(tmp_path: Path, moments: set[int]) -> None:
    """The moments are just before each of its statements; from the one that takes the right to write on, none can."""
    path, statements, commits = tmp_path / "db", list[str](), list[int]()
    with closing(connected(path)) as ours, closing(connected(path)) as other:
        commit(other, -1)

        def meanwhile(statement: str) -> None:
            before = log_number(path)
            if len(statements) in moments:
                with suppress(sqlite3.OperationalError):
                    commit(other, len(statements))
                    commits.append(log_number(path) - before)
            statements.append(statement)

        ours.set_trace_callback(meanwhile)
        writeahead.checkpoint(ours, path)
        assert other.execute("SELECT count(*) FROM notices").fetchone() == (1 + len(commits),)
    assert "BEGIN IMMEDIATE" in statements
    assert set(commits) == {0}


def test_a_log_begins_with_a_change_that_changes_nothing(tmp_path: Path) -> None:
    with closing(connected(tmp_path / "db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = list(connection.iterdump())
        writeahead.begin(connection)
        assert tmp_path.joinpath("db-wal").stat().st_size > 0
        assert list(connection.iterdump()) == before


def test_where_another_holds_the_file_nothing_stays_begun(tmp_path: Path) -> None:
    with closing(connected(tmp_path / "db")) as ours, closing(connected(tmp_path / "db")) as other:
        other.execute("BEGIN IMMEDIATE")
        for work in (writeahead.begin, lambda each: writeahead.checkpoint(each, tmp_path / "db")):
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                work(ours)
            assert not ours.in_transaction
        other.rollback()
        writeahead.checkpoint(ours, tmp_path / "db")
