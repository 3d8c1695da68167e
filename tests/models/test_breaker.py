"""When a model is left alone, for how long, and who tries whether it is back."""

from __future__ import annotations

import pytest

from flashls.models.breaker import Breaker, Breakers, Rule, Times
from flashls.models.limited import OverQuota
from flashls.models.seam import (
    Declined,
    Garbled,
    ModelError,
    NoKey,
    NotFound,
    OverBudget,
    Overloaded,
    RateLimited,
    Refused,
    Stalled,
    Unauthorized,
    Unreachable,
    Unusable,
)

DOWN = Overloaded("down")


def opened() -> Breaker:
    """Open from 0 to 5 s."""
    breaker = Breaker()
    breaker.failed(Stalled("nothing came"), 9.0, 0.0)
    return breaker


def closed_again(breaker: Breaker) -> float | None:
    """The first whole second at which it would let a request through."""
    return next((float(now) for now in range(1000) if breaker.ready(now)), None)


@pytest.mark.parametrize(
    ("errors", "until"),
    [
        ([(DOWN, 0.1)], 0),
        ([(DOWN, 0.1), (DOWN, 0.1)], 5),
        ([(DOWN, 5.0)], 5),  # a slow failure
        ([(Overloaded("x", 20.0), 0.1)], 20),
        ([(Overloaded("x", 9999.0), 0.1)], 120),
        ([(Stalled("x"), 7.5)], 5),
        ([(Unreachable("x"), 0.0), (Garbled("x"), 0.0)], 5),
        ([(Unauthorized("x"), 0.1)], 120),
        ([(NotFound("x"), 0.1)], 120),
        ([(RateLimited("x"), 0.1)], 5),
        ([(RateLimited("x", 56.0), 0.1)], 56),
        ([(RateLimited("x", 56.0, final=True), 0.1)], 56),
        ([(RateLimited("x", final=True), 0.1)], 120),
        ([(RateLimited("x", 9999.0, final=True), 0.1)], 120),
        ([(Unusable("x"), 0.0)], 120),
        ([(Refused("x"), 9.0)] * 9, 0),
        ([(Declined("x"), 9.0)] * 9, 0),
        ([(OverBudget("x"), 0.1)] * 9, 0),
        ([(NoKey("x"), 0.0)] * 9, 0),
        ([(OverQuota("x", 30.0, final=True), 0.1)] * 9, 0),
    ],
)
def test_what_opens_it_and_for_how_long(errors: list[tuple[ModelError, float]], until: float) -> None:
    breaker = Breaker()
    for error, took in errors:
        assert breaker.enter(0.0)
        breaker.failed(error, took, 0.0)
    assert closed_again(breaker) == until
    assert (breaker.cause is None) == (until == 0)


def test_failures_count_in_a_row_only() -> None:
    breaker = Breaker()
    for _ in range(9):
        breaker.failed(DOWN, 0.1, 0.0)
        breaker.began(0.1, 0.0, hurry=True)
        breaker.ended()
    assert breaker.ready(0.0)


def test_replies_that_begin_and_break_off_are_failures_in_a_row() -> None:
    breaker = Breaker()
    for _ in range(2):
        breaker.began(0.1, 0.0, hurry=True)
        breaker.failed(Garbled("broke off"), 0.0, 0.0)
    assert not breaker.ready(0.0)


def test_half_open_one_request_tries() -> None:
    breaker = opened()
    assert [breaker.enter(now) for now in (4.9, 5.0, 5.0, 100.0)] == [False, True, False, False]
    breaker.began(0.1, 100.0, hurry=True)
    assert not breaker.enter(100.0), "it begins, and nobody knows yet whether it goes on"
    breaker.ended()
    assert [breaker.enter(100.0) for _ in range(3)] == [True] * 3
    assert breaker.cause is None


def test_half_open_each_failure_doubles_the_pause() -> None:
    breaker, now, pauses = opened(), 5.0, list[float]()
    for _ in range(6):
        assert breaker.enter(now)
        breaker.failed(DOWN, 0.1, now)
        again = next(now + wait for wait in range(1000) if breaker.ready(now + wait))
        pauses.append(again - now)
        now = again
    assert pauses == [10, 20, 40, 80, 120, 120]
    breaker.enter(now)
    breaker.began(0.1, now, hurry=True)
    breaker.ended()
    breaker.failed(Stalled("x"), 9.0, now)
    assert not breaker.ready(now + 4.9)
    assert breaker.ready(now + 5)


def test_requests_that_were_under_way_when_it_opened_do_not_prolong_it() -> None:
    breaker = opened()
    for _ in range(9):
        breaker.failed(Stalled("x"), 9.0, 1.0)
    assert closed_again(breaker) == 5
    breaker.failed(RateLimited("x", 30.0), 0.1, 1.0)
    assert closed_again(breaker) == 31


def test_half_open_a_reply_that_begins_and_stalls_opens_it_for_longer() -> None:
    breaker, now, pauses = opened(), 5.0, list[float]()
    for _ in range(3):
        assert breaker.enter(now)
        breaker.began(0.1, now, hurry=True)
        breaker.failed(Stalled("nothing came any more"), 60.0, now + 60)
        again = next(wait for wait in range(1000) if breaker.ready(now + 60 + wait))
        pauses.append(again)
        now += 60 + again
    assert pauses == [10, 20, 40]


@pytest.mark.parametrize(
    ("silences", "hurry", "ready"),
    [
        ([0.1] * 9, True, True),  # typed past, as most completions are
        ([4.9] * 9, True, True),
        ([5.0], True, False),
        ([5.0], False, False),
        ([4.9] * 9, False, True),
    ],
)
def test_a_reply_that_was_given_up_in_a_long_silence_has_failed(
    silences: list[float], hurry: bool, ready: bool
) -> None:
    breaker = Breaker()
    for silent in silences:
        breaker.enter(0.0)
        breaker.began(0.1, 0.0, hurry)
        breaker.dropped(silent, 0.0, hurry)
    assert breaker.ready(0.0) == ready


def test_a_silence_is_long_by_what_is_usual_and_two_in_a_row_open_it() -> None:
    breaker = Breaker()
    for _ in range(50):
        breaker.began(0.1, 0.0, hurry=True)
    breaker.dropped(1.1, 0.0, hurry=True)
    assert breaker.ready(0.0)
    breaker.dropped(1.1, 0.0, hurry=True)
    assert not breaker.ready(0.0)
    assert str(breaker.cause) == "its replies begin and do not go on"


@pytest.mark.parametrize("hurry", [True, False])
def test_a_try_that_was_given_up_in_the_midst_leaves_the_next_one_to_try(hurry: bool) -> None:
    breaker = opened()
    breaker.enter(5.0)
    breaker.began(0.1, 5.0, hurry)
    breaker.dropped(0.1, 5.1, hurry)
    assert breaker.enter(5.1)


@pytest.mark.parametrize("hurry", [True, False])
def test_a_try_that_was_given_up_leaves_the_next_one_to_try(hurry: bool) -> None:
    breaker = opened()
    breaker.enter(5.0)
    breaker.left(0.1, 5.1, hurry)
    assert breaker.enter(5.1)


@pytest.mark.parametrize(
    ("waits", "hurry", "ready"),
    [
        ([6.0], True, True),
        ([6.0, 6.0, 6.0], True, False),
        ([6.0, 6.0, 4.0, 6.0, 6.0], True, True),
        ([6.0] * 9, False, True),  # a model may think for long, but not about a completion
    ],
)
def test_slowness_opens_it_for_completions(waits: list[float], hurry: bool, ready: bool) -> None:
    breaker = Breaker()
    for took in waits:
        breaker.began(took, 0.0, hurry)
    assert (breaker.ready(0.0), breaker.cause) == (ready, None)


def test_those_who_gave_up_waiting_count_as_slowness() -> None:
    """A hung provider raises no error while a user types on: each request is closed before its deadline."""
    breaker = Breaker()
    for _ in range(9):
        breaker.left(0.3, 0.0, hurry=True)
    assert breaker.ready(0.0)
    for _ in range(3):
        breaker.left(6.0, 0.0, hurry=True)
    assert not breaker.ready(0.0)


@pytest.mark.parametrize(("usual", "took", "ready"), [(0.1, 1.1, False), (0.1, 0.9, True), (4.0, 11.0, True)])
def test_slow_is_three_times_the_usual(usual: float, took: float, ready: bool) -> None:
    breaker = Breaker()
    for wait in [usual] * 50 + [took] * 3:
        breaker.began(wait, 0.0, hurry=True)
    assert breaker.ready(0.0) == ready


def test_a_slow_try_opens_it_again() -> None:
    breaker = opened()
    breaker.enter(5.0)
    breaker.began(6.0, 11.0, hurry=True)
    assert closed_again(breaker) == 21
    assert breaker.cause is None


def test_a_failed_try_opens_it_again_whatever_opened_it() -> None:
    breaker = Breaker()
    for _ in range(3):
        breaker.began(6.0, 0.0, hurry=True)
    assert breaker.enter(5.0)
    breaker.failed(DOWN, 0.1, 5.0)
    assert closed_again(breaker) == 15
    assert isinstance(breaker.cause, Overloaded)


def test_a_late_answer_from_before_does_not_make_an_outage_slowness() -> None:
    breaker = opened()
    breaker.began(6.0, 1.0, hurry=True)
    assert isinstance(breaker.cause, Stalled)


def test_its_cause_is_a_copy_without_a_traceback() -> None:
    breaker = Breaker()
    try:
        raise RateLimited("wait", 3.0)
    except RateLimited as error:
        breaker.failed(error, 0.1, 0.0)
        assert breaker.cause is not error
    cause = breaker.cause
    assert isinstance(cause, RateLimited)
    assert (str(cause), cause.retry_after, cause.__traceback__, cause.__context__) == ("wait", 3.0, None, None)


def test_one_breaker_a_model() -> None:
    breakers = Breakers(Rule(pause=9.0))
    breakers["a"].failed(Stalled("x"), 9.0, 0.0)
    assert (breakers["a"].ready(8.9), breakers["a"].ready(9.0), breakers["b"].ready(0.0)) == (False, True, True)


@pytest.mark.parametrize(
    ("times", "quantile"),
    [
        ([1.0] * 19, None),
        ([1.0] * 20, 1.0),
        ([float(n) for n in range(1, 21)], 19.0),
        ([float(n) for n in range(1, 101)], 95.0),
        ([9.0] * 100 + [1.0] * 100, 1.0),  # only the last hundred count
    ],
)
def test_the_95th_percentile_of_the_last_first_tokens(times: list[float], quantile: float | None) -> None:
    last = Times()
    for took in times:
        last.add(took)
    assert last.quantile(0.95) == quantile


@pytest.mark.parametrize(
    ("given_up", "quantile"),
    [
        ([0.1, 94.0], 95.0),
        ([96.0], 96.0),
        ([999.0] * 5, 100.0),
        ([999.0] * 6, None),
    ],
)
def test_requests_given_up_rank_last_where_they_had_waited_long(given_up: list[float], quantile: float | None) -> None:
    last = Times()
    for n in range(1, 101):
        last.add(float(n))
    for took in given_up:
        last.at_least(took)
    assert last.quantile(0.95) == quantile
