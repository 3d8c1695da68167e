"""The test server is faithful: OpenAI's own SDK is content with it, and it refuses what OpenAI refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import openai
import pytest

from flashls.models.slots import Slots
from flashls.types import Call
from tests.models.openai_server import Reply, Script, out_of_quota, rate_limited, serve, server_error
from tests.models.wire_server import WireServer

MODEL = "gpt-4o"
WORDS: Any = [{"role": "user", "content": "hi"}]


@asynccontextmanager
async def sdk(script: Script, key: str = "k") -> AsyncGenerator[tuple[openai.AsyncOpenAI, WireServer], None]:
    async with serve(script) as server, openai.AsyncOpenAI(
        api_key=key, base_url=f"{server.url}/v1", max_retries=0
    ) as client:  # fmt: skip
        yield client, server


async def test_stream() -> None:
    async with sdk([Reply("hello, world", cached=2, thought=3)]) as (client, _):
        stream = await client.chat.completions.create(
            model=MODEL, messages=WORDS, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "hello, world"
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-2:] == [None, "stop"]
    usage = chunks[-1].usage
    assert usage is not None
    assert usage.completion_tokens == 6
    assert usage.prompt_tokens_details is not None
    assert usage.prompt_tokens_details.cached_tokens == 2


async def test_stream_without_usage() -> None:
    async with sdk(["x"]) as (client, _):
        stream = await client.chat.completions.create(model=MODEL, messages=WORDS, stream=True)
        assert all(chunk.choices and chunk.usage is None for chunk in [c async for c in stream])


async def test_a_refusal() -> None:
    async with sdk([Reply(refusal="I cannot help with that.")]) as (client, _):
        answer = await client.chat.completions.create(model=MODEL, messages=WORDS)
    assert answer.choices[0].message.refusal == "I cannot help with that."


async def test_every_setting() -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    closed = schema | {"additionalProperties": False}
    picture: Any = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}}
    async with sdk(['{"a": 1}']) as (client, server):
        answer = await client.chat.completions.create(
            model=MODEL,
            messages=[
                {"role": "system", "content": "s"},
                {"role": "user", "content": [{"type": "text", "text": "hi"}, picture]},
            ],
            max_completion_tokens=9,
            stop=["x"],
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "reply", "schema": closed, "strict": True},
            },
        )
    assert json.loads(answer.choices[0].message.content or "") == {"a": 1}
    assert server.requests[0].body["stop"] == ["x"]


async def test_completions() -> None:
    async with sdk(["  return 1"]) as (client, server):
        stream = await client.completions.create(
            model="m", prompt="def f():\n", suffix="\n", max_tokens=5, stream=True, temperature=0
        )
        assert "".join([chunk.choices[0].text async for chunk in stream]) == "  return 1"
    assert server.requests[0].body["suffix"] == "\n"


async def test_models() -> None:
    async with sdk("") as (client, _):
        assert [model.id async for model in client.models.list()] == [MODEL]


@pytest.mark.parametrize(
    ("script", "key", "model", "kind", "code"),
    [
        ([rate_limited()], "k", MODEL, openai.RateLimitError, "rate_limit_exceeded"),
        ([out_of_quota()], "k", MODEL, openai.RateLimitError, "insufficient_quota"),
        ([server_error()], "k", MODEL, openai.InternalServerError, None),
        ("ok", "sk-bad-key", MODEL, openai.AuthenticationError, "invalid_api_key"),
        ("ok", "k", "nope", openai.NotFoundError, "model_not_found"),
        ([Reply("half", error=server_error().error)], "k", MODEL, openai.APIError, None),
    ],
)
async def test_errors(script: Script, key: str, model: str, kind: type[openai.APIError], code: str | None) -> None:
    async with sdk(script, key) as (client, _):
        with pytest.raises(kind) as caught:
            async for _ in await client.chat.completions.create(model=model, messages=WORDS, stream=True):
                pass
    assert caught.value.code == code


GOOD: dict[str, Any] = {"model": MODEL, "messages": WORDS}
OPEN = {"type": "object", "properties": {"a": {}}, "required": []}


def schema(strict: bool) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "r", "schema": OPEN, "strict": strict}}


BROKEN: list[tuple[str, dict[str, Any] | bytes, str]] = [
    ("unknown field", GOOD | {"prompt": "x"}, "Unrecognized request argument supplied: prompt"),
    ("unknown field inside", GOOD | {"stream_options": {"usage": True}}, "supplied: stream_options.usage"),
    ("unknown field of a part", GOOD | {"messages": [{"role": "user", "content": [{"txt": "x"}]}]}, "content[0].txt"),
    ("another type", GOOD | {"max_tokens": "9"}, "Invalid type for 'max_tokens'"),
    ("not JSON", b"{", "could not parse the JSON"),
    ("no messages", {"model": MODEL}, "'messages' is a required property"),
    ("a role of Gemini's", GOOD | {"messages": [{"role": "model", "content": "x"}]}, "Invalid role"),
    ("five stops", GOOD | {"stop": list("abcde")}, "at most 4 elements"),
    ("an empty stop", GOOD | {"stop": [""]}, "must not be empty"),
    ("two limits", GOOD | {"max_tokens": 1, "max_completion_tokens": 1}, "only one"),
    ("the old limit", {"model": "gpt-5-mini", "messages": WORDS, "max_tokens": 1}, "'max_tokens'"),
    ("stop and reasoning", {"model": "o3", "messages": WORDS, "stop": ["a"]}, "'stop' is not supported"),
    ("temperature and reasoning", {"model": "o3", "messages": WORDS, "temperature": 0}, "'temperature'"),
    ("an effort of others", {"model": "gpt-5.2", "messages": WORDS, "reasoning_effort": "minimal"}, "'minimal'"),
    ("an effort for none", GOOD | {"reasoning_effort": "low"}, "'low'"),
    ("options without a stream", GOOD | {"stream_options": {"include_usage": True}}, "only allowed with 'stream'"),
    ("a strict schema that is open", GOOD | {"response_format": schema(True)}, "'additionalProperties'"),
    (
        "a picture by its bare data",
        GOOD | {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "iVBORw=="}}]}]},
        "image_url",
    ),
]


@pytest.mark.parametrize(("name", "body", "text"), BROKEN, ids=[row[0] for row in BROKEN])
async def test_what_is_refused(name: str, body: dict[str, Any] | bytes, text: str) -> None:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, said = await _post("/v1/chat/completions", {"authorization": "Bearer k"}, sent)
    assert status == 400
    assert text in said


async def test_a_schema_that_is_not_strict_may_be_open() -> None:
    body = json.dumps(GOOD | {"response_format": schema(False)}).encode()
    assert (await _post("/v1/chat/completions", {"authorization": "Bearer k"}, body))[0] == 200


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/chat/completions", {}, 401),
        ("/v1/chat/completions", {"x-api-key": "k"}, 401),
        ("/chat/completions", {"authorization": "Bearer k"}, 404),
        ("/v1/responses", {"authorization": "Bearer k"}, 404),
    ],
)
async def test_where_and_with_what_key(path: str, headers: dict[str, str], status: int) -> None:
    assert (await _post(path, headers, json.dumps(GOOD).encode()))[0] == status


async def _post(path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    async with serve() as server:
        slots = Slots()
        async with slots.post(f"{server.url}{path}", headers, body, Call("1", "ask")) as answer:
            said = json.loads(await answer.read())
        await slots.aclose()
    return answer.status, str(said.get("error", {}).get("message", ""))
