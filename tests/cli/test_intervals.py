"""Intervals: known ones from the literature, and how often those of simulated sessions hold what is true."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from flashls_cli.intervals import Estimate, difference, mean_of, median_of, share_of


def rounded(found: Estimate | None, digits: int = 4) -> tuple[float, ...] | None:
    return None if found is None else (round(found.value, digits), round(found.low, digits), round(found.high, digits))


@pytest.mark.parametrize(
    ("hits", "trials", "interval"),
    [
        (81, 263, (0.308, 0.2553, 0.3662)),  # R. Newcombe, "Two-Sided Confidence Intervals", 1998, table I
        (15, 148, (0.1014, 0.0624, 0.1605)),
        (0, 20, (0.0, 0.0, 0.1611)),
        (1, 29, (0.0345, 0.0061, 0.1718)),
        (20, 20, (1.0, 0.8389, 1.0)),
        (0, 0, None),
    ],
)
def test_a_share_of_independent_trials_has_wilsons_interval(
    hits: int, trials: int, interval: tuple[float, ...] | None
) -> None:
    assert rounded(share_of([(hits, trials)])) == interval


def test_a_difference_of_shares_has_newcombes_interval() -> None:
    one, other = share_of([(56, 70)]), share_of([(48, 80)])
    assert one is not None
    assert other is not None
    assert rounded(difference(one, other)) == (0.2, 0.0524, 0.3339)  # Newcombe, 1998, table II, row (a), method 10


def test_sessions_that_are_alike_within_tell_less() -> None:
    alike = share_of([(10, 10), (0, 10)] * 4)
    mixed = share_of([(5, 10)] * 8)
    assert alike is not None
    assert mixed is not None
    assert (alike.value, mixed.value) == (0.5, 0.5)
    assert alike.high - alike.low > 2 * (mixed.high - mixed.low)
    assert rounded(mixed) == rounded(share_of([(40, 80)]))


def sessions(pick: random.Random, draw: Callable[[float], float]) -> list[list[float]]:
    """What forty sessions of different lengths hold, each with a leaning of its own."""
    found = []
    for _ in range(40):
        leaning = pick.gauss(0, 0.15)
        found.append([draw(leaning) for _ in range(pick.randint(2, 30))])
    return found


def test_intervals_hold_what_is_true_about_as_often_as_they_say() -> None:
    pick, held = random.Random(5), {"share": 0, "median": 0, "mean": 0}
    for _ in range(300):
        hits = sessions(pick, lambda leaning: float(pick.random() < 0.4 + leaning))
        shares = share_of([(int(sum(each)), len(each)) for each in hits])
        values = sessions(pick, lambda leaning: leaning + pick.gauss(2, 1))
        middle, mean = median_of(values), mean_of([(sum(each), len(each)) for each in values])
        for name, found, true in (("share", shares, 0.4), ("median", middle, 2.0), ("mean", mean, 2.0)):
            assert found is not None
            held[name] += found.low <= true <= found.high
    assert all(270 <= n <= 297 for n in held.values()), held


@pytest.mark.parametrize(
    ("groups", "interval"),
    [
        ([], None),
        ([[], []], None),
        ([[7.0]], (7.0, 7.0, 7.0)),
        ([[float(n) for n in range(1, 101)]], (50.0, 41.0, 60.0)),
    ],
)
def test_medians(groups: list[list[float]], interval: tuple[float, ...] | None) -> None:
    assert rounded(median_of(groups)) == interval


@pytest.mark.parametrize(
    ("groups", "interval"),
    [
        ([], None),
        ([(1.0, 0)], None),
        ([(1.0, 4)], None),
        ([(2.0, 4), (2.0, 4), (0.0, 0)], (0.5, 0.5, 0.5)),
        ([(2.0, 2), (6.0, 2)], (2.0, 0.04, 3.96)),
    ],
)
def test_means_take_two_sessions(groups: list[tuple[float, int]], interval: tuple[float, ...] | None) -> None:
    assert rounded(mean_of(groups)) == interval
