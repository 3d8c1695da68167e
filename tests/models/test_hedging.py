"""Where the first model is unusually late the next one is asked too, and the first to begin answers."""

from __future__ import annotations

import asyncio
import random
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flashls.models.breaker import Breakers
from flashls.models.catalog import Price
from flashls.models.failover import Failover
from flashls.models.metered import Metered
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Declined, Overloaded, Refused
from flashls.store.ledger import Ledger
from flashls.types import Call, Piece
from tests.models.simulated import simulated
from tests.models.test_failover import COMPLETE, EXPLAIN, PROMPT, said

DOWN = Overloaded("down")


@dataclass
class Hedged:
    """``a`` usually begins within 0.1 s, which is known from 40 requests before; ``b`` always within 0.2."""

    a: Scripted = field(default_factory=lambda: Scripted([Reply("from a", delay=0.1)], "a"))
    b: Scripted = field(default_factory=lambda: Scripted([Reply("from b", delay=0.2)], "b"))
    breakers: Breakers = field(default_factory=Breakers)
    notices: list[str] = field(default_factory=list)

    def model(self, hedge: bool = True) -> Failover:
        return Failover([("a", self.a), ("b", self.b)], self.breakers, self.notices.append, hedge)

    async def learn(self, count: int = 40) -> None:
        usual = self.a.script
        for n in range(count):
            self.a.script = [Reply("from a", delay=0.1 if n % 10 == 0 else 0.02)]
            await said(self.model(hedge=False))
        self.a.script = usual


@pytest.mark.parametrize(
    ("a", "b", "answer", "seconds"),
    [
        (Reply("from a", delay=0.05), None, "from a|stop", 0.05),
        (Reply("from a", delay=0.25), None, "from a|stop", 0.25),
        (Reply("from a", delay=5), None, "from b|stop", 0.3),
        (Reply(stall=True), None, "from b|stop", 0.3),
        (Reply(fail=DOWN), None, "from b|stop", 0.2),  # at once: that is no hedge
        (Reply("from a", delay=0.9), Reply(fail=DOWN), "from a|stop", 0.9),
        (Reply("from a", delay=0.9), Reply(stall=True), "from a|stop", 0.9),
        (Reply(stall=True), Reply(fail=DOWN), "!Stalled", 7.5),
        (Reply(fail=Declined("policy")), None, "!Declined", 0),
        (Reply(fail=Refused("too long")), None, "from b|stop", 0.2),
    ],
)
def test_who_answers_and_when(a: Reply, b: Reply | None, answer: str, seconds: float) -> None:
    @simulated
    async def check() -> None:
        hedged = Hedged()
        await hedged.learn()
        hedged.a.script = [a]
        if b is not None:
            hedged.b.script = [b]
        assert await said(hedged.model()) == (answer, seconds)
        assert hedged.a.open == hedged.b.open == 0

    check()


@simulated
async def test_whoever_loses_is_closed_at_once() -> None:
    hedged = Hedged()
    await hedged.learn()
    hedged.a.script = [Reply(stall=True)]
    hedged.b.script = [Reply("from b", piece_size=1, delay=0.2)]
    stream = hedged.model().stream(PROMPT, COMPLETE)
    await anext(stream)
    assert (hedged.a.open, hedged.b.open) == (0, 1)
    await stream.aclose()
    assert hedged.b.open == 0


@simulated
async def test_of_two_that_begin_in_the_same_instant_one_is_closed() -> None:
    hedged = Hedged()
    await hedged.learn()
    hedged.a.script = [Reply("from a", delay=0.25 + 0.05, stall=True)]
    hedged.b.script = [Reply("from b", delay=0.2, stall=True)]
    async with aclosing(hedged.model().stream(PROMPT, COMPLETE)) as stream:
        assert await anext(stream) == Piece("from a")
        assert (len(hedged.b.prompts), hedged.a.open, hedged.b.open) == (1, 1, 0)


@pytest.mark.parametrize(("delay", "asked"), [(0.09, 0), (0.11, 1)])
def test_nothing_is_late_that_nobody_could_see(delay: float, asked: int) -> None:
    @simulated
    async def check() -> None:
        hedged = Hedged(Scripted([Reply("from a", delay=0.001)], "a"))
        for _ in range(40):
            await said(hedged.model(hedge=False))
        hedged.a.script = [Reply("from a", delay=delay)]
        await said(hedged.model())
        assert len(hedged.b.prompts) == asked

    check()


@pytest.mark.parametrize(
    ("learnt", "call", "hedge", "asked"),
    [
        (40, COMPLETE, True, 1),
        (20, COMPLETE, True, 1),
        (19, COMPLETE, True, 0),
        (40, EXPLAIN, True, 0),
        (40, COMPLETE, False, 0),
    ],
)
def test_only_completions_and_only_with_enough_experience(learnt: int, call: Call, hedge: bool, asked: int) -> None:
    @simulated
    async def check() -> None:
        hedged = Hedged()
        await hedged.learn(learnt)
        hedged.a.script = [Reply("from a", delay=2)]
        await said(hedged.model(hedge), call)
        assert len(hedged.b.prompts) == asked

    check()


@simulated
async def test_nobody_is_told_and_a_model_that_is_out_is_not_asked() -> None:
    hedged = Hedged()
    await hedged.learn()
    hedged.a.script = [Reply("from a", delay=2)]
    await said(hedged.model())
    assert (hedged.notices, len(hedged.b.prompts)) == ([], 1)
    hedged.b.script = [Reply(fail=DOWN)]
    for _ in range(9):
        assert (await said(hedged.model()))[0] == "from a|stop"
    assert len(hedged.b.prompts) <= 5


@pytest.mark.parametrize("factor", [1, 10])
def test_about_one_request_in_twenty_is_hedged_however_fast_a_model_is(factor: float) -> None:
    """Also after it has become ten times as slow: what is usual is learnt anew, from those that lost as well."""

    @simulated
    async def check() -> None:
        chance = random.Random(1)
        hedged = Hedged(Scripted(lambda *_: Reply("a", delay=factor * chance.lognormvariate(-2, 0.5)), "a"))
        hedged.b.script = [Reply("b", delay=9)]
        for _ in range(200):
            await said(hedged.model())
        before = len(hedged.b.prompts)
        for _ in range(1000):
            await said(hedged.model(), within=None)
        assert 0.03 < (len(hedged.b.prompts) - before) / 1000 < 0.07
        hedged.b.script = [Reply("b", delay=0.01)]  # now the hedge always wins
        before = len(hedged.b.prompts)
        for _ in range(1000):
            await said(hedged.model(), within=None)
        assert 0.03 < (len(hedged.b.prompts) - before) / 1000 < 0.07

    check()


@pytest.mark.parametrize("at", [0, 0.05, 0.1, 0.15, 0.3, 0.301, 0.5])
def test_cancelled_at_any_time_both_are_closed(at: float) -> None:
    @simulated
    async def check() -> None:
        hedged = Hedged()
        await hedged.learn()
        hedged.a.script = [Reply(stall=True)]
        hedged.b.script = [Reply("from b", delay=0.2, stall=True)]
        reading = asyncio.create_task(said(hedged.model()))
        await asyncio.sleep(at)
        for _ in range(3):  # more than once, as a task group on its way out does
            reading.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([reading])
        assert (reading.cancelled(), hedged.a.open, hedged.b.open) == (True, 0, 0)

    check()


async def test_whoever_loses_is_in_the_ledger_too_and_counts_as_the_most_it_can_cost(tmp_path: Path) -> None:
    hedged, ledger = (
        Hedged(Scripted([Reply(stall=True)], "x/a"), Scripted(["from b"], "x/b")),
        Ledger(tmp_path / "l.db"),
    )
    for _ in range(40):
        hedged.breakers["x/a"].times.add(0.001)
    models = [
        (each.name, Metered(each, each.name, ledger, lambda *_: Price(1.0, 1.0, 1.0, 10.0)))
        for each in (hedged.a, hedged.b)
    ]
    try:
        async with aclosing(Failover(models, hedged.breakers, hedge=True).stream(PROMPT, COMPLETE)) as stream:
            text = "".join([item.text async for item in stream if isinstance(item, Piece)])
        rows = {row.model: row for row in await ledger.since(0)}
        spent = await ledger.spent()
    finally:
        await ledger.aclose(10)
    assert text == "from b"
    assert {name: row.outcome for name, row in rows.items()} == {"x/a": "cancelled", "x/b": "stop"}
    lost, won = rows["x/a"].held or 0.0, rows["x/b"].held or 0.0
    assert lost > 1024 * 10 / 1e6 > won > 0
    assert spent.today == pytest.approx(lost + won)
