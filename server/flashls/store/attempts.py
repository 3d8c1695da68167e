"""What the ledger is about: attempts to have a model answer, ceilings for what they may cost, and what was spent.

Amounts are US dollars, times are seconds since 1970, days and months are UTC's.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from flashls.types import Usage

_RANDOM_BITS = 20


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to a model: when, for what, and how it ended.

    ``cost`` is None without a price. ``held`` is what counts against a budget: the most it can cost until that is
    known; None leaves what was reserved for it, else counts ``cost``. ``first_ms`` is None if no token came.
    ``outcome`` is "open", a reply's reason to end, "enough" or "cancelled" where its reader left, "cut", an error's
    name, or "storage" for what a provider keeps.
    """

    id: int
    at: float
    task: str
    model: str
    session: str = ""
    arm: str = ""
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    held: float | None = None
    first_ms: float | None = None
    total_ms: float | None = None
    outcome: str = "open"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that may be spent in a period; ``task`` narrows it to one task, "" is all of them."""

    usd: float
    period: Literal["day", "month"]
    task: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How much counts against a ceiling so far."""

    ceiling: Ceiling
    spent: float


@dataclass(frozen=True, slots=True)
class Reservation:
    """The attempt's ``id``, or the ceiling it would break (``over``). ``near``: ceilings at 80 %, told of just now."""

    id: int
    over: Standing | None = None
    near: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Spent:
    """What counts against budgets, reservations included; ``tasks`` of today, and what today's attempts cost."""

    today: float
    month: float
    tasks: Mapping[str, float]
    cost_today: float


def attempt_id(at: float) -> int:
    """An id for an attempt that begins now: its milliseconds, then 20 random bits."""
    return first_id(at) | random.getrandbits(_RANDOM_BITS)


def first_id(at: float) -> int:
    """The lowest id of an attempt that begins at a time."""
    return max(int(at * 1000), 0) << _RANDOM_BITS
