"""Budgeted: a Model around a Model that asks it only what the user's budget has room for.

Before each attempt the most it can cost is reserved in the ledger, in one transaction for all of the user's editors.
What it really cost takes its place when the reply ends; where no end came, the reservation stays.
"""

from __future__ import annotations

import math
import time
from calendar import monthrange
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flashls.models.cost import PriceOf, is_free, most
from flashls.models.seam import Model, OverBudget, Stream
from flashls.settings import Budget
from flashls.store.attempts import Attempt, Ceiling, Standing, attempt_id
from flashls.store.ledger import Ledger
from flashls.store.ledgerfile import LedgerTrouble
from flashls.types import Call, Prompt, Task

Notice = Callable[[str], None]
"""What a line for the user is given to."""

_PERIODS = {"day": "daily", "month": "monthly"}
_GOES_ON = "models that cost nothing and kept replies still answer"


@dataclass(frozen=True, slots=True)
class Budgeted:
    """``model``, known as ``name`` (``provider/model``), within the ceilings of ``budget``.

    Without a ceiling for a call's task, and for a model that costs nothing, nothing is reserved and nothing waits.
    The model inside is to be ``Metered`` into the same ledger, which settles what is reserved here.
    ``notice`` is told once a day of each ceiling that is 80 % used. ``clock`` gives seconds since 1970.
    """

    model: Model
    name: str
    ledger: Ledger
    price: PriceOf
    budget: Budget
    notice: Notice
    clock: Callable[[], float] = time.time

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields what the model yields; see ``Model.stream``. Raises ``OverBudget`` before the model is asked."""
        at = self.clock()
        day = datetime.fromtimestamp(at, UTC).date()
        ceilings = ceilings_of(self.budget, call.task)
        if ceilings and not is_free(self.price(day, 0)):
            usd = most(prompt, call.task, self.name, self.price, day)
            attempt = Attempt(attempt_id(at), at, call.task, self.name, call.session, call.arm, held=usd)
            call = replace(call, attempt=await reserve(self.ledger, attempt, ceilings, self.notice))
        async with aclosing(self.model.stream(prompt, call)) as items:
            async for item in items:
                yield item


def ceilings_of(budget: Budget, task: Task) -> tuple[Ceiling, ...]:
    """The ceilings that a task is under. A day's or a month's of 0 is none; a task's of 0 lets it cost nothing."""
    found = [Ceiling(budget.per_task[task], "day", task)] if task in budget.per_task else []
    found += [Ceiling(budget.daily_usd, "day")] if budget.daily_usd else []
    found += [Ceiling(budget.monthly_usd, "month")] if budget.monthly_usd else []
    return tuple(found)


async def reserve(ledger: Ledger, attempt: Attempt, ceilings: tuple[Ceiling, ...], notice: Notice) -> int:
    """Reserves ``attempt.held`` US dollars under all ceilings; the ledger's row, for ``Call.attempt``.

    Raises ``OverBudget`` where a ceiling has no room, where nobody knows what the model costs (``held`` is None), and
    where the ledger cannot be written: a ceiling that cannot be kept to would be none.
    """
    if attempt.held is None:
        raise OverBudget(
            f"There is a budget, and nobody knows what {attempt.model} costs: set its price under "
            f"[providers.{attempt.model.partition('/')[0]}.prices] in config.toml; {_GOES_ON}"
        )
    try:
        reserved = await ledger.reserve(attempt, ceilings)
    except LedgerTrouble as trouble:
        raise OverBudget(f"There is a budget, but its ledger is out of use: {trouble}; {_GOES_ON}") from None
    if reserved.over is not None:
        raise OverBudget(_refusal(reserved.over, attempt.held, attempt.at))
    for standing in reserved.near:
        notice(_warning(standing, attempt.at))
    return reserved.id


async def standings(ledger: Ledger, budget: Budget) -> list[str]:
    """What counts against each ceiling now, reservations included, a line each; none where there is no ceiling."""
    if not (ceilings := _ceilings(budget)):
        return []
    try:
        spent = await ledger.spent()
    except LedgerTrouble as trouble:
        return [f"There is a budget, but its ledger is out of use: {trouble}; {_GOES_ON}"]
    counts = {"day": spent.today, "month": spent.month}
    return [
        f"{_title(each)}: {_usd(spent.tasks.get(each.task, 0.0) if each.task else counts[each.period])} are spent or "
        "reserved"
        for each in ceilings
    ]


def _ceilings(budget: Budget) -> list[Ceiling]:
    tasks = [Ceiling(usd, "day", task) for task, usd in budget.per_task.items()]
    return [*tasks, *ceilings_of(Budget(daily_usd=budget.daily_usd, monthly_usd=budget.monthly_usd), "complete")]


def _refusal(standing: Standing, needed: float, at: float) -> str:
    if needed > standing.ceiling.usd:
        return (
            f"{_title(standing.ceiling)} is less than this request alone can cost ({_usd(needed)}): raise it in "
            f"config.toml, or choose a cheaper model; {_GOES_ON}"
        )
    return (
        f"{_title(standing.ceiling)} has no room for this request: {_usd(standing.spent)} are spent or reserved and it "
        f"can cost {_usd(needed)}; it starts anew on {_anew(standing.ceiling, at)}. Until then {_GOES_ON}"
    )


def _warning(standing: Standing, at: float) -> str:
    share = 100 * standing.spent / standing.ceiling.usd if standing.ceiling.usd else 100.0
    return (
        f"{_title(standing.ceiling)} is {share:.0f} % used: at 100 % models that cost something stop answering until "
        f"{_anew(standing.ceiling, at)}"
    )


def _title(ceiling: Ceiling) -> str:
    setting = f"per_task.{ceiling.task}" if ceiling.task else f"{_PERIODS[ceiling.period]}_usd"
    task = f" for {ceiling.task}" if ceiling.task else ""
    return f"The {_PERIODS[ceiling.period]} budget{task} of {_usd(ceiling.usd)} ([budget] {setting})"


def _anew(ceiling: Ceiling, at: float) -> str:
    today = datetime.fromtimestamp(at, UTC).date()
    last = today if ceiling.period == "day" else today.replace(day=monthrange(today.year, today.month)[1])
    day = last + timedelta(days=1)
    return f"{day.day} {day:%B}, 00:00 UTC"


def _usd(usd: float) -> str:
    """Cents, and below a dollar as many digits as it takes to see two that count."""
    digits = 2 if usd >= 1 or not usd else max(4, 1 - math.floor(math.log10(usd)))
    cents, _, rest = f"{usd:.{digits}f}".partition(".")
    return f"${cents}.{rest[:2]}{rest[2:].rstrip('0')}"
