"""Profiles: each model's quirks as rows of a table, found by the pattern of its name ``provider/model``.

Google's rows are from its tables of models and of thinking levels, as of November 2026. Prices are in ``catalog``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from flashls.types import Budget, Task, Thinking

LEVELS: tuple[Thinking, ...] = ("minimal", "low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Profile:
    """What is special about the models that match ``pattern``.

    ``window`` and ``output`` are tokens. ``thinking``: how the model is told how hard to think, by a level out of
    ``levels`` (lowest first), by a budget in tokens (``levels`` then name our own steps), or not at all. ``dialect``
    is the form of the completion prompt the model was trained on.
    """

    pattern: str
    window: int
    output: int
    budget: Budget
    thinking: Literal["level", "budget", None] = None
    levels: tuple[Thinking, ...] = ()
    dialect: Literal["chat", "qwen"] = "chat"
    least: int = field(default=0)
    """The smallest thinking budget the model takes, in tokens; 0 switches thinking off."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The model that answers to a name, and what its user should be told once."""

    name: str
    notice: str | None = None


def profile(name: str) -> Profile:
    """The row for ``provider/model``; there is one for every name."""
    return next(row for row in _PROFILES if fnmatchcase(name, row.pattern))


def level(row: Profile, wanted: Thinking | None, task: Task) -> Thinking | None:
    """How hard a model is to think: as wanted, raised to the nearest level it has; None if it cannot be told.

    Nothing wanted means the least for completions, where thinking costs seconds, and low for everything else.
    """
    if not row.levels:
        return None
    wanted = wanted or ("minimal" if task == "complete" else "low")
    enough = [each for each in row.levels if LEVELS.index(each) >= LEVELS.index(wanted)]
    return enough[0] if enough else row.levels[-1]


def resolve(name: str, today: date) -> Resolved:
    """The model that serves ``name``: a retired one is replaced, one about to retire is served, both with a notice.

    For the provider's own endpoint; a gateway may give any name to any model.
    """
    gone = next((row for row in _RETIRED if fnmatchcase(name, row.pattern)), None)
    if gone is None:
        return Resolved(name)
    old, new = name.rpartition("/")[2], gone.replacement.rpartition("/")[2]
    if gone.on is None or today >= gone.on:
        when = "is no longer offered" if gone.on is None else f"was shut down on {_day(gone.on)}"
        return Resolved(gone.replacement, f"{old} {when}: {new} answers in its place; name it in your settings")
    return Resolved(name, f"{old} is shut down on {_day(gone.on)}: name {new} in your settings before then")


@dataclass(frozen=True, slots=True)
class _Retired:
    pattern: str
    replacement: str
    on: date | None = None


_LITE = "gemini/gemini-3.5-flash-lite"
_FLASH = "gemini/gemini-3.8-flash"
_RETIRED = (
    _Retired("gemini/gemini-1.*", _LITE),
    _Retired("gemini/gemini-2.0-flash*", _LITE, date(2026, 6, 1)),
    _Retired("gemini/gemini-2.5-flash-preview*", _LITE),
    _Retired("gemini/gemini-2.5-flash-lite-preview*", _LITE),
    _Retired("gemini/gemini-2.5-pro-preview*", _FLASH),
    _Retired("gemini/gemini-2.5-flash", _LITE, date(2026, 12, 1)),
    _Retired("gemini/gemini-2.5-pro", _FLASH, date(2026, 12, 1)),
)

# A hosted model reads a few thousand tokens in no time: the limit is the price of a key press. A model on two cores
# reads 140 tokens a second, and again whatever stands after an edit: a short suffix, and a window that moves in steps.
_HOSTED = Budget(prefix=1500, suffix=500, extra=1500, suffix_rows=40, head_step=1)
_LOCAL = Budget(prefix=700, suffix=60, extra=200, suffix_rows=5, head_step=32)

_LOW: tuple[Thinking, ...] = ("low", "medium", "high")


def _gemini(pattern: str, levels: tuple[Thinking, ...]) -> Profile:
    return Profile(f"gemini/{pattern}", 1_048_576, 65_536, _HOSTED, "level" if levels else None, levels)


_PROFILES = (
    _gemini("gemini-3.6-flash*", LEVELS),
    _gemini("gemini-3.5-flash*", LEVELS),
    _gemini("gemini-3.1-flash-lite*", LEVELS),
    _gemini("gemini-3-flash*", LEVELS),
    _gemini("gemini-flash-lite-latest", LEVELS),
    Profile("gemini/gemini-2.5-pro*", 1_048_576, 65_536, _HOSTED, "budget", LEVELS, least=128),
    Profile("gemini/gemini-2.5-*", 1_048_576, 65_536, _HOSTED, "budget", LEVELS),
    _gemini("gemini-2.0-*", ()),
    _gemini("gemini-1.*", ()),
    Profile("gemini/gemma-*", 131_072, 8_192, _HOSTED),
    _gemini("*", _LOW),
    Profile("local/*", 8_192, 2_048, _LOCAL, dialect="qwen"),
    Profile("scripted/*", 1_048_576, 65_536, _HOSTED),
    Profile("openai/*", 128_000, 16_384, _HOSTED),
    Profile("anthropic/*", 200_000, 32_000, _HOSTED),
    Profile("*", 32_768, 8_192, _HOSTED),
)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
