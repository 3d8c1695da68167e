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
    # 3: what became of suggestions; the last requests for completions, and of all of them, by UTC day, how they were
    # answered and within how many milliseconds (0: more than 500).
    """
    CREATE TABLE suggestions (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        session TEXT NOT NULL, arm TEXT NOT NULL, language TEXT NOT NULL, model TEXT NOT NULL,
        cached INTEGER NOT NULL, explicit INTEGER NOT NULL,
        wait_ms REAL NOT NULL, chars INTEGER NOT NULL, rows INTEGER NOT NULL, seen_ms REAL NOT NULL,
        typed INTEGER NOT NULL, taken INTEGER NOT NULL, kept INTEGER, told INTEGER NOT NULL,
        fate TEXT NOT NULL
    );
    CREATE TABLE requests (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        session TEXT NOT NULL, language TEXT NOT NULL,
        outcome TEXT NOT NULL, detail TEXT NOT NULL, way TEXT NOT NULL,
        ms REAL NOT NULL, steps TEXT NOT NULL
    );
    CREATE TABLE answers (
        day TEXT, outcome TEXT, way TEXT, within INTEGER, n INTEGER NOT NULL,
        PRIMARY KEY (day, outcome, way, within)
    ) WITHOUT ROWID;
    CREATE TRIGGER requests_added AFTER INSERT ON requests BEGIN
        INSERT INTO answers VALUES (
            date(new.at, 'unixepoch'), new.outcome, new.way,
            CASE WHEN new.ms <= 50 THEN 50 WHEN new.ms <= 200 THEN 200 WHEN new.ms <= 500 THEN 500 ELSE 0 END, 1
        )
        ON CONFLICT (day, outcome, way, within) DO UPDATE SET n = n + 1;
    END;
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
