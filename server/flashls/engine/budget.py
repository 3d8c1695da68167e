"""Budget: how many tokens of context are worth their price."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from flashls.context.steady import BEGIN
from flashls.types import Budget

INSTRUCTIONS = 360
"""Tokens of the instructions and examples that every completion begins with (1,154 characters)."""

HITS = 0.7
"""How often a prompt begins as the last one did: 94 % of the requests in one file (``tests.bench prefix``), and less
where somebody goes from file to file, or rests until what was cached is gone."""

HEAD_STEP = 16
"""Rows by which the window's head moves where prefixes are cached, so that the window, too, may begin like the last."""

_MARGIN = 1.03  # characters are turned into tokens by an average; a prefix that is a token short is not cached at all


class Price(Protocol):
    """US dollars for a million tokens: read anew, and found in the provider's cache."""

    @property
    def input(self) -> float:
        """Read anew."""
        ...

    @property
    def cached(self) -> float:
        """Found in the cache."""
        ...


def cheapest(budget: Budget, price: Price | None, minimum: int | None, hits: float = HITS) -> Budget:
    """The budget whose prompts cost least: as it is, or with its snippets grown to a prefix that is cached.

    ``minimum``: how many equal leading tokens a provider wants before it caches them by itself (Gemini 3.x: 4,096, at
    a tenth of the price), None if it never does. ``hits``: the share of requests that begin like the one before. More
    context for less money is taken; more context for more money is not, for the budget was enough without.

    Snippets that stay put begin with a share of their room (``steady.BEGIN``): that must do, or the first requests of
    each epoch pay the full price. In five sessions typed into files of this project a request cost as much as 1,509
    tokens read anew, as 2,106 where only the whole room was enough, and as 3,238 without growing.
    """
    lead = INSTRUCTIONS + budget.extra
    if price is None or minimum is None or minimum <= lead:
        return budget
    extra = round((minimum * _MARGIN - INSTRUCTIONS) / BEGIN)
    usual = INSTRUCTIONS + extra * (1 + BEGIN) / 2
    now = lead * price.input
    then = usual * (hits * price.cached + (1 - hits) * price.input)
    grows = replace(budget, extra=extra, head_step=max(budget.head_step, HEAD_STEP))
    return grows if then < now else budget
