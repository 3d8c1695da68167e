"""The next model answers where the first cannot, and an outage costs one slow request."""

from __future__ import annotations

import asyncio
import random
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace

import pytest

from flashls.models.breaker import Breakers
from flashls.models.failover import Failover
from flashls.models.limited import Limited, OverQuota, Quota
from flashls.models.retrying import Retrying
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import (
    Declined,
    Garbled,
    Model,
    ModelError,
    NotFound,
    OverBudget,
    Overloaded,
    RateLimited,
    Refused,
    Stalled,
    Stream,
    Unauthorized,
    Unreachable,
    Unusable,
)
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Piece, Prompt, Text, Thinking
from tests.models.simulated import simulated

PROMPT = seal(Draft((Text("user", "x"),)))
COMPLETE = Call("1", "complete")
EXPLAIN = Call("1", "explain")
DOWN = Reply(fail=Overloaded("a is down"))


@dataclass
class Two:
    """A task's two models, ``a`` and ``b``, with what the user was told."""

    a: Scripted
    b: Scripted = field(default_factory=lambda: Scripted(["from b"], "b"))
    breakers: Breakers = field(default_factory=Breakers)
    notices: list[str] = field(default_factory=list)

    @property
    def listed(self) -> list[tuple[str, Model]]:
        return [("a", self.a), ("b", self.b)]

    @property
    def model(self) -> Failover:
        return Failover(self.listed, self.breakers, self.notices.append)


@dataclass(frozen=True)
class _Stalling:
    """Waits no longer than so many seconds between two items, as connections do."""

    model: Model
    seconds: float

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        async with aclosing(self.model.stream(prompt, call)) as stream:
            while True:
                try:
                    async with asyncio.timeout(self.seconds):
                        item = await anext(stream, None)
                except TimeoutError:
                    raise Stalled("nothing came any more") from None
                if item is None:
                    return
                yield item


async def said(model: Model, call: Call = COMPLETE, within: float | None = 15) -> tuple[str, float]:
    """The text, or the error's kind, and how many seconds it took."""
    loop = asyncio.get_running_loop()
    started, text = loop.time(), ""
    call = replace(call, deadline=None if within is None else started + within)
    try:
        async with aclosing(model.stream(PROMPT, call)) as stream:
            async for item in stream:
                text += item.text if isinstance(item, Piece) else f"|{item.reason}"
    except ModelError as error:
        text += f"!{type(error).__name__}"
    return text, round(loop.time() - started, 6)


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (Reply("from a"), "from a|stop"),
        (Reply("", "blocked"), "|blocked"),
        *(
            (Reply(fail=error), "from b|stop")
            for error in (
                Unauthorized("x"),
                NotFound("x"),
                RateLimited("x"),
                RateLimited("x", final=True),
                Overloaded("x"),
                Unreachable("x"),
                Stalled("x"),
                Garbled("x"),
                OverBudget("x"),
                OverQuota("x"),
                ModelError("x"),
                Unusable("base_url is none"),
                Refused("too long"),
            )
        ),
        (Reply(fail=Declined("content policy")), "!Declined"),
        (Reply("begun", fail=Overloaded("x")), "begun!Overloaded"),
    ],
)
def test_which_failures_move_on(reply: Reply, answer: str) -> None:
    @simulated
    async def check() -> None:
        two = Two(Scripted([reply]))
        assert await said(two.model) == (answer, 0)
        assert two.a.open == two.b.open == 0
        assert len(two.b.prompts) == ("b" in answer.split("|")[0].split()[-1:])

    check()


@simulated
async def test_an_outage_costs_one_slow_request_not_one_per_key_press() -> None:
    two = Two(Scripted([Reply(stall=True)]))
    waits = [await said(two.model) for _ in range(100)]
    assert waits == [("from b|stop", 7.5)] + [("from b|stop", 0)] * 99
    assert len(two.a.prompts) == 1


@simulated
async def test_an_outage_is_noticed_though_each_request_is_typed_past() -> None:
    """Closed by the user after six seconds three times, a hung model is left alone."""
    two = Two(Scripted([Reply(stall=True)]))
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(6):
                await said(two.model, within=None)
    assert await said(two.model) == ("from b|stop", 0)


@simulated
async def test_each_outage_ends_with_a_try_that_succeeds() -> None:
    up, down = (Reply("from a"), Reply(fail=Stalled("a hangs")))
    begins = asyncio.get_running_loop().time()
    two = Two(Scripted(lambda *_: down if asyncio.get_running_loop().time() - begins < 60 else up, "a"))
    answers = []
    for _ in range(120):
        answers.append((await said(two.model))[0])
        await asyncio.sleep(1)
    assert answers == ["from b|stop"] * 76 + ["from a|stop"] * 44
    assert len(two.a.prompts) == 5 + 44  # tried after 0, 1, 6, 16 and 36 s


@simulated
async def test_tells_once_an_outage_who_answers_in_whose_place() -> None:
    two = Two(Scripted([DOWN, DOWN, DOWN, Reply("from a"), Reply("from a"), DOWN, DOWN]))
    for _ in range(12):
        await said(two.model)
        await asyncio.sleep(4)
    assert two.notices == ["b answers in place of a: a is down"] * 2


@simulated
async def test_says_that_a_model_is_slow() -> None:
    two = Two(Scripted([Reply("a", delay=6)]))
    waits = [await said(two.model) for _ in range(4)]
    assert waits == [("a|stop", 6)] * 3 + [("from b|stop", 0)]
    assert two.notices == ["b answers in place of a: it is slow at the moment"]


@simulated
async def test_a_slow_model_is_asked_where_there_is_no_other() -> None:
    slow = Scripted([Reply("a", delay=6)])
    model = Failover([("a", slow)], Breakers())
    assert [await said(model) for _ in range(5)] == [("a|stop", 6)] * 5
    both = Two(Scripted([Reply("a", delay=6)]), Scripted([Reply(fail=Overloaded("x"))]))
    assert [(await said(both.model))[0] for _ in range(9)] == ["a|stop"] * 9


@simulated
async def test_with_all_out_completions_fail_at_once_and_explicit_requests_try() -> None:
    two = Two(Scripted([Reply(stall=True)], "a"), Scripted([Reply(fail=Unauthorized("no key for b"))], "b"))
    assert await said(two.model) == ("!Stalled", 7.5)
    assert [await said(two.model) for _ in range(9)] == [("!Stalled", 0)] * 9
    assert (len(two.a.prompts), len(two.b.prompts)) == (1, 1)
    two.a.script = ["from a"]
    assert await said(two.model, EXPLAIN) == ("from a|stop", 0)
    assert await said(two.model) == ("from a|stop", 0)


@simulated
async def test_an_error_tells_of_all_and_is_of_the_first_s_kind() -> None:
    two = Two(
        Scripted([Reply(fail=RateLimited("a is busy", 56.0, final=True))]),
        Scripted([Reply(fail=Unauthorized("no key for b"))]),
    )
    for _ in range(2):  # once from the models, once from what is remembered
        with pytest.raises(RateLimited, match=r"^a: a is busy; b: no key for b$") as caught:
            await anext(two.model.stream(PROMPT, COMPLETE))
        assert caught.value.retry_after == 56.0
    with pytest.raises(ModelError, match=r"see \[models\]"):
        await anext(Failover([], Breakers()).stream(PROMPT, COMPLETE))


@pytest.mark.parametrize(("timeout", "seconds"), [(15, 7.5), (4, 2), (90, 10), (None, 10)])
def test_half_of_the_time_is_left_to_the_next_model(timeout: float | None, seconds: float) -> None:
    @simulated
    async def check() -> None:
        two = Two(Scripted([Reply("late", delay=600)]))
        assert (await said(two.model, EXPLAIN, timeout))[1] == seconds

    check()


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (Reply(fail=RateLimited("busy", 20.0)), 0.0),
        (Reply(fail=RateLimited("busy", 1.0)), 1.2),
        (Reply(fail=Overloaded("down")), 0.2),
        (Reply(stall=True), 10.0),
    ],
)
@pytest.mark.parametrize("call", [EXPLAIN, replace(EXPLAIN, task="review", priority=1)])
def test_nobody_waits_long_for_a_model_while_another_one_is_ready(reply: Reply, seconds: float, call: Call) -> None:
    """The last one of the list is given all the patience that there is."""

    @simulated
    async def check() -> None:
        two = Two(Scripted([reply]))
        models = [(name, Retrying(model, name, uniform=lambda _, high: high)) for name, model in two.listed]
        assert await said(Failover(models, two.breakers), call, 180) == ("from b|stop", seconds)
        lone = Scripted([Reply(fail=RateLimited("busy", 20.0)), "at last"])
        models = [models[0], ("c", Retrying(lone, "c", uniform=lambda low, _: low))]
        assert await said(Failover(models, Breakers()), call, 180) == ("at last|stop", seconds + 20)

    check()


@pytest.mark.parametrize(
    ("name", "thinking", "seconds"),
    [
        ("gemini/gemini-3.5-flash-lite", None, 15),
        ("gemini/gemini-3.5-flash-lite", "high", 60),
        ("openai/gpt-4o", None, 10),
        ("local/qwen2.5-coder-0.5b", None, 60),
        ("ollama/qwen2.5-coder:7b", None, 60),
    ],
)
def test_a_model_that_thinks_or_has_to_be_loaded_may_be_silent_for_longer(
    name: str, thinking: Thinking | None, seconds: float
) -> None:
    @simulated
    async def check() -> None:
        prompt = seal(Draft((Text("user", "x"),), thinking=thinking))
        model = Failover([(name, Scripted([Reply(stall=True)])), ("b", Scripted(["from b"]))], Breakers())
        started = asyncio.get_running_loop().time()
        await anext(model.stream(prompt, EXPLAIN))
        assert asyncio.get_running_loop().time() - started == seconds

    check()


@simulated
async def test_a_setting_that_cannot_be_used_is_told_with_the_model_s_name() -> None:
    with pytest.raises(Unusable, match=r"^a: base_url is none$"):
        await anext(
            Failover([("a", Scripted([Reply(fail=Unusable("base_url is none"))]))], Breakers()).stream(PROMPT, COMPLETE)
        )


@simulated
async def test_what_a_model_objects_to_ends_the_list_and_all_are_told() -> None:
    two = Two(Scripted([DOWN]), Scripted([Reply(fail=Declined("not this"))]))
    c = Scripted(["from c"])
    model = Failover([*two.listed, ("c", c)], two.breakers)
    with pytest.raises(Overloaded, match=r"^a: a is down; b: not this$"):
        await anext(model.stream(PROMPT, COMPLETE))
    assert c.prompts == []


@pytest.mark.parametrize(
    ("call", "seconds"),
    [(COMPLETE, 15), (EXPLAIN, 60)],
)
def test_replies_that_begin_and_stall_are_an_outage(call: Call, seconds: float) -> None:
    """The first one is waited for; then the other model answers, and each try leaves it alone for longer."""

    @simulated
    async def check() -> None:
        two = Two(Scripted([Reply("begun", stall=True)]))
        model = Failover([("a", _Stalling(two.a, seconds)), ("b", two.b)], two.breakers)
        answers = list[tuple[str, float]]()
        for _ in range(40):
            answers.append(await said(model, call, None))
            await asyncio.sleep(1)
        assert answers[0] == ("begun!Stalled", seconds)
        stalled = [at for at, answer in enumerate(answers) if answer == ("begun!Stalled", seconds)]
        assert stalled == [0, 5, 15, 35], answers
        assert {answers[at][0] for at in range(40) if at not in stalled} == {"from b|stop"}

    check()


@simulated
async def test_replies_that_begin_and_stall_are_an_outage_though_each_is_typed_past() -> None:
    two = Two(Scripted([Reply("begun", stall=True)]))
    for _ in range(50):  # a model that was well
        two.breakers["a"].times.add(0.1)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await said(two.model, within=None)
    assert await said(two.model) == ("from b|stop", 0)
    assert two.notices == ["b answers in place of a: its replies begin and do not go on"]


@simulated
async def test_of_two_that_are_asked_at_once_and_fail_both_are_told() -> None:
    two = Two(Scripted([Reply("x", delay=0.001)]), Scripted([Reply(fail=Unauthorized("no key"), delay=0.01)]))
    model = Failover(two.listed, two.breakers, hedge=True)
    for _ in range(40):
        await said(model)
    two.a.script = [Reply(stall=True)]
    with pytest.raises(Stalled, match=r"^a: a did not begin .*; b: no key$"):
        async with aclosing(
            model.stream(PROMPT, replace(COMPLETE, deadline=asyncio.get_running_loop().time() + 15))
        ) as stream:
            await anext(stream)


@simulated
async def test_tasks_share_what_is_known_of_a_model() -> None:
    two = Two(Scripted([Reply(fail=Unauthorized("key"))]))
    explain = Failover([("c", Scripted(["from c"])), ("a", two.a)], two.breakers)
    await said(two.model)
    assert await said(explain, EXPLAIN) == ("from c|stop", 0)
    assert [await said(two.model) for _ in range(3)] == [("from b|stop", 0)] * 3
    assert len(two.a.prompts) == 1


@simulated
async def test_a_reader_that_leaves_closes_the_stream() -> None:
    two = Two(Scripted([DOWN]), Scripted([Reply("abc", piece_size=1, stall=True)]))
    async with aclosing(two.model.stream(PROMPT, COMPLETE)) as stream:
        assert await anext(stream) == Piece("a")
        assert two.b.open == 1
    assert (two.a.open, two.b.open) == (0, 0)


@simulated
async def test_replies_that_break_off_are_an_outage_too() -> None:
    two = Two(Scripted([Reply("begun", fail=Garbled("broke off"))]))
    assert [(await said(two.model))[0] for _ in range(3)] == ["begun!Garbled", "begun!Garbled", "from b|stop"]


@simulated
async def test_a_reply_that_was_read_as_far_as_wanted_ends_a_row_of_failures() -> None:
    two = Two(Scripted([DOWN, Reply("abc", piece_size=1)] * 9))
    for _ in range(9):
        assert await said(two.model) == ("from b|stop", 0)
        async with aclosing(two.model.stream(PROMPT, COMPLETE)) as stream:
            assert await anext(stream) == Piece("a")
    assert len(two.a.prompts) == 18


@pytest.mark.parametrize("hedge", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_given_up_at_any_time_nothing_is_left(seed: int, hedge: bool) -> None:
    """The whole stack under random failures, delays and cancels: no stream, waiter or task, and all usable after."""

    @simulated
    async def check() -> None:
        chance = random.Random(seed)

        def script(*_: object) -> Reply:
            fail = chance.choice([None, None, Overloaded("x"), Stalled("x"), RateLimited("x", 0.5), Garbled("x")])
            text = chance.choice(["", "abc", "abc"])
            return Reply(text, delay=chance.expovariate(4), fail=fail, stall=chance.random() < 0.1, piece_size=1)

        models = [Scripted(script, name) for name in "abc"]
        quotas = [Quota(model.name, streams=4) for model in models]
        wrapped = [
            (model.name, Retrying(Limited(model, quota), model.name, uniform=chance.uniform))
            for model, quota in zip(models, quotas, strict=True)
        ]
        failover = Failover(wrapped, Breakers(), hedge=hedge)
        tasks = []
        for _ in range(150):
            call = replace(COMPLETE, task=chance.choice(["complete", "complete", "explain"]))
            tasks.append(asyncio.create_task(said(failover, call, chance.choice([15, 15, 1]))))
            await asyncio.sleep(chance.choice([0, chance.uniform(0, 1)]))
            if chance.random() < 0.5:
                chance.choice(tasks[-5:]).cancel()
        await asyncio.sleep(20)
        for task in tasks:
            task.cancel()  # a reply that stalls after its first piece
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        assert [model.open for model in models] == [0, 0, 0]
        assert [(quota.running, quota.waiting) for quota in quotas] == [(0, 0)] * 3
        await asyncio.sleep(200)
        for model in models:
            model.script = ["fine"]
        assert [(await said(failover))[0] for _ in range(3)] == ["fine|stop"] * 3

    check()


@simulated
async def test_the_end_is_the_answering_model_s() -> None:
    two = Two(Scripted([DOWN], "a"))
    items = [item async for item in two.model.stream(PROMPT, COMPLETE)]
    assert [item.model for item in items if isinstance(item, End)] == ["b"]
