"""Fail-over and hedging against a simulated provider with a heavy tail: how long the first token takes, and the cost.

The waits are simulated, the code is the real one: a clock that jumps ahead takes the place of the loop's. A model
begins after a lognormal time (median 0.4 s); one request in twenty takes a Pareto time on top (half of those 1.6 s
and more, a tenth 8 s and more). The second model is twice as slow and costs three times as much. A completion is
asked for every two seconds and given up after 15. The yardstick is the first model alone; each row says what is
expected of it, and whether it was missed: fail-over leaves no more than one request in a thousand without an answer, in
an outage too, and hedging halves the 99th percentile of the first model alone for one request in sixteen more.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from flashls.models.breaker import Breakers
from flashls.models.failover import Failover
from flashls.models.retrying import Retrying
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Model, ModelError, Overloaded
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, Text
from tests.bench.expected import at_most
from tests.bench.harness import table
from tests.models.simulated import simulated

_REQUESTS = 4_000
_APART = 2.0  # seconds between two completions
_PATIENCE = 15.0
_COST = (1.0, 3.0)
_MOST_UNANSWERED, _MOST_AGAIN = 0.001, 1 / 16  # shares of requests
_PROMPT = seal(Draft((Text("user", "x"),)))
_HEADER = ("what is asked", "p50 s", "p95 s", "p99 s", "worst s", "no answer", "asked again", "cost", "expected")

Times = Callable[[random.Random, float], float]
"""Seconds until a model's first token, for a request at a time; infinite where it hangs, negative where it fails."""


def main() -> None:
    """Prints the tables: cost is that of the first model alone, where nothing else is asked."""
    for title, first in (
        ("A heavy tail", _heavy),
        ("Hung for ten minutes of two hours", _hung),
        ("Overloaded for ten minutes of two hours", _overloaded),
    ):
        rows, alone = list[Sequence[str]](), _Measured([])
        _run(first, _alone, alone)
        for name, build in _WAYS:
            measured = _Measured([])
            _run(first, build, measured)
            rows.append((*measured.row(name), _expected(name, measured, alone)))
        print(table(title, _HEADER, rows), flush=True)


@dataclass(slots=True)
class _Measured:
    waits: list[float]
    failures: int = 0
    asked: tuple[int, int] = (0, 0)

    @property
    def unanswered(self) -> float:
        return self.failures / _REQUESTS

    @property
    def more(self) -> float:
        return sum(self.asked) / _REQUESTS - 1

    def wait(self, share: float) -> float:
        return sorted(self.waits)[min(len(self.waits) - 1, int(share * len(self.waits)))]

    def row(self, name: str) -> Sequence[str]:
        cost = sum(count * price for count, price in zip(self.asked, _COST, strict=True)) / _REQUESTS
        seconds = [f"{self.wait(share):.2f}" for share in (0.5, 0.95, 0.99, 1.0)]
        return name, *seconds, f"{self.unanswered:.2%}", f"{self.more:+.1%}", f"{cost:.2f}"


def _expected(name: str, measured: _Measured, alone: _Measured) -> str:
    cells = list[str]()
    if "fail-over" in name:
        cells.append(at_most(measured.unanswered * 100, _MOST_UNANSWERED * 100, "% unanswered"))
    if "hedging" in name:
        cells.append(at_most(measured.wait(0.99), round(alone.wait(0.99) / 2, 2), "s p99"))
        cells.append(at_most(measured.more * 100, _MOST_AGAIN * 100, "% again"))
    return ", ".join(cells)


def _alone(first: Model, _second: Model) -> Model:
    return first


def _retrying(first: Model, _second: Model) -> Model:
    return Retrying(first, "first", uniform=random.Random(2).uniform)


def _failover(first: Model, second: Model, hedge: bool = False) -> Model:
    drawn = random.Random(2).uniform
    models = [("first", Retrying(first, "first", uniform=drawn)), ("second", Retrying(second, "second", uniform=drawn))]
    return Failover(models, Breakers(), hedge=hedge)


def _hedged(first: Model, second: Model) -> Model:
    return _failover(first, second, hedge=True)


_WAYS: tuple[tuple[str, Callable[[Model, Model], Model]], ...] = (
    ("the first model alone", _alone),
    ("with retries", _retrying),
    ("with fail-over", _failover),
    ("with fail-over and hedging", _hedged),
)


@simulated
async def _run(times: Times, build: Callable[[Model, Model], Model], measured: _Measured) -> None:
    """Asks at fixed times, whether the last answer is there or not; what is drawn is alike for each way of asking."""
    models = (_provider(times, 11), _provider(_steady, 12))
    model = build(*models)
    async with asyncio.TaskGroup() as group:
        for _ in range(_REQUESTS):
            group.create_task(_one(model, measured))
            await asyncio.sleep(_APART)
    measured.asked = (len(models[0].prompts), len(models[1].prompts))


async def _one(model: Model, measured: _Measured) -> None:
    started = _now()
    call = Call("1", "complete", deadline=started + _PATIENCE)
    try:
        async with asyncio.timeout(_PATIENCE), aclosing(model.stream(_PROMPT, call)) as stream:
            await anext(stream)
    except (ModelError, TimeoutError):
        measured.failures += 1
        measured.waits.append(_PATIENCE)
    else:
        measured.waits.append(_now() - started)


def _provider(times: Times, seed: int) -> Scripted:
    drawn, started = random.Random(seed), _now()

    def reply(*_: object) -> Reply:
        wait = times(drawn, _now() - started)
        if wait < 0:
            return Reply(fail=Overloaded("simulated"))
        return Reply("x", delay=min(wait, 1e6))

    return Scripted(reply)


def _heavy(drawn: random.Random, _at: float) -> float:
    tail = drawn.paretovariate(1.0) * 0.8 if drawn.random() < 0.05 else 0.0
    return drawn.lognormvariate(-0.92, 0.3) + tail


def _steady(drawn: random.Random, at: float) -> float:
    return 2 * _heavy(drawn, at)


def _hung(drawn: random.Random, at: float) -> float:
    return float("inf") if _out(at) else _heavy(drawn, at)


def _overloaded(drawn: random.Random, at: float) -> float:
    return -1.0 if _out(at) else _heavy(drawn, at)


def _out(at: float) -> bool:
    return at % 7_200 > 6_600


def _now() -> float:
    return asyncio.get_running_loop().time()


if __name__ == "__main__":
    main()
