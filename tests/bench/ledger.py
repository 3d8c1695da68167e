"""What metering and a budget add to a request that is answered at once, over the bare model in the same run.

The ledger's file is where temporary files are; in the last row a month of attempts, 2,000 a day, is in it. The
yardstick is a job in another thread that does nothing. Each row says what is expected of it, and whether it was missed:
without a ceiling 0.15 ms, since nothing waits for the file; with ceilings 0.4 ms: a transaction on the loop more, and
no other thread.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from flashls.models.budgeted import Budgeted
from flashls.models.cost import price_of
from flashls.models.metered import Metered
from flashls.models.scripted import Scripted
from flashls.models.seam import Model, Stream
from flashls.prompt.seal import seal
from flashls.settings import Budget
from flashls.store.attempts import Attempt, first_id
from flashls.store.lane import Lane
from flashls.store.ledger import Ledger
from flashls.types import Call, Draft, Prompt, Text
from tests.bench.expected import at_most
from tests.bench.harness import table

HEADER = ("around the model", "p50 µs", "p95 µs", "added at p50 µs", "expected")
NAME = "gemini/gemini-3.5-flash-lite"
PROMPT = seal(Draft((Text("system", "s" * 1000, True), Text("user", "x" * 6000)), max_tokens=256))
_RUNS, _WARM, _ROUNDS = 150, 20, 4
_PAUSE = 0.002  # seconds between requests, as between keys; without it the writing of one delays the next
_MOST, _MOST_CEILINGS = 150, 400  # microseconds
_NONE, _ALL = Budget(), Budget(daily_usd=1e6, monthly_usd=1e6, per_task={"complete": 1e6})


def rows() -> list[tuple[str, ...]]:
    """A row for each kind of wrapping: the medians, and what it adds to the bare model's."""
    return asyncio.run(_measure())


def main() -> None:
    """Prints the table."""
    print(table("Metering and budgets", HEADER, rows()))


async def _measure() -> list[tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        fresh, full = Ledger(Path(folder) / "fresh.db"), Ledger(Path(folder) / "full.db")
        await _fill(full)
        bare = Scripted(["reply"], NAME)
        cases: dict[str, Model] = {
            "nothing": bare,
            "one job in another thread": _Hop(bare, Lane("bench")),
            "Metered": _metered(bare, fresh),
            "Budgeted, Metered; no ceiling": _budgeted(bare, fresh, _NONE),
            "Budgeted, Metered; three ceilings": _budgeted(bare, fresh, _ALL),
            "Budgeted, Metered; three ceilings, 60,000 attempts": _budgeted(bare, full, _ALL),
        }
        took = dict[str, list[float]]({name: [] for name in cases})
        for _ in range(_ROUNDS):
            for name, model in cases.items():
                took[name] += await _requests(model)
        await fresh.aclose(10)
        await full.aclose(10)
    base = median(took["nothing"])
    return [_row(name, each, base) for name, each in took.items()]


@dataclass(frozen=True, slots=True)
class _Hop:
    """The yardstick for a reservation: the model, after a thread has done nothing."""

    model: Model
    lane: Lane

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        await asyncio.wrap_future(self.lane.submit(lambda: None))
        async with aclosing(self.model.stream(prompt, call)) as items:
            async for item in items:
                yield item


def _row(name: str, took: list[float], base: float) -> tuple[str, ...]:
    cells = [seconds * 1e6 for seconds in (median(took), quantiles(took, n=20)[18], median(took) - base)]
    most = _MOST if "ceiling" not in name or "no ceiling" in name else _MOST_CEILINGS
    expected = at_most(cells[2], most, "µs") if "Metered" in name else ""
    return name, *(f"{cell:,.0f}" for cell in cells), expected


def _metered(model: Model, ledger: Ledger) -> Metered:
    return Metered(model, NAME, ledger, partial(price_of, NAME, {}))


def _budgeted(model: Model, ledger: Ledger, budget: Budget) -> Budgeted:
    price = partial(price_of, NAME, {})
    return Budgeted(_metered(model, ledger), NAME, ledger, price, budget, lambda line: None)


async def _fill(ledger: Ledger) -> None:
    now = time.time()
    for number in range(60_000):
        at = now - (number % 2_000) / 100
        ledger.record(Attempt(first_id(at) + number, at, "complete", NAME, cost=1e-4, held=1e-4, outcome="stop"))
        if number % 5_000 == 0:
            await ledger.spent()
    await ledger.spent()


async def _requests(model: Model) -> list[float]:
    took = []
    for number in range(_WARM + _RUNS):
        start = time.perf_counter()
        async with aclosing(model.stream(PROMPT, Call(str(number), "complete"))) as items:
            async for _ in items:
                pass
        took.append(time.perf_counter() - start)
        await asyncio.sleep(_PAUSE)
    return took[_WARM:]


if __name__ == "__main__":
    main()
