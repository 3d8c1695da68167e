"""Every attempt becomes a row, however it ends, with what it took, cost and counts for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flashls.models.catalog import Price
from flashls.models.cost import most
from flashls.models.metered import Metered
from flashls.models.retrying import Retrying
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import (
    Garbled,
    Model,
    ModelError,
    NoKey,
    NotFound,
    Overloaded,
    RateLimited,
    Refused,
    Stalled,
    Stream,
    Unauthorized,
    Unreachable,
)
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.store.attempts import Attempt
from flashls.store.ledger import Ledger
from flashls.types import Call, Draft, End, EndReason, Piece, Prompt, Text, Usage
from tests.models.fault_rows import streams
from tests.models.servers import Peer, serve
from tests.models.wires import WIRES

NOON = 1_795_348_800.0
PROMPT = seal(Draft((Text("user", "x" * 320),), max_tokens=100))
CALL = Call("1", "explain", session="window", arm="b")
PRICE = Price(1.0, 0.1, 1.0, 10.0)


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db", clock=lambda: NOON)
    yield opened
    await opened.aclose(10)


def ticking(step: float = 0.25) -> Callable[[], float]:
    """A clock that moves by ``step`` seconds each time it is read."""
    readings = iter(range(10**6))
    return lambda: next(readings) * step


def metered(model: Model, ledger: Ledger, price: Price | None = PRICE) -> Metered:
    return Metered(model, "openai/m", ledger, lambda day, tokens: price, lambda: NOON, ticking())


async def ask(model: Metered, call: Call = CALL, until: Callable[[object], bool] = lambda item: False) -> list[object]:
    items = list[object]()
    async with aclosing(model.stream(PROMPT, call)) as stream:
        async for item in stream:
            items.append(item)
            if until(item):
                break
    return items


async def row(ledger: Ledger) -> Attempt:
    [found] = await ledger.since(0)
    return found


class Ending:
    """Answers "ab" in two pieces and ends as told."""

    def __init__(self, end: End) -> None:
        self.end = end

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        yield Piece("a")
        yield Piece("b")
        yield self.end


REASONS: tuple[EndReason, ...] = ("stop", "length", "blocked")


@pytest.mark.parametrize("reason", REASONS)
async def test_a_reply_read_to_its_end(ledger: Ledger, reason: EndReason) -> None:
    end = End(reason, Usage(input=1000, cached=500, output=200, thought=50), "openai/m-2026")
    assert await ask(metered(Ending(end), ledger)) == [Piece("a"), Piece("b"), end]
    found = await row(ledger)
    usd = (500 * 1.0 + 500 * 0.1 + 200 * 10.0) / 1e6
    assert (found.at, found.task, found.model) == (NOON, "explain", "openai/m")
    assert (found.session, found.arm, found.usage, found.outcome) == ("window", "b", end.usage, reason)
    assert (found.cost, found.held) == pytest.approx((usd, usd))
    assert (found.first_ms, found.total_ms) == (250, 500)


async def test_a_reader_that_stops_at_the_end_has_it_recorded_once(ledger: Ledger) -> None:
    end = End("stop", Usage(input=10, output=1), "openai/m")
    await ask(metered(Ending(end), ledger), until=lambda item: isinstance(item, End))
    found = await row(ledger)
    assert (found.outcome, found.usage) == ("stop", end.usage)


async def test_without_a_price_the_cost_is_unknown_and_nothing_counts(ledger: Ledger) -> None:
    await ask(metered(Ending(End("stop", Usage(input=10), "m")), ledger, price=None))
    found = await row(ledger)
    assert (found.cost, found.held) == (None, 0.0)


UNCHARGED = [Unauthorized, NotFound, Refused, RateLimited, Overloaded, Unreachable]


@pytest.mark.parametrize("error", [*UNCHARGED, Stalled, Garbled])
@pytest.mark.parametrize("said", ["", "a few words"])
async def test_a_failure_is_recorded_and_passes_through(ledger: Ledger, error: type[ModelError], said: str) -> None:
    with pytest.raises(error, match="trouble"):
        await ask(metered(Scripted([Reply(said, fail=error("trouble"))]), ledger))
    found = await row(ledger)
    assert found.outcome == error.__name__
    assert (found.first_ms is None) == (said == "")
    if error in UNCHARGED and not said:
        assert (found.usage, found.cost, found.held) == (Usage(), 0.0, 0.0)
    else:
        assert found.usage.estimated
        assert found.usage.input > 0
        assert found.cost is not None
        assert found.held == pytest.approx(the_most())
        assert the_most() > found.cost > 0


async def test_without_a_key_nothing_was_tried(ledger: Ledger) -> None:
    model = metered(Scripted([Reply(fail=NoKey("none"))]), ledger)
    with pytest.raises(NoKey):
        await ask(model)
    assert await ledger.since(0) == []
    reserved = await ledger.reserve(Attempt(77, NOON, "explain", "openai/m", held=0.5), ())
    with pytest.raises(NoKey):
        await ask(model, replace(CALL, attempt=reserved.id))
    assert ((await row(ledger)).outcome, (await row(ledger)).held) == ("NoKey", 0.0)


def the_most() -> float:
    usd = most(PROMPT, "explain", "openai/m", lambda day, tokens: PRICE, date(2026, 11, 22))
    assert usd is not None
    return usd


async def test_a_reply_that_breaks_off_without_a_word_is_cut(ledger: Ledger) -> None:
    await ask(metered(Scripted([Reply("a few words", cut=True)]), ledger))
    found = await row(ledger)
    assert found.outcome == "cut"
    assert found.held == pytest.approx(the_most())


@pytest.mark.parametrize("said", ["", "a few words"])
async def test_a_cancelled_attempt_counts_as_the_most_it_can_cost(ledger: Ledger, said: str) -> None:
    model = Scripted([Reply(said, stall=True)])
    task = asyncio.create_task(ask(metered(model, ledger)))
    while not model.open:
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    found = await row(ledger)
    assert (found.outcome, model.open) == ("cancelled", 0)
    assert found.held == pytest.approx(the_most())


async def test_a_reader_that_leaves_cancels(ledger: Ledger) -> None:
    model = Scripted([Reply("many words " * 20)])
    await ask(metered(model, ledger), until=lambda item: True)
    assert (await row(ledger)).outcome == "cancelled"
    assert (model.open, model.closed) == (0, 1)


@pytest.mark.parametrize(("wanted", "outcome"), [(8, "enough"), (16, "cancelled")])
async def test_a_reader_that_leaves_with_all_it_wanted_had_enough(ledger: Ledger, wanted: int, outcome: str) -> None:
    call = replace(CALL, enough=lambda text: len(text) >= wanted)
    await ask(metered(Scripted([Reply("many words " * 20)]), ledger), call, until=lambda item: True)
    found = await row(ledger)
    assert found.outcome == outcome
    assert found.held == pytest.approx(the_most())


async def test_a_reserved_attempt_that_breaks_off_keeps_what_was_reserved(ledger: Ledger) -> None:
    reserved = await ledger.reserve(Attempt(77, NOON, "explain", "openai/m", held=0.5), ())
    await ask(metered(Scripted([Reply("x", cut=True)]), ledger), replace(CALL, attempt=reserved.id))
    found = await row(ledger)
    assert (found.id, found.outcome, found.held) == (77, "cut", 0.5)


async def test_a_reserved_attempt_that_ends_counts_as_what_it_cost(ledger: Ledger) -> None:
    reserved = await ledger.reserve(Attempt(77, NOON, "explain", "openai/m", held=0.5), ())
    end = End("stop", Usage(input=1000), "openai/m")
    await ask(metered(Ending(end), ledger), replace(CALL, attempt=reserved.id))
    found = await row(ledger)
    assert (found.id, found.outcome) == (77, "stop")
    assert found.held == pytest.approx(0.001)


async def test_the_ledger_holds_no_prompt_no_reply_and_no_message(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(Garbled):
        await ask(metered(Scripted([Reply("said-by-the-model", fail=Garbled("told-by-the-error"))]), ledger))
    await ledger.aclose(10)
    content = b"".join((tmp_path / name).read_bytes() for name in ("ledger.db",))
    assert b"openai/m" in content
    for secret in (b"x" * 20, b"said-by", b"told-by"):
        assert secret not in content


async def test_a_ledger_out_of_use_disturbs_no_request(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ledger = Ledger(tmp_path / "file" / "ledger.db")
    end = End("stop", Usage(), "openai/m")
    assert await ask(metered(Ending(end), ledger)) == [Piece("a"), Piece("b"), end]
    await ledger.aclose(10)


async def test_each_time_that_a_server_is_asked_is_an_attempt_of_its_own(ledger: Ledger) -> None:
    """It hangs up on a kept connection after it has read the request: for all one knows, a model was at work."""
    wire = WIRES["gemini"]

    async def hangs_up_on_the_second(peer: Peer) -> None:
        await peer.request()
        await streams(0, 1)(peer, wire)
        await peer.request()

    async with serve(hangs_up_on_the_second) as server:
        slots = Slots()
        model = Metered(wire.make(slots, server.url), "gemini/m", ledger, lambda *_: PRICE)
        for _ in range(2):
            items = [
                item async for item in Retrying(model, "gemini/m", uniform=lambda low, _: low).stream(PROMPT, CALL)
            ]
            assert Piece("ok") in items
        await slots.aclose()
        assert len(server.heads) == 3
    assert sorted(each.outcome for each in await ledger.since(0)) == ["Unreachable", "stop", "stop"]
