import re

import pytest

from flashls.models.spelling import PutBack, broken, plain

_MARKS = re.compile(r"<\|[a-z_]+\|>")


@pytest.mark.parametrize(
    ("spelled", "reply", "read"),
    [
        ("<|fim_middle|>", "< |fim_middle|>", "<|fim_middle|>"),
        ("<|fim_middle|>", "< |fim_suffix|>", "< |fim_suffix|>"),
        ("<|fim_middle|>", "if a < |b", "if a < |b"),
        ("<|fim_middle|>", "a <", "a <"),
        ("<|fim_middle|>", "< < |fim_middle|>", "< <|fim_middle|>"),
        ("plain", "< |fim_middle|>", "< |fim_middle|>"),
        ("<|a|><|b|>", "< |b|>< |a|>", "<|b|><|a|>"),
    ],
)
def test_only_what_was_broken_up_is_put_back(spelled: str, reply: str, read: str) -> None:
    for size in (1, 4, 100):
        put_back = PutBack(broken([spelled], _MARKS))
        pieces = [put_back.feed(reply[at : at + size]) for at in range(0, len(reply), size)]
        assert "".join([*pieces, put_back.rest()]) == read


def test_nothing_is_held_where_nothing_was_broken_up() -> None:
    put_back = PutBack({})
    assert [put_back.feed(piece) for piece in ("a <", " |")] == ["a <", " |"]


@pytest.mark.parametrize("text", ["<|a|>", "<|<|a|>|>", "<|a|><|b|><|a|>", "x", ""])
def test_plain_text_spells_nothing_and_comes_back(text: str) -> None:
    shown = plain(text, _MARKS)
    assert not _MARKS.search(shown)
    put_back = PutBack(broken([text], _MARKS))
    assert put_back.feed(shown) + put_back.rest() == text
