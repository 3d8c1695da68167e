"""What many questions begin with, stored with Google: created, rested on, deleted, and written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from google import genai
from google.auth.credentials import AnonymousCredentials
from google.genai import types

from flashls.models.gemini import Gemini
from flashls.models.gemini_cache import Stored, stored
from flashls.models.seam import RateLimited, Unauthorized, Unreachable
from flashls.models.slots import Slots
from flashls.models.vertex import Vertex
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Prompt, Text
from tests.models import servers
from tests.models.gemini_server import GeminiServer, Reply, serve

LITE = "gemini-3.5-flash-lite"
CALL = Call("1", "ask")
FILES = "def area(r):\n    return 3.14 * r * r\n" * 500
SYSTEM, REPOSITORY = Text("system", "You know this repository.", stable=True), Text("user", FILES, stable=True)


def question(text: str = "What does area do?", *more: Text) -> Prompt:
    return seal(Draft((SYSTEM, REPOSITORY, Text("user", text), *more), max_tokens=64))


@dataclass(slots=True)
class Book:
    """What was reserved and settled; ``full`` forbids."""

    full: bool = False
    reserved: list[tuple[int, float]] = field(default_factory=list)
    settled: list[tuple[int, int, float]] = field(default_factory=list)

    async def reserve(self, tokens: int, hours: float, call: Call) -> int:
        if self.full:
            raise RateLimited("The budget is used up", final=True)
        self.reserved.append((tokens, hours))
        return 7

    def settle(self, row: int, tokens: int, hours: float, call: Call) -> None:
        self.settled.append((row, tokens, hours))


@dataclass(slots=True)
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def gemini(model_id: str = LITE, key: str = "k", reply: Reply | str = "ok") -> AsyncGenerator[Any, None]:
    async with serve([reply]) as server:
        slots = Slots()
        yield Gemini(model_id, key, slots, server.url), server
        await slots.aclose()


async def ask(model: Any, prompt: Prompt) -> End:
    async with aclosing(model.stream(prompt, CALL)) as stream:
        *_, end = [item async for item in stream]
    assert isinstance(end, End)
    return end


def asked(server: GeminiServer) -> list[str]:
    return [request.method for request in server.requests]


async def test_two_questions_rest_on_what_is_stored_once() -> None:
    book, clock = Book(), Clock()
    async with gemini() as (model, server):
        async with stored(model, question(), CALL, book, seconds=600, clock=clock) as shelf:
            assert list(server.stored) == [shelf.name]
            for text in ("What?", "Why?"):
                await ask(model, shelf.resting(question(text)))
            clock.now += 90
            assert book.settled == []
        create, first, second, delete = server.requests
        assert (asked(server), server.stored) == (["create", *["streamGenerateContent"] * 2, "delete"], {})
    assert create.body["ttl"] == "600s"
    assert [first.body["contents"], second.body["contents"]] == [
        [{"parts": [{"text": text}], "role": "user"}] for text in ("What?", "Why?")
    ]
    assert (first.body["cachedContent"], "systemInstruction" in first.body) == (shelf.name, False)
    assert delete.model == shelf.name
    (reserved,), ((row, tokens, hours),) = book.reserved, book.settled
    assert reserved == (len(FILES) + len(SYSTEM.text), 600 / 3600)
    assert (row, hours, 0 < tokens <= reserved[0]) == (7, 90 / 3600, True)


async def test_our_requests_are_the_sdks() -> None:
    async with gemini() as (model, server):
        async with stored(model, question(), CALL, Book(), seconds=600):
            pass
        options = types.HttpOptions(api_version="v1beta", base_url=server.url)
        client = genai.Client(api_key="k", http_options=options)
        config = types.CreateCachedContentConfig(
            ttl="600s",
            system_instruction=SYSTEM.text,
            contents=[types.Content(role="user", parts=[types.Part(text=FILES)])],
        )
        kept = await client.aio.caches.create(model=LITE, config=config)
        await client.aio.caches.delete(name=str(kept.name))
        await client.aio.aclose()
        client.close()
        ours, theirs = server.requests[:2], server.requests[2:]
    assert [request.method for request in ours] == [request.method for request in theirs] == ["create", "delete"]
    assert (ours[0].path, ours[0].body) == (theirs[0].path, theirs[0].body)


async def test_on_google_cloud() -> None:
    token = AnonymousCredentials()  # type: ignore[no-untyped-call]
    token.token = "ya29.x"
    async with serve("ok") as server:
        slots = Slots()
        model = Vertex(LITE, slots, "p1", "us-central1", token, server.url)
        async with stored(model, question(), CALL, Book()) as shelf:
            await ask(model, shelf.resting(question()))
        await slots.aclose()
        create, use, delete = server.requests
    parent = "projects/p1/locations/us-central1"
    assert create.path == f"/v1/{parent}/cachedContents"
    assert create.body["model"] == f"{parent}/publishers/google/models/{LITE}"
    assert use.body["cachedContent"] == shelf.name == delete.model
    assert delete.path == f"/v1/{shelf.name}"


@pytest.mark.parametrize(
    ("model_id", "prompt"),
    [
        ("gemini-4-argon", question()),  # which caches by itself only
        ("gemini-2.0-flash-lite-x", seal(Draft((SYSTEM, Text("user", "q"))))),
        (LITE, seal(Draft((SYSTEM, Text("user", FILES))))),
        (LITE, seal(Draft((Text("user", "q"), REPOSITORY)))),
        (LITE, question().resting_on("cachedContents/x")),
    ],
)
async def test_where_nothing_is_stored(model_id: str, prompt: Prompt) -> None:
    book = Book()
    async with gemini(model_id) as (model, server):
        async with stored(model, prompt, CALL, book) as shelf:
            assert shelf.resting(prompt) is prompt
        assert (server.requests, book.reserved, book.settled) == ([], [], [])


@pytest.mark.parametrize(
    "other",
    [
        seal(Draft((SYSTEM, Text("user", "another repository", stable=True), Text("user", "q")))),
        seal(Draft((REPOSITORY, SYSTEM, Text("user", "q")))),
        seal(Draft((Text("user", "q"),))),
        question("q", Text("system", "Be brief.")),
    ],
)
def test_a_prompt_that_begins_otherwise_is_asked_whole(other: Prompt) -> None:
    assert Stored((SYSTEM, REPOSITORY), "cachedContents/x").resting(other) is other


class Stop(Exception):
    pass


async def test_it_is_deleted_when_the_block_fails() -> None:
    book = Book()
    async with gemini() as (model, server):
        with pytest.raises(Stop):
            async with stored(model, question(), CALL, book):
                raise Stop
        assert (asked(server), len(book.settled)) == (["create", "delete"], 1)


async def test_it_is_deleted_when_the_task_is_cancelled() -> None:
    book = Book()
    async with gemini() as (model, server):

        async def work() -> None:
            async with stored(model, question(), CALL, book):
                await asyncio.Event().wait()

        task = asyncio.create_task(work())
        async with asyncio.timeout(5):
            while not server.stored:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.sleep(0)
            task.cancel()  # once more, while it is deleted
            with pytest.raises(asyncio.CancelledError):
                await task
        assert (server.stored, len(book.settled)) == ({}, 1)


async def test_it_is_deleted_when_the_task_is_cancelled_while_it_is_stored() -> None:
    book = Book()
    async with gemini() as (model, server):
        await model.warm()

        async def work() -> None:
            async with stored(model, question(), CALL, book):
                pytest.fail("the block ran")

        task = asyncio.create_task(work())
        while model.slots.busy == 0:
            await asyncio.sleep(0)
        task.cancel()
        async with asyncio.timeout(5):
            with pytest.raises(asyncio.CancelledError):
                await task
        assert (asked(server), server.stored, len(book.settled)) == (["create", "delete"], {}, 1)


@pytest.mark.parametrize("key", ["bad-key", ""])
async def test_what_is_refused_costs_nothing(key: str) -> None:
    book = Book()
    async with gemini(key=key) as (model, _):
        with pytest.raises(Unauthorized):
            async with stored(model, question(), CALL, book):
                pytest.fail("the block ran")
    assert book.settled == [(7, 0, 0.0)]


async def test_what_nobody_knows_stays_reserved() -> None:
    async def hang_up(peer: servers.Peer) -> None:
        await peer.request()

    book = Book()
    async with servers.serve(hang_up) as server:
        slots = Slots()
        with pytest.raises(Unreachable):
            async with stored(Gemini(LITE, "k", slots, server.url), question(), CALL, book):
                pytest.fail("the block ran")
        await slots.aclose()
    assert (len(book.reserved), book.settled) == (1, [])


async def test_a_full_budget_forbids_it() -> None:
    async with gemini() as (model, server):
        with pytest.raises(RateLimited, match="budget"):
            async with stored(model, question(), CALL, Book(full=True)):
                pytest.fail("the block ran")
        assert server.requests == []


async def test_what_could_not_be_deleted_lasts_its_time() -> None:
    book = Book()
    async with gemini() as (model, server), stored(model, question(), CALL, book, seconds=1200):
        server.stored.clear()  # so that the server refuses to delete it
    assert book.settled[0][2] == 1200 / 3600
