"""Profiles: the row of a model, found by its name ``provider/model``, and what becomes of retired names.

The rows themselves are in ``families``, prices in ``catalog``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache

from flashls.models.catalog import window
from flashls.models.dialects import dialect_of
from flashls.models.families import FAMILIES, LEVELS, LOCAL, Profile
from flashls.types import Task, Thinking

__all__ = ["LEVELS", "Profile", "Resolved", "Retirement", "level", "profile", "resolve", "retirement", "room"]

# Servers that people run beside their editor: as slow as the embedded model, and they hold any model to a schema.
_OWN = ("ollama", "llamacpp")

# Thoughts count against the limit of a reply (googleapis/python-genai#2062, Anthropic's and OpenAI's references):
# without room for them an answer comes cut, or not at all. A level's appetite is not documented; these are the budgets
# that Google's OpenAI-compatible endpoint makes of an effort of that name, with some slack.
_ROOM: dict[Thinking, int] = {"minimal": 0, "low": 2048, "medium": 8192, "high": 24_576}


@dataclass(frozen=True, slots=True)
class Resolved:
    """The model that answers to a name, and what its user should be told once."""

    name: str
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Retirement:
    """Models, by the pattern of their id, that ``providers`` shut down on a day (None: long ago), and what follows."""

    pattern: str
    replacement: str
    on: date | None = None
    providers: tuple[str, ...] = ("gemini", "vertex")


@lru_cache(512)
def profile(name: str) -> Profile:
    """The row for ``provider/model``; there is one for every name, whoever serves the model.

    The window is the catalog's where it has one. A server of the user's own gets the embedded model's budget.
    """
    provider, _, model_id = name.partition("/")
    row = next(row for row in FAMILIES if fnmatchcase(name if "/" in row.pattern else _id(name), row.pattern))
    hole = dialect_of(model_id)
    row = replace(row, dialect=hole.name if hole is not None else row.dialect)
    if provider in _OWN:
        return replace(row, budget=LOCAL, schema=True)
    return replace(row, window=window(name) or row.window)


def level(row: Profile, wanted: Thinking | None, task: Task) -> Thinking | None:
    """How hard a model is to think: as wanted, raised to the nearest level it has; None if it cannot be told.

    Nothing wanted means the least for completions, where thinking costs seconds, and low for everything else.
    """
    if not row.levels:
        return None
    wanted = wanted or ("minimal" if task == "complete" else "low")
    enough = [each for each in row.levels if LEVELS.index(each) >= LEVELS.index(wanted)]
    return enough[0] if enough else row.levels[-1]


def room(row: Profile, thinking: Thinking | None) -> int:
    """How many tokens of a reply's limit to add for thoughts at a level of ``level``."""
    return max(_ROOM[thinking], row.least) if thinking else 0


def resolve(name: str, today: date) -> Resolved:
    """The model that serves ``name``: a retired one is replaced, one about to retire is served, both with a notice.

    For the provider's own endpoint; a gateway may give any name to any model.
    """
    gone = retirement(name)
    if gone is None:
        return Resolved(name)
    provider, old = name.partition("/")[0], name.rpartition("/")[2]
    new = gone.replacement
    if gone.on is None or today >= gone.on:
        when = "is no longer offered" if gone.on is None else f"was shut down on {_day(gone.on)}"
        return Resolved(f"{provider}/{new}", f"{old} {when}: {new} answers in its place; name it in your settings")
    return Resolved(name, f"{old} is shut down on {_day(gone.on)}: name {new} in your settings before then")


def retirement(name: str) -> Retirement | None:
    """When the vendor shuts ``provider/model`` down, None if it does not or has not said so."""
    provider, model_id = name.partition("/")[0], _id(name)
    fitting = (row for row in _RETIRED if provider in row.providers and fnmatchcase(model_id, row.pattern))
    return next(fitting, None)


_LITE, _FLASH = "gemini-3.5-flash-lite", "gemini-3.8-flash"
_HAIKU, _SONNET, _OPUS = "claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"
_ANTHROPIC = ("anthropic",)
_RETIRED = (
    Retirement("gemini-1.*", _LITE),
    Retirement("gemini-2.0-flash*", _LITE, date(2026, 6, 1)),
    Retirement("gemini-2.5-flash-preview*", _LITE),
    Retirement("gemini-2.5-flash-lite-preview*", _LITE),
    Retirement("gemini-2.5-pro-preview*", _FLASH),
    Retirement("gemini-2.5-flash", _LITE, date(2026, 12, 1)),
    Retirement("gemini-2.5-pro", _FLASH, date(2026, 12, 1)),
    Retirement("claude-3-haiku*", _HAIKU, date(2026, 4, 20), _ANTHROPIC),
    Retirement("claude-3-5-haiku*", _HAIKU, date(2026, 2, 19), _ANTHROPIC),
    Retirement("claude-3*-sonnet*", _SONNET, None, _ANTHROPIC),
    Retirement("claude-3-opus*", _OPUS, None, _ANTHROPIC),
    Retirement("claude-sonnet-4-[02]*", _SONNET, None, _ANTHROPIC),
    Retirement("claude-opus-4-[012]*", _OPUS, None, _ANTHROPIC),
    Retirement("claude-sonnet-4-5*", _SONNET, date(2026, 11, 30), _ANTHROPIC),
)


def _id(name: str) -> str:
    """A model's id as patterns spell it: ``openrouter/anthropic/claude-haiku-4.5`` is ``claude-haiku-4-5``."""
    model_id = name.rpartition("/")[2].lower().replace(":", "-").replace("@", "-")
    return model_id.replace(".", "-") if "claude" in model_id else model_id


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
