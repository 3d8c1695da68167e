"""Bulk: what the questions of a batch cost, at half the price, in the ledger and within the budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flashls.models.budgeted import Notice, ceilings_of, reserve
from flashls.models.cost import PriceOf, cost, is_free, most
from flashls.settings import Budget
from flashls.store.attempts import Attempt, attempt_id
from flashls.store.ledger import Ledger
from flashls.types import Call, Prompt, Task, Usage

RATE = 0.5
"""What a batch costs of the usual price (ai.google.dev/gemini-api/docs/pricing)."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """Batches for the model ``name`` (``provider/model``). ``clock`` gives seconds since 1970.

    Each question is a row of ``ledger``; what the budget has reserved for all of them is held by the first.
    """

    name: str
    ledger: Ledger
    price: PriceOf
    budget: Budget
    notice: Notice
    clock: Callable[[], float] = time.time

    def most(self, prompts: Iterable[Prompt], task: Task) -> float | None:
        """The most that the questions can cost, in US dollars; None without a price."""
        day, total = _day(self.clock()), 0.0
        for prompt in prompts:
            usd = most(prompt, task, self.name, self.price, day)
            if usd is None:
                return None
            total += usd * RATE
        return total

    async def reserve(self, prompts: Iterable[Prompt], call: Call, at: float) -> tuple[int, ...]:
        """Reserves the most that the questions can cost; a row for each, for ``settle``. Raises ``OverBudget``."""
        prompts, ceilings = tuple(prompts), ceilings_of(self.budget, call.task)
        rows = set[int]()
        while len(rows) < len(prompts):
            rows.add(attempt_id(at))
        first, *others = sorted(rows)
        if ceilings and not is_free(self.price(_day(at), 0)):
            usd = self.most(prompts, call.task)
            attempt = Attempt(first, at, call.task, self.name, call.session, call.arm, held=usd)
            first = await reserve(self.ledger, attempt, ceilings, self.notice)
        return first, *others

    def settle(self, row: int, at: float, task: Task, usage: Usage | None, outcome: str) -> float | None:
        """Writes down how a question of a batch sent at a time ended; what it cost, None without a price.

        Without a ``usage`` nobody knows that, and what was reserved stays so. Said again, it changes nothing.
        How long it took is not kept: nobody waited for it as for other replies.
        """
        if usage is None:
            self.ledger.record(Attempt(row, at, task, self.name, outcome=outcome))
            return None
        price = self.price(_day(at), usage.input)
        usd = None if price is None else cost(usage, price) * RATE
        self.ledger.record(Attempt(row, at, task, self.name, usage=usage, cost=usd, held=usd or 0.0, outcome=outcome))
        return usd


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()
