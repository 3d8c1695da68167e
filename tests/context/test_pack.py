"""What fits, as excerpts of files; and what a definition's signs are worth."""

from __future__ import annotations

import pytest

from flashls.context.pack import PER_FILE, Piece, pack
from flashls.context.score import SOURCES, WEIGHTS, chance, odds, why, without

HEAD = {0: "class A:"}


def piece(path: str, row: int, text: str = "    def f(self): ...", worth: float = 0.5, head: bool = False) -> Piece:
    return Piece(path, {row: text}, worth, "definition", f"row {row}", HEAD if head else {})


def shown(pieces: list[Piece], characters: int) -> list[tuple[str, str, str]]:
    return [(s.path, s.text, s.why) for s in pack(pieces, characters)]


def test_pieces_of_a_file_are_one_excerpt_in_the_files_order() -> None:
    pieces = [piece("a", 9, head=True), piece("b", 1, "x = 1"), piece("a", 4, "    y = 2", worth=0.9, head=True)]
    assert shown(pieces, 1_000) == [
        ("a", "class A:\n    y = 2\n    def f(self): ...", "row 4"),
        ("b", "x = 1", "row 1"),
    ]


@pytest.mark.parametrize(("room", "rows"), [(0, []), (60, [1]), (1_000, [1, 2, 3])])
def test_what_does_not_fit_is_left_out(room: int, rows: list[int]) -> None:
    found = pack([piece("a", row, f"    row_{row} = {'x' * 20}") for row in (1, 2, 3)], room)
    assert [row for row in (1, 2, 3) if any(f"row_{row}" in one.text for one in found)] == rows
    assert sum(len(one.text) + len(one.path) + PER_FILE for one in found) <= max(room, 0) + 1


def test_rows_shown_already_cost_nothing() -> None:
    first = piece("a", 1)
    assert shown([first, first], 1_000) == shown([first], 1_000)


def test_every_sign_has_a_weight_and_every_source_signs() -> None:
    assert {sign for signs in SOURCES.values() for sign in signs} <= WEIGHTS.keys()


def test_a_stronger_sign_makes_a_definition_likelier() -> None:
    signs: list[dict[str, float]] = [{}, {"imported": 1.0}, {"imported unused": 1.0}]
    chances = [chance(odds(each)) for each in signs]
    assert 0 < chances[0] < chances[1] < chances[2] < 1
    assert chance(odds({"imported": 1.0, "test": 1.0})) < chances[1]


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        ({"imported": 1.0, "used": 1.0}, "imported"),
        ({"of receiver": 1.0, "alike": 0.1}, "a member of what is before the cursor"),
        ({"of module": 0.5}, "of an imported module"),
        ({"test": 1.0}, "in the workspace"),
    ],
)
def test_why(signs: dict[str, float], said: str) -> None:
    assert why(signs) == said


@pytest.mark.parametrize(
    ("off", "left"),
    [
        ((), {"imported": 1.0, "of package": 1.0, "near": 0.5}),
        (("imports",), {"of package": 1.0, "near": 0.5}),
        (("imports", "the same package"), {}),
    ],
)
def test_without_a_source(off: tuple[str, ...], left: dict[str, float]) -> None:
    assert without({"imported": 1.0, "of package": 1.0, "near": 0.5}, off) == left
