"""The test server is faithful: Google's own SDK is content with it, and it refuses what Google refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from flashls.models.slots import Slots
from flashls.types import Call
from tests.models.gemini_server import GeminiServer, Reply, Script, overloaded, rate_limited, serve

MODEL = "gemini-3.5-flash-lite"
OVERLOADED_INSIDE = overloaded().error


@asynccontextmanager
async def sdk(script: Script, key: str = "k") -> AsyncGenerator[tuple[Any, GeminiServer], None]:
    async with serve(script) as server:
        options = types.HttpOptions(api_version="v1beta", base_url=server.url)
        client = genai.Client(api_key=key, http_options=options)
        try:
            yield client.aio.models, server
        finally:
            await client.aio.aclose()
            client.close()


async def test_stream() -> None:
    async with sdk([Reply("hello, world", thought="hm")]) as (models, _):
        chunks = [c async for c in await models.generate_content_stream(model=MODEL, contents="hi")]
    parts = [part for chunk in chunks for part in chunk.candidates[0].content.parts]
    assert [part.text for part in parts if part.thought] == ["hm"]
    assert "".join(part.text for part in parts if not part.thought) == "hello, world"
    assert chunks[-1].candidates[0].finish_reason is types.FinishReason.STOP
    assert chunks[-1].usage_metadata.thoughts_token_count == 1
    assert chunks[0].candidates[0].finish_reason is None


async def test_generate_with_every_setting() -> None:
    config = types.GenerateContentConfig(
        system_instruction="s",
        max_output_tokens=9,
        stop_sequences=["x"],
        thinking_config=types.ThinkingConfig(thinking_level=types.ThinkingLevel.MINIMAL, include_thoughts=False),
        response_mime_type="application/json",
        response_json_schema={"type": "object"},
        safety_settings=[
            types.SafetySetting(
                category=types.HarmCategory.HARM_CATEGORY_DANGEROUS_CONTENT,
                threshold=types.HarmBlockThreshold.BLOCK_NONE,
            )
        ],
    )
    picture = types.Part.from_bytes(data=b"x", mime_type="image/png")
    async with sdk(['{"a": 1}']) as (models, server):
        answer = await models.generate_content(model=MODEL, contents=["hi", picture], config=config)
    assert json.loads(answer.text) == {"a": 1}
    assert server.requests[0].body["generationConfig"]["responseJsonSchema"] == {"type": "object"}


async def test_count() -> None:
    async with sdk("") as (models, _):
        assert (await models.count_tokens(model=MODEL, contents="hello " * 50)).total_tokens > 50


async def test_blocked() -> None:
    async with sdk([Reply(blocked="PROHIBITED_CONTENT")]) as (models, _):
        answer = await models.generate_content(model=MODEL, contents="hi")
    assert answer.prompt_feedback.block_reason is types.BlockedReason.PROHIBITED_CONTENT
    assert answer.text is None


@pytest.mark.parametrize(
    ("script", "key", "model", "code", "status"),
    [
        ([rate_limited()], "k", MODEL, 429, "RESOURCE_EXHAUSTED"),
        ([overloaded()], "k", MODEL, 503, "UNAVAILABLE"),
        ("ok", "bad-key", MODEL, 400, "INVALID_ARGUMENT"),
        ("ok", "k", "nope", 404, "NOT_FOUND"),
        ([Reply("half", error=OVERLOADED_INSIDE)], "k", MODEL, 503, "UNAVAILABLE"),
    ],
)
async def test_errors(script: Script, key: str, model: str, code: int, status: str) -> None:
    async with sdk(script, key) as (models, _):
        with pytest.raises(errors.APIError) as caught:
            async for _ in await models.generate_content_stream(model=model, contents="hi"):
                pass
    assert (caught.value.code, caught.value.status) == (code, status)


GOOD: dict[str, Any] = {"contents": [{"role": "user", "parts": [{"text": "q"}]}]}


def config(**fields: Any) -> dict[str, Any]:
    return GOOD | {"generationConfig": fields}


BROKEN: list[tuple[str, str, dict[str, Any] | bytes, str]] = [
    ("unknown field", MODEL, GOOD | {"prompt": "x"}, 'Unknown name "prompt"'),
    ("unknown field inside", MODEL, config(maxTokens=1), "Unknown name \"maxTokens\" at 'generation_config'"),
    ("unknown field of a part", MODEL, {"contents": [{"parts": [{"txt": "q"}]}]}, 'Unknown name "txt"'),
    ("not JSON", MODEL, b"{", "Invalid JSON payload"),
    ("no contents", MODEL, {"contents": []}, "contents is not specified"),
    ("no parts", MODEL, {"contents": [{"role": "user", "parts": []}]}, "parts must not be empty"),
    ("model last", MODEL, {"contents": [{"role": "model", "parts": [{"text": "q"}]}]}, "last turn"),
    ("six stops", MODEL, config(stopSequences=list("abcdef")), "at most 5"),
    ("level and budget", MODEL, config(thinkingConfig={"thinkingLevel": "LOW", "thinkingBudget": 1}), "only set one"),
    ("budget", MODEL, config(thinkingConfig={"thinking_budget": 0}), "use a level"),
    ("level", "gemini-3.8-flash", config(thinkingConfig={"thinkingLevel": "MINIMAL"}), "not a supported"),
    ("level for 2.5", "gemini-2.5-flash", config(thinkingConfig={"thinkingLevel": "LOW"}), "not a supported"),
    ("level in lower case", MODEL, config(thinkingConfig={"thinkingLevel": "low"}), "not a supported"),
    (
        "cache and system",
        MODEL,
        GOOD | {"cachedContent": "cachedContents/a", "systemInstruction": {"parts": [{"text": "s"}]}},
        "CachedContent can not be used",
    ),
]


@pytest.mark.parametrize(("name", "model", "body", "text"), BROKEN, ids=[row[0] for row in BROKEN])
async def test_what_is_refused(name: str, model: str, body: dict[str, Any] | bytes, text: str) -> None:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with serve() as server:
        slots = Slots()
        url = f"{server.url}/v1beta/models/{model}:streamGenerateContent?alt=sse"
        async with slots.post(url, {"x-goog-api-key": "k"}, sent, Call("1", "ask")) as answer:
            said = json.loads(await answer.read())
        assert (answer.status, said["error"]["status"]) == (400, "INVALID_ARGUMENT")
        assert text in said["error"]["message"]
        assert server.requests == []
        await slots.aclose()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("v1beta/models/x:streamGenerateContent?alt=sse", {}, 403),
        ("v1beta/models/x:streamGenerateContent?alt=sse&key=k", {"x-goog-api-key": "k"}, 400),
        ("v1/models/x:generateContent", {"x-goog-api-key": "k"}, 404),
        ("v1beta/models/x:embedContent", {"x-goog-api-key": "k"}, 404),
    ],
)
async def test_where_and_with_what_key(path: str, headers: dict[str, str], status: int) -> None:
    async with serve() as server:
        slots = Slots()
        async with slots.post(f"{server.url}/{path}", headers, json.dumps(GOOD).encode(), Call("1", "ask")) as answer:
            assert answer.status == status
        await slots.aclose()
