"""What the wrappers around a model cost: time for one request, 200 streams at once, memory over 10,000 requests.

The yardstick is the bare provider in the same run: the double, and the Gemini client over a loopback socket. Each row
says what is expected of it, and whether it was missed: at most 0.5 ms more (median) for a live request, a budget's too,
and in all for a cached one; 0.1 ms of the loop's time more to begin a stream, 0.2 under a budget; memory that stays,
but for what the cache's SQLite keeps of its file. A busy machine makes rows miss: run it again when nothing else runs.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from flashls.models.breaker import Breakers
from flashls.models.budgeted import Budgeted
from flashls.models.cached import Cached
from flashls.models.catalog import Price
from flashls.models.enough import Enough
from flashls.models.failover import Failover
from flashls.models.gemini import Gemini
from flashls.models.limited import Limited, Quota
from flashls.models.metered import Metered
from flashls.models.profiles import profile
from flashls.models.retrying import Retrying
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Model
from flashls.models.slots import Slots
from flashls.models.structured import Structured
from flashls.prompt.seal import seal
from flashls.settings import Budget
from flashls.store.disk import Replies
from flashls.store.ledger import Ledger
from flashls.types import Call, Draft, Piece, Prompt, Text
from tests.bench.expected import at_most
from tests.bench.harness import table

_NAME = "gemini/gemini-3.5-flash-lite"
_TEXT = "    return [value for value in values if value > threshold]\n" * 4
_PIECES = 12
_RUNS = 300
_STREAMS = 200
_REQUESTS = 10_000
_MOST_US = 500  # that all wrappers together add to a request
_MOST_MS_EACH, _MOST_MS_BUDGETED = 0.1, 0.2  # of the loop's time, to begin a stream
_MOST_MS_TURN = 5  # of the loop's time, in a turn in which none begins
_MOST_MB, _MOST_OBJECTS = 4, 1_000  # more than after the first requests


def main() -> None:
    """Prints the tables."""
    asyncio.run(_all())


async def _all() -> None:
    times = ("one request, median", "bare µs", "wrapped µs", "more µs", "expected")
    print(table("Wrappers", times, await _times()), flush=True)
    crowd = (
        f"{_STREAMS} streams at once",
        "bare ms",
        "wrapped ms",
        "longest turn, bare",
        "wrapped",
        "more",
        "expected",
    )
    print(table("Concurrency: in all; the loop's own time", crowd, await _crowds()), flush=True)
    memory = ("after so many requests", "MB", "objects", "expected")
    for cached in (False, True):
        title = "Memory, with the cache" if cached else "Memory, without the cache"
        print(table(title, memory, await _memory(cached)), flush=True)


@dataclass(frozen=True, slots=True)
class _Stack:
    """A provider, and the same one in all wrappers, with its stores."""

    bare: Model
    replies: Replies
    ledger: Ledger

    def wrapped(
        self, cached: bool = True, budget: float = 0.0, hedge: bool = False, a_minute: int = 1_000_000
    ) -> Model:
        budget_of = Budget(daily_usd=budget)
        metered = Metered(self.bare, _NAME, self.ledger, _price)
        budgeted = Budgeted(metered, _NAME, self.ledger, _price, budget_of, print)
        quota = Quota("gemini", streams=_STREAMS, requests_per_minute=a_minute)
        model: Model = Enough(Retrying(Limited(budgeted, quota), _NAME), _NAME)
        model = Structured(model, profile(_NAME))
        model = Failover([(_NAME, model), ("scripted/b", self.bare)], Breakers(), print, hedge)
        return Cached(model, _NAME, self.replies) if cached else model


async def _times() -> list[Sequence[str]]:
    rows, fresh = list[Sequence[str]](), _fresh()
    async with _stack(_double()) as stack:
        for title, model in _kinds(stack):
            rows.append(await _row(f"the double, {title}", stack.bare, model, fresh))
        rows.append(await _row("the double, cached", stack.bare, stack.wrapped(), itertools.repeat(next(fresh))))
    slots = Slots()
    async with _endpoint() as url:
        async with _stack(lambda: Gemini(_NAME.partition("/")[2], "bench", slots, url)) as stack:
            for title, model in _kinds(stack):
                rows.append(await _row(f"over a socket, {title}", stack.bare, model, fresh))
        await slots.aclose()
    return rows


def _kinds(stack: _Stack) -> list[tuple[str, Model]]:
    return [
        ("live", stack.wrapped()),
        ("live, hedging on", stack.wrapped(hedge=True)),
        ("live, under a budget", stack.wrapped(budget=1e9)),
    ]


async def _row(title: str, bare: Model, wrapped: Model, prompts: Iterator[Prompt]) -> Sequence[str]:
    """The two take turns, so that both meet the same noise."""
    times: tuple[list[float], list[float]] = ([], [])
    for run in range(_RUNS + 30):
        prompt = next(prompts)
        for model, into in zip((bare, wrapped), times, strict=True):
            took = await _once(model, prompt)
            if run >= 30:
                into.append(took)
        await asyncio.sleep(0.001)
    plain, ours = (statistics.median(each) * 1e6 for each in times)
    kept = at_most(ours if title.endswith(", cached") else ours - plain, _MOST_US, "µs")
    return title, f"{plain:,.0f}", f"{ours:,.0f}", f"{ours - plain:,.0f}", kept


async def _crowds() -> list[Sequence[str]]:
    """Full collections of garbage are left out, as they are in the server once it is warm.

    A turn in which all begin is as long as all their beginnings; a provider's quota lets 16 begin unless it is raised.
    """
    async with _stack(_double(delay=0.02)) as stack:
        wrapped = {"live": stack.wrapped(cached=False), "under a budget": stack.wrapped(cached=False, budget=1e9)}
        kinds = [(title, model, together) for title, model in wrapped.items() for together in (True, False)]
        return [await _crowd(title, stack.bare, model, together) for title, model, together in kinds]


async def _crowd(title: str, bare: Model, wrapped: Model, together: bool) -> Sequence[str]:
    """All begin in one turn of the loop, or each in a turn of its own, as messages come."""
    prompts, took, turns = _fresh(), (list[float](), list[float]()), (list[float](), list[float]())
    for run in range(6):
        for model, times, longest in zip((bare, wrapped), took, turns, strict=True):
            asked = [next(prompts) for _ in range(_STREAMS)]
            gc.collect()
            gc.freeze()
            seconds, turn = await _at_once(model, asked, together)
            if run:
                times.append(seconds * 1e3)
                longest.append(turn * 1e3)
    gc.unfreeze()
    plain, ours = map(min, turns)
    each = _MOST_MS_BUDGETED if "budget" in title else _MOST_MS_EACH
    most = each * (_STREAMS if together else 1) + _MOST_MS_TURN
    cells = (*map(statistics.median, took), plain, ours, ours - plain)
    how = "begun in one turn" if together else "in a turn each"
    return f"{title}, {how}", *(f"{cell:.1f}" for cell in cells), at_most(ours - plain, most, "ms more")


async def _at_once(model: Model, prompts: Sequence[Prompt], together: bool) -> tuple[float, float]:
    """How long all of them take, and the longest turn of the loop in seconds of its thread's own time."""
    turns, started = [0.0], time.perf_counter()
    ticker = asyncio.create_task(_tick(turns))
    tasks = list[asyncio.Task[float]]()
    for prompt in prompts:
        tasks.append(asyncio.create_task(_once(model, prompt)))
        if not together:
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    took = time.perf_counter() - started
    ticker.cancel()
    return took, max(turns)


async def _tick(turns: list[float]) -> None:
    while True:
        before = time.thread_time()
        await asyncio.sleep(0)
        turns.append(time.thread_time() - before)


async def _memory(cached: bool) -> list[Sequence[str]]:
    """SQLite's pages stay in memory as far as the cache lets them."""
    found = list[tuple[int, float, int]]()
    async with _stack(_double()) as stack:
        # No limit a minute: it has to remember a minute's requests, which all of these are.
        model, prompts = stack.wrapped(cached, budget=1e9, hedge=True, a_minute=0), _fresh()
        for done in range(1, _REQUESTS + 1):
            await _once(model, next(prompts))
            if done % 2_000 == 0:
                await asyncio.sleep(0.3)  # what is written in the background
                gc.collect()
                found.append((done, psutil.Process().memory_info().rss / 1e6, len(gc.get_objects())))
    _, first_mb, first_objects = found[0]
    return [
        (
            f"{done:,}",
            f"{megabytes:.1f}",
            f"{objects:,}",
            f"{at_most(megabytes - first_mb, _MOST_MB, 'MB more')}, {at_most(objects - first_objects, _MOST_OBJECTS)}",
        )
        for done, megabytes, objects in found
    ]


async def _once(model: Model, prompt: Prompt) -> float:
    call = Call("1", "complete", deadline=asyncio.get_running_loop().time() + 60, enough=_never)
    started = time.perf_counter()
    text = ""
    async with aclosing(model.stream(prompt, call)) as items:
        async for item in items:
            text += item.text if isinstance(item, Piece) else ""
    took = time.perf_counter() - started
    assert text == _TEXT
    return took


def _never(_text: str) -> bool:
    return False


def _price(_day: object, _tokens: int) -> Price:
    return Price(0.3, 0.03, 0.3, 2.5)


def _fresh() -> Iterator[Prompt]:
    """Prompts of which no two are equal."""
    for number in itertools.count():
        yield seal(Draft((Text("system", "x" * 2_000, stable=True), Text("user", f"{number:,} " + "y" * 4_000))))


def _double(delay: float = 0.0) -> Callable[[], Model]:
    reply = Reply(_TEXT, piece_size=len(_TEXT) // _PIECES + 1, delay=delay)
    return lambda: _Forgetful([reply], _NAME)


class _Forgetful(Scripted):
    """Keeps no prompts, which would count as memory."""

    def _next(self, prompt: Prompt, call: Call) -> Reply:
        reply = Scripted._next(self, prompt, call)
        self.prompts.clear()
        return reply


@asynccontextmanager
async def _stack(provider: Callable[[], Model]) -> AsyncGenerator[_Stack]:
    with tempfile.TemporaryDirectory() as home:
        replies, ledger = Replies(Path(home) / "replies"), Ledger(Path(home) / "ledger.db")
        replies.warm()
        yield _Stack(provider(), replies, ledger)
        await replies.aclose(10)
        await ledger.aclose(10)


@asynccontextmanager
async def _endpoint() -> AsyncGenerator[str]:
    """A Gemini endpoint that says always the same at once."""
    size = len(_TEXT) // _PIECES + 1
    candidates = [{"content": {"parts": [{"text": _TEXT[at : at + size]}]}} for at in range(0, len(_TEXT), size)]
    events = [{"candidates": [each]} for each in [*candidates, {"finishReason": "STOP"}]]
    body = b"".join(b"data: %b\r\n\r\n" % json.dumps(event).encode() for event in events)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n" % len(body)

    writers = set[asyncio.StreamWriter]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                asked = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(asked.split(b"content-length:")[1].split(b"\r\n")[0]))
                writer.write(head + body)
        writers.discard(writer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        while writers:  # a connection that outlives its server is cancelled by the loop's end, which prints a traceback
            for writer in writers:
                writer.transport.abort()
            await asyncio.sleep(0.001)


if __name__ == "__main__":
    main()
