"""How much of the cursor's own document is shown, and that its head stands still while the user types."""

from __future__ import annotations

import pytest

from flashls.context.window import window
from flashls.text.edits import Change, apply
from flashls.text.lines import lines_of
from flashls.types import Budget, Cursor, Snapshot

ROWS = "".join(f"row {n:03}\n" for n in range(200))  # 8 characters a row
MIDDLE = 100 * 8 + 4


def budget(prefix: int = 100, suffix: int = 100, suffix_rows: int = 1000, head_step: int = 1) -> Budget:
    """A budget in characters."""
    return Budget(prefix, suffix, 0, suffix_rows, head_step, chars_per_token=1)


def shown(text: str, at: int, given: Budget) -> tuple[str, str]:
    return window(Cursor(Snapshot("file:///w/a", "python", 1, lines_of(text)), at), given)


@pytest.mark.parametrize(
    ("text", "at", "given", "expected"),
    [
        ("", 0, budget(), ("", "")),
        ("abc", 1, budget(), ("a", "bc")),
        ("abc\ndef\n", 8, budget(), ("abc\ndef\n", "")),
        ("abc\ndef\n", 0, budget(0, 0), ("", "")),
        ("ab\ncd\nef", 7, budget(3), ("e", "f")),
        ("ab\ncd\nef", 7, budget(4), ("cd\ne", "f")),
        ("0 2 4 6 8 ", 8, budget(4, 2), ("4 6 ", "8 ")),
        ("ab\n0 2 4 6 89", 12, budget(4), (" 6 8", "9")),
        ("ab\n0 2 4 6 8 ", 13, budget(4), ("6 8 ", "")),
        ("0 2 4 6 89\n\n", 12, budget(5), (" 89\n\n", "")),
        ("0 2 4 6 89\n\nx", 13, budget(5), ("\nx", "")),
        ("a_long_name = other_name", 15, budget(7, 3), (" = o", "")),
        ("a\nb\nc\nd\n", 0, budget(suffix_rows=0), ("", "a\n")),
        ("a\nb\nc\nd\n", 0, budget(suffix_rows=2), ("", "a\nb\nc\n")),
        ("a\r\nb\r\nc", 1, budget(suffix_rows=1), ("a", "\r\nb\r\n")),
        ("😀😀\n😀😀", 4, budget(3), ("😀", "😀")),
    ],
)
def test_shows_whole_rows_within_the_budget(text: str, at: int, given: Budget, expected: tuple[str, str]) -> None:
    assert shown(text, at, given) == expected


@pytest.mark.parametrize("characters", [0, 1, 7, 8, 9, 100, 803, 804, 10_000])
@pytest.mark.parametrize("head_step", [1, 32])
def test_is_never_more_than_the_budget_and_stands_at_the_cursor(characters: int, head_step: int) -> None:
    before, after = shown(ROWS, MIDDLE, budget(characters, characters, head_step=head_step))
    assert ROWS[:MIDDLE].endswith(before)
    assert ROWS[MIDDLE:].startswith(after)
    assert len(before) <= characters
    assert len(after) <= characters


def test_the_head_stands_still_while_rows_are_added_and_then_moves_by_a_step() -> None:
    lines, heads = lines_of(ROWS), []
    at = lines.length
    for _ in range(96):
        before, _after = window(Cursor(Snapshot("u", "python", 1, lines), at), budget(800, head_step=32))
        heads.append(lines.point(at - len(before))[0])
        lines, _edit = apply(lines, Change(lines.point(at), lines.point(at), "one more\n"))
        at = lines.length
    assert {head % 32 for head in heads} == {0}
    assert heads == sorted(heads)
    assert len(set(heads)) in (3, 4)


def test_a_step_that_would_pass_the_cursor_is_not_taken() -> None:
    before, _ = shown(ROWS, MIDDLE, budget(50, head_step=64))
    assert 0 < len(before) <= 50
