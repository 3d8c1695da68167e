"""Where a text may be cut: at rows, else between tokens; a key is never cut in two."""

from __future__ import annotations

import pytest

from flashls.text.edges import head, tail
from flashls.text.lines import lines_of

ROWS = "one = 1\ntwo = 2\nthree = 3\n"


@pytest.mark.parametrize(
    ("wanted", "limit", "at"),
    [(-5, 20, 0), (0, 20, 0), (3, 20, 8), (8, 20, 8), (9, 20, 16), (9, 12, 11), (10, 10, 10), (11, 12, 11)],
)
def test_head(wanted: int, limit: int, at: int) -> None:
    assert head(lines_of(ROWS), wanted, limit) == at


@pytest.mark.parametrize(("wanted", "at"), [(10, 11), (11, 11), (12, 12), (14, 14)])
def test_the_last_row_is_cut_between_tokens_where_all_of_it_is_too_long(wanted: int, at: int) -> None:
    assert head(lines_of("one = 1\ntwo = three"), wanted, 19) == at


@pytest.mark.parametrize(
    ("wanted", "limit", "at"), [(99, 0, 26), (26, 0, 26), (18, 2, 16), (14, 12, 14), (13, 9, 13), (10, 9, 9)]
)
def test_tail(wanted: int, limit: int, at: int) -> None:
    assert tail(lines_of(ROWS), wanted, limit) == at


@pytest.mark.parametrize("line_end", ["\n", ";"])
def test_a_key_is_kept_whole_or_left_out(line_end: str) -> None:
    key = "AI" + "za" + "S" * 35
    text = line_end.join(["a = 1"] * 5 + [f'key = "{key}"'] + ["b = 2"] * 5)
    lines = lines_of(text)
    for wanted in range(len(text) + 1):
        for part in (text[head(lines, wanted, len(text)) :], text[: tail(lines, wanted, 0)]):
            assert key in part or not any(key[i : i + 8] in part for i in range(len(key) - 7))
