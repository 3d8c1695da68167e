"""The ledger's tables, as the steps from each version of the file to the next.

Money that counts against a budget is in whole billionths of a dollar, rounded up, so that sums are exact. A row's id
begins with its time, so rows lie in the order of time and rows of two files never have the same.
"""

from __future__ import annotations

import sqlite3

STEPS = (
    # 1: the attempts. `cost` is in dollars, NULL where there is no price; `held` is what counts against a budget.
    """
    CREATE TABLE attempts (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        task TEXT NOT NULL, model TEXT NOT NULL, session TEXT NOT NULL, arm TEXT NOT NULL,
        input INTEGER NOT NULL, cached INTEGER NOT NULL, cache_write INTEGER NOT NULL,
        output INTEGER NOT NULL, thought INTEGER NOT NULL, estimated INTEGER NOT NULL,
        cost REAL, held INTEGER NOT NULL,
        first_ms REAL, total_ms REAL,
        outcome TEXT NOT NULL
    );
    """,
    # 2: what counts, by UTC day and task, kept by the file itself, so that a reservation adds up a few rows only;
    # and which ceilings were told of on which day.
    """
    CREATE TABLE days (day TEXT, task TEXT, held INTEGER NOT NULL, PRIMARY KEY (day, task)) WITHOUT ROWID;
    INSERT INTO days SELECT date(at, 'unixepoch'), task, sum(held) FROM attempts GROUP BY 1, 2;
    CREATE TRIGGER attempts_added AFTER INSERT ON attempts BEGIN
        INSERT INTO days VALUES (date(new.at, 'unixepoch'), new.task, new.held)
        ON CONFLICT (day, task) DO UPDATE SET held = days.held + excluded.held;
    END;
    CREATE TRIGGER attempts_settled AFTER UPDATE OF held ON attempts BEGIN
        UPDATE days SET held = days.held + new.held - old.held
        WHERE day = date(old.at, 'unixepoch') AND task = old.task;
    END;
    CREATE TABLE notices (day TEXT, ceiling TEXT, PRIMARY KEY (day, ceiling)) WITHOUT ROWID;
    """,
)

COLUMNS = (
    "id", "at", "task", "model", "session", "arm", "input", "cached", "cache_write", "output", "thought", "estimated",
    "cost", "held", "first_ms", "total_ms", "outcome",
)  # fmt: skip


class Newer(Exception):
    """The file was written by a later version of this program."""


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Takes a file of any earlier version, an empty one too, to the last step. Raises ``Newer`` and SQLite's errors.

    All steps are one transaction: a process that is killed on the way leaves the file as it was.
    """
    if _version(connection) == len(STEPS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)  # another process may have been faster
        if version > len(STEPS):
            raise Newer
        for step in STEPS[version:]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(STEPS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    """The statements of a script; ``executescript`` would commit each at once."""
    found, begun = list[str](), ""
    for part in script.split(";"):
        begun += part + ";"
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found
