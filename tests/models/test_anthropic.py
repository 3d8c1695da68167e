"""Anthropic as a Model, against a server that speaks its wire format over a real socket."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from flashls.models.answer import Limits
from flashls.models.anthropic import BASE_URL, Anthropic
from flashls.models.seam import (
    Garbled,
    ModelError,
    NotFound,
    Overloaded,
    RateLimited,
    Refused,
    Stalled,
    Unauthorized,
)
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Image, Piece, Prompt, Text, Usage
from tests.models.anthropic_server import AnthropicServer, Reply, Script, serve
from tests.models.asking import reply_of

HAIKU = "claude-haiku-5-5"
KEY = "sk-ant-secret-key"
CALL = Call("1", "complete")
PROMPT = seal(Draft((Text("system", "You complete code."), Text("user", "x = ")), stop=("\n\n", "END"), max_tokens=64))


@asynccontextmanager
async def claude(
    script: Script, model: str = HAIKU, key: str = KEY, limits: Limits | None = None, login: str = ""
) -> AsyncGenerator[tuple[Anthropic, AnthropicServer], None]:
    async with serve(script) as server:
        slots = Slots(limits)
        yield Anthropic(model, key, slots, server.url.replace("//", f"//{login}")), server
        await slots.aclose()


async def ask(model: Anthropic, prompt: Prompt = PROMPT, call: Call = CALL) -> tuple[str, End]:
    return await reply_of(model, prompt, call)


def data(*events: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


def delta(text: str, kind: str = "text") -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": {"type": f"{kind}_delta", kind: text}}


STOP = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}}
OPENED = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "a"}}
NULLS = {"type": "message_start", "message": None, "delta": None, "usage": None}

REPLIES: list[tuple[str, Reply, str, str]] = [
    ("plain", Reply("return a + b"), "return a + b", "stop"),
    ("odd line ends", Reply("a\u2028b\u0085c", piece=1), "a\u2028b\u0085c", "stop"),
    ("empty", Reply(""), "", "stop"),
    ("thoughts", Reply("1", thought="let me think"), "1", "stop"),
    ("a stop sequence", Reply("abc", reason="stop_sequence"), "abc", "stop"),
    ("too long", Reply("abc", reason="max_tokens"), "abc", "length"),
    ("a full window", Reply("abc", reason="model_context_window_exceeded"), "abc", "length"),
    ("refusal", Reply("abc", reason="refusal"), "abc", "blocked"),
    ("no ping and no end", Reply(raw=data(delta("a"), STOP)), "a", "stop"),
    ("text in the block's start", Reply(raw=data(OPENED, delta("b"), STOP)), "ab", "stop"),
    ("a tool's input", Reply(raw=data(delta("a"), delta("{}", "input_json"), STOP)), "a", "stop"),
    ("new events", Reply(raw=data({"type": "new", "delta": {"x": 1}}, delta("a"), STOP)), "a", "stop"),
    ("null everywhere", Reply(raw=data(NULLS, delta("a"), STOP)), "a", "stop"),
    ("end mark", Reply(raw=data(delta("a"), STOP) + b"data: [DONE]\n\n"), "a", "stop"),
]


@pytest.mark.parametrize(("name", "reply", "text", "reason"), REPLIES, ids=[row[0] for row in REPLIES])
async def test_replies(name: str, reply: Reply, text: str, reason: str) -> None:
    async with claude([reply]) as (model, _):
        got, end = await ask(model)
        assert (got, end.reason, end.model) == (text, reason, "anthropic/claude-haiku-5-5")
        assert model.slots.busy == 0


async def test_usage() -> None:
    async with claude([Reply("12345678", thought="1234", cached=30, written=5)]) as (model, server):
        _, end = await ask(model)
        fresh = -(-len(json.dumps(server.requests[0].body["messages"])) // 4)
    assert end.usage == Usage(input=fresh + 35, cached=30, cache_write=5, output=3, thought=1)


async def test_usage_is_estimated_where_a_gateway_counts_no_input() -> None:
    async with claude([Reply(raw=data(delta("x" * 24), STOP))]) as (model, _):
        _, end = await ask(model)
    assert end.usage == Usage(input=9, output=10, estimated=True)


HTML = b"<html><body>Sign in</body></html>"
BUDGET = json.dumps({"error": {"message": "Budget has been exceeded!", "type": "budget_exceeded", "code": "422"}})
FAULTS: list[tuple[str, Reply, type[ModelError], str]] = [
    ("limit", Reply(status=429, error="rate_limit_error"), RateLimited, "Too many requests to Anthropic"),
    ("overloaded", Reply(status=529, error="overloaded_error"), Overloaded, "529"),
    ("trouble", Reply(status=500, error="api_error"), Overloaded, "500"),
    ("overloaded in the stream", Reply("half", error="overloaded_error"), Overloaded, "529"),
    ("trouble in the stream", Reply("half", error="api_error"), Overloaded, "500"),
    ("limit in the stream", Reply("half", error="rate_limit_error"), RateLimited, "Too many requests"),
    ("unknown error in the stream", Reply("half", error="new_error", message="Odd"), Overloaded, "Odd"),
    ("a turn that pauses", Reply("half", reason="pause_turn"), Overloaded, "broke its reply off (pause_turn)"),
    ("forbidden", Reply(status=403, error="permission_error"), Unauthorized, "403"),
    ("too large", Reply(status=413, error="request_too_large"), Refused, "too long"),
    (
        "too long",
        Reply(status=400, error="invalid_request_error", message="prompt is too long: 9 tokens > 8 maximum"),
        Refused,
        "too long",
    ),
    (
        "no money",
        Reply(status=400, error="invalid_request_error", message="Your credit balance is too low"),
        RateLimited,
        "used up",
    ),
    ("a gateway's budget", Reply(status=422, raw=BUDGET.encode()), RateLimited, "used up"),
    ("a page", Reply(raw=HTML), Garbled, "web page"),
    ("a page as an error", Reply(status=403, raw=HTML), Unauthorized, "403"),
    ("hangs up", Reply("half", cut=True), Garbled, "broke off"),
    ("ends too soon", Reply(raw=data(delta("half"))), Garbled, "broke off"),
    ("an event cut", Reply(raw=data(delta("half")) + b'data: {"typ'), Garbled, "broke off"),
    ("an event that is no JSON", Reply(raw=b"data: hello\n\n"), Garbled, "no answer"),
    ("an event of another shape", Reply(raw=data({"type": "x", "delta": 1})), Garbled, "no answer"),
    ("no body", Reply(raw=b""), Garbled, "broke off"),
]


@pytest.mark.parametrize(("name", "reply", "kind", "text"), FAULTS, ids=[row[0] for row in FAULTS])
async def test_faults(name: str, reply: Reply, kind: type[ModelError], text: str) -> None:
    async with claude([reply]) as (model, _):
        with pytest.raises(kind) as caught:
            await ask(model)
        assert type(caught.value) is kind
        assert text in str(caught.value)
        assert model.slots.busy == 0
        await model.reachable(CALL)  # the next request works


@pytest.mark.parametrize(
    ("key", "model", "kind", "text"),
    [
        ("", HAIKU, Unauthorized, "no key for Anthropic: set $ANTHROPIC_API_KEY"),
        ("sk\nx", HAIKU, Unauthorized, "a character no key has"),
        ("bad-key", HAIKU, Unauthorized, "refused the key"),
        (KEY, "claude-3-haiku-20240307", NotFound, "no model claude-3-haiku-20240307"),
    ],
)
async def test_keys_and_models(key: str, model: str, kind: type[ModelError], text: str) -> None:
    async with claude("ok", model, key) as (asked, _):
        if not key:
            asked = Anthropic(model, key, asked.slots, BASE_URL)
        for asking in (ask(asked), asked.reachable(CALL)):
            with pytest.raises(kind) as caught:
                await asking
            assert text in str(caught.value)


@pytest.mark.parametrize(
    ("login", "key", "sent"),
    [
        ("", KEY, {"x-api-key": KEY}),
        ("", "sk-of-the-gateway", {"x-api-key": "sk-of-the-gateway", "authorization": "Bearer sk-of-the-gateway"}),
        ("me:pw@", "sk-of-the-gateway", {"x-api-key": "sk-of-the-gateway", "authorization": "Basic bWU6cHc="}),
    ],
)
async def test_a_gateway_finds_its_key_in_the_header_it_reads(login: str, key: str, sent: dict[str, str]) -> None:
    async with claude("ok", key=key, login=login) as (model, server):
        await ask(model)
        headers = server.requests[0].headers
    assert {name: headers[name] for name in ("x-api-key", "authorization") if name in headers} == sent
    assert headers["anthropic-version"] == "2026-10-21"


async def test_another_endpoint_may_need_no_key() -> None:
    async with claude("ok", key="") as (model, _):
        with pytest.raises(Unauthorized, match="401"):
            await ask(model)


async def test_an_endpoint_with_a_name_of_its_own() -> None:
    async with claude("ok", "claude-3-haiku") as (model, server):
        named = Anthropic("claude-3-haiku", KEY, model.slots, f"{server.url}/v1/", "$WORK_KEY", provider="work")
        _, end = await ask(named)
        assert (end.model, server.requests[0].body["max_tokens"]) == ("work/claude-3-haiku", 64)
        bad = Anthropic("nope", KEY, model.slots, server.url, "$WORK_KEY", provider="work")
        with pytest.raises(NotFound, match="work has no model nope"):
            await ask(bad)


async def test_every_kind_of_prompt_is_accepted() -> None:
    long = Text("user", "x" * 20_000, stable=True)
    drafts = [
        Draft((Text("user", "q"),), schema={"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}}),
        Draft((Text("user", "q"),), thinking="high", max_tokens=200_000),
        Draft((Text("user", "a"), Text("model", "b "))),
        Draft((Text("user", "a"), Text("model", "b")), schema={"type": "object"}, thinking="medium"),
        Draft((Text("system", "s", stable=True), long, Image("image/png", b"\x89PNG"), Text("user", " "))),
        Draft((Text("user", "q"),), stop=("\n\n", *"abcdefgh"), max_tokens=100_000),
    ]
    models = (HAIKU, "claude-sonnet-5-5", "claude-opus-5-5", "claude-sonnet-5", "claude-fable-5", "claude-opus-4-6")
    for model in (*models, "claude-haiku-4-5", "claude-3-haiku"):
        async with claude("ok", model) as (asked, server):
            for draft in drafts:
                for call in (CALL, Call("1", "explain")):
                    assert (await ask(asked, seal(draft), call))[0] == "ok"
            assert len(server.requests) == 2 * len(drafts)


async def test_count_tokens_and_reachable() -> None:
    async with claude("") as (model, server):
        assert await model.count_tokens(PROMPT) > 5
        await model.reachable(CALL)
        assert [request.path for request in server.requests] == ["/v1/messages/count_tokens"] * 2


async def test_giving_up_stops_the_answer_upstream() -> None:
    async with claude([Reply("some text", stall=True)]) as (model, server):
        async with aclosing(model.stream(PROMPT, CALL)) as stream:
            assert await anext(stream) == Piece("some tex")
            assert server.streams == 1
        async with asyncio.timeout(2):
            while server.streams:
                await asyncio.sleep(0.001)
        assert (server.dropped, model.slots.busy) == (1, 0)


async def test_silence_ends() -> None:
    async with claude([Reply("text", stall=True)], limits=Limits(between=0.05)) as (model, _):
        with pytest.raises(Stalled, match="sent nothing"):
            await ask(model)


async def test_the_key_is_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    for reply in (Reply(status=500, raw=b""), Reply(raw=b"data: x\n\n"), Reply(raw=HTML)):
        async with claude([reply]) as (model, _):
            assert KEY not in f"{model!r} {model}"
            with pytest.raises(ModelError) as caught:
                await ask(model)
            error: BaseException | None = caught.value
            while error is not None:
                assert KEY not in f"{error} {error!r} {error.args}"
                error = error.__cause__ or error.__context__
    assert KEY not in caplog.text
