"""Gemini as a Model, against a server that speaks its wire format over a real socket."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from flashls.models.answer import Limits
from flashls.models.gemini import Gemini
from flashls.models.seam import (
    Garbled,
    ModelError,
    NotFound,
    Overloaded,
    RateLimited,
    Stalled,
    Unauthorized,
    Unreachable,
)
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Image, Piece, Prompt, Text, Usage
from tests.models.asking import reply_of
from tests.models.gemini_server import GeminiServer, Reply, Script, overloaded, rate_limited, serve

LITE = "gemini-3.5-flash-lite"
KEY = "AIza-secret-key"
CALL = Call("1", "complete")
PROMPT = seal(Draft((Text("system", "You complete code."), Text("user", "x = ")), stop=("\n\n",), max_tokens=64))


@asynccontextmanager
async def gemini(
    script: Script, model: str = LITE, key: str | Callable[[], str | None] = KEY, limits: Limits | None = None
) -> AsyncGenerator[tuple[Gemini, GeminiServer], None]:
    async with serve(script) as server:
        slots = Slots(limits)
        yield Gemini(model, key, slots, server.url), server
        await slots.aclose()


async def ask(model: Gemini, prompt: Prompt = PROMPT, call: Call = CALL) -> tuple[str, End]:
    return await reply_of(model, prompt, call)


def data(*events: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


def chunk(text: str | None = None, reason: str | None = None, **more: Any) -> dict[str, Any]:
    parts = [{"text": text}] if text is not None else []
    return {"candidates": [{"content": {"parts": parts, "role": "model"}, "finishReason": reason}]} | more


ZEROS = {"usageMetadata": {"promptTokenCount": 0, "candidatesTokenCount": 0, "totalTokenCount": 0}}
SHOUT = {"content": {"parts": [{"text": "a"}, {"text": "b"}], "role": "model"}, "safetyRatings": []}

REPLIES: list[tuple[str, Reply, str, str]] = [
    ("plain", Reply("return a + b"), "return a + b", "stop"),
    ("LF", Reply("return a + b", newline="\n"), "return a + b", "stop"),
    ("odd line ends", Reply("a\u2028b\u0085c", piece=1), "a\u2028b\u0085c", "stop"),
    ("empty", Reply(""), "", "stop"),
    ("thoughts", Reply("1", thought="let me think"), "1", "stop"),
    ("too long", Reply("abc", reason="MAX_TOKENS"), "abc", "length"),
    ("safety", Reply("abc", reason="SAFETY"), "abc", "blocked"),
    ("recitation", Reply("abc", reason="RECITATION"), "abc", "blocked"),
    ("language", Reply("abc", reason="LANGUAGE"), "abc", "blocked"),
    ("other", Reply("abc", reason="OTHER"), "abc", "blocked"),
    ("blocked prompt", Reply(blocked="PROHIBITED_CONTENT"), "", "blocked"),
    ("blocked after text", Reply(raw=data(chunk("a"), {"promptFeedback": {"blockReason": "SAFETY"}})), "a", "blocked"),
    ("a gateway", Reply(raw=data(chunk("a"), chunk("b"), chunk(reason="STOP") | ZEROS)), "ab", "stop"),
    ("two parts", Reply(raw=data({"candidates": [SHOUT]}, chunk(reason="STOP"))), "ab", "stop"),
    ("no content", Reply(raw=data(chunk("a"), {"candidates": [{"finishReason": "STOP"}]})), "a", "stop"),
    ("no parts", Reply(raw=data({"candidates": [{"content": {}}]}, chunk("a", "STOP"))), "a", "stop"),
    ("null everywhere", Reply(raw=data({"candidates": None, "usageMetadata": None}, chunk("a", "STOP"))), "a", "stop"),
    ("unknown fields", Reply(raw=data({"new": {"x": 1}}, chunk("a", "STOP", newer=[]))), "a", "stop"),
    ("comments", Reply(raw=b": ping\n\n" + data(chunk("a", "STOP"))), "a", "stop"),
    ("end mark", Reply(raw=data(chunk("a", "STOP")) + b"data: [DONE]\n\n"), "a", "stop"),
]


@pytest.mark.parametrize(("name", "reply", "text", "reason"), REPLIES, ids=[row[0] for row in REPLIES])
async def test_replies(name: str, reply: Reply, text: str, reason: str) -> None:
    async with gemini([reply]) as (model, _):
        got, end = await ask(model)
        assert (got, end.reason, end.model) == (text, reason, "gemini/gemini-3.5-flash-lite")
        assert model.slots.busy == 0


async def test_usage() -> None:
    async with gemini([Reply("12345678", thought="1234", cached=3)]) as (model, server):
        _, end = await ask(model)
        prompt = -(-len(json.dumps(server.requests[0].body["contents"])) // 4)
    assert end.usage == Usage(input=prompt, cached=3, output=3, thought=1)


async def test_usage_is_estimated_where_a_gateway_says_nothing() -> None:
    async with gemini([Reply(raw=data(chunk("x" * 32), chunk(reason="STOP") | ZEROS))]) as (model, _):
        _, end = await ask(model)
    assert end.usage == Usage(input=7, output=10, estimated=True)


INSIDE = overloaded().error
HTML = b"<html><body>Sign in</body></html>"
FAULTS: list[tuple[str, Reply, type[ModelError], str]] = [
    ("limit", rate_limited(), RateLimited, "try again in 56 s"),
    ("overloaded", overloaded(), Overloaded, "try again in a moment"),
    ("error in the stream", Reply("half", error=INSIDE), Overloaded, "503"),
    ("error instead of a stream", Reply(raw=json.dumps(INSIDE).encode()), Overloaded, "503"),
    ("in an array", Reply(raw=json.dumps([INSIDE], indent=1).encode()), Overloaded, "503"),
    ("as an event", Reply(raw=data(chunk("half"), INSIDE)), Overloaded, "503"),
    ("error over lines, then nothing", Reply(raw=json.dumps(INSIDE, indent=2).encode()), Overloaded, "503"),
    ("a page", Reply(raw=HTML), Garbled, "web page"),
    ("a page as an error", Reply(status=403, raw=HTML), Unauthorized, "403"),
    ("an empty error", Reply(status=500, raw=b""), Overloaded, "500"),
    ("a reply out of shape", Reply("half", reason="MALFORMED_RESPONSE"), Overloaded, "off (MALFORMED_RESPONSE)"),
    ("hangs up", Reply("half", cut=True, reason=""), Garbled, "broke off"),
    ("ends too soon", Reply(raw=data(chunk("half"))), Garbled, "broke off"),
    ("an event cut", Reply(raw=data(chunk("half")) + b'data: {"cand'), Garbled, "broke off"),
    ("an event that is no JSON", Reply(raw=b"data: hello\n\n"), Garbled, "no answer"),
    ("an event of another shape", Reply(raw=data({"candidates": {"a": 1}})), Garbled, "no answer"),
    ("no body", Reply(raw=b""), Garbled, "broke off"),
]


@pytest.mark.parametrize(("name", "reply", "kind", "text"), FAULTS, ids=[row[0] for row in FAULTS])
async def test_faults(name: str, reply: Reply, kind: type[ModelError], text: str) -> None:
    async with gemini([reply]) as (model, _):
        with pytest.raises(kind) as caught:
            await ask(model)
        assert type(caught.value) is kind
        assert text in str(caught.value)
        assert model.slots.busy == 0


async def test_pieces_before_an_error_arrive() -> None:
    async with gemini([Reply("half", error=INSIDE)]) as (model, _):
        got = []
        with pytest.raises(Overloaded):
            async for item in model.stream(PROMPT, CALL):
                got.append(item)  # noqa: PERF401
    assert got == [Piece("half")]


@pytest.mark.parametrize(
    ("key", "model", "kind", "text"),
    [
        ("", LITE, Unauthorized, "no key for Gemini: set $GEMINI_API_KEY"),
        ("  ", LITE, Unauthorized, "no key for Gemini"),
        (lambda: None, LITE, Unauthorized, "no key for Gemini"),
        ("AIza\nx", LITE, Unauthorized, "a character no key has"),
        ("AIzä", LITE, Unauthorized, "a character no key has"),
        ("bad-key", LITE, Unauthorized, "refused the key: check $GEMINI_API_KEY"),
        (KEY, "gemini-2.0-flash", NotFound, "no model gemini-2.0-flash"),
    ],
)
async def test_keys_and_models(key: Any, model: str, kind: type[ModelError], text: str) -> None:
    async with gemini("ok", model, key) as (asked, _):
        with pytest.raises(kind) as caught:
            await ask(asked)
        assert text in str(caught.value)


async def test_a_models_name_cannot_change_the_path() -> None:
    async with gemini("ok", "../x?y#z") as (model, server):
        await ask(model)
        assert server.requests[0].model == "..%2Fx%3Fy%23z"


async def test_the_key_is_asked_for_when_it_is_needed_and_stripped() -> None:
    keys = iter([" first\n", "second"])
    async with gemini("ok", key=lambda: next(keys)) as (model, server):
        await ask(model)
        await ask(model)
        assert [request.headers["x-goog-api-key"] for request in server.requests] == ["first", "second"]


async def test_every_kind_of_prompt_is_accepted() -> None:
    drafts = [
        Draft((Text("user", "q"),), schema={"type": "object"}, thinking="high"),
        Draft((Text("user", "a"), Text("model", "b"))),
        Draft((Text("system", "s"), Text("user", "a"), Image("image/png", b"\x89PNG"))),
        Draft((Text("user", "q"),), stop=tuple("abcdefgh"), max_tokens=100_000),
    ]
    for model in (LITE, "gemini-3.8-flash", "gemini-2.5-flash", "gemini-2.5-pro", "gemini-4-argon", "gemini-5-new"):
        async with gemini("ok", model) as (asked, server):
            for draft in drafts:
                assert (await ask(asked, seal(draft), Call("1", "explain")))[0] == "ok"
            assert len(server.requests) == len(drafts)


async def test_count_tokens() -> None:
    async with gemini("") as (model, server):
        assert await model.count_tokens(PROMPT) > 10
        assert server.requests[0].method == "countTokens"
    async with gemini("", key="bad-key") as (model, _):
        with pytest.raises(Unauthorized):
            await model.count_tokens(PROMPT)


async def test_reachable() -> None:
    async with gemini("") as (model, server):
        await model.reachable(CALL)
        assert server.requests[0].method == "countTokens"
        with pytest.raises(NotFound):
            await Gemini("nope", KEY, model.slots, server.url).reachable(CALL)


async def test_an_endpoint_with_a_name_of_its_own() -> None:
    async with gemini("ok") as (model, server):
        named = Gemini("gemini-2.5-flash", KEY, model.slots, server.url, "$WORK_KEY", "work")
        _, end = await ask(named)
        assert (end.model, named.name) == ("work/gemini-2.5-flash", "work/gemini-2.5-flash")
        assert server.requests[0].body["generationConfig"]["thinkingConfig"] == {"thinkingBudget": 0}
        with pytest.raises(NotFound, match="work has no model nope"):
            await ask(Gemini("nope", KEY, model.slots, server.url, "$WORK_KEY", "work"))


async def test_giving_up_stops_the_answer_upstream() -> None:
    async with gemini([Reply("some text", stall=True)]) as (model, server):
        async with aclosing(model.stream(PROMPT, CALL)) as stream:
            assert await anext(stream) == Piece("some tex")
            assert server.streams == 1
        async with asyncio.timeout(2):
            while server.streams:
                await asyncio.sleep(0.001)
        assert (server.dropped, model.slots.busy) == (1, 0)


async def test_cancelling_stops_the_answer_upstream() -> None:
    async with gemini([Reply("some text", stall=True)]) as (model, server):
        task = asyncio.create_task(ask(model))
        async with asyncio.timeout(2):
            while not server.streams:
                await asyncio.sleep(0.001)
            task.cancel()
            while server.streams:
                await asyncio.sleep(0.001)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert model.slots.busy == 0


async def test_silence_ends() -> None:
    async with gemini([Reply("text", stall=True)], limits=Limits(between=0.05)) as (model, _):
        with pytest.raises(Stalled, match="sent nothing"):
            await ask(model)


async def test_nothing_listens() -> None:
    async with serve() as server:
        url = server.url
    slots = Slots()
    with pytest.raises(Unreachable, match="nothing listens"):
        await ask(Gemini(LITE, KEY, slots, url))
    await slots.aclose()


async def test_a_path_in_base_url_is_kept() -> None:
    async with gemini("ok") as (model, _):
        inside = Gemini(LITE, KEY, model.slots, f"{model.base_url}/proxy/")
        with pytest.raises(NotFound):
            await ask(inside)
        assert (await ask(Gemini(LITE, KEY, model.slots, f"{model.base_url}/")))[0] == "ok"


async def test_the_key_is_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    for reply in (rate_limited(), Reply(status=500, raw=b""), Reply(raw=b"data: x\n\n"), Reply(raw=HTML)):
        async with gemini([reply]) as (model, _):
            assert KEY not in f"{model!r} {model}"
            with pytest.raises(ModelError) as caught:
                await ask(model)
            error: BaseException | None = caught.value
            while error is not None:
                assert KEY not in f"{error} {error!r} {error.args}"
                error = error.__cause__ or error.__context__
    assert KEY not in caplog.text
