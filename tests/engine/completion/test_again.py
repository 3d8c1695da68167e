"""What is left of a suggestion behind something else that was typed in its place."""

from __future__ import annotations

import pytest

from flashls.engine.completion.again import taken_up

ROWS: dict[str, tuple[str, str, str | None]] = {
    # said, typed in its place, what is taken up
    "another letter, and two that follow it": ("i] + xs[i + 1]", "j] ", "+ xs[i + 1]"),
    "one that follows it may be there by chance": ("i] + xs[i + 1]", "j]", None),
    "a name as long": ("width = 0", "count = 0", ""),
    "a longer name, and four that follow it": ("item in items:", "value in i", "tems:"),
    "three may be there by chance": ("item in items:", "value in", None),
    "a shorter name": ("values.len() {", "v.len()", " {"),
    "begun as it was said": ("self.height + 12", "self.size + 1", "2"),
    "blanks tell nothing": ("ab  cd", "xy  ", None),
    "nothing like it": ("item in items:", "range(10):", None),
    "all that was typed was said": ("item in items:", "item", None),
    "much more was typed than was said": ("item", "a" * 70 + "item", None),
}


@pytest.mark.parametrize(("said", "typed", "left"), ROWS.values(), ids=ROWS)
def test_what_is_taken_up(said: str, typed: str, left: str | None) -> None:
    assert taken_up(typed, said) == left
