"""A provider is never asked more than its quota allows, and whoever waits for it gets a turn or leaves in time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace

import pytest

from flashls.models.limited import Limited, OverQuota, Quota, input_tokens
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Model, ModelError, NoKey, OverBudget, Overloaded, Stream, Unusable
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Fim, Image, Piece, Prompt, Text, Usage
from tests.models.simulated import simulated

COMPLETE = Call("1", "complete")
BACKGROUND = Call("1", "review", priority=1)
Log = list[tuple[str, float]]


def asking(characters: int = 32, max_tokens: int = 90) -> Prompt:
    """A prompt that is reserved 10 + 90 tokens."""
    return seal(Draft((Text("user", "x" * characters),), max_tokens=max_tokens))


@dataclass
class Clocked:
    """Takes ``seconds`` to answer, with this usage; notes when it was asked what, and how many streams were open."""

    seconds: float = 1.0
    usage: Usage = Usage(input=10, output=90)  # noqa: RUF009
    asked: Log = field(default_factory=list)
    open: int = 0
    most: int = 0

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        self.asked.append((call.id, asyncio.get_running_loop().time() - 1000))
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await asyncio.sleep(self.seconds)
            yield Piece("x" * 32)
            yield End("stop", self.usage, "clocked")
        finally:
            self.open -= 1


async def read(model: Model, call: Call, prompt: Prompt | None = None) -> str:
    text = ""
    async with aclosing(model.stream(prompt or asking(), call)) as stream:
        async for item in stream:
            text += item.text if isinstance(item, Piece) else ""
    return text


async def all_of(model: Model, *calls: Call) -> None:
    """Asks for all at the same time, in this order."""
    async with asyncio.TaskGroup() as group:
        for call in calls:
            group.create_task(read(model, call))


def named(call: Call, *names: str) -> list[Call]:
    return [replace(call, id=name) for name in names]


@simulated
async def test_as_many_streams_as_the_quota_has() -> None:
    model, quota = Clocked(), Quota("a", streams=3)
    await all_of(Limited(model, quota), *named(COMPLETE, *"abcdefg"))
    assert model.asked == [("a", 0), ("b", 0), ("c", 0), ("d", 1), ("e", 1), ("f", 1), ("g", 2)]
    assert (model.most, quota.running, quota.waiting) == (3, 0, 0)


@simulated
async def test_people_come_before_the_background_and_each_in_their_order() -> None:
    model, quota = Clocked(), Quota("a", streams=1)
    await all_of(Limited(model, quota), *named(BACKGROUND, "x", "y", "z"), *named(COMPLETE, "a", "b", "c"))
    assert "".join(name for name, _ in model.asked) == "xabcyz"


@pytest.mark.parametrize(("streams", "background"), [(1, 1), (2, 1), (4, 3), (16, 12)])
def test_the_background_leaves_a_stream_to_people(streams: int, background: int) -> None:
    @simulated
    async def check() -> None:
        model = Clocked()
        calls = named(BACKGROUND, *(str(n) for n in range(20)))
        await all_of(Limited(model, Quota("a", streams)), *calls)
        assert model.most == background

    check()


@simulated
async def test_requests_in_any_minute_stay_within_the_quota() -> None:
    model = Clocked()
    await all_of(Limited(model, Quota("a", requests_per_minute=2)), *named(COMPLETE, *"abcde"))
    assert model.asked == [("a", 0), ("b", 0), ("c", 60), ("d", 60), ("e", 120)]


@pytest.mark.parametrize(
    ("usage", "asked"),
    [
        (Usage(input=10, output=90), [0, 0, 60]),
        (Usage(input=10, output=40), [0, 0, 1]),  # 100 of 200 tokens are given back at the first two's End
        (Usage(input=10, output=91), [0, 0, 60]),
        (Usage(output=40, estimated=True), [0, 0, 1]),
    ],
)
def test_tokens_are_reserved_and_what_was_not_used_is_given_back(usage: Usage, asked: list[float]) -> None:
    @simulated
    async def check() -> None:
        model = Clocked(usage=usage)
        await all_of(Limited(model, Quota("a", tokens_per_minute=200)), *named(COMPLETE, *"abc"))
        assert [at for _, at in model.asked] == asked

    check()


@simulated
async def test_more_tokens_than_a_minute_has_are_asked_for_alone() -> None:
    model = Clocked()
    limited = Limited(model, Quota("a", tokens_per_minute=150))
    async with asyncio.TaskGroup() as group:
        for name in "ab":
            group.create_task(read(limited, replace(COMPLETE, id=name), asking(max_tokens=10_000)))
    assert [at for _, at in model.asked] == [0, 60]


@pytest.mark.parametrize(
    ("reply", "third"),
    [
        (Reply(fail=Overloaded("down")), 0),  # nothing was used
        (Reply("x" * 32, fail=Overloaded("down")), 0),  # 10 asked and 10 written
        (Reply("x" * 320, fail=Overloaded("down")), 120),  # 10 asked and 100 written: a minute for each
        (Reply("x" * 32, cut=True), 0),
    ],
)
def test_what_a_broken_reply_used_is_estimated(reply: Reply, third: float) -> None:
    @simulated
    async def check() -> None:
        limited = Limited(Scripted([reply]), Quota("a", tokens_per_minute=200))
        for _ in range(3):
            with suppress(ModelError):
                await read(limited, COMPLETE)
        assert asyncio.get_running_loop().time() - 1000 == third

    check()


@pytest.mark.parametrize(
    ("error", "third"),
    [(OverBudget("x"), 0), (NoKey("x"), 0), (Unusable("x"), 0), (Overloaded("x"), 60)],
)
def test_a_request_that_is_never_sent_counts_for_none(error: ModelError, third: float) -> None:
    @simulated
    async def check() -> None:
        limited = Limited(Scripted([Reply(fail=error)]), Quota("a", requests_per_minute=2))
        for _ in range(3):
            with pytest.raises(type(error)):
                await read(limited, COMPLETE)
        assert asyncio.get_running_loop().time() - 1000 == third

    check()


@simulated
async def test_a_turn_nobody_took_counts_for_no_request() -> None:
    quota = Quota("a", streams=1, requests_per_minute=2)
    turn = await quota.turn(COMPLETE, 1)
    waiting = asyncio.create_task(quota.turn(COMPLETE, 1))
    await asyncio.sleep(0)
    quota.leave(turn, 0)
    waiting.cancel()
    await asyncio.wait([waiting])
    await quota.turn(COMPLETE, 1)
    assert asyncio.get_running_loop().time() == 1000


@simulated
async def test_a_turn_that_would_come_too_late_is_refused_at_once() -> None:
    limited = Limited(Clocked(), Quota("gem", requests_per_minute=1))
    await read(limited, COMPLETE)
    with pytest.raises(OverQuota, match=r"used up for 59 s: wait, or raise it in \[providers.gem\]") as caught:
        await read(limited, replace(COMPLETE, deadline=1015.0))
    assert (caught.value.retry_after, caught.value.final) == (59.0, True)
    assert asyncio.get_running_loop().time() == 1001
    assert await read(limited, replace(COMPLETE, deadline=1060.5))


@simulated
async def test_nobody_waits_beyond_the_deadline() -> None:
    model, quota = Clocked(seconds=100), Quota("gem", streams=1)
    limited = Limited(model, quota)
    first = asyncio.create_task(read(limited, COMPLETE))
    await asyncio.sleep(0)
    with pytest.raises(OverQuota, match="busy with other requests of yours"):
        await read(limited, replace(COMPLETE, deadline=1015.0))
    assert (asyncio.get_running_loop().time(), quota.waiting) == (1015, 0)
    await first
    assert len(model.asked) == 1


@simulated
async def test_a_cancelled_waiter_leaves_at_once_and_the_next_one_moves_up() -> None:
    model, quota = Clocked(), Quota("a", streams=1)
    limited = Limited(model, quota)
    tasks = [asyncio.create_task(read(limited, call)) for call in named(COMPLETE, *"abc")]
    await asyncio.sleep(0.5)
    tasks[1].cancel()
    await asyncio.sleep(0)
    assert quota.waiting == 1
    await asyncio.wait(tasks)
    assert model.asked == [("a", 0), ("c", 1)]


@pytest.mark.parametrize("seed", range(20))
def test_the_line_stays_in_order_whoever_leaves_it(seed: int) -> None:
    @simulated
    async def check() -> None:
        chance = random.Random(seed)
        model, quota = Clocked(), Quota("a", streams=1)
        limited = Limited(model, quota)
        first = asyncio.create_task(read(limited, COMPLETE))
        await asyncio.sleep(0.1)
        calls = [Call(str(number), "review", chance.randrange(4)) for number in range(30)]
        tasks = [asyncio.create_task(read(limited, call)) for call in calls]
        await asyncio.sleep(0.1)
        gone = chance.sample(range(30), 12)
        for number in gone:
            tasks[number].cancel()
        await asyncio.wait([first, *tasks])
        stayed = [call for number, call in enumerate(calls) if number not in gone]
        expected = sorted(stayed, key=lambda call: (call.priority, int(call.id)))
        assert [name for name, _ in model.asked[1:]] == [call.id for call in expected]

    check()


@simulated
async def test_whoever_is_cancelled_as_the_turn_comes_gives_it_on() -> None:
    model, quota = Clocked(), Quota("a", streams=1)
    turn = await quota.turn(COMPLETE, 1)
    tasks = [asyncio.create_task(read(Limited(model, quota), call)) for call in named(COMPLETE, *"ab")]
    await asyncio.sleep(0)
    quota.leave(turn, 0)
    tasks[0].cancel()
    await asyncio.wait(tasks)
    assert (model.asked, quota.running) == ([("b", 0)], 0)


@pytest.mark.parametrize("seed", range(40))
def test_cancels_at_any_time_leave_nothing_and_break_no_limit(seed: int) -> None:
    @simulated
    async def check() -> None:
        chance = random.Random(seed)
        quota = Quota("a", streams=3, requests_per_minute=20, tokens_per_minute=2000)
        model = Clocked(seconds=2, usage=Usage(input=10, output=chance.randrange(90)))
        limited = Limited(model, quota)
        tasks = list[asyncio.Task[str]]()
        for _ in range(80):
            call = Call(
                "1", "complete", chance.choice([0, 0, 1]), chance.choice([None, _now() + chance.uniform(0, 30)])
            )
            tasks.append(asyncio.create_task(read(limited, call)))
            await asyncio.sleep(chance.choice([0, 0, chance.uniform(0, 3)]))
            chance.choice(tasks).cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} <= {str, OverQuota, asyncio.CancelledError}
        assert (model.open, quota.running, quota.waiting) == (0, 0, 0)
        assert model.most <= 3
        times = [at for _, at in model.asked]
        assert all(later - at >= 59.999 for at, later in zip(times, times[20:], strict=False))
        assert await read(limited, COMPLETE), "the next request works"

    check()


@simulated
async def test_two_thousand_in_the_line_do_not_hold_up_the_loop() -> None:
    """Each turn of the loop lets others in between: a ticker beside it has one for every stream that ends."""
    model, ticks = Clocked(), 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticker = asyncio.create_task(tick())
    model.seconds = 0
    await all_of(Limited(model, Quota("a", streams=10)), *[COMPLETE] * 2_000)
    ticker.cancel()
    assert ticks >= 2_000 / 10


TABLE: list[tuple[Callable[[], Draft], int]] = [
    (lambda: Draft((Text("user", "x" * 320),)), 100),
    (lambda: Draft((Text("user", "x" * 320), Image("image/png", b"1" * 99))), 1220),
    (lambda: Draft((), fim=Fim((), "x" * 160, "x" * 160)), 100),
]


@pytest.mark.parametrize(("draft", "tokens"), TABLE)
def test_a_prompt_s_tokens(draft: Callable[[], Draft], tokens: int) -> None:
    assert input_tokens(seal(draft())) == tokens


def _now() -> float:
    return asyncio.get_running_loop().time()
