"""What stays where it was, what is appended, and when all is chosen anew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashls.context.pack import PER_FILE
from flashls.context.steady import steady
from flashls.types import Snippet

ROWS = {letter: f"def function_{letter}(argument): ..." for letter in "abcdefghij"}


def snippets(text: str) -> tuple[Snippet, ...]:
    """``x:ab y:c`` is an excerpt with two rows of the file x and one with a row of y."""
    pairs = (each.split(":") for each in text.split())
    return tuple(Snippet(f"{path}.py", "\n".join(ROWS[r] for r in rows), "definition", 1.0, "") for path, rows in pairs)


@pytest.mark.parametrize(
    ("last", "core", "expected"),
    [
        ("x:ab y:c", "x:ab y:c", "x:ab y:c"),
        ("x:ab y:c", "y:c x:ab", "x:ab y:c"),
        ("x:ab y:c", "x:a", "x:ab y:c"),
        ("x:ab y:c", "x:abd", "x:ab y:c x:d"),
        ("x:ab y:c", "z:d x:a", "x:ab y:c z:d"),
        ("x:ab y:c", "", "x:ab y:c"),
    ],
)
def test_what_is_shown_next(last: str, core: str, expected: str) -> None:
    assert steady(snippets(last), snippets(core), snippets("z:ghij"), 1_000) == snippets(expected)


def test_an_epoch_ends_when_there_is_no_room_for_more() -> None:
    last, core, fresh = snippets("x:abcd"), snippets("y:e x:abc"), snippets("z:ghij")
    size = sum(len(s.text) + len(s.path) + PER_FILE for s in snippets("x:abcd y:e"))
    assert steady(last, core, fresh, size) == snippets("x:abcd y:e")
    assert steady(last, core, fresh, size - 1) == fresh
    assert steady((), core, fresh, size) == fresh


def test_what_holds_for_a_moment_is_always_of_that_moment() -> None:
    """A mended error and a diff that has grown since would mislead."""
    old, new = (Snippet("x.py", text, "edit", 1.0, "") for text in ("-a\n+ab", "-a\n+abc"))
    wrong = Snippet("x.py", "x\n  error: no", "diagnostic", 1.0, "")
    last = (*snippets("x:ab"), old, wrong)
    assert steady(last, snippets("y:c"), (*snippets("y:cd"), new), 1_000) == (*snippets("x:ab y:c"), new)


EXCERPTS = st.lists(
    st.tuples(st.sampled_from("xyz"), st.text("abcdefghij", min_size=1, max_size=6)),
    max_size=3,
    unique_by=lambda e: e[0],
).map(lambda some: snippets(" ".join(f"{path}:{''.join(dict.fromkeys(rows))}" for path, rows in some)))


@given(EXCERPTS, EXCERPTS, EXCERPTS, st.integers(0, 1_500))
def test_what_was_shown_stays_and_all_of_the_core_is_shown(
    last: tuple[Snippet, ...], core: tuple[Snippet, ...], fresh: tuple[Snippet, ...], room: int
) -> None:
    found = steady(last, core, fresh, room)
    if found != fresh:
        assert found[: len(last)] == last
        assert sum(len(s.text) + len(s.path) + PER_FILE for s in found) <= room
        for each in core:
            rows = {row for s in found if s.path == each.path for row in s.text.split("\n")}
            assert rows >= set(each.text.split("\n"))
