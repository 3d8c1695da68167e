"""Batches: sent, looked at, found again and forgotten on the wire that Google documents, as its SDK does it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from google import genai
from google.genai import types

from flashls.models.answer import Limits
from flashls.models.gemini import Gemini
from flashls.models.gemini_batch import Gone, Told, TooLong, find, forget, parcels, send, standing
from flashls.models.seam import (
    Declined,
    Garbled,
    ModelError,
    NotFound,
    Overloaded,
    RateLimited,
    Refused,
    Unauthorized,
    Unreachable,
)
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, Prompt, Text
from tests.models.gemini_batch_server import BatchServer, Replies, serve
from tests.models.gemini_server import Reply, error
from tests.models.wire_server import Answer

FLASH = "gemini-3.8-flash"
CALL = Call("1", "explain")


def question(text: str, **more: Any) -> Prompt:
    return seal(Draft((Text("system", "Be brief.", stable=True), Text("user", text)), max_tokens=64, **more))


def echo(request: dict[str, Any]) -> str:
    return f"About {request['contents'][-1]['parts'][0]['text']}"


@asynccontextmanager
async def gemini(
    replies: Replies = echo, key: str = "k", model_id: str = FLASH, **more: Any
) -> AsyncGenerator[tuple[Gemini, BatchServer], None]:
    async with serve(replies, **more) as server:
        slots = Slots()
        yield Gemini(model_id, key, slots, server.url), server
        await slots.aclose()


async def test_a_batch_from_sending_to_forgetting() -> None:
    async with gemini(looks=2) as (model, server):
        name = await send(model, {"a": question("areas"), "b": question("boats")}, "mine", CALL)
        assert name == await find(model, "mine", CALL) == "batches/b1"
        stands = [await standing(model, name, CALL) for _ in range(3)]
        assert [(each.state, each.answered, each.total, each.over) for each in stands] == [
            ("waiting", 0, 2, False),
            ("running", 0, 2, False),
            ("done", 2, 2, True),
        ]
        assert {key: told.text for key, told in stands[2].replies.items() if isinstance(told, Told)} == {
            "a": "About areas",
            "b": "About boats",
        }
        await forget(model, name, CALL)
        assert server.batches == {}
        with pytest.raises(Gone):
            await standing(model, name, CALL)


async def test_our_batch_is_the_sdks() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    async with gemini() as (model, server):
        await send(model, {"a": question("areas", schema=schema)}, "mine", CALL)
        options = types.HttpOptions(api_version="v1beta", base_url=server.url)
        client = genai.Client(api_key="k", http_options=options)
        config = types.GenerateContentConfig(
            system_instruction="Be brief.",
            max_output_tokens=server.batches["batches/b1"].asked[0]["request"]["generationConfig"]["maxOutputTokens"],
            response_mime_type="application/json",
            response_json_schema=schema,
            thinking_config=types.ThinkingConfig(thinking_level=types.ThinkingLevel.LOW),
        )
        inlined = types.InlinedRequest(model=FLASH, contents="areas", metadata={"key": "a"}, config=config)
        job = await client.aio.batches.create(
            model=FLASH, src=[inlined], config=types.CreateBatchJobConfig(display_name="mine")
        )
        while job.state is not types.JobState.JOB_STATE_SUCCEEDED:
            job = await client.aio.batches.get(name=str(job.name))
        listed = [each.name async for each in await client.aio.batches.list()]
        await client.aio.aclose()
        client.close()
        ours, theirs = (server.batches[f"batches/b{n}"] for n in (1, 2))
    assert json.dumps(ours.asked, sort_keys=True) == json.dumps(theirs.asked, sort_keys=True)
    assert (ours.model, ours.title) == (theirs.model, theirs.title)
    assert listed == ["batches/b2", "batches/b1"]
    assert job.dest is not None and job.dest.inlined_responses is not None
    (told,) = job.dest.inlined_responses
    assert (told.metadata, told.response and told.response.text) == ({"key": "a"}, "About areas")


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"code": 13, "message": "Internal error"}, Overloaded),
        ({"code": 1, "message": "The operation was cancelled."}, Overloaded),
        ({"code": 8, "message": "Quota exceeded"}, RateLimited),
        ({"code": 3, "message": "The input is odd"}, Refused),
        ({"code": 503, "message": "The model is overloaded"}, Overloaded),
        (Reply("half", reason="FINISH_REASON_UNSPECIFIED"), Garbled),
        (Reply("half", reason="MALFORMED_RESPONSE"), Overloaded),
    ],
)
async def test_one_that_failed_spares_the_others(told: Any, kind: type[ModelError]) -> None:
    async with gemini(lambda asked: told if "bad" in str(asked) else echo(asked), looks=0) as (model, _):
        name = await send(model, {"a": question("areas"), "b": question("bad")}, "mine", CALL)
        replies = (await standing(model, name, CALL)).replies
    assert isinstance(replies["a"], Told)
    assert type(replies["b"]) is kind


async def test_how_a_reply_ended_and_what_it_took() -> None:
    script = {"long": Reply("cut", reason="MAX_TOKENS"), "odd": Reply(blocked="SAFETY"), "deep": Reply("ok", "hmmm")}
    async with gemini(lambda asked: script[asked["contents"][0]["parts"][0]["text"]], looks=0) as (model, _):
        name = await send(model, {key: question(key) for key in script}, "mine", CALL)
        replies = (await standing(model, name, CALL)).replies
    told = {key: (reply.text, reply.reason) for key, reply in replies.items() if isinstance(reply, Told)}
    assert told == {"long": ("cut", "length"), "odd": ("", "blocked"), "deep": ("ok", "stop")}
    assert isinstance(replies["deep"], Told)
    assert (replies["deep"].usage.thought, replies["deep"].usage.output) == (1, 2)


@pytest.mark.parametrize("ends", ["FAILED", "CANCELLED", "EXPIRED"])
async def test_a_batch_that_came_to_nothing(ends: str) -> None:
    async with gemini(looks=0, ends=ends, why={"code": 13, "message": "out of order"}) as (model, _):
        stands = await standing(model, await send(model, {"a": question("areas")}, "mine", CALL), CALL)
    assert (stands.state, stands.over, stands.replies) == (ends.lower(), True, {})
    assert isinstance(stands.wrong, Overloaded)


@pytest.mark.parametrize(
    ("key", "model_id", "refused", "kind"),
    [
        ("bad-key", FLASH, None, Unauthorized),
        ("k", "nope", None, NotFound),
        ("k", FLASH, error(429, "RESOURCE_EXHAUSTED", "Too many batches"), RateLimited),
        ("k", FLASH, error(400, "INVALID_ARGUMENT", "moderation_blocked"), Declined),
    ],
)
async def test_a_batch_that_is_not_taken(
    key: str, model_id: str, refused: dict[str, Any] | None, kind: type[ModelError]
) -> None:
    async with gemini(key=key, model_id=model_id, refused=[refused] if refused else []) as (model, server):
        with pytest.raises(kind):
            await send(model, {"a": question("areas")}, "mine", CALL)
        assert server.batches == {}


async def test_a_batch_whose_answer_was_lost_is_found_by_its_title() -> None:
    async with gemini() as (model, server):
        for n in range(120):
            await send(model, {"a": question("areas")}, f"other {n}", CALL)
        server.lost = True
        with pytest.raises((Unreachable, Garbled)):
            await send(model, {"a": question("areas")}, "mine", CALL)
        assert await find(model, "mine", CALL) == "batches/b121"
        assert await find(model, "other 0", CALL) == "batches/b1"
        assert await find(model, "nobody's", CALL) is None


async def test_questions_are_parted_by_weight_and_number() -> None:
    async with gemini() as (model, _):
        heavy = dict.fromkeys(map(str, range(5)), question("x " * 2_000_000))
        assert [len(parcel) for parcel in parcels(heavy, "explain", model)] == [3, 2]
        many = dict.fromkeys(map(str, range(501)), question("x"))
        assert [len(parcel) for parcel in parcels(many, "explain", model)] == [250, 250, 1]
        assert list(parcels({}, "explain", model)) == []


async def test_replies_are_read_up_to_a_limit() -> None:
    """It is four times that of any other answer; the server says everything twice."""
    async with gemini(lambda _: "x" * 10_000, looks=0) as (model, server):
        name = await send(model, {"a": question("areas")}, "mine", CALL)
        for limit, fits in ((6_000, True), (5_000, False)):
            slots = Slots(Limits(answer=limit))
            small = Gemini(FLASH, "k", slots, server.url)
            if fits:
                assert (await standing(small, name, CALL)).answered == 1
            else:
                with pytest.raises(TooLong):
                    await standing(small, name, CALL)
            await slots.aclose()


@pytest.mark.parametrize("page", [b"<html>Nothing here</html>", b'{"detail": "Not Found"}'])
async def test_a_page_that_is_not_there_is_no_batch_that_is_gone(page: bytes) -> None:
    async with gemini(looks=0) as (model, server):
        assert server.wire is not None
        server.wire.answer = lambda _: Answer((page,), 404)
        with pytest.raises(NotFound) as caught:
            await standing(model, "batches/b1", CALL)
    assert not isinstance(caught.value, Gone)
