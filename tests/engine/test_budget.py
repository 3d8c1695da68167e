"""Whether more context costs less, by prices and by how often a prompt begins like the last one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flashls.context.steady import BEGIN
from flashls.engine.budget import HEAD_STEP, INSTRUCTIONS, cheapest
from flashls.models.catalog import Price
from flashls.types import Budget

BUDGET = Budget(prefix=1500, suffix=500, extra=1500, suffix_rows=40, head_step=1)
TENTH = Price(input=0.3, cached=0.03, cache_write=0.3, output=2.5)
HALF = replace(TENTH, cached=0.15)
FULL = replace(TENTH, cached=0.3)
GROWN = 5145  # three quarters of it, and the instructions, are 4,096 tokens and 3 % more


@pytest.mark.parametrize(
    ("extra", "price", "minimum", "hits", "expected"),
    [
        (1500, TENTH, 4096, 1.0, GROWN),  # 486 full tokens' worth against 1,860
        (1500, TENTH, 4096, 0.7, GROWN),  # 1,799 against 1,860
        (1500, TENTH, 4096, 0.5, 1500),  # 2,674 against 1,860
        (1500, TENTH, 4096, 0.0, 1500),
        (3000, TENTH, 4096, 0.5, GROWN),  # 2,674 against 3,360
        (200, TENTH, 4096, 1.0, GROWN),  # 486 against 560
        (200, TENTH, 4096, 0.9, 200),  # 924 against 560
        (1500, TENTH, 2048, 0.5, 2333),  # 1,320 against 1,860
        (1500, HALF, 4096, 1.0, 1500),  # 2,431 against 1,860
        (3000, HALF, 4096, 1.0, GROWN),
        (1500, FULL, 4096, 1.0, 1500),
        (5000, TENTH, 4096, 1.0, 5000),  # long enough already
        (1500, None, 4096, 1.0, 1500),
        (1500, TENTH, None, 1.0, 1500),
    ],
)
def test_the_cheaper_budget_is_taken(
    extra: int, price: Price | None, minimum: int | None, hits: float, expected: int
) -> None:
    budget = replace(BUDGET, extra=extra)
    step = budget.head_step if expected == extra else HEAD_STEP
    assert cheapest(budget, price, minimum, hits) == replace(budget, extra=expected, head_step=step)


@pytest.mark.parametrize("minimum", [2048, 4096])
def test_what_an_epoch_begins_with_is_cached_already(minimum: int) -> None:
    extra = cheapest(BUDGET, TENTH, minimum, 1.0).extra
    assert minimum < INSTRUCTIONS + int(BEGIN * extra) < 1.05 * minimum
