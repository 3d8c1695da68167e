"""Fitted: what a fall-back is shown of a question that was made for a larger model."""

from __future__ import annotations

import pytest

from flashls.models.fitted import Fitted
from flashls.models.scripted import Scripted
from flashls.prompt.seal import seal
from flashls.types import Budget, Call, Draft, Fim, Snippet, Text

BUDGET = Budget(prefix=10, suffix=5, extra=10, suffix_rows=1, head_step=2, chars_per_token=1.0)
CALL = Call("1", "complete")


def snippet(text: str) -> Snippet:
    return Snippet("p", text, "similar", 1.0, "because")


ROWS = [
    ("all fits", Fim((snippet("1234"),), "a\nb\n", "c\n"), Fim((snippet("1234"),), "a\nb\n", "c\n")),
    ("the head moves by two rows", Fim((), "111\n222\n333\n44", ""), Fim((), "333\n44", "")),
    ("one long row", Fim((), "x" * 20, ""), Fim((), "x" * 10, "")),
    ("rows of the suffix", Fim((), "", "1\n2\n3\n"), Fim((), "", "1\n2\n")),
    ("a suffix cut at a row", Fim((), "", "12\n45678\n"), Fim((), "", "12\n")),
    ("one long row behind", Fim((), "", "y" * 9), Fim((), "", "y" * 5)),
    ("the best snippets", Fim((snippet("12345678"), snippet("1")), "", ""), Fim((snippet("12345678"),), "", "")),
]


@pytest.mark.parametrize(("asked", "shown"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
async def test_a_hole_is_cut_to_the_budget(asked: Fim, shown: Fim) -> None:
    inner = Scripted(["x"])
    assert [item async for item in Fitted(inner, BUDGET).stream(seal(Draft((), asked)), CALL)]
    assert inner.prompts[0].fim == shown


async def test_words_stay_whole() -> None:
    inner, question = Scripted(["x"]), seal(Draft((Text("user", "long " * 100),)))
    assert [item async for item in Fitted(inner, BUDGET).stream(question, CALL)]
    assert inner.prompts == [question]
