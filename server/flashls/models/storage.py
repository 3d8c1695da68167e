"""Storage: what a provider keeps for a time (Gemini's ``cachedContents``), in the ledger and within the budget."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flashls.models.budgeted import Notice, ceilings_of, reserve
from flashls.models.cost import PriceOf, is_free, storage_cost
from flashls.settings import Budget
from flashls.store.attempts import Attempt, attempt_id
from flashls.store.ledger import Ledger
from flashls.types import Call, Usage


@dataclass(frozen=True, slots=True)
class Storage:
    """What the model ``name`` (``provider/model``) keeps; each of it is a row of ``ledger`` with the outcome "storage".

    ``clock`` gives seconds since 1970.
    """

    name: str
    ledger: Ledger
    price: PriceOf
    budget: Budget
    notice: Notice
    clock: Callable[[], float] = time.time

    async def reserve(self, tokens: int, hours: float, call: Call) -> int:
        """Reserves what it costs to store at most so many tokens, and to keep them so long; a row for ``settle``.

        0 where nothing needs to be reserved. Raises ``OverBudget``; nothing may be stored then.
        """
        ceilings, at = ceilings_of(self.budget, call.task), self.clock()
        if not ceilings or is_free(self.price(datetime.fromtimestamp(at, UTC).date(), tokens)):
            return 0
        usd = self._cost(tokens, hours, at)
        attempt = Attempt(attempt_id(at), at, call.task, self.name, call.session, call.arm, held=usd)
        return await reserve(self.ledger, attempt, ceilings, self.notice)

    def settle(self, row: int, tokens: int, hours: float, call: Call) -> None:
        """Writes down what was stored and how long it was kept, when it is released. Nothing waits for it."""
        at = self.clock()
        usd = self._cost(tokens, hours, at)
        usage = Usage(input=tokens)
        self.ledger.record(
            Attempt(
                row or attempt_id(at), at, call.task, self.name, call.session, call.arm, usage, usd, usd or 0.0,
                total_ms=hours * 3_600_000, outcome="storage",
            )
        )  # fmt: skip

    def _cost(self, tokens: int, hours: float, at: float) -> float | None:
        price = self.price(datetime.fromtimestamp(at, UTC).date(), tokens)
        return None if price is None else storage_cost(tokens, hours, price)
