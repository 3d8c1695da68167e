"""The catalog: which models there are, how much they read, and what a token costs, day by day."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
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
    model_id = name.rpartition("/")[2]
    names = (name, *(f"{vendor}/{model_id}" for vendor in _VENDORS))
    return next((row["window"] for each in names if (row := _find(each)) and "window" in row), None)


def price(name: str, day: date, prompt_tokens: int = 0) -> Price | None:
    """What ``provider/model`` costs on a day, None if nobody says; some models cost more for a long prompt.

    A version, a date or ``-latest`` at the end of a name costs what the name without it costs. Google's models cost
    the same on Google Cloud (``vertex``): genai-prices has one list for both. Resellers have prices of their own.
    """
    row = _find(name)
    if row is None:
        return None
    valid = [p for p in row["prices"] if p.get("from", day) <= day and p.get("above", -1) < prompt_tokens]
    newest = max((p.get("from", date.min) for p in valid), default=date.min)
    dearest = max((p for p in valid if p.get("from", date.min) == newest), key=lambda p: p.get("above", 0))
    fresh = dearest["input"]
    cached, cache_write = dearest.get("cached", fresh), dearest.get("cache_write", fresh)
    return Price(fresh, cached, cache_write, dearest["output"], dearest.get("storage"))


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
