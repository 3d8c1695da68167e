"""Exchange: answers about a batch that cannot be read end the waiting, and lose nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from flashls.models.answer import Limits
from flashls.models.bulk import Bulk
from flashls.models.cost import price_of
from flashls.models.gemini import Gemini
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.settings import Budget
from flashls.store.ledger import Ledger
from flashls.types import Draft, Text
from flashls_cli.exchange import Exchange
from flashls_cli.posts import posts_at
from flashls_cli.trouble import Trouble
from tests.models.gemini_batch_server import BatchServer, serve
from tests.models.wire_server import Answer, Request

MODEL = "gemini/gemini-3.8-flash"
ASKED = {"a": seal(Draft((Text("user", "Why?"),), max_tokens=64))}


@asynccontextmanager
async def exchange(
    folder: Path, pauses: list[float], limits: Limits | None = None
) -> AsyncGenerator[tuple[Exchange, BatchServer, Ledger], None]:
    """An exchange whose pauses take no time."""

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    slots, ledger = Slots(limits), Ledger(folder / "ledger.sqlite3")
    async with serve(lambda _: "x" * 10_000, looks=0) as server:
        bulk = Bulk(MODEL, ledger, partial(price_of, MODEL, {}), Budget(), print)
        with posts_at(folder, "a command") as posts:
            model = Gemini(MODEL.partition("/")[2], "k", slots, server.url)
            yield Exchange(model, "explain", bulk, posts, pause), server, ledger
        await slots.aclose()
        await ledger.aclose(10)


async def test_replies_that_are_too_long_are_not_asked_for_again_and_not_paid_for_twice(tmp_path: Path) -> None:
    pauses = list[float]()
    async with exchange(tmp_path, pauses, Limits(answer=5_000)) as (waiting, server, ledger):
        for _ in range(2):
            with pytest.raises(Trouble, match=r"more than is read of one answer; .* fewer files at once"):
                await waiting.ask(ASKED)
        await waiting.settle()
        await waiting.finish()
        assert (pauses, server.made, list(server.batches)) == ([], 1, ["batches/b1"])
        (row,) = await ledger.since(0)
        assert (row.outcome, row.cost) == ("Garbled", None)


@pytest.mark.parametrize(("nonsense", "found"), [(9, True), (10, False)])
async def test_answers_that_cannot_be_read_end_the_waiting_after_ten(
    tmp_path: Path, nonsense: int, found: bool
) -> None:
    pauses = list[float]()
    async with exchange(tmp_path, pauses) as (waiting, server, _):
        assert server.wire is not None
        left = [Answer((b"<p>Sign in</p>",))] * nonsense

        def answer(request: Request) -> Answer:
            return left.pop() if left and request.method == "GET" else server.answer(request)

        server.wire.answer = answer
        if not found:
            with pytest.raises(Trouble, match="the same command looks for it again"):
                await waiting.ask(ASKED)
        await waiting.ask(ASKED)
        assert (len(pauses), server.made, list(waiting.replies)) == (9, 1, ["a"])
        await waiting.finish()
        assert server.batches == {}
