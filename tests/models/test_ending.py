"""What providers' words for the end of a reply mean."""

from __future__ import annotations

import pytest

from flashls.models.ending import ending
from flashls.models.seam import Overloaded
from flashls.types import EndReason

MEANINGS: dict[str, EndReason] = {"stop": "stop", "max_tokens": "length"}


@pytest.mark.parametrize(("word", "meaning"), [("stop", "stop"), ("STOP", "stop"), ("MAX_TOKENS", "length")])
def test_words_that_are_known(word: str, meaning: EndReason) -> None:
    assert ending(word, MEANINGS) == meaning


@pytest.mark.parametrize(
    ("word", "told"),
    [("abort", r"reply off \(abort\): try again"), ("x" * 41, "reply off: try"), ("def f(): pass", "reply off: try")],
)
def test_any_other_is_an_error_and_shown_only_where_it_is_a_word(word: str, told: str) -> None:
    with pytest.raises(Overloaded, match=told):
        ending(word, MEANINGS)
