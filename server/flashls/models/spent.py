"""Spent: what finished replies have cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from flashls.models.cost import cost, price_of
from flashls.settings import Provider
from flashls.types import End


def usd_of(ends: Iterable[End], providers: Mapping[str, Provider]) -> float | None:
    """What finished replies cost in US dollars, those from the cache nothing; None where a price is not known.

    Attempts that failed before them are not among it: the ledger has all.
    """
    today, total = datetime.now(UTC).date(), 0.0
    for end in ends:
        price = None if end.cached else price_of(end.model, providers, today, end.usage.input)
        if price is None and not end.cached:
            return None
        total += cost(end.usage, price) if price is not None else 0.0
    return total
