"""The test server is faithful: Anthropic's own SDK is content with it, and it refuses what Anthropic refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anthropic
import pytest
from anthropic.types import TextBlock, ThinkingBlock

from flashls.models.slots import Slots
from flashls.types import Call
from tests.models.anthropic_server import AnthropicServer, Reply, Script, serve

MODEL = "claude-haiku-5-5"
HELLO: Any = [{"role": "user", "content": "hi"}]


@asynccontextmanager
async def sdk(script: Script, key: str = "k") -> AsyncGenerator[tuple[anthropic.AsyncAnthropic, AnthropicServer], None]:
    async with (
        serve(script) as server,
        anthropic.AsyncAnthropic(api_key=key, base_url=server.url, max_retries=0) as client,
    ):
        yield client, server


async def test_stream() -> None:
    async with sdk([Reply("hello, world", thought="hm", cached=7)]) as (client, server):
        async with client.messages.stream(model=MODEL, max_tokens=64, system="s", messages=HELLO) as stream:
            message = await stream.get_final_message()
        assert server.requests[0].headers["anthropic-version"] == "2026-10-21"
    thought, text = message.content
    assert isinstance(thought, ThinkingBlock)
    assert isinstance(text, TextBlock)
    assert (thought.thinking, text.text, message.stop_reason) == ("hm", "hello, world", "end_turn")
    assert (message.usage.cache_read_input_tokens, message.usage.output_tokens) == (7, 4)


async def test_create_and_count() -> None:
    async with sdk(["hello"]) as (client, _):
        message = await client.messages.create(model=MODEL, max_tokens=64, messages=HELLO)
        assert isinstance(message.content[0], TextBlock)
        assert message.content[0].text == "hello"
        assert (await client.messages.count_tokens(model=MODEL, messages=HELLO)).input_tokens == 9


@pytest.mark.parametrize(
    ("script", "key", "model", "status", "kind"),
    [
        ([Reply(status=429, error="rate_limit_error")], "k", MODEL, 429, "rate_limit_error"),
        ([Reply(status=529, error="overloaded_error")], "k", MODEL, 529, "overloaded_error"),
        ([Reply("half", error="overloaded_error")], "k", MODEL, 200, "overloaded_error"),
        ("ok", "bad-key", MODEL, 401, "authentication_error"),
        ("ok", "k", "nope", 404, "not_found_error"),
    ],
)
async def test_errors(script: Script, key: str, model: str, status: int, kind: str) -> None:
    async with sdk(script, key) as (client, _):
        with pytest.raises(anthropic.APIStatusError) as caught:
            async with client.messages.stream(model=model, max_tokens=64, messages=HELLO) as stream:
                await stream.get_final_message()
    assert isinstance(caught.value.body, dict)
    assert (caught.value.status_code, caught.value.body["error"]["type"]) == (status, kind)


def user(*content: Any, role: str = "user") -> dict[str, Any]:
    return {"role": role, "content": list(content) if len(content) > 1 else content[0]}


def body(**fields: Any) -> dict[str, Any]:
    return {"model": MODEL, "max_tokens": 9, "messages": [user("q")]} | fields


def schema(**fields: Any) -> dict[str, Any]:
    return {"format": {"type": "json_schema", "schema": {"type": "object", "additionalProperties": False} | fields}}


PREFILLED = [user("q"), user("a", role="assistant")]
SPACED = [user("q"), user("a ", role="assistant")]
GIF = {"type": "image", "source": {"type": "base64", "media_type": "image/bmp", "data": "AAAA"}}
BROKEN: list[tuple[str, dict[str, Any] | bytes, str]] = [
    ("not JSON", b"{", "not valid JSON"),
    ("unknown field", body(prompt="x"), "prompt: Extra inputs are not permitted"),
    ("unknown field inside", body(output_config={"mode": 1}), "output_config.mode: Extra inputs"),
    ("a sampling parameter", body(temperature=0), "temperature: Extra inputs are not permitted"),
    ("no limit", {"model": MODEL, "messages": [user("q")]}, "max_tokens: Field required"),
    ("too high a limit", body(max_tokens=128_001), "max_tokens: 128001"),
    ("no messages", body(messages=[]), "at least one message"),
    ("a system's turn", body(messages=[user("q", role="system")]), "Unexpected role"),
    ("blank stop", body(stop_sequences=["\n\n"]), "non-whitespace"),
    ("blank text", body(messages=[user("  ")]), "must be non-empty"),
    ("blank system", body(system=""), "must be non-empty"),
    ("a picture of another kind", body(messages=[user({"type": "text", "text": "q"}, GIF)]), "image"),
    ("open schema", body(output_config=schema(additionalProperties=True)), "schema"),
    ("limit in a schema", body(output_config=schema(properties={"a": {"type": "integer", "minimum": 1}})), "schema"),
    ("a budget", body(thinking={"type": "enabled", "budget_tokens": 1024}), "not supported"),
    ("prefill", body(messages=PREFILLED), "prefill"),
    ("prefill with space", body(model="claude-haiku-4-5", messages=SPACED), "whitespace"),
    ("prefill and schema", body(model="claude-haiku-4-5", messages=PREFILLED, output_config=schema()), "prefill"),
    ("always thinks", body(model="claude-opus-5-5", thinking={"type": "disabled"}), "not supported"),
    ("off in another way", body(model="claude-sonnet-5-5", thinking={"type": "disabled"}), "not supported"),
    ("off before its time", body(thinking={"type": "between_tools"}), "not supported"),
    ("adaptive before its time", body(model="claude-haiku-4-5", thinking={"type": "adaptive"}), "not supported"),
    ("small budget", body(model="claude-haiku-4-5", thinking={"type": "enabled", "budget_tokens": 9}), "budget"),
]


@pytest.mark.parametrize(("name", "sent", "text"), BROKEN, ids=[row[0] for row in BROKEN])
async def test_what_is_refused(name: str, sent: dict[str, Any] | bytes, text: str) -> None:
    data = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    headers = {"x-api-key": "k", "anthropic-version": "2026-10-21"}
    async with serve() as server:
        slots = Slots()
        async with slots.post(f"{server.url}/v1/messages", headers, data, Call("1", "ask")) as answer:
            said = json.loads(await answer.read())
        assert (answer.status, said["error"]["type"]) == (400, "invalid_request_error")
        assert text in said["error"]["message"]
        assert server.requests == []
        await slots.aclose()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("v1/messages", {"anthropic-version": "2026-10-21"}, 401),
        ("v1/messages", {"x-api-key": "k"}, 400),
        ("v1/messages", {"authorization": "Bearer k", "anthropic-version": "2026-10-21"}, 200),
        ("v1/complete", {"x-api-key": "k", "anthropic-version": "2026-10-21"}, 404),
    ],
)
async def test_where_and_with_what_key(path: str, headers: dict[str, str], status: int) -> None:
    async with serve() as server:
        slots = Slots()
        async with slots.post(f"{server.url}/{path}", headers, json.dumps(body()).encode(), Call("1", "ask")) as answer:
            assert answer.status == status
        await slots.aclose()
