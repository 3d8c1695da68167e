"""What requests cost, and that no request can cost more than is reserved for it."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from flashls.models.catalog import Price, entries
from flashls.models.cost import FREE, cost, is_free, most, most_input, price_of, storage_cost
from flashls.models.gemini_wire import request
from flashls.models.profiles import profile
from flashls.prompt.seal import seal
from flashls.settings import Price as Stated
from flashls.settings import Provider
from flashls.types import Draft, Fim, Image, Prompt, Snippet, Task, Text, Thinking, Usage

NOW = date(2026, 11, 22)
LITE = "gemini/gemini-3.5-flash-lite"
LITE_PRICE = Price(0.30, 0.03, 0.30, 2.50)

PROVIDERS = {
    "gemini": Provider(prices={"gemini-3.8-flash": Stated(input=1, output=2)}),
    "xroute": Provider(prices={"google/gemini-3.5-flash-lite": Stated(input=1, output=4, cached=0.5, cache_write=2)}),
    "here": Provider(base_url="http://127.0.0.1:8000/v1"),
    "named": Provider(base_url="http://localhost:8000/v1", prices={"m": Stated(input=1, output=1)}),
    "away": Provider(base_url="https://llm.example.com/v1"),
    "openai": Provider(base_url="https://gateway.example.com/v1"),
    "llamacpp": Provider(base_url="http://10.0.0.7:8080"),
    "vertex": Provider(base_url="http://[::1]:1"),
    "anthropic": Provider(base_url="http://[bad"),
}

PRICES = [
    (LITE, NOW, LITE_PRICE),
    ("gemini/gemini-3.8-flash", NOW, Price(1, 1, 1, 2, 0.5)),
    ("xroute/google/gemini-3.5-flash-lite", NOW, Price(1, 0.5, 2, 4)),
    ("xroute/google/gemini-3.8-flash", NOW, None),
    ("local/qwen2.5-coder-0.5b", NOW, FREE),
    ("ollama/qwen2.5-coder:7b", NOW, FREE),
    ("llamacpp/anything", NOW, FREE),
    ("scripted/scripted", NOW, FREE),
    ("here/m", NOW, FREE),
    # A gateway on one's own machine: its models are paid for, where they are known to be.
    ("vertex/gemini-3.8-flash", NOW, Price(0.75, 0.075, 0.75, 3.75, 0.5)),
    ("here/gpt-4o", NOW, Price(2.5, 1.25, 2.5, 10.0)),
    ("here/team/gpt-4o-2024-08-06", NOW, Price(2.5, 1.25, 2.5, 10.0)),
    ("here/anthropic/claude-haiku-4-5", NOW, Price(1.0, 0.1, 1.25, 5.0)),
    ("named/gpt-4o", NOW, Price(2.5, 1.25, 2.5, 10.0)),
    ("away/gpt-4o", NOW, None),
    ("named/m", NOW, Price(1, 1, 1, 1)),
    ("named/other", NOW, FREE),
    ("away/m", NOW, None),
    ("nobody/m", NOW, None),
    ("anthropic/claude-haiku-4-5", NOW, Price(1.0, 0.1, 1.25, 5.0)),
    ("openai/gpt-4o", NOW, Price(2.5, 1.25, 2.5, 10.0)),
    # A retired model is answered by, and costs, another; at a gateway it is what the gateway makes of it.
    ("gemini/gemini-2.5-flash", NOW, Price(0.3, 0.03, 0.3, 2.5)),
    ("gemini/gemini-2.5-pro", NOW, Price(1.25, 0.125, 1.25, 10.0)),
    ("gemini/gemini-2.5-pro", date(2026, 12, 1), Price(1, 1, 1, 2, 0.5)),
    ("gemini/gemini-2.0-flash", NOW, LITE_PRICE),
]


@pytest.mark.parametrize(("name", "day", "price"), PRICES)
def test_what_a_model_costs(name: str, day: date, price: Price | None) -> None:
    assert price_of(name, PROVIDERS, day) == price


@pytest.mark.parametrize(
    ("price", "free"),
    [(FREE, True), (Price(0, 0, 0, 0), True), (Price(0, 0, 0, 1), False), (None, False)],
)
def test_free_is_known_to_cost_nothing(price: Price | None, free: bool) -> None:
    assert is_free(price) is free


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(), 0.0),
        (Usage(input=1_000_000), 1.0),
        (Usage(output=1_000_000, thought=900_000), 5.0),
        (Usage(input=1_000_000, cached=400_000, cache_write=100_000, output=200_000), 0.5 + 0.04 + 0.125 + 1.0),
        (Usage(input=10, cached=1_000_000), 0.1),
    ],
)
def test_what_a_request_costs(usage: Usage, usd: float) -> None:
    assert cost(usage, Price(1.0, 0.1, 1.25, 5.0)) == pytest.approx(usd)


def test_an_explicit_cache_is_read_once_and_pays_by_the_hour() -> None:
    assert storage_cost(2_000_000, 3, Price(1.0, 0.1, 1.0, 5.0, storage=0.5)) == pytest.approx(2 + 3)
    assert storage_cost(2_000_000, 3, Price(1.0, 0.1, 1.0, 5.0)) is None


def prompt(*texts: str, **more: object) -> Prompt:
    return seal(Draft(tuple(Text("user", text) for text in texts), **more))  # type: ignore[arg-type]


def with_picture(count: int = 1) -> Prompt:
    return seal(Draft((Text("user", "what is this"), *(Image("image/png", b"x") for _ in range(count)))))


HOLE = Fim((Snippet("a/b.py", "x = 1\n" * 50, "similar", 1.0, ""),), "def f(", "):\n    pass")

TOKENS = [
    # more than the bytes of the text, and not much more
    (prompt("a" * 4000), LITE, 4000),
    (prompt("ä" * 2000, "😀" * 500), LITE, 6000),
    (prompt("half of a pair \ud83d"), LITE, 18),
    (prompt("short", fim=HOLE), LITE, 325),
    (prompt("a" * 4000, fim=HOLE), LITE, 4000),
    (with_picture(1), LITE, 2240),
    (with_picture(3), "vertex/gemini-3.8-flash", 3 * 2240),
    (with_picture(), "openai/gpt-4.1-nano", 3779),
    (with_picture(), "openai/gpt-4o-mini", 2833 + 8 * 5667),
    (with_picture(), "anthropic/claude-haiku-4-5", 4784),
    (with_picture(), "ollama/qwen2.5vl", 16_384),
    (prompt("a", schema={"type": "object", "properties": {"x": {"type": "string"}}}), LITE, 55),
]


@pytest.mark.parametrize(("asked", "name", "tokens"), TOKENS)
def test_a_prompt_is_bounded_from_above(asked: Prompt, name: str, tokens: int) -> None:
    assert tokens <= most_input(asked, name) <= tokens * 1.5 + 400


def test_what_a_provider_keeps_may_fill_the_window() -> None:
    assert most_input(prompt("a", cached_content="cachedContents/x"), LITE) > profile(LITE).window


TASKS: tuple[Task, ...] = ("complete", "explain")
LEVELS: tuple[Thinking | None, ...] = (None, "minimal", "low", "medium", "high")


@pytest.mark.parametrize("name", [entry.name for entry in entries() if entry.name.startswith("gemini/")])
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("thinking", LEVELS)
@pytest.mark.parametrize("max_tokens", [1, 256, 10**6])
def test_the_most_is_what_the_longest_reply_would_cost(
    name: str, task: Task, thinking: Thinking | None, max_tokens: int
) -> None:
    asked = prompt("a" * 1000, thinking=thinking, max_tokens=max_tokens)
    price = partial(price_of, name, {})
    rates = price(NOW, 0)
    assert rates is not None
    longest = request(asked, task, profile(name))["generationConfig"]["maxOutputTokens"]
    usd = most(asked, task, name, price, NOW)
    assert usd is not None
    least = cost(Usage(input=1000, output=longest), rates)
    assert least <= usd <= least + cost(Usage(input=1000), rates)


def test_a_long_prompt_is_reckoned_at_the_price_of_long_prompts() -> None:
    price = partial(price_of, "gemini/gemini-2.5-pro", {})
    long = most(prompt("a" * 200_001, max_tokens=1), "ask", "gemini/gemini-2.5-pro", price, NOW)
    assert long is not None
    assert long >= 200_001 * 2.5 / 1e6


def test_writing_to_a_cache_may_cost_more_than_reading() -> None:
    usd = most(prompt("a" * 1000, max_tokens=1), "ask", "x/m", lambda day, tokens: Price(1.0, 0.1, 1.25, 0.0), NOW)
    assert usd is not None
    assert usd >= 1000 * 1.25 / 1e6


def test_without_a_price_there_is_no_most() -> None:
    assert most(prompt("a"), "ask", "away/m", partial(price_of, "away/m", PROVIDERS), NOW) is None
