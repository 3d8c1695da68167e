"""Replies in JSON through the whole stack, as an app builds it: what is asked again, what it costs, who answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from flashls.app import App, build
from flashls.models.breaker import Breakers
from flashls.models.failover import Failover
from flashls.models.profiles import profile
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import Garbled, Model, ModelError, Overloaded
from flashls.models.structured import Structured
from flashls.prompt.seal import seal
from flashls.store.attempts import Attempt
from flashls.types import Call, Draft, Piece, Text
from tests.models.fault_rows import Does, streams
from tests.models.servers import Peer, Server, serve
from tests.models.simulated import simulated
from tests.models.wires import KEY, WIRES, Wire, event

FIRST, SECOND = "gemini/gemini-3.5-flash-lite", "openai/gpt-5.4-mini"
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
PROMPT = seal(Draft((Text("user", "fix this"),), max_tokens=4000, schema=SCHEMA))
WORDS = "words " * 400
JSON = json.dumps({"a": WORDS}, separators=(",", ":"))


def says(text: str, reason: str | None = None) -> bytes:
    """An event of Gemini's."""
    return event(candidates=[{"content": {"parts": [{"text": text}], "role": "model"}, "finishReason": reason}])


USAGE = event(usageMetadata={"promptTokenCount": 100, "candidatesTokenCount": 500})
BUSY = event(error={"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"})
WHOLE = streams(says(JSON[:100]), says(JSON[100:], "STOP"), USAGE)
BROKEN = streams(says(JSON[:1000]), BUSY)
PROSE = streams(says(WORDS), says("", "STOP"), USAGE)
STALLED = streams(says(JSON[:1000]), stall=True)


class Stack:
    """An app that asks one model, or two, for fixes."""

    def __init__(self, app: App, first: Server) -> None:
        self.app, self.first = app, first

    async def ask(self) -> str:
        text = ""
        async with aclosing(self.app.engine.routes["fix"].model.stream(PROMPT, Call("1", "fix"))) as stream:
            async for item in stream:
                text += item.text if isinstance(item, Piece) else f"|{item.model}"
        return text

    async def attempts(self) -> list[Attempt]:
        return await self.app.ledger.since(0)


@asynccontextmanager
async def stack(folder: Path, does: Does, *second: str) -> AsyncGenerator[Stack]:
    """The first model does so with each request; the second, if there is one, says these texts."""

    async def first(peer: Peer) -> None:
        while True:
            await peer.request()
            if not await does(peer, WIRES["gemini"]):
                return

    async def other(peer: Peer) -> None:
        chunks = [event(choices=[{"index": 0, "delta": {"content": text}}]) for text in second]
        while True:
            await peer.request()
            await streams(*chunks, 1)(peer, WIRES["openai"])

    async with serve(first) as one, serve(other) as two:
        path = folder / "config.toml"
        path.write_text(
            f"[models]\nfix = {[FIRST, SECOND][: 1 + bool(second)]}\n[budget]\ndaily_usd = 5.0\n"
            f"[providers.gemini]\nbase_url = '{one.url}'\n[providers.openai]\nbase_url = '{two.url}/v1'\n",
            "utf-8",
        )
        environ = {"FLASHLS_CONFIG": str(path), "FLASHLS_DATA": str(folder / "d"), "FLASHLS_CACHE": str(folder / "c")}
        app = await build(environ | {"GEMINI_API_KEY": KEY, "OPENAI_API_KEY": KEY})
        try:
            assert app.problems == ()
            yield Stack(app, one)
        finally:
            await app.aclose()


async def test_a_whole_reply_costs_what_the_provider_counts(tmp_path: Path) -> None:
    async with stack(tmp_path, WHOLE) as one:
        assert await one.ask() == f"{JSON}|{FIRST}"
        [row] = await one.attempts()
        assert (row.outcome, row.usage.input, row.usage.output) == ("stop", 100, 500)
        assert row.cost == row.held != 0


@pytest.mark.parametrize(("does", "outcome"), [(BROKEN, "Overloaded"), (PROSE, "stop")])
async def test_a_reply_that_came_in_part_is_paid_for_and_not_asked_for_again(
    does: Does, outcome: str, tmp_path: Path
) -> None:
    async with stack(tmp_path, does) as one:
        with pytest.raises(ModelError):
            await one.ask()
        assert len(one.first.heads) == 1
        [row] = await one.attempts()
        assert row.outcome == outcome
        assert row.usage.output > 200
        assert row.cost
        assert row.held
        assert row.first_ms is not None
        assert (await one.app.ledger.spent()).today == row.held


async def test_a_reply_given_up_half_way_is_counted_as_what_came_of_it(tmp_path: Path) -> None:
    async with stack(tmp_path, STALLED) as one:
        heard = asyncio.Event()
        call = Call("1", "fix", heard=lambda text: heard.set() if len(text) >= 1000 else None)

        async def read() -> None:
            async with aclosing(one.app.engine.routes["fix"].model.stream(PROMPT, call)) as stream:
                async for _ in stream:
                    pass

        task = asyncio.create_task(read())
        await heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        [row] = await one.attempts()
        assert (row.outcome, row.usage.estimated) == ("cancelled", True)
        assert row.usage.output > 200
        assert row.held is not None
        assert row.cost is not None
        assert row.held > row.cost > 0


@pytest.mark.parametrize("does", [BROKEN, PROSE])
async def test_the_next_model_answers_where_nothing_of_use_came(does: Does, tmp_path: Path) -> None:
    async with stack(tmp_path, does, '{"a":', '"b"}') as two:
        assert await two.ask() == f'{{"a":"b"}}|{SECOND}'
        assert [row.model for row in await two.attempts()] == [FIRST, SECOND]


async def test_only_what_fits_is_kept(tmp_path: Path) -> None:
    turns = iter([PROSE, WHOLE])

    async def does(peer: Peer, wire: Wire) -> bool:
        return await next(turns)(peer, wire)

    async with stack(tmp_path, does) as one:
        with pytest.raises(Garbled):
            await one.ask()
        assert [await one.ask() for _ in range(3)] == [f"{JSON}|{FIRST}"] * 3
        assert len(one.first.heads) == 2


SLOW = Reply(JSON, piece_size=8, delay=0.2)  # a minute in all


def listed(*models: Scripted) -> list[tuple[str, Model]]:
    return [(each.name, Structured(each, profile(each.name))) for each in models]


@simulated
async def test_a_reply_that_takes_long_and_goes_on_is_waited_for() -> None:
    first, second = Scripted([SLOW], FIRST), Scripted([JSON], SECOND)
    breakers, said = Breakers(), ""
    call = Call("1", "fix", deadline=asyncio.get_running_loop().time() + 120)
    async with aclosing(Failover(listed(first, second), breakers).stream(PROMPT, call)) as stream:
        async for item in stream:
            said += item.text if isinstance(item, Piece) else f"|{item.model}"
    assert said == f"{JSON}|{FIRST}"
    assert asyncio.get_running_loop().time() > 1050
    assert second.prompts == []
    assert breakers[FIRST].ready(0)


@simulated
async def test_to_give_up_a_reply_that_goes_on_says_nothing_about_the_model() -> None:
    first, second = Scripted([SLOW], FIRST), Scripted([JSON], SECOND)
    failover = Failover(listed(first, second), Breakers())
    for _ in range(5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30), aclosing(failover.stream(PROMPT, Call("1", "fix"))) as stream:
                async for _item in stream:
                    pass
    assert (len(first.prompts), first.open, second.prompts) == (5, 0, [])


@pytest.mark.parametrize("fail", [Overloaded("busy"), None])
def test_where_no_model_has_an_answer_all_are_told(fail: ModelError | None) -> None:
    @simulated
    async def check() -> None:
        models = listed(Scripted([Reply(WORDS, fail=fail)], FIRST), Scripted([WORDS], SECOND))
        with pytest.raises(type(fail) if fail else Garbled, match=rf"^{FIRST}: .*; {SECOND}: .*holds no JSON"):
            async with aclosing(Failover(models, Breakers()).stream(PROMPT, Call("1", "fix"))) as stream:
                async for item in stream:
                    assert item == Piece("")

    check()
