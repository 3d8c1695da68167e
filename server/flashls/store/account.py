"""The ledger's statements: attempts in, sums out. Each raises SQLite's own errors."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flashls.store import suggestions
from flashls.store.attempts import Attempt, Ceiling, Reservation, Spent, Standing, first_id
from flashls.store.tables import COLUMNS
from flashls.types import Usage

_BILLION = 1_000_000_000
_LARGEST = 2**53
_NEAR = 0.8  # of a ceiling, from which on there is a notice

_ADD = f"INSERT INTO attempts ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{name}' for name in COLUMNS)})"  # noqa: S608
_ADD_IF = f"INSERT INTO attempts ({', '.join(COLUMNS)}) SELECT {', '.join(f':{name}' for name in COLUMNS)} WHERE"
_SETTLED = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in ("id", "at", "task", "held"))
_SETTLE = (
    f"{_ADD} ON CONFLICT (id) DO UPDATE SET {_SETTLED}, held = iif(:keep, attempts.held, excluded.held)"
    " WHERE attempts.outcome = 'open'"
)
_COUNTED = {
    "day": "SELECT total(held) FROM days WHERE day = date(:at, 'unixepoch')",
    "month": "SELECT total(held) FROM days WHERE day >= date(:at, 'unixepoch', 'start of month')"
    " AND day < date(:at, 'unixepoch', 'start of month', '+1 month')",
}


def settle(connection: sqlite3.Connection, attempts: Sequence[Attempt]) -> None:
    """Adds attempts, or says how those that were reserved ended; what has ended stays as it is. One transaction."""
    with transaction(connection):
        connection.executemany(_SETTLE, [_values(attempt) for attempt in attempts])


def reserve(connection: sqlite3.Connection, attempt: Attempt, ceilings: Sequence[Ceiling]) -> Reservation:
    """Adds an open attempt, if what it holds fits under all ceilings; its id may become another. One transaction."""
    values = _values(attempt)
    with transaction(connection):
        counted = [_counted(connection, attempt.at, ceiling) for ceiling in ceilings]
        for ceiling, units in zip(ceilings, counted, strict=True):
            if units + values["held"] > math.floor(_units(ceiling.usd)):
                return Reservation(0, Standing(ceiling, units / _BILLION))
        while connection.execute(f"{_ADD} ON CONFLICT (id) DO NOTHING", values).rowcount == 0:
            values["id"] += 1
        near = tuple(
            Standing(ceiling, units / _BILLION)
            for ceiling, units in zip(ceilings, counted, strict=True)
            if units >= _NEAR * _units(ceiling.usd) and _first_notice(connection, attempt.at, ceiling)
        )
    return Reservation(values["id"], None, near)


def reserve_at_once(connection: sqlite3.Connection, attempt: Attempt, ceilings: Sequence[Ceiling]) -> bool:
    """Adds an open attempt if no ceiling comes near by it and its id is free; else nothing is done.

    One statement is one transaction, which begins as a writing one.
    """
    values, rooms = _values(attempt), list[str]()
    for number, ceiling in enumerate(ceilings):
        rooms.append(f"({_counted_by(ceiling, f':task{number}')}) <= :room{number}")
        values |= {f"task{number}": ceiling.task, f"room{number}": _ample(ceiling, values["held"])}
    condition = " AND ".join(rooms) or "true"
    return connection.execute(f"{_ADD_IF} {condition} ON CONFLICT (id) DO NOTHING", values).rowcount > 0


def spent(connection: sqlite3.Connection, at: float) -> Spent:
    """What was spent in the day and the month of a time."""
    today = _counted(connection, at, Ceiling(0, "day"))
    month = _counted(connection, at, Ceiling(0, "month"))
    query = "SELECT task, held FROM days WHERE day = date(?, 'unixepoch') ORDER BY task"
    tasks = {task: held / _BILLION for task, held in connection.execute(query, (at,))}
    midnight = datetime.fromtimestamp(at, UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    query = "SELECT total(cost) FROM attempts WHERE id >= ? AND id < ?"
    cost = connection.execute(query, (first_id(midnight), first_id(midnight + 86_400))).fetchone()[0]
    return Spent(today / _BILLION, month / _BILLION, tasks, cost)


def note(connection: sqlite3.Connection, rows: Sequence[suggestions.Request | suggestions.Suggestion]) -> None:
    """Adds requests for completions and suggestions' fates. One transaction."""
    with transaction(connection):
        suggestions.note(connection, rows)


def since(connection: sqlite3.Connection, at: float, most: int) -> list[Attempt]:
    """The attempts from a time on, oldest first; of more than ``most`` the latest."""
    query = f"SELECT {', '.join(COLUMNS)} FROM attempts WHERE id >= ? AND at >= ? ORDER BY id DESC LIMIT ?"  # noqa: S608
    rows = connection.execute(query, (first_id(at), at, most)).fetchall()
    attempts = [_attempt(row) for row in reversed(rows)]
    return sorted(attempts, key=lambda attempt: attempt.at)  # within a millisecond, ids are by chance


_DATED = ("attempts", "suggestions")


def latest(connection: sqlite3.Connection) -> float:
    """When the last attempt or suggestion began, 0 without any: a clock far ahead makes none of them old."""
    found = [connection.execute(f"SELECT at FROM {table} ORDER BY id DESC LIMIT 1").fetchone() for table in _DATED]  # noqa: S608
    return max((row[0] for row in found if row), default=0.0)


def prune(connection: sqlite3.Connection, before: float) -> None:
    """Removes what began before a time, and the sums and notices of earlier days."""
    first, day = first_id(before), datetime.fromtimestamp(max(before, 0), UTC).date().isoformat()
    if connection.execute("SELECT 1 FROM attempts WHERE id < ? LIMIT 1", (first,)).fetchone():
        with transaction(connection):
            connection.execute("DELETE FROM attempts WHERE id < ?", (first,))
            connection.execute("DELETE FROM days WHERE day < ?", (day,))
            connection.execute("DELETE FROM notices WHERE day < ?", (day,))
    if connection.execute("SELECT 1 FROM suggestions WHERE id < ? LIMIT 1", (first,)).fetchone():
        with transaction(connection):
            suggestions.prune(connection, before, day)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, and nobody else writes meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _counted(connection: sqlite3.Connection, at: float, ceiling: Ceiling) -> int:
    query = _counted_by(ceiling, ":task")
    return int(connection.execute(query, {"at": at, "task": ceiling.task}).fetchone()[0])


def _counted_by(ceiling: Ceiling, task: str) -> str:
    return _COUNTED[ceiling.period] + (f" AND task = {task}" if ceiling.task else "")


def _ample(ceiling: Ceiling, held: int) -> int:
    """The most that may count so far for there to be room for an attempt and nothing to be told of."""
    units = _units(ceiling.usd)
    return min(math.floor(units) - held, math.ceil(_NEAR * units) - 1)


def _first_notice(connection: sqlite3.Connection, at: float, ceiling: Ceiling) -> bool:
    statement = "INSERT INTO notices VALUES (date(?, 'unixepoch'), ?) ON CONFLICT DO NOTHING"
    return connection.execute(statement, (at, f"{ceiling.period} {ceiling.task}".strip())).rowcount > 0


def _values(attempt: Attempt) -> dict[str, Any]:
    """An attempt as a row, with every value in the range that SQLite can hold."""
    usage = attempt.usage
    tokens = {name: min(max(getattr(usage, name), 0), _LARGEST) for name in _TOKENS}
    texts = {name: _text(getattr(attempt, name)) for name in ("task", "model", "session", "arm", "outcome")}
    held = attempt.held if attempt.held is not None else attempt.cost or 0.0
    return {
        **tokens,
        **texts,
        "id": attempt.id,
        "at": attempt.at,
        "estimated": usage.estimated,
        "cost": attempt.cost,
        "held": math.ceil(_units(held)),
        "first_ms": attempt.first_ms,
        "total_ms": attempt.total_ms,
        "keep": attempt.held is None,
    }


_TOKENS = ("input", "cached", "cache_write", "output", "thought")


def _attempt(row: tuple[Any, ...]) -> Attempt:
    named = dict(zip(COLUMNS, row, strict=True))
    usage = Usage(**{name: named.pop(name) for name in _TOKENS}, estimated=bool(named.pop("estimated")))
    return Attempt(**named | {"usage": usage, "held": named["held"] / _BILLION})


def _units(usd: float) -> float:
    """Billionths of a dollar, rid of what binary fractions add: 0.00000003 is 30, not 30.000000000000004."""
    return round(min(usd * _BILLION, float(_LARGEST)), 3) if usd > 0 else 0.0


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
