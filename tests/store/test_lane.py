"""Jobs run one after the other, in a thread of their own, and give what they gave or raised."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from flashls.store.lane import Lane


def test_jobs_run_in_order_in_one_thread_that_is_not_this_one() -> None:
    lane, seen = Lane("test"), list[tuple[int, int]]()

    def note(number: int) -> None:
        seen.append((number, threading.get_ident()))

    futures = [lane.submit(partial(note, number)) for number in range(50)]
    futures[-1].result(10)
    assert [number for number, _ in seen] == list(range(50))
    assert len({thread for _, thread in seen} | {threading.get_ident()}) == 2
    lane.end()


def test_a_job_that_fails_fails_alone() -> None:
    lane = Lane("test")
    failed, fine = lane.submit(lambda: 1 // 0), lane.submit(lambda: 7)
    with pytest.raises(ZeroDivisionError):
        failed.result(10)
    assert fine.result(10) == 7
    lane.end()


def test_a_job_cancelled_in_time_never_runs() -> None:
    lane, gate, ran = Lane("test"), threading.Event(), list[int]()
    lane.submit(lambda: gate.wait(10))
    late = lane.submit(lambda: ran.append(1))
    assert late.cancel()
    gate.set()
    lane.submit(lambda: None).result(10)
    assert ran == []
    lane.end()


def test_the_thread_starts_with_the_first_job_and_ends_after_the_last() -> None:
    lane = Lane("of this test only")
    assert not lane.started
    last = lane.submit(lambda: threading.current_thread())
    lane.end()
    assert lane.started
    thread = last.result(10)
    thread.join(10)
    assert (thread.name, thread.daemon, thread.is_alive()) == ("of this test only", True, False)
