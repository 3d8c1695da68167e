"""Figures: what the ledger says of a stretch of time, in sums small enough to hand around. Days are UTC's."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flashls.store.attempts import first_id

_GOOD = "('stop', 'length', 'enough')"


@dataclass(frozen=True, slots=True)
class Attempts:
    """The attempts of a day for one task at one model that ended alike. ``cost`` in US dollars.

    ``unpriced`` of them, at models without a price, are not in ``cost``; ``cached`` tokens are part of ``input``.
    """

    day: str
    task: str
    model: str
    outcome: str
    n: int
    input: int
    cached: int
    output: int
    cost: float
    unpriced: int


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds, ascending: to the first token, and of finished replies to their end."""

    first: tuple[float, ...]
    whole: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """The requests for completions of a day that were answered alike; ``within`` so many ms, 0: more than 500."""

    day: str
    outcome: str
    way: str
    within: int
    n: int


@dataclass(frozen=True, slots=True)
class Fates:
    """The suggestions of a day that ended alike: how many, and their code points.

    ``told`` of them by the client. ``kept`` of the ``watched`` code points stood there 30 s after they were taken.
    """

    day: str
    model: str
    fate: str
    n: int
    told: int
    chars: int
    typed: int
    taken: int
    kept: int
    watched: int


@dataclass(frozen=True, slots=True)
class Window:
    """What happened in one editor window, which is in an experiment's ``arm``: EXPERIMENT/NAME.

    Of its suggestions those ``seen`` (inferred) and ``accepted``, at least in part; ``waits`` are the milliseconds from
    request to suggestion, ``firsts`` those to a model's first token. ``cost`` of its ``attempts``, in US dollars,
    without the ``unpriced`` ones.
    """

    arm: str
    session: str
    seen: int
    accepted: int
    waits: tuple[float, ...]
    attempts: int
    cost: float
    unpriced: int
    firsts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it; ``latencies`` by task and model. ``windows`` are those in experiments."""

    attempts: tuple[Attempts, ...]
    latencies: Mapping[tuple[str, str], Latencies]
    answers: tuple[Answers, ...]
    fates: tuple[Fates, ...]
    windows: tuple[Window, ...] = ()


def figures(connection: sqlite3.Connection, at: float, until: float) -> Figures:
    """What happened between two times (seconds since 1970); answers of whole days. Raises SQLite's errors.

    Rows of a later time come from a clock that was wrong. Half a second for 100,000 attempts: for whoever asks, not for
    a process that serves.
    """
    ids, days = (first_id(at), first_id(until + 1)), (_day(at), _day(until))
    return Figures(
        tuple(Attempts(*row) for row in connection.execute(_ATTEMPTS, ids)),
        _latencies(connection, ids),
        tuple(Answers(*row) for row in connection.execute(_ANSWERS, days)),
        tuple(Fates(*row) for row in connection.execute(_FATES, ids)),
        _windows(connection, ids),
    )


def _day(at: float) -> str:
    return datetime.fromtimestamp(max(at, 0), UTC).date().isoformat()


def _latencies(connection: sqlite3.Connection, ids: tuple[int, int]) -> dict[tuple[str, str], Latencies]:
    firsts, wholes = dict[tuple[str, str], list[float]](), dict[tuple[str, str], list[float]]()
    for column, found in (("first_ms", firsts), ("total_ms", wholes)):
        query = (
            f"SELECT task, model, {column} FROM attempts WHERE id BETWEEN ? AND ? AND outcome IN {_GOOD}"  # noqa: S608
            f" AND {column} IS NOT NULL ORDER BY {column}"
        )
        for task, model, ms in connection.execute(query, ids):
            found.setdefault((task, model), []).append(ms)
    keys = sorted({*firsts, *wholes})
    return {key: Latencies(tuple(firsts.get(key, ())), tuple(wholes.get(key, ()))) for key in keys}


def _windows(connection: sqlite3.Connection, ids: tuple[int, int]) -> tuple[Window, ...]:
    offers = {(arm, session): row for arm, session, *row in connection.execute(_OFFERS, ids)}
    asked = {(arm, session): row for arm, session, *row in connection.execute(_ASKED, ids)}
    windows = list[Window]()
    for arm, session in sorted({*offers, *asked}):
        seen, accepted, waits = offers.get((arm, session), (0, 0, None))
        attempts, cost, unpriced, firsts = asked.get((arm, session), (0, 0.0, 0, None))
        windows.append(Window(arm, session, seen, accepted, _listed(waits), attempts, cost, unpriced, _listed(firsts)))
    return tuple(windows)


def _listed(numbers: str | None) -> tuple[float, ...]:
    return tuple(sorted(map(float, numbers.split(",")))) if numbers else ()


_ATTEMPTS = """
    SELECT date(at, 'unixepoch') AS day, task, model, outcome, count(*), sum(input), sum(cached), sum(output),
        total(cost), count(*) - count(cost)
    FROM attempts WHERE id BETWEEN ? AND ? GROUP BY day, task, model, outcome ORDER BY day, task, model, outcome
"""
_ANSWERS = (
    "SELECT day, outcome, way, within, n FROM answers WHERE day BETWEEN ? AND ? ORDER BY day, outcome, way, within"
)
_FATES = """
    SELECT date(at, 'unixepoch') AS day, model, fate, count(*), sum(told), sum(chars), sum(typed), sum(taken),
        coalesce(sum(kept), 0), coalesce(sum(iif(kept IS NULL, 0, typed + taken)), 0)
    FROM suggestions WHERE id BETWEEN ? AND ? GROUP BY day, model, fate ORDER BY day, model, fate
"""
_OFFERS = """
    SELECT arm, session, sum(fate <> 'unseen'), sum(fate IN ('accepted', 'partly accepted')), group_concat(wait_ms)
    FROM suggestions WHERE id BETWEEN ? AND ? AND arm <> '' GROUP BY arm, session
"""
_ASKED = """
    SELECT arm, session, count(*), total(cost), count(*) - count(cost), group_concat(first_ms)
    FROM attempts WHERE id BETWEEN ? AND ? AND arm <> '' AND task = 'complete' GROUP BY arm, session
"""
