"""How many keys are expected behind one, by what was typed before."""

from __future__ import annotations

import pytest

from flashls.engine.completion.reach import Reach, Side


def typed(runs: list[tuple[Side, int]]) -> Reach:
    """What is known after runs of so many keys at a side, each somewhere else."""
    reach = Reach()
    for side, keys in runs:
        for n in range(keys):
            reach.key(side, is_blank=False, goes_on=n > 0)
    return reach


def test_at_first_more_is_expected_at_the_end_of_a_row_than_within_it() -> None:
    reach = Reach()
    assert reach.of("end") > reach.of("closed") > reach.of("within") > 0


@pytest.mark.parametrize(("keys", "expected"), [(1, 0.0), (5, 2.0), (21, 10.0), (400, 30.0)])
def test_it_comes_to_the_mean_of_the_keys_that_follow_each_key(keys: int, expected: float) -> None:
    reach = typed([("within", keys)] * (2000 // keys))
    assert reach.of("within") == pytest.approx(expected, abs=3.0)
    assert reach.of("end") == Reach().of("end")


def test_a_run_counts_only_when_it_is_over() -> None:
    reach = typed([("end", 200)])
    assert reach.of("end") == Reach().of("end")
    reach.key("closed", is_blank=False, goes_on=False)
    assert reach.of("end") > Reach().of("end")


@pytest.mark.parametrize(
    ("after", "least", "most"), [([], 1.0, 2.0), ([False] * 200, 0.0, 0.1), ([True] * 200, 20, 100)]
)
def test_it_learns_how_often_there_is_another_key_behind_a_new_row(
    after: list[bool], least: float, most: float
) -> None:
    reach, at_first = Reach(), Reach().odds(is_blank=False)
    for goes_on in after:
        reach.key("end", is_blank=True, goes_on=True)
        reach.key("end", is_blank=False, goes_on=goes_on)
    assert least <= reach.odds(is_blank=True) <= most
    assert reach.odds(is_blank=False) >= at_first
