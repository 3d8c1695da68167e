"""Prices by day and by length of the prompt."""

from __future__ import annotations

from datetime import date

import pytest

from flashls.models.catalog import entries, price, window

NOW, LATER = date(2026, 11, 22), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("name", "day", "tokens", "got"),
    [
        ("gemini/gemini-3.5-flash-lite", NOW, 0, (0.30, 0.03, 2.50)),
        ("gemini/gemini-3.8-flash", NOW, 0, (0.75, 0.075, 3.75)),
        ("gemini/gemini-3.8-flash", date(2026, 12, 31), 0, (0.75, 0.075, 3.75)),
        ("gemini/gemini-3.8-flash", LATER, 0, (1.50, 0.15, 7.50)),
        ("gemini/gemini-4-argon", NOW, 0, (2.0, 0.1, 10.0)),
        ("gemini/gemini-4-argon", LATER, 0, (4.0, 0.2, 20.0)),
        ("gemini/gemini-2.5-pro", NOW, 200_000, (1.25, 0.125, 10.0)),
        ("gemini/gemini-2.5-pro", NOW, 200_001, (2.5, 0.25, 15.0)),
        ("gemini/gemini-3.5-flash-lite-001", NOW, 0, (0.30, 0.03, 2.50)),
        ("gemini/gemini-3.5-flash-lite-preview-09-2026", NOW, 0, (0.30, 0.03, 2.50)),
        ("gemini/gemini-flash-lite-latest", NOW, 0, (0.30, 0.03, 2.50)),
        ("vertex/gemini-3.5-flash-lite", NOW, 0, (0.30, 0.03, 2.50)),
        ("vertex/claude-haiku-4-5", NOW, 0, None),
        ("xroute/gemini-3.5-flash-lite", NOW, 0, None),
        ("anthropic/claude-haiku-4-5-20251001", NOW, 0, (1.0, 0.1, 5.0)),
        ("gemini/gemini-3.5-flash-liteish", NOW, 0, None),
        ("local/qwen2.5-coder-0.5b", NOW, 0, None),
        ("nobody/nothing", NOW, 0, None),
    ],
)
def test_prices(name: str, day: date, tokens: int, got: tuple[float, float, float] | None) -> None:
    found = price(name, day, tokens)
    assert (found and (found.input, found.cached, found.output)) == got


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("gemini/gemini-3.5-flash-lite", 1_000_000),
        ("vertex/gemini-3.5-flash-lite", 1_000_000),
        ("xroute/gemini-3.5-flash-lite", 1_000_000),
        ("openrouter/anthropic/claude-haiku-4-5", 200_000),
        ("xroute/gpt-4o", 128_000),
        ("ollama/llama3:8b", None),
    ],
)
def test_windows_whoever_serves_the_model(name: str, tokens: int | None) -> None:
    assert window(name) == tokens


@pytest.mark.parametrize(
    ("name", "day", "storage"),
    [
        ("gemini/gemini-3.8-flash", NOW, 0.5),
        ("gemini/gemini-3.8-flash", LATER, None),
        ("gemini/gemini-3.5-flash-lite", NOW, None),
    ],
)
def test_what_an_explicit_cache_costs_to_keep(name: str, day: date, storage: float | None) -> None:
    found = price(name, day)
    assert found is not None
    assert found.storage == storage


def test_a_few_dozen_models_once_each() -> None:
    names = [entry.name for entry in entries()]
    assert len(names) == len(set(names))
    assert 30 <= len(names) <= 80
    assert {name.partition("/")[0] for name in names} == {"gemini", "openai", "anthropic"}


def test_the_catalog_is_what_the_generator_writes() -> None:
    from tools.catalog import CATALOG, catalog

    assert CATALOG.read_text(encoding="utf-8") == catalog()
