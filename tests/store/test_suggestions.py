"""What the ledger keeps of completions: the last requests, how all were answered, and the fates of suggestions."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flashls.store.attempts import Attempt, Ceiling, attempt_id
from flashls.store.figures import Answers, Fates, Latencies
from flashls.store.ledger import Ledger
from flashls.store.suggestions import LAST_KEPT, Request, Suggestion
from flashls.store.tables import STEPS
from flashls.types import Usage

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
DAY = 86_400.0


def request(at: float = NOON, **more: object) -> Request:
    row = Request(attempt_id(at), at, "s", "python", "ghost", "", "ask", 120.0, (("advance", 0.01), ("reply", 90.5)))
    return replace(row, **more)  # type: ignore[arg-type]


def suggestion(at: float = NOON, **more: object) -> Suggestion:
    row = Suggestion(attempt_id(at), at, "s", "", "python", "gemini/x", False, False, 120.0, 20, 1)
    return replace(row, **more)  # type: ignore[arg-type]


def attempt(at: float = NOON, **more: object) -> Attempt:
    return replace(Attempt(attempt_id(at), at, "complete", "gemini/x", outcome="stop"), **more)  # type: ignore[arg-type]


@asynccontextmanager
async def opened(path: Path, now: float = NOON) -> AsyncIterator[Ledger]:
    ledger = Ledger(path, patience=10, clock=lambda: now)
    try:
        yield ledger
    finally:
        await ledger.aclose(10)


async def test_the_last_requests_come_back_as_they_were(tmp_path: Path) -> None:
    rows = [request(NOON + n, detail="x" * n) for n in range(3)]
    async with opened(tmp_path / "ledger.db") as ledger:
        for row in reversed(rows):
            ledger.record(row)
    async with opened(tmp_path / "ledger.db") as ledger:
        assert await ledger.last() == rows
        assert await ledger.last(2) == rows[1:]


async def test_only_the_last_requests_are_kept_but_all_are_counted(tmp_path: Path) -> None:
    async with opened(tmp_path / "ledger.db") as ledger:
        for n in range(3 * LAST_KEPT):
            ledger.record(request(NOON + n, ms=(20.0, 200.0, 501.0)[n % 3]))
            if n % 50 == 0:
                await ledger.last()
        assert len(await ledger.last(10_000)) == LAST_KEPT
        answers = (await ledger.figures(0)).answers
    assert [(each.within, each.n) for each in answers] == [(0, LAST_KEPT), (50, LAST_KEPT), (200, LAST_KEPT)]


async def test_what_became_of_a_suggestion_may_be_said_again(tmp_path: Path) -> None:
    first = suggestion(fate="typed through", typed=20)
    async with opened(tmp_path / "ledger.db") as ledger:
        ledger.record(first)
        await ledger.figures(0)
        ledger.record(replace(first, fate="accepted", told=True, typed=5, taken=15, kept=12))
        found = (await ledger.figures(0)).fates
    assert found == (Fates("2026-11-22", "gemini/x", "accepted", 1, 1, 20, 5, 15, 12, 20),)


async def test_figures_add_up_what_happened_from_a_time_on(tmp_path: Path) -> None:
    async with opened(tmp_path / "ledger.db") as ledger:
        for n, outcome in enumerate(("stop", "enough", "cancelled", "RateLimited")):
            ledger.record(attempt(first_ms=100.0 - n, total_ms=300.0 + n, usage=Usage(10, 4, 0, 5), outcome=outcome))
        ledger.record(attempt(NOON - 2 * DAY, cost=0.5))
        ledger.record(request(outcome="repeats"))
        ledger.record(request(NOON - 2 * DAY))
        ledger.record(suggestion(fate="rejected"))
        ledger.record(suggestion(NOON - 2 * DAY))
        found = await ledger.figures(NOON - DAY)
        everything = await ledger.figures(0)
    assert found.latencies == {("complete", "gemini/x"): Latencies((99.0, 100.0), (300.0, 301.0))}
    assert [(a.outcome, a.n, a.input, a.cached, a.output, a.cost, a.unpriced) for a in found.attempts] == [
        (outcome, 1, 10, 4, 5, 0.0, 1) for outcome in ("RateLimited", "cancelled", "enough", "stop")
    ]
    assert found.answers == (Answers("2026-11-22", "repeats", "ask", 200, 1),)
    assert [(fate.fate, fate.n, fate.watched) for fate in found.fates] == [("rejected", 1, 0)]
    assert (everything.attempts[0].day, everything.attempts[0].cost) == ("2026-11-20", 0.5)
    assert (len(everything.answers), len(everything.fates)) == (2, 2)


async def test_old_ones_go_when_the_file_is_opened(tmp_path: Path) -> None:
    async with opened(tmp_path / "ledger.db") as ledger:
        for at in (NOON, NOON + 5 * DAY, NOON + 401 * DAY):
            ledger.record(suggestion(at))
            ledger.record(request(at))
    async with opened(tmp_path / "ledger.db", NOON + 401 * DAY) as ledger:
        found = await ledger.figures(0)
    assert [each.day for each in found.fates] == [each.day for each in found.answers] == ["2026-11-27", "2027-12-28"]


@pytest.mark.parametrize("version", range(len(STEPS) + 1))
async def test_files_of_all_earlier_versions_take_them(tmp_path: Path, version: int) -> None:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("".join(STEPS[:version]) + f"PRAGMA user_version = {version};")
        if version:
            values = (attempt_id(NOON), NOON, "ask", "m", "", "", 7, 0, 0, 0, 0, 0, 0.25, 0, None, None, "stop")
            connection.execute(f"INSERT INTO attempts VALUES ({', '.join('?' * len(values))})", values)
            connection.commit()
    async with opened(path) as ledger:
        ledger.record(suggestion(fate="accepted"))
        ledger.record(request())
        found = await ledger.figures(0)
        assert len(await ledger.last()) == 1
    assert [each.cost for each in found.attempts] == ([0.25] if version else [])
    assert [each.fate for each in found.fates] == ["accepted"]


async def test_a_file_that_takes_no_more_does_not_push_out_what_counts(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path) as ledger:
        ledger.record(attempt(session="before"))
        await ledger.figures(0)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            ledger.record(attempt(NOON + 1, held=0.001))
            for n in range(11_000):
                ledger.record(request(NOON + n / 1000))
    async with opened(path) as ledger:
        assert (await ledger.reserve(attempt(NOON + 2, held=0.001), [Ceiling(1.0, "day")])).id
        assert len(await ledger.since(0)) == 3
