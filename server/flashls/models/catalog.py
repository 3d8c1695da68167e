"""The catalog: which models there are, how much they read, and what a token costs, day by day."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any

_SUFFIX = re.compile(r"-(\d{3,8}|\d{4}-\d\d-\d\d|\d\d-\d{4}|\d\d-\d\d|preview|exp|latest)$")
_VENDORS = ("gemini", "openai", "anthropic")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens: ``input`` read anew, ``cached``, written to a cache, and ``output``.

    ``storage``: for an hour in the provider's explicit cache, None if nobody says.
    """

    input: float
    cached: float
    cache_write: float
    output: float
    storage: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A model: its name ``provider/model`` and its context window in tokens, None if nobody says."""

    name: str
    window: int | None


def entries() -> tuple[Entry, ...]:
    """Every model of the catalog, by provider and name."""
    return tuple(Entry(name, row.get("window")) for name, row in _rows().items() if name == row["name"])


def window(name: str) -> int | None:
    """How many tokens a model reads, whoever serves it: by its own name, else by its id at the vendors."""
    return next((row["window"] for each in _everywhere(name) if (row := _find(each)) and "window" in row), None)


def price(name: str, day: date, prompt_tokens: int = 0) -> Price | None:
    """What ``provider/model`` costs on a day, None if nobody says; some models cost more for a long prompt.

    A version, a date or ``-latest`` at the end of a name costs what the name without it costs. Google's models cost
    the same on Google Cloud (``vertex``): genai-prices has one list for both. Resellers have prices of their own.
    """
    return next((found for above, found in _tiers(name, day) if above < prompt_tokens), None)


def anybodys(name: str, day: date, prompt_tokens: int = 0) -> Price | None:
    """What a model costs on a day by its own name, else by its id at the vendors: a gateway passes on their prices."""
    prices = (price(each, day, prompt_tokens) for each in _everywhere(name))
    return next((found for found in prices if found is not None), None)


def _everywhere(name: str) -> tuple[str, ...]:
    model_id = name.rpartition("/")[2]
    return (name, *(f"{vendor}/{model_id}" for vendor in _VENDORS))


@lru_cache(256)
def _tiers(name: str, day: date) -> tuple[tuple[int, Price], ...]:
    """The prices in force on a day, for the longest prompts first: (for prompts longer than, price)."""
    row = _find(name)
    valid = [p for p in row["prices"] if p.get("from", day) <= day] if row is not None else []
    newest = max((p.get("from", date.min) for p in valid), default=date.min)
    tiers = [(p.get("above", -1), _price(p)) for p in valid if p.get("from", date.min) == newest]
    return tuple(sorted(tiers, key=lambda tier: tier[0], reverse=True))


def _price(row: dict[str, Any]) -> Price:
    fresh = row["input"]
    cached, cache_write = row.get("cached", fresh), row.get("cache_write", fresh)
    return Price(fresh, cached, cache_write, row["output"], row.get("storage"))


def _find(name: str) -> dict[str, Any] | None:
    rows = _rows()
    name = re.sub(r"^vertex/", "gemini/", name)
    while name not in rows:
        shorter = _SUFFIX.sub("", name)
        if shorter == name:
            return None
        name = shorter
    return rows[name]


@cache
def _rows() -> dict[str, dict[str, Any]]:
    text = resources.files(__package__).joinpath("catalog.toml").read_text(encoding="utf-8")
    rows = {row["name"]: row for row in tomllib.loads(text)["model"]}
    return rows | {other: row for row in rows.values() for other in row.get("also", ())}
