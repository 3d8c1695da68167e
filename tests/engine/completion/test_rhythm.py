"""How long is waited for the next key: a text typed key by key at some pace, and the pause where it ends."""

from __future__ import annotations

import pytest

from flashls.engine.completion.rhythm import Rhythm
from flashls.engine.documents import Documents
from flashls.types import Cursor

GAP = 0.1


def typing(before: str, typed: str, after: str = "\n", gap: float = GAP, shown: bool = False) -> tuple[Rhythm, Cursor]:
    """The rhythm after a text was typed key by key, the last of it while a suggestion was ``shown``."""
    rhythm, documents = Rhythm(), Documents()
    for n in range(len(typed) + 1):
        text = before + typed[:n]
        cursor = Cursor(documents.open("file:///w/a.txt", "plaintext", n, text + after), len(text))
        if shown and n == len(typed):
            rhythm.shown()
        rhythm.key(cursor, n * gap)
    return rhythm, cursor


PAUSES: dict[str, tuple[str, str, str, float | None]] = {
    "within a word, in a burst": ("", "alpha_beta", "\n", 0.05),
    "within a word, at the burst's start": ("", "alph", "\n", 0.036),
    "after an operator": ("", "alpha = ", "\n", 0.0),
    "after an opening bracket": ("", "alpha_beta(", "\n", 0.0),
    "after a dot": ("", "alpha_beta.", "\n", 0.0),
    "after a keyword": ("", "x = await ", "\n", 0.0),
    "in a new row": ("", "alpha:\n    ", "\n", 0.0),
    "after a whole statement": ("", "alpha_beta();", "\n", 0.8),
    "before closing brackets": ("f(", "alpha_beta", ")\n", 0.12),
    "the first key somewhere": ("alpha", "", "\n", 0.6),
    "the first key somewhere, after a bracket": ("alpha(", "", "\n", 0.36),
    "code to the right": ("f(", "alpha_beta", ", y)\n", None),
}


@pytest.mark.parametrize(("before", "typed", "after", "pause"), PAUSES.values(), ids=PAUSES)
def test_the_place_tells(before: str, typed: str, after: str, pause: float | None) -> None:
    rhythm, cursor = typing(before, typed, after)
    assert rhythm.pause(cursor) == (None if pause is None else pytest.approx(pause))


@pytest.mark.parametrize("gap", [0.05, 0.1, 0.2, 0.4])
def test_the_users_own_gaps_are_the_unit(gap: float) -> None:
    rhythm, cursor = typing("f(", "alpha_beta", ")", gap)
    assert rhythm.gap == pytest.approx(gap)
    assert rhythm.pause(cursor) == pytest.approx(1.2 * gap)


def test_pauses_to_think_are_no_gaps() -> None:
    rhythm, _ = typing("", "alpha_beta", gap=3.0)
    assert rhythm.gap == pytest.approx(0.12)


def test_a_deletion_ends_a_burst() -> None:
    rhythm, cursor = typing("", "alpha_beta")
    shorter = Documents().open("file:///w/a.txt", "plaintext", 99, "alpha_b\n")
    rhythm.key(Cursor(shorter, 7), 1.1)
    assert rhythm.pause(Cursor(shorter, 7)) == pytest.approx(5 * GAP)
    assert cursor.offset == 10


def test_where_a_suggestion_was_typed_against_it_waits_longer_and_longer_until_one_is_shown() -> None:
    rhythm, cursor = typing("", "alpha_beta", shown=True)
    assert rhythm.pause(cursor) == pytest.approx(3.5 * GAP)
    rhythm.asked()
    assert rhythm.pause(cursor) == pytest.approx(4 * GAP)
    rhythm.shown()
    assert rhythm.pause(cursor) == pytest.approx(3.5 * GAP)


def test_a_model_that_costs_nothing_is_asked_sooner_and_everywhere() -> None:
    rhythm, cursor = typing("f(", "alpha_beta", ", y)")
    assert rhythm.pause(cursor, free=True) == pytest.approx(0.6 * GAP)


def test_a_slow_model_is_not_kept_waiting_in_a_burst() -> None:
    rhythm, cursor = typing("f(", "alpha_beta", ")")
    assert rhythm.pause(cursor, first_token_s=2.0) == 0.0


def test_it_asks_less_often_while_hardly_any_answer_is_of_use() -> None:
    rhythm, cursor = typing("f(", "alpha_beta", ")")
    for _ in range(40):
        rhythm.asked()
        rhythm.pause(cursor)
    longer, at_first = rhythm.pause(cursor), 4 * GAP
    assert longer is not None
    assert longer > 2 * at_first
