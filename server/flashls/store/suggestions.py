"""What the ledger keeps of completions: the last requests, how all were answered, and the fates of suggestions.

Lengths, times and names only; never code. Each statement raises SQLite's own errors.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Literal

from flashls.store.attempts import first_id

# "rejected" and "unseen" are inferred: nothing in LSP tells a server that a suggestion was drawn or dismissed.
Fate = Literal["accepted", "partly accepted", "typed through", "rejected", "unseen"]
# Where an answer came from: what was left of the suggestion shown, a stream under way, the disk, a model, or nothing.
Way = Literal["advance", "join", "cache", "ask", "none"]

LAST_KEPT = 200
_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a completion: when, in which language, what came of it and why, and each step's milliseconds."""

    id: int
    at: float
    session: str
    language: str
    outcome: str
    detail: str
    way: Way
    ms: float
    steps: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion and what became of it. Lengths are in code points, times in milliseconds.

    ``wait_ms`` is from the request to the answer, ``seen_ms`` from there to its end. Of its ``chars``, ``typed`` came
    key by key and ``taken`` in larger pieces; ``kept`` of those stood there 30 s later, None if nobody could look.
    ``told``: the client said that it was accepted; else all is inferred from the text.
    """

    id: int
    at: float
    session: str
    arm: str
    language: str
    model: str
    cached: bool
    explicit: bool
    wait_ms: float
    chars: int
    rows: int
    seen_ms: float = 0.0
    typed: int = 0
    taken: int = 0
    kept: int | None = None
    told: bool = False
    fate: Fate = "unseen"


_ADD_REQUEST = f"INSERT INTO requests VALUES ({', '.join('?' * len(fields(Request)))}) ON CONFLICT DO NOTHING"  # noqa: S608
_ADD_SUGGESTION = f"INSERT OR REPLACE INTO suggestions VALUES ({', '.join('?' * len(fields(Suggestion)))})"  # noqa: S608


def note(connection: sqlite3.Connection, rows: Sequence[Request | Suggestion]) -> None:
    """Adds requests and suggestions, or says anew what became of these; of requests only the last are kept."""
    requests = [row for row in rows if isinstance(row, Request)]
    connection.executemany(_ADD_REQUEST, [_values(row) for row in requests])
    connection.executemany(_ADD_SUGGESTION, [astuple(row) for row in rows if isinstance(row, Suggestion)])
    if requests:
        query = "DELETE FROM requests WHERE id <= (SELECT id FROM requests ORDER BY id DESC LIMIT 1 OFFSET ?)"
        connection.execute(query, (LAST_KEPT,))


def last(connection: sqlite3.Connection, most: int) -> list[Request]:
    """The last requests of all editors, oldest first."""
    found = connection.execute("SELECT * FROM requests ORDER BY id DESC LIMIT ?", (most,)).fetchall()
    return [_request(*row) for row in reversed(found)]


def prune(connection: sqlite3.Connection, before: float, day: str) -> None:
    """Removes the suggestions made before a time, and how requests were answered before a day."""
    connection.execute("DELETE FROM suggestions WHERE id < ?", (first_id(before),))
    connection.execute("DELETE FROM answers WHERE day < ?", (day,))


def _values(row: Request) -> tuple[object, ...]:
    shown = replace(row, detail=row.detail[:_LONGEST_DETAIL])
    *values, _ = astuple(shown)
    return *values, json.dumps([[name, round(ms, 3)] for name, ms in row.steps])


def _request(
    row: int, at: float, session: str, language: str, outcome: str, detail: str, way: Way, ms: float, steps: str
) -> Request:
    pairs = tuple((str(name), float(took)) for name, took in json.loads(steps))
    return Request(row, at, session, language, outcome, detail, way, ms, pairs)
