"""What pauses earn and requests spend, as a story: ``a`` asked, ``A`` asked in a pause, ``p`` a pause with nothing on
show, ``s`` a pause with a suggestion on show."""

from __future__ import annotations

import pytest

from flashls.engine.completion.allowance import Allowance

STORIES = {
    "a pause earns": ("p", 1.85),
    "a request spends": ("a", 0.0),
    "what is on show was asked for before: its first pause earns": ("as", 0.85),
    "and only that": ("asss", 0.85),
    "asked in a pause that has earned": ("pAs", 0.85),
    "only so much is saved": ("p" * 50, 8.0),
    "and owed": ("a" * 50, -4.0),
}


def told(story: str) -> Allowance:
    allowance = Allowance()
    for each in story:
        if each in "aA":
            allowance.spend(rested=each == "A")
        else:
            allowance.earn(hopes=each == "s")
    return allowance


@pytest.mark.parametrize(("story", "saved"), STORIES.values(), ids=STORIES)
def test_what_is_saved(story: str, saved: float) -> None:
    assert told(story).saved == pytest.approx(saved)


@pytest.mark.parametrize(
    ("story", "worth", "affords"),
    [
        ("", 1.8, True),
        ("", 1.7, False),
        ("p", 1.2, True),
        ("p", 1.1, False),
        ("aaaa", 13.0, False),
        ("p" * 9, 0.1, True),
    ],
)
def test_the_more_is_saved_the_less_an_answer_need_be_worth(story: str, worth: float, affords: bool) -> None:
    assert told(story).affords(worth) is affords


def test_who_asks_in_every_pause_asks_no_more_often_than_who_waits_for_one() -> None:
    allowance, asked = Allowance(), 0
    for _ in range(1000):
        allowance.earn(hopes=False)
        while allowance.affords(10.0):
            allowance.spend(rested=False)
            asked += 1
    assert 800 < asked <= 1000
