"""The ledger as its users see it, on real files: what is kept, what counts, and what trouble does."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flashls.store.attempts import Attempt, Ceiling, attempt_id
from flashls.store.ledger import Ledger
from flashls.store.ledgerfile import LedgerTrouble
from flashls.store.tables import STEPS
from flashls.types import Usage

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions and limits")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
HOUR = 3600.0
DAY = 24 * HOUR
CENT = Ceiling(0.01, "day")


def attempt(held: float | None = 0.001, at: float = NOON, task: str = "complete", **more: object) -> Attempt:
    return replace(Attempt(attempt_id(at), at, task, "gemini/x", held=held), **more)  # type: ignore[arg-type]


@asynccontextmanager
async def opened(
    path: Path, now: float = NOON, patience: float = 10.0, timer: Callable[[], float] = time.perf_counter
) -> AsyncIterator[Ledger]:
    ledger = Ledger(path, patience=patience, clock=lambda: now, timer=timer)
    try:
        yield ledger
    finally:
        await ledger.aclose(10)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def counted(path: Path, now: float = NOON) -> float:
    """What another process would find to count today."""
    async with opened(path, now) as ledger:
        return (await ledger.spent()).today


# --- what is kept ----------------------------------------------------------------------------------------------------


ENDED = [
    attempt(0.002, cost=0.002, first_ms=80.5, total_ms=300.25, outcome="stop"),
    attempt(0.0, outcome="Unreachable"),
    attempt(0.5, task="ask", session="s", arm="b", usage=Usage(5, 4, 3, 2, 1, estimated=True), outcome="cancelled"),
    attempt(0.25, usage=Usage(input=100_000), cost=0.25, outcome="storage"),
]


@pytest.mark.parametrize("ended", ENDED, ids=lambda ended: ended.outcome)
async def test_what_is_recorded_is_there_after_a_restart(tmp_path: Path, ended: Attempt) -> None:
    async with opened(tmp_path / "ledger.db") as ledger:
        ledger.record(ended)
    async with opened(tmp_path / "ledger.db") as ledger:
        assert await ledger.since(0) == [ended]


async def test_the_attempts_from_a_time_on_in_their_order(tmp_path: Path) -> None:
    async with opened(tmp_path / "ledger.db") as ledger:
        for hours in (3, 1, 2, 0):
            ledger.record(attempt(0.0, NOON + hours * HOUR, session=str(hours)))
        assert [each.session for each in await ledger.since(NOON + HOUR)] == ["1", "2", "3"]
        assert [each.session for each in await ledger.since(0, most=2)] == ["2", "3"]


async def test_attempts_of_the_same_millisecond_are_in_their_order_too(tmp_path: Path) -> None:
    async with opened(tmp_path / "ledger.db") as ledger:
        for number in range(40):
            ledger.record(attempt(0.0, NOON + number / 100_000, session=str(number)))
        assert [each.session for each in await ledger.since(0)] == [str(number) for number in range(40)]


@pytest.mark.parametrize(
    "odd",
    [
        attempt(usage=Usage(input=10**30, output=-1), outcome="stop"),
        attempt(session="half of a pair \ud83d", outcome="stop"),
        attempt(float("1e300"), cost=float("1e300"), outcome="stop"),
        attempt(at=0.0, outcome="stop"),
    ],
    ids=["tokens", "text", "money", "clock at zero"],
)
async def test_what_sqlite_cannot_hold_is_made_to_fit(tmp_path: Path, odd: Attempt) -> None:
    async with opened(tmp_path / "ledger.db", now=odd.at) as ledger:
        ledger.record(odd)
        assert [each.outcome for each in await ledger.since(0)] == ["stop"]


async def test_old_attempts_go_when_the_file_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path) as ledger:
        ledger.record(attempt(session="old"))
        ledger.record(attempt(at=NOON + 5 * DAY, session="young"))
        ledger.record(attempt(at=NOON + 401 * DAY, session="last"))
    async with opened(path, NOON + 401 * DAY) as ledger:
        assert [each.session for each in await ledger.since(0)] == ["young", "last"]


async def test_a_clock_that_is_far_ahead_for_a_while_takes_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path) as ledger:
        ledger.record(attempt(held=9.0, cost=9.0, outcome="stop"))
    async with opened(path, NOON + 500 * DAY) as ledger:
        ledger.record(attempt(at=NOON + 500 * DAY, cost=2.0, outcome="stop"))
    async with opened(path, NOON + HOUR) as ledger:
        assert (await ledger.spent()).month == 9.0
        assert [row.cost for row in (await ledger.figures(0)).attempts] == [9.0]


@posix_only
def test_nobody_else_can_read_the_files(tmp_path: Path) -> None:
    async def use() -> list[int]:
        async with opened(tmp_path / "new" / "ledger.db") as ledger:
            ledger.record(attempt())
            await ledger.spent()
            return [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()]

    old = os.umask(0)
    try:
        modes = asyncio.run(use())
    finally:
        os.umask(old)
    assert modes == [0o600] * 3
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


async def test_nothing_is_opened_before_the_first_use_nor_recorded_after_the_last(tmp_path: Path) -> None:
    async with opened(tmp_path / "ledger.db") as ledger:
        pass
    ledger.record(attempt())
    with pytest.raises(LedgerTrouble):
        await ledger.reserve(attempt(), [CENT])
    assert names(tmp_path) == []


async def test_the_write_ahead_log_stays_short(tmp_path: Path) -> None:
    longest = 0
    async with opened(tmp_path / "ledger.db") as ledger:
        for _ in range(600):
            row = (await ledger.reserve(attempt(0.0), [CENT])).id
            ledger.record(attempt(0.0, id=row, outcome="stop"))
            longest = max(longest, (tmp_path / "ledger.db-wal").stat().st_size)
    assert longest < 5_000_000


@pytest.mark.parametrize("usable", [True, False])
async def test_warming_opens_the_file_and_fails_in_silence(tmp_path: Path, usable: bool) -> None:
    if not usable:
        (tmp_path / "ledger.db").mkdir()
    async with opened(tmp_path / "ledger.db") as ledger:
        ledger.warm()
    assert names(tmp_path) == ["ledger.db"]


# --- what counts -----------------------------------------------------------------------------------------------------


async def test_what_was_spent_by_utc_day_month_and_task(tmp_path: Path) -> None:
    day, month = datetime(2026, 11, 22, tzinfo=UTC).timestamp(), datetime(2026, 11, 1, tzinfo=UTC).timestamp()
    async with opened(tmp_path / "ledger.db") as ledger:
        ledger.record(attempt(0.01, day, "complete", cost=0.01))
        ledger.record(attempt(0.02, day + DAY - 0.001, "complete", cost=0.005))
        ledger.record(attempt(0.04, NOON, "ask", cost=0.04))
        ledger.record(attempt(0.08, day - 0.001, "ask", cost=0.08))
        ledger.record(attempt(0.16, month, "ask", cost=0.16))
        ledger.record(attempt(0.32, month - 0.001, "ask", cost=0.32))
        ledger.record(attempt(0.64, day + DAY, "ask", cost=0.64))
        spent = await ledger.spent()
    assert spent.tasks == pytest.approx({"ask": 0.04, "complete": 0.03})
    assert (spent.today, spent.cost_today) == pytest.approx((0.07, 0.055))
    assert spent.month == pytest.approx(0.31 + 0.64)


FITS = [
    # what is held already (amount, at, task), the ceiling, and the most that still fits
    ([], CENT, 0.01),
    ([(0.004, NOON, "ask")], CENT, 0.006),
    ([(0.004, NOON - HOUR, "ask"), (0.001, NOON + HOUR, "complete")], CENT, 0.005),
    ([(0.004, NOON - DAY, "complete")], CENT, 0.01),
    ([(0.004, NOON + DAY, "complete")], CENT, 0.01),
    ([(0.004, NOON - DAY, "complete")], Ceiling(0.01, "month"), 0.006),
    ([(0.004, NOON - 22 * DAY, "complete")], Ceiling(0.01, "month"), 0.01),
    ([(0.004, NOON, "ask")], Ceiling(0.01, "day", "complete"), 0.01),
    ([(0.004, NOON, "complete")], Ceiling(0.01, "day", "complete"), 0.006),
    ([], Ceiling(0.0, "day", "complete"), 0.0),
    ([(0.00000003, NOON, "ask")] * 10, CENT, 0.0099997),
]


@pytest.mark.parametrize(("held", "ceiling", "fits"), FITS)
async def test_what_fits_under_a_ceiling(
    tmp_path: Path, held: list[tuple[float, float, str]], ceiling: Ceiling, fits: float
) -> None:
    async with opened(tmp_path / "ledger.db") as ledger:
        for each in held:
            ledger.record(attempt(*each))
        refused = await ledger.reserve(attempt(fits + 1e-9), [ceiling])
        assert (refused.id, refused.over and refused.over.ceiling) == (0, ceiling)
        reserved = await ledger.reserve(attempt(fits), [ceiling])
        assert (reserved.id > 0, reserved.over) == (True, None)
        full = await ledger.reserve(attempt(1e-9), [ceiling])
        assert full.over is not None
        assert full.over.spent == pytest.approx(ceiling.usd)


async def test_all_ceilings_need_room_and_the_one_without_is_named(tmp_path: Path) -> None:
    ceilings = [Ceiling(1.0, "day", "complete"), Ceiling(1.0, "day"), Ceiling(0.01, "month")]
    async with opened(tmp_path / "ledger.db") as ledger:
        refused = await ledger.reserve(attempt(0.02), ceilings)
        assert refused.over is not None
        assert (refused.over.ceiling, refused.over.spent) == (ceilings[2], 0.0)
        assert (await ledger.spent()).today == 0


SETTLED = [
    # how a reserved attempt of 0.004 ended, and what counts then
    (attempt(0.001, cost=0.001, outcome="stop"), 0.001),
    (attempt(0.0, cost=0.0, outcome="Unauthorized"), 0.0),
    (attempt(None, cost=0.001, outcome="cancelled"), 0.004),
    (attempt(0.006, cost=0.006, outcome="stop"), 0.006),
]


@pytest.mark.parametrize(("end", "counts"), SETTLED, ids=lambda each: getattr(each, "outcome", ""))
async def test_an_end_takes_the_place_of_its_reservation_once(tmp_path: Path, end: Attempt, counts: float) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path) as ledger:
        row = (await ledger.reserve(attempt(0.004), [CENT])).id
        assert (await ledger.spent()).today == pytest.approx(0.004)
        ledger.record(replace(end, id=row))
        ledger.record(attempt(0.009, id=row, outcome="told again"))
        assert (await ledger.spent()).today == pytest.approx(counts)
        assert [(each.id, each.outcome) for each in await ledger.since(0)] == [(row, end.outcome)]
    assert await counted(path) == pytest.approx(counts)


async def test_what_has_ended_leaves_room_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path / "ledger.db") as ledger:
        for _ in range(20):
            row = (await ledger.reserve(attempt(0.009), [CENT])).id
            assert row
            ledger.record(attempt(0.0, id=row, outcome="Unreachable"))


async def test_where_there_is_ample_room_nobody_waits(tmp_path: Path) -> None:
    async with opened(tmp_path / "ledger.db", timer=lambda: 0.0) as ledger:
        ledger.warm()
        await ledger.spent()  # by then it is open
        with pytest.raises(StopIteration) as made:
            ledger.reserve(row := attempt(0.004), [CENT]).send(None)
        assert made.value.value.id == row.id
        assert (await ledger.spent()).today == pytest.approx(0.004)


async def test_a_reservation_without_an_end_counts_on(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path) as ledger:
        await ledger.reserve(attempt(0.004), [CENT])
    assert await counted(path) == pytest.approx(0.004)
    assert await counted(path, NOON + DAY) == 0


async def test_two_attempts_of_one_id_are_two_rows(tmp_path: Path) -> None:
    async with opened(tmp_path / "ledger.db") as ledger:
        one = attempt(0.001)
        rows = {(await ledger.reserve(one, [CENT])).id for _ in range(3)}
        assert len(rows) == 3
        assert (await ledger.spent()).today == pytest.approx(0.003)


async def test_of_many_at_once_as_many_are_let_in_as_there_is_room_for(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path) as one, opened(path) as two, opened(path) as three, opened(path) as four:
        for day in range(30):
            at = NOON + day * DAY
            asked = [ledger.reserve(attempt(0.002, at), [CENT]) for _ in range(5) for ledger in (one, two, three, four)]
            reserved = await asyncio.gather(*asked)
            assert sum(each.id > 0 for each in reserved) == 5


async def test_a_ceiling_at_four_fifths_is_told_once_a_day_to_all(tmp_path: Path) -> None:
    month = Ceiling(1.0, "month")
    near = []
    for at, held in (
        (NOON, 0.007),
        (NOON, 0.0015),
        (NOON, 0.0001),
        (NOON, 0.0001),
        (NOON + DAY, 0.0085),
        (NOON + DAY, 0),
    ):
        async with opened(tmp_path / "ledger.db", at) as ledger:
            near.append([each.spent for each in (await ledger.reserve(attempt(held, at), [CENT, month])).near])
    assert near == [[], [], [pytest.approx(0.0085)], [], [], [pytest.approx(0.0085)]]


async def test_a_notice_that_comes_with_a_refusal_is_given_with_the_next_reservation(tmp_path: Path) -> None:
    ceilings = [Ceiling(0.02, "month"), CENT]
    async with opened(tmp_path / "ledger.db") as ledger:
        ledger.record(attempt(0.009, NOON - DAY))
        ledger.record(attempt(0.0085))
        assert (await ledger.reserve(attempt(0.002), ceilings)).over is not None
        near = (await ledger.reserve(attempt(0.001), ceilings)).near
    assert [each.ceiling for each in near] == ceilings


# --- other versions --------------------------------------------------------------------------------------------------


def write_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("".join(STEPS[:version]) + f"PRAGMA user_version = {version};")
        rows = [(1, NOON - DAY, "ask", 5), (2, NOON, "ask", 7), (3, NOON, "complete", 11), (4, NOON, "ask", 13)]
        for row, at, task, held in rows:
            values = (row, at, task, "m", "", "", 0, 0, 0, 0, 0, 0, None, held * 10**6, None, None, "stop")
            connection.execute(f"INSERT INTO attempts VALUES ({', '.join('?' * len(values))})", values)
        connection.commit()


@pytest.mark.parametrize("version", range(1, len(STEPS) + 1))
async def test_a_file_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    path = tmp_path / "ledger.db"
    write_version(path, version)
    async with opened(path) as ledger:
        reserved = await ledger.reserve(attempt(0.001), [Ceiling(1.0, "day")])
        assert reserved.id
        spent = await ledger.spent()
    assert spent.tasks == pytest.approx({"ask": 0.020, "complete": 0.012})
    assert spent.month == pytest.approx(0.037)


async def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "ledger.db"
    write_version(path, len(STEPS))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    before = path.read_bytes()
    async with opened(path) as ledger:
        ledger.record(attempt())
        with pytest.raises(LedgerTrouble, match="later version"):
            await ledger.reserve(attempt(), [CENT])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM attempts").fetchone() == (4,)
    assert len(before) == path.stat().st_size
    assert len(caplog.records) == 1


# --- trouble ---------------------------------------------------------------------------------------------------------


def damage(path: Path, how: str) -> None:
    if how == "garbage":
        path.write_bytes(b"not a database" * 1000)
    elif how == "cut off":
        path.write_bytes(path.read_bytes()[:5000])
    elif how == "no tables":
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript("DROP TABLE attempts; DROP TABLE days;")


@pytest.mark.parametrize("how", ["garbage", "cut off", "no tables"])
async def test_a_damaged_file_is_put_aside_and_told_once(
    tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path) as ledger:
        ledger.record(attempt(0.004))
    damage(path, how)
    damaged = path.read_bytes()
    async with opened(path) as ledger:
        assert (await ledger.reserve(attempt(0.001), [CENT])).id
        ledger.record(attempt(0.002))
    assert await counted(path) == pytest.approx(0.003)
    [aside] = [name for name in names(tmp_path) if ".damaged-" in name]
    assert (tmp_path / aside).read_bytes() == damaged
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


async def test_a_row_that_the_file_refuses_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path) as ledger:
        ledger.record(attempt(0.004))
        with pytest.raises(LedgerTrouble, match="cannot be written"):
            await ledger.reserve(replace(attempt(0.001), at=float("nan")), [CENT])
        assert (await ledger.spent()).today == pytest.approx(0.004)
    assert names(tmp_path) == ["ledger.db"]


@pytest.mark.parametrize("how", ["deleted", "replaced"])
async def test_a_file_that_went_is_made_anew_and_ends_find_no_other_row(tmp_path: Path, how: str) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path) as ledger:
        row = (await ledger.reserve(attempt(0.004), [CENT])).id
        for name in names(tmp_path):
            (tmp_path / name).unlink()
        if how == "replaced":
            async with opened(path) as other:
                await other.reserve(attempt(0.002, session="other"), [CENT])
        ledger.record(attempt(0.001, id=row, cost=0.001, outcome="stop"))
        assert (await ledger.spent()).today == pytest.approx(0.003 if how == "replaced" else 0.001)


@pytest.mark.parametrize("where", ["under a file", "a folder in place of the file"])
async def test_a_place_that_cannot_be_used_fails_reservations_only(
    tmp_path: Path, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "f" / "ledger.db"
    if where == "under a file":
        (tmp_path / "f").write_text("")
    else:
        path.mkdir(parents=True)
    async with opened(path) as ledger:
        ledger.record(attempt())
        for _ in range(3):
            with pytest.raises(LedgerTrouble, match="cannot be written"):
                await ledger.reserve(attempt(), [CENT])
        with pytest.raises(LedgerTrouble):
            await ledger.spent()
    assert len(caplog.records) == 1


async def test_a_locked_file_fails_reservations_in_time_and_keeps_the_rest_for_later(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path, patience=0.2) as ledger:
        ledger.record(attempt(0.001))
        await ledger.spent()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            ledger.record(attempt(0.002, session="while locked"))
            with pytest.raises(LedgerTrouble, match="lock"):
                await ledger.reserve(attempt(0.004), [CENT])
    assert await counted(path) == pytest.approx(0.003)


@pytest.mark.parametrize("turns", [0, 1, 2, 5, 20])
@pytest.mark.parametrize("blocked", [0.0, 0.01], ids=["while it is made", "when it is made"])
async def test_a_reservation_that_nobody_waits_for_any_more_is_given_back(
    tmp_path: Path, turns: int, blocked: float
) -> None:
    path = tmp_path / "ledger.db"
    async with opened(path) as ledger:
        await ledger.spent()
        for _ in range(20):
            task = asyncio.create_task(ledger.reserve(attempt(0.0005), [CENT]))
            for _ in range(turns):
                await asyncio.sleep(0)
            block(blocked)
            if task.cancel():
                with pytest.raises(asyncio.CancelledError):
                    await task
            else:
                ledger.record(attempt(0.0, id=task.result().id, outcome="stop"))
        assert (await ledger.reserve(attempt(0.01), [CENT])).id
    assert await counted(path) == pytest.approx(0.01)
    assert names(tmp_path) == ["ledger.db"]


def block(seconds: float) -> None:
    """Keeps the loop from seeing what the thread has done."""
    time.sleep(seconds)


@posix_only
@pytest.mark.parametrize(
    "trouble",
    [
        "os.chmod(folder, 0o500); os.chmod(folder / 'ledger.db', 0o400)",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))",
    ],
    ids=["read-only", "full disk"],
)
def test_a_file_that_takes_no_more_refuses_reservations_and_says_so_once(tmp_path: Path, trouble: str) -> None:
    script = f"""
import asyncio, encodings.idna, logging, os, resource, sqlite3, sys
from pathlib import Path
from flashls.store.attempts import Attempt, Ceiling, attempt_id
from flashls.store.ledger import Ledger
from flashls.store.ledgerfile import LedgerTrouble

class Count(logging.Handler):
    lines = 0
    def emit(self, record):
        Count.lines += 1

async def main(folder):
    logging.getLogger().addHandler(Count())
    def attempt():
        return Attempt(attempt_id(1e9), 1e9, "ask", "m" * 100, held=1e-9)
    ledger = Ledger(folder / "ledger.db", patience=30, clock=lambda: 1e9)
    await ledger.reserve(attempt(), [Ceiling(1, "day")])
    await ledger.aclose(30)
    {trouble}
    ledger = Ledger(folder / "ledger.db", patience=30, clock=lambda: 1e9)
    refused = 0
    for _ in range(300):
        ledger.record(attempt())
        try:
            await ledger.reserve(attempt(), [Ceiling(1, "day")])
        except LedgerTrouble:
            refused += 1
    print(refused > 100, Count.lines)
    await ledger.aclose(30)

if os.geteuid() == 0:
    os.chown(sys.argv[1], 65534, 65534)
    os.seteuid(65534)
asyncio.run(main(Path(sys.argv[1])))
"""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", script, folder]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        Path(folder).chmod(0o700)
    assert (done.stdout, done.stderr) == ("True 1\n", "")
