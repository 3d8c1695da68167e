"""What the event loop may reserve by itself, what it leaves to the thread, and that it never begins the log."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest

from flashls.store.attempts import Attempt, Ceiling, attempt_id
from flashls.store.direct import Direct
from flashls.store.ledgerfile import LedgerFile
from flashls.store.tables import STEPS

NOON = 1_795_348_800.0
DAY = 86_400.0
CENT = Ceiling(0.01, "day")


def attempt(held: float = 0.001, at: float = NOON, task: str = "complete") -> Attempt:
    return Attempt(attempt_id(at), at, task, "gemini/x", held=held)


@contextmanager
def opened(
    path: Path, timer: Callable[[], float] = lambda: 0.0, put_off: Callable[[], int] = lambda: 0
) -> Iterator[tuple[LedgerFile, Direct]]:
    file, direct = LedgerFile(path, 400 * DAY, lambda: NOON), Direct(path, timer, put_off)
    file.open()
    direct.open()
    yield file, direct
    direct.close()
    file.close()


def log_number(path: Path) -> int:
    """How often the log was begun anew (sqlite.org/fileformat2.html, "The WAL File Format")."""
    found: tuple[int] = struct.unpack_from(">I", path.with_name(f"{path.name}-wal").read_bytes(), 12)
    return found[0]


ROOM = [
    # what counts already (amount, at, task), the ceilings, what is asked for, and whether that can be at once
    ([], [CENT], 0.01, True),
    ([], [CENT], 0.0100001, False),
    ([(0.0079, NOON, "ask")], [CENT], 0.0021, True),
    ([(0.0079, NOON, "ask")], [CENT], 0.0021001, False),
    ([(0.008, NOON, "ask")], [CENT], 0.0001, False),
    ([(0.009, NOON - DAY, "ask")], [CENT], 0.01, True),
    ([(0.009, NOON - DAY, "ask")], [Ceiling(0.01, "month")], 0.001, False),
    ([(0.009, NOON, "ask")], [Ceiling(0.01, "day", "complete")], 0.01, True),
    ([(0.009, NOON, "complete")], [Ceiling(0.01, "day", "complete")], 0.001, False),
    ([], [Ceiling(0.0, "day", "complete")], 0.0, False),
    ([(0.005, NOON, "ask")], [Ceiling(0.01, "day", "complete"), CENT, Ceiling(1.0, "month")], 0.005, True),
    ([(0.005, NOON, "ask")], [Ceiling(0.01, "day", "complete"), CENT, Ceiling(1.0, "month")], 0.006, False),
    ([(0.009, NOON, "ask")], [], 5.0, True),
]


@pytest.mark.parametrize(("counts", "ceilings", "asked", "fits"), ROOM)
def test_what_has_ample_room_under_all_ceilings_is_reserved_at_once(
    tmp_path: Path, counts: list[tuple[float, float, str]], ceilings: list[Ceiling], asked: float, fits: bool
) -> None:
    with opened(tmp_path / "ledger.db") as (file, direct):
        file.write([attempt(*each) for each in counts])
        before = file.since(0, 100)
        assert direct.reserve(row := attempt(asked), ceilings) is fits
        added = [each for each in file.since(0, 100) if each not in before]
    assert added == [row] * fits


def test_what_is_reserved_at_once_counts_as_what_the_thread_reserves(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as (file, direct):
        assert direct.reserve(attempt(0.004), [CENT])
        assert file.reserve(attempt(0.003), [CENT]).id
        assert file.spent().today == pytest.approx(0.007)
        assert not direct.reserve(attempt(0.004), [CENT])
        assert file.reserve(attempt(0.004), [CENT]).over


def test_an_id_that_is_taken_is_left_to_the_thread(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as (file, direct):
        assert direct.reserve(one := attempt(), [CENT])
        assert not direct.reserve(one, [CENT])
        assert file.reserve(one, [CENT]).id == one.id + 1


def test_nothing_is_reserved_before_it_is_open_nor_after_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    direct = Direct(path)
    direct.open()
    assert (direct.reserve(attempt(), [CENT]), list(tmp_path.iterdir())) == (False, [])
    with opened(path) as (_, direct):
        direct.close()
        assert (direct.reserve(attempt(), [CENT]), direct.wanting) == (False, True)
        direct.open()
        assert direct.reserve(attempt(), [CENT])


def test_while_another_writes_the_thread_has_to_wait_for_that(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as (_, direct):
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert not direct.reserve(attempt(), [CENT])
        assert direct.reserve(attempt(), [CENT])


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_file_that_went_gets_nothing(tmp_path: Path, how: str) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as (file, direct):
        for each in list(tmp_path.iterdir()):
            each.unlink()
        if how == "replaced":
            file.open()
        assert not direct.reserve(attempt(), [CENT])
        assert direct.wanting
        file.open()
        direct.open()
        assert direct.reserve(row := attempt(), [CENT])
        assert [each.id for each in file.since(0, 9)] == [row.id]


def test_a_file_of_another_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as (_, direct):
        direct.close()
        with closing(sqlite3.connect(path)) as other:
            other.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
        direct.open()
        assert not direct.reserve(attempt(), [CENT])


def test_a_row_that_the_file_refuses_is_left_to_the_thread(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as (_, direct):
        assert not direct.reserve(replace(attempt(), at=float("nan")), [CENT])


@dataclass
class Timer:
    """Goes on by ``step`` seconds whenever it is read."""

    now: float = 0.0
    step: float = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


SLOW, SWIFT = 0.006, 0.001


def test_a_file_that_was_slow_is_left_to_the_thread_for_a_moment(tmp_path: Path) -> None:
    timer = Timer()
    with opened(tmp_path / "ledger.db", timer) as (file, direct):
        for _ in range(3):
            timer.step = SLOW
            assert direct.reserve(attempt(0.0, timer.now), [CENT])
            assert not direct.reserve(attempt(0.0, timer.now), [CENT])
            assert not direct.wanting
            timer.now, timer.step = timer.now + 1, SWIFT
            assert direct.wanting
            direct.open()
        assert direct.reserve(attempt(0.0, timer.now), [CENT])
        assert len(file.since(0, 9)) == 4


def test_a_busy_machine_is_no_slow_file(tmp_path: Path) -> None:
    timer, turns = Timer(), count()
    with opened(tmp_path / "ledger.db", timer, lambda: next(turns)) as (_, direct):
        timer.step = SLOW
        for _ in range(3):
            assert direct.reserve(attempt(0.0, timer.now), [CENT])
            direct.close()
            direct.open()


def test_a_file_that_stays_slow_is_tried_less_and_less_often(tmp_path: Path) -> None:
    timer, pauses = Timer(), list[int]()
    with opened(tmp_path / "ledger.db", timer) as (_, direct):
        direct.close()
        for step in (SLOW, SLOW, SLOW, SLOW, SLOW, SLOW, SLOW, SWIFT, SLOW):
            timer.step = step
            direct.open()
            assert direct.reserve(attempt(0.0, timer.now), [CENT]) is (step == SWIFT)
            direct.close()
            timer.step, begun = 0.0, timer.now
            while not direct.wanting:
                timer.now += 0.5
            pauses.append(round(timer.now - begun))
    assert pauses == [1, 2, 4, 8, 16, 32, 32, 0, 1]


def test_the_log_is_begun_by_the_thread_only(tmp_path: Path) -> None:
    path, later = tmp_path / "ledger.db", count(NOON)
    with opened(path) as (file, direct), opened(path) as (_, other):
        for _ in range(3):
            before = log_number(path)
            for _ in range(150):
                assert direct.reserve(attempt(0.0, next(later)), [CENT])
                assert other.reserve(attempt(0.0, next(later)), [CENT])
            assert log_number(path) == before
            file.write([attempt(0.0, next(later)) for _ in range(100)])
            assert log_number(path) == before + 1


def test_a_log_that_is_being_read_just_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as (file, direct), closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM days").fetchall()
        before = log_number(path)
        file.write([attempt(0.0, NOON + number) for number in range(100)])
        assert direct.reserve(attempt(0.0), [CENT])
        assert log_number(path) == before
        assert len(file.since(0, 200)) == 101
