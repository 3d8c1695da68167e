"""A failure before the first piece is tried again, within what the call's kind and its deadline allow."""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import aclosing, suppress
from dataclasses import replace

import pytest

from flashls.models.answer import Limits
from flashls.models.gemini import Gemini
from flashls.models.retrying import Patience, Retrying, patience
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import (
    Garbled,
    Model,
    ModelError,
    NotFound,
    OverBudget,
    Overloaded,
    RateLimited,
    Refused,
    Stalled,
    Unauthorized,
    Unreachable,
)
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, Piece, Text
from tests.models import gemini_server
from tests.models.servers import OK, Peer, serve
from tests.models.simulated import simulated

PROMPT = seal(Draft((Text("user", "x"),)))
COMPLETE = Call("1", "complete")
EXPLAIN = Call("1", "explain")
BACKGROUND = Call("1", "review", priority=1)
DOWN = Reply(fail=Overloaded("down"))
MINUTE = Reply(fail=RateLimited("slow down", 56.0))


def retrying(model: Scripted, longest: bool = True) -> Retrying:
    """Waits always the longest, or the shortest, that may be drawn."""
    return Retrying(model, "scripted/a", uniform=lambda low, high: high if longest else low)


async def said(model: Model, call: Call) -> tuple[str, float]:
    """The text, or the error's kind, and how many seconds it took."""
    loop = asyncio.get_running_loop()
    started, text = loop.time(), ""
    try:
        async for item in model.stream(PROMPT, call):
            text += item.text if isinstance(item, Piece) else f"|{item.reason}"
    except ModelError as error:
        text += f"!{type(error).__name__}"
    return text, round(loop.time() - started, 6)


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (Overloaded("503"), 2),
        (Unreachable("hung up"), 2),
        (Stalled("nothing came"), 2),
        (RateLimited("busy"), 2),
        (RateLimited("per day", 1.0, final=True), 1),
        (Unauthorized("key"), 1),
        (NotFound("model"), 1),
        (Refused("too long"), 1),
        (Garbled("web page"), 1),
        (OverBudget("spent"), 1),
    ],
)
def test_only_what_may_pass_is_tried_again(error: ModelError, attempts: int) -> None:
    @simulated
    async def check() -> None:
        model = Scripted([Reply(fail=error), "fine"])
        text, _ = await said(retrying(model), EXPLAIN)
        assert (text, len(model.prompts)) == ("fine|stop" if attempts == 2 else f"!{type(error).__name__}", attempts)

    check()


@pytest.mark.parametrize(
    ("call", "attempts", "seconds"),
    [
        (COMPLETE, 2, 0.2),
        (EXPLAIN, 4, 0.5 + 1 + 2),
        (BACKGROUND, 6, 1 + 2 + 4 + 8 + 16),
        (replace(EXPLAIN, deadline=1002.0), 3, 0.5 + 1),
        (replace(EXPLAIN, deadline=1001.5), 2, 0.5),
        (replace(EXPLAIN, deadline=1000.0), 1, 0),
        (replace(EXPLAIN, patience="short"), 2, 0.2),
        (replace(BACKGROUND, patience="short"), 2, 0.2),
        *((replace(call, patience="once"), 1, 0) for call in (COMPLETE, EXPLAIN, BACKGROUND)),
    ],
)
def test_attempts_by_the_kind_of_call_and_its_deadline(call: Call, attempts: int, seconds: float) -> None:
    @simulated
    async def check() -> None:
        model = Scripted([DOWN])
        assert await said(retrying(model), call) == ("!Overloaded", seconds)
        assert len(model.prompts) == attempts

    check()


@pytest.mark.parametrize(
    ("call", "asked", "seconds"),
    [(COMPLETE, 1.5, 1.5), (EXPLAIN, 30.0, 30.0), (BACKGROUND, 56.0, 56.0), (COMPLETE, 0.0, 0.0)],
)
def test_never_waits_less_than_the_provider_asks_for(call: Call, asked: float, seconds: float) -> None:
    @simulated
    async def check() -> None:
        for error in (RateLimited("busy", asked), Overloaded("down", asked)):
            model = Scripted([Reply(fail=error), "fine"])
            assert await said(retrying(model, longest=False), call) == ("fine|stop", seconds)

    check()


@pytest.mark.parametrize(
    ("call", "asked", "shown"),
    [
        (COMPLETE, 56.0, "asks to wait 56 s, longer than this request may take"),
        (replace(BACKGROUND, deadline=1010.0), 10.2, "asks to wait 11 s, longer"),
        (BACKGROUND, 121.0, "asks to wait 121 s, longer"),
        (replace(EXPLAIN, patience="short"), 20.0, "asks to wait 20 s, longer than this request may take$"),
    ],
)
def test_a_wait_there_is_no_time_for_is_final(call: Call, asked: float, shown: str) -> None:
    @simulated
    async def check() -> None:
        model = Scripted([Reply(fail=RateLimited("busy", asked))])
        with pytest.raises(RateLimited, match=shown) as caught:
            await anext(retrying(model).stream(PROMPT, call))
        assert (caught.value.final, caught.value.retry_after, len(model.prompts)) == (True, asked, 1)

    check()


@simulated
async def test_the_last_error_is_told_where_attempts_ran_out() -> None:
    model = Scripted([DOWN, Reply(fail=RateLimited("busy", 1.0))])
    with pytest.raises(RateLimited, match=r"^busy$") as caught:
        await anext(retrying(model).stream(PROMPT, COMPLETE))
    assert not caught.value.final


@simulated
async def test_a_wait_that_was_of_no_use_is_not_told_to_be_waited_once_more() -> None:
    model = Scripted([Reply(fail=RateLimited("try again in 20 s", 20.0))])
    with pytest.raises(RateLimited) as caught:
        await anext(retrying(model).stream(PROMPT, EXPLAIN))
    assert str(caught.value) == (
        "scripted/a has had too many requests, 4 times within 64 s, though it was waited for as it asks: try again in "
        "a few minutes, or use another model"
    )
    assert (caught.value.retry_after, caught.value.final) == (20.0, False)


@simulated
async def test_asked_once_the_error_is_the_model_s_own() -> None:
    model = Scripted([Reply(fail=RateLimited("try again in 20 s", 20.0))])
    with pytest.raises(RateLimited, match=r"^try again in 20 s$"):
        await anext(retrying(model).stream(PROMPT, replace(EXPLAIN, patience="once")))


@simulated
async def test_nothing_is_tried_again_after_a_piece() -> None:
    model = Scripted([Reply("abc", piece_size=1, fail=Overloaded("down")), "fine"])
    assert await said(retrying(model), EXPLAIN) == ("abc!Overloaded", 0)
    assert len(model.prompts) == 1


@simulated
async def test_a_stream_without_anything_stays_one() -> None:
    model = Scripted([Reply(cut=True), "fine"])
    assert await said(retrying(model), EXPLAIN) == ("", 0)


def test_waits_are_drawn_from_nothing_to_a_bound_that_doubles() -> None:
    row = Patience(attempts=9, first=0.5, longest=3.0, asked=1.0)
    assert [row.bound(n) for n in range(1, 6)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    assert patience(BACKGROUND).bound(10_000) == 30.0
    drawn: list[tuple[float, float]] = []

    def draw(low: float, high: float) -> float:
        drawn.append((low, high))
        return low

    @simulated
    async def check() -> None:
        await said(Retrying(Scripted([DOWN]), "a", lambda _: row, draw), EXPLAIN)

    check()
    assert drawn == [(0.0, row.bound(n)) for n in range(1, 10)]


@pytest.mark.parametrize("seed", range(40))
def test_given_up_at_any_time_nothing_goes_on(seed: int) -> None:
    """Typed past, cancelled or closed: in an attempt, while it waits for the next one, or in the midst of a reply."""

    @simulated
    async def check() -> None:
        chance = random.Random(seed)
        replies = [Reply(fail=chance.choice([Overloaded("x"), RateLimited("x", 3.0)])), DOWN, Reply("a" * 80, delay=1)]
        model = Scripted(replies)
        reading = asyncio.create_task(said(Retrying(model, "a", uniform=chance.uniform), EXPLAIN))
        await asyncio.sleep(chance.uniform(0, 15))
        asked = len(model.prompts)
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        await asyncio.sleep(1000)
        assert (model.open, len(model.prompts)) == (0, asked)

    check()


@simulated
async def test_a_reader_that_leaves_closes_the_stream() -> None:
    model = Scripted([DOWN, Reply("abcd", piece_size=1, stall=True)])
    async with aclosing(retrying(model).stream(PROMPT, COMPLETE)) as stream:
        assert await anext(stream) == Piece("a")
    assert (model.open, len(model.prompts)) == (0, 2)


@simulated
async def test_writes_nothing_but_a_line_in_the_log_without_the_message(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await said(retrying(Scripted([Reply(fail=Overloaded("what a server said")), "fine"])), COMPLETE)
    lines = [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    assert lines == ["scripted/a: attempt 1 failed (Overloaded), next in 0.20 s"]
    assert capfd.readouterr() == ("", "")


DAILY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"


@pytest.mark.parametrize(
    ("replies", "answer", "requests"),
    [
        ([gemini_server.overloaded(), gemini_server.Reply("fine")], "fine|stop", 2),
        ([gemini_server.Reply(status=500, raw=b"<html>"), gemini_server.Reply("fine")], "fine|stop", 2),
        ([gemini_server.Reply(status=408, raw=b""), gemini_server.Reply("fine")], "fine|stop", 2),
        ([gemini_server.rate_limited("0.01s"), gemini_server.Reply("fine")], "fine|stop", 2),
        ([gemini_server.rate_limited("0.01s", DAILY), gemini_server.Reply("fine")], "!RateLimited", 1),
        ([gemini_server.rate_limited("56s"), gemini_server.Reply("fine")], "!RateLimited", 1),
        ([gemini_server.Reply("begun", cut=True), gemini_server.Reply("fine")], "begun!Garbled", 1),
        ([gemini_server.overloaded()], "!Overloaded", 2),
    ],
)
async def test_over_a_real_socket(replies: list[gemini_server.Reply], answer: str, requests: int) -> None:
    slots = Slots()
    async with gemini_server.serve(replies) as server:
        gemini = Gemini("gemini-3.5-flash-lite", "key", slots, server.base_url)
        text, _ = await said(Retrying(gemini, gemini.name, uniform=lambda low, high: low), COMPLETE)
        assert (text, len(server.requests), slots.busy) == (answer, requests, 0)
    await slots.aclose()


async def test_a_connection_dropped_without_a_byte_is_made_anew() -> None:
    """Nothing is known of whether the request arrived; what it cost, if anything, is in the ledger as an attempt."""

    async def hang_up_once(peer: Peer) -> None:
        await peer.request()
        if peer.server.accepted > 1:
            await peer.send(OK)
            await peer.gone()

    slots = Slots(Limits(spares=0))
    async with serve(hang_up_once) as server:
        gemini = Gemini("gemini-3.5-flash-lite", "key", slots, server.url)
        text, _ = await said(Retrying(gemini, gemini.name, uniform=lambda low, high: low), COMPLETE)
        assert (text, len(server.heads)) == ("!Garbled", 2), "the second answer is none of Gemini's, but it is one"
    await slots.aclose()
