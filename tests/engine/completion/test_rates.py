"""Characters per token, as models' own counts tell."""

from __future__ import annotations

import pytest

from flashls.engine.completion.complete import complete
from flashls.engine.completion.rates import Rates, characters
from flashls.engine.engine import Engine, Route
from flashls.engine.session import Session
from flashls.models.seam import Stream
from flashls.prompt.seal import seal
from flashls.settings import Complete, Settings
from flashls.types import Call, Draft, End, Fim, Image, Piece, Prompt, Snippet, Text, Usage
from tests.engine.check import BUDGET, cursor_in


def prompt(size: int) -> Prompt:
    return seal(Draft((Text("user", "a b " * (size // 4)),)))


def learned(rates: list[float], estimated: bool = False) -> float:
    """What is known after prompts of 10,000 characters with such rates, begun with 3.2."""
    known = Rates()
    for rate in rates:
        known.learn("m", 3.2, prompt(10_000), Usage(input=round(10_000 / rate), estimated=estimated))
    return known.of("m", 3.2)


@pytest.mark.parametrize(
    ("rates", "least", "most"),
    [
        ([], 3.2, 3.2),
        ([4.0], 3.4, 3.4),
        ([4.0] * 100, 3.9, 4.0),
        ([2.5] * 100, 2.5, 2.6),
        ([3.25] * 100, 3.2, 3.2),
        ([3.1, 3.3] * 50, 3.2, 3.2),
        ([40.0] * 10, 3.2, 3.2),
        ([0.1] * 10, 3.2, 3.2),
    ],
)
def test_a_rate_goes_where_the_counts_say_and_stays_where_they_nearly_agree(
    rates: list[float], least: float, most: float
) -> None:
    assert least <= learned(rates) <= most


def test_estimates_teach_nothing() -> None:
    assert learned([4.0] * 100, estimated=True) == 3.2


def test_models_are_told_apart() -> None:
    known = Rates()
    for _ in range(50):
        known.learn("a", 3.2, prompt(10_000), Usage(input=5_000))
    assert known.of("a", 3.2) < 2.2
    assert known.of("b", 3.0) == 3.0
    assert list(known.learned) == ["a"]


def test_what_is_counted_of_a_prompt() -> None:
    fim = Fim((Snippet("a", "bcd", "similar", 1.0, "not sent"),), "12345", "678")
    assert characters(seal(Draft((), fim))) == 12
    assert characters(seal(Draft((Text("system", "ab"), Text("user", "c"))))) == 3
    assert characters(seal(Draft((Text("user", "c"), Image("image/png", b"p"))))) == 0
    assert characters(seal(Draft((Text("user", "c"),), fim))) == 0  # which of the two is sent cannot be told


class Counting:
    """A model whose tokens hold two characters."""

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Says 1, and how many tokens that was."""
        yield Piece("1")
        yield End("stop", Usage(input=characters(prompt) // 2), "test/counting")


async def test_the_window_is_as_long_as_the_model_counts() -> None:
    """After some replies a budget of 1,500 tokens is about 3,000 characters, no longer 4,800."""
    engine = Engine(
        Settings(complete=Complete(debounce_ms=0)),
        {"complete": Route(Counting(), "test/counting", BUDGET, form="chat")},
    )
    session = Session()
    for n in range(40):
        cursor = await cursor_in(session, "value = 1\n" * 900 + f"x{n} = ▮\n")
        await complete(engine, session, cursor)
    assert engine.budget(engine.routes["complete"]).chars_per_token == pytest.approx(2.1, abs=0.15)
    session.close_all()
