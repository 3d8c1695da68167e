"""When a model is asked: a text typed key by key at some pace, and the pause where it ends."""

from __future__ import annotations

import pytest

from flashls.engine.completion.rhythm import Rhythm
from flashls.engine.documents import Documents
from flashls.types import Cursor

GAP = 0.1


def typing(before: str, typed: str, after: str = "\n", gap: float = GAP, rests: int = 0) -> tuple[Rhythm, Cursor]:
    """The rhythm after a text was typed key by key, behind so many pauses in which nothing was asked."""
    rhythm, documents = Rhythm(), Documents()
    for _ in range(rests):
        rhythm.rested()
    for n in range(len(typed) + 1):
        text = before + typed[:n]
        cursor = Cursor(documents.open("file:///w/a.txt", "plaintext", n, text + after), len(text))
        rhythm.key(cursor, n * gap)
    return rhythm, cursor


PLACES: dict[str, tuple[str, str, str, float | None, float | None]] = {
    # before, typed, after; the pause where requests are saved from four pauses, and where four are owed
    "within a word": ("", "alpha_beta", "\n", 0.0, 0.5),
    "after an operator": ("", "alpha = ", "\n", 0.0, 0.5),
    "at the end of a row that a carriage return ends": ("a\r", "alpha = ", "\rb = 1\r", 0.0, 0.5),
    "after an opening bracket": ("", "alpha_beta(", "\n", 0.0, 0.5),
    "in a new row": ("", "alpha:\n    ", "\n", 0.0, 0.5),
    "the first key somewhere": ("alpha", "", "\n", 0.0, 0.5),
    "after a whole statement": ("", "alpha_beta();", "\n", None, None),
    "a word before closing brackets": ("f(", "alpha_beta", ")\n", 0.0, None),
    "an operator before closing brackets": ("f(", "alpha +", ")\n", 0.0, 0.5),
    "code to the right": ("f(", "alpha_beta", ", y)\n", 0.0, None),
}


@pytest.mark.parametrize(("before", "typed", "after", "rich", "poor"), PLACES.values(), ids=PLACES)
def test_it_is_asked_at_once_where_it_pays_and_else_in_pauses_that_are_not_the_end(
    before: str, typed: str, after: str, rich: float | None, poor: float | None
) -> None:
    rhythm, cursor = typing(before, typed, after, rests=4)
    assert rhythm.pause(cursor) == rich
    rhythm, cursor = typing(before, typed, after)
    for _ in range(4):
        rhythm.allowance.spend(rested=False)
    assert rhythm.pause(cursor) == poor


@pytest.mark.parametrize("gap", [0.05, 0.1, 0.2, 0.4])
def test_the_users_own_gaps_are_the_unit(gap: float) -> None:
    rhythm, _ = typing("f(", "alpha_beta", ")", gap)
    assert rhythm.gap == pytest.approx(gap)


def test_text_typed_by_a_macro_in_no_time_is_asked_behind_in_a_pause() -> None:
    rhythm, cursor = typing("", "alpha_beta", gap=0.0)
    assert rhythm.gap > 0
    assert rhythm.pause(cursor) == 0.5


def test_pauses_to_think_are_no_gaps() -> None:
    rhythm, _ = typing("", "alpha_beta", gap=3.0)
    assert rhythm.gap == pytest.approx(0.12)


def test_where_a_suggestion_was_typed_against_it_is_left_alone_then_asked_in_a_pause_then_at_once() -> None:
    rhythm, cursor = typing("", "alpha_beta", rests=2)
    rhythm.shown()
    pauses = [rhythm.pause(cursor) for _ in range(20)]
    assert pauses[:4] == [None] * 4
    assert pauses == sorted(pauses, key=lambda pause: (pause is not None, -(pause or 0.0)))
    assert {0.5, 0.0} < set(pauses)


def test_in_a_new_row_it_waits_for_a_key_or_a_pause_unless_there_is_plenty() -> None:
    rhythm, cursor = typing("", "alpha:\n")
    assert rhythm.pause(cursor) == 0.5
    rhythm, cursor = typing("", "alpha:\nb")
    assert rhythm.pause(cursor) == 0.0


def test_a_suggestion_on_show_ends_that_and_so_does_typing_elsewhere() -> None:
    rhythm, cursor = typing("", "alpha_beta", rests=2)
    rhythm.shown()
    assert rhythm.pause(cursor) is None
    elsewhere = Documents().open("file:///w/a.txt", "plaintext", 99, "alpha_b\n")
    rhythm.key(Cursor(elsewhere, 7), 1.1)
    assert rhythm.pause(Cursor(elsewhere, 7)) == 0.0


def test_a_model_so_slow_that_the_user_is_gone_before_it_begins_is_asked_in_pauses_only() -> None:
    rhythm, cursor = typing("", "alpha_beta", rests=2)
    assert rhythm.pause(cursor, first_token_s=5.0) == 0.5


def test_a_model_that_costs_nothing_is_asked_soon_and_everywhere() -> None:
    rhythm, cursor = typing("f(", "alpha_beta", ", y)")
    assert rhythm.pause(cursor, free=True) == pytest.approx(2.5 * GAP)
    rhythm, cursor = typing("f(", "alpha_beta", ")")
    assert rhythm.pause(cursor, free=True) == pytest.approx(0.5 * GAP)


def test_it_asks_less_often_while_hardly_any_answer_is_of_use() -> None:
    rhythm, cursor = typing("", "alpha_beta")
    assert rhythm.pause(cursor) == 0.0
    for _ in range(40):
        rhythm.asked(explicit=True)
        rhythm.pause(cursor)
        rhythm.key(Cursor(cursor.snapshot, 3), 5.0)
        rhythm.key(cursor, 6.0)
    assert rhythm.pause(cursor) == 0.5


def test_what_a_user_asks_for_is_not_taken_from_what_is_saved() -> None:
    rhythm, _ = typing("", "alpha_beta", rests=1)
    saved = rhythm.allowance.saved
    rhythm.asked(explicit=True)
    assert rhythm.allowance.saved == saved
    rhythm.asked()
    assert rhythm.allowance.saved == saved - 1


def test_a_pause_in_which_it_was_asked_is_counted_once() -> None:
    rhythm, cursor = typing("", "alpha_beta")
    rhythm.rested()
    saved = rhythm.allowance.saved
    rhythm.asked()
    rhythm.shown()
    rhythm.key(cursor, 9.0)
    rhythm.rested()
    assert rhythm.allowance.saved == saved - 1
