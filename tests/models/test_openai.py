"""OpenAI as a Model, against a server that speaks its wire format over a real socket."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from flashls.models.answer import Limits
from flashls.models.openai import OpenAI
from flashls.models.seam import (
    Garbled,
    ModelError,
    NotFound,
    Overloaded,
    RateLimited,
    Refused,
    Stalled,
    Unauthorized,
    Unreachable,
)
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Fim, Image, Piece, Prompt, Snippet, Text, Usage
from tests.models.openai_server import Reply, Script, data, out_of_quota, rate_limited, serve, server_error, tokens
from tests.models.wire_server import WireServer, whole
from tests.models.wire_server import serve as serve_wire

MODEL, KEY = "gpt-4o", "sk-secret-key"
CODER = "Qwen/Qwen2.5-Coder-7B"
CALL = Call("1", "complete")
PROMPT = seal(Draft((Text("system", "You complete code."), Text("user", "x = ")), stop=("\n\n",), max_tokens=64))
HOLE = seal(Draft((Text("user", "x = "),), Fim((), "x = ", "\n"), max_tokens=64))


@asynccontextmanager
async def openai(
    script: Script,
    model: str = MODEL,
    key: str | Callable[[], str | None] = KEY,
    limits: Limits | None = None,
    **more: Any,
) -> AsyncGenerator[tuple[OpenAI, WireServer], None]:
    async with serve(script) as server:
        slots = Slots(limits)
        yield OpenAI(model, key, slots, f"{server.url}/v1", **more), server
        await slots.aclose()


async def ask(model: OpenAI, prompt: Prompt = PROMPT, call: Call = CALL) -> tuple[str, End]:
    async with aclosing(model.stream(prompt, call)) as stream:
        *pieces, end = [item async for item in stream]
    assert isinstance(end, End)
    assert all(isinstance(piece, Piece) and piece.text for piece in pieces)
    return "".join(piece.text for piece in pieces if isinstance(piece, Piece)), end


def chunk(text: str | None = None, reason: str | None = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]} | more


DONE = b"data: [DONE]\n\n"
COUNTED = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
REPLIES: list[tuple[str, Reply, str, str]] = [
    ("plain", Reply("return a + b"), "return a + b", "stop"),
    ("odd line ends", Reply("a\u2028b\u0085c", piece=1), "a\u2028b\u0085c", "stop"),
    ("empty", Reply(""), "", "stop"),
    ("too long", Reply("abc", reason="length"), "abc", "length"),
    ("filtered", Reply("abc", reason="content_filter"), "abc", "blocked"),
    ("refused", Reply(refusal="I cannot."), "", "blocked"),
    ("no end mark", Reply(raw=data(chunk("a"), chunk(reason="stop"))), "a", "stop"),
    ("a space before the end mark", Reply(raw=data(chunk("a", "stop")) + b"data:  [DONE] \n\n"), "a", "stop"),
    ("no reason but an end mark", Reply(raw=data(chunk("a")) + DONE), "a", "stop"),
    ("no reason but usage", Reply(raw=data(chunk("a"), COUNTED), framed=False), "a", "stop"),
    ("no reason, yet sent whole", Reply(raw=data(chunk("a"))), "a", "stop"),
    ("comments", Reply(raw=b": OPENROUTER PROCESSING\n\n" + data(chunk("a", "stop")) + DONE), "a", "stop"),
    ("not streamed", Reply(raw=b'{"choices": [{"message": {"content": "a"}, "finish_reason": "stop"}]}'), "a", "stop"),
    ("unknown fields", Reply(raw=data({"new": 1}, chunk("a", "stop", newer=[])) + DONE), "a", "stop"),
    ("null everywhere", Reply(raw=data({"choices": None, "usage": None, "error": None}, chunk("a", "stop"))),
     "a", "stop"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reply", "text", "reason"), REPLIES, ids=[row[0] for row in REPLIES])
async def test_replies(name: str, reply: Reply, text: str, reason: str) -> None:
    async with openai([reply]) as (model, _):
        got, end = await ask(model)
        assert (got, end.reason, end.model) == (text, reason, "openai/gpt-4o")
        assert model.slots.busy == 0


async def test_usage() -> None:
    async with openai([Reply("12345678", thought=1, cached=3)]) as (model, server):
        _, end = await ask(model)
        before = tokens(json.dumps(server.requests[0].body["messages"]))
    assert end.usage == Usage(input=before, cached=3, output=3, thought=1)


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({}, Usage(input=7, output=10, estimated=True)),
        ({"usage": {"prompt_tokens": 0, "completion_tokens": 0}}, Usage(input=7, output=10, estimated=True)),
        ({"x_groq": {"usage": {"prompt_tokens": 5, "completion_tokens": 6}}}, Usage(input=5, output=6)),
    ],
)
async def test_usage_of_other_servers(told: dict[str, Any], usage: Usage) -> None:
    async with openai([Reply(raw=data(chunk("x" * 32), chunk(reason="stop") | told) + DONE)]) as (model, _):
        assert (await ask(model))[1].usage == usage


INSIDE = server_error().error
UPSTREAM = {"error": {"code": 502, "message": "Provider returned error"}, "choices": [{"delta": {"content": ""}}]}
VLLM = {"object": "error", "message": "engine died", "type": "InternalServerError", "code": 500}
HTML = b"<html><body>Sign in</body></html>"
FAULTS: list[tuple[str, Reply, type[ModelError], str]] = [
    ("limit", rate_limited(), RateLimited, "try again in a moment"),
    ("limit with a header", rate_limited(retry_after="20"), RateLimited, "try again in 20 s"),
    ("limit in milliseconds", rate_limited(retry_after_ms="1500"), RateLimited, "try again in 2 s"),
    ("out of quota", out_of_quota(), RateLimited, "is used up"),
    ("trouble", server_error(), Overloaded, "500"),
    ("overloaded", server_error(503), Overloaded, "503"),
    ("error in the stream", Reply("half", error=INSIDE), Overloaded, "trouble"),
    ("a gateway's error in the stream", Reply(raw=data(chunk("half"), UPSTREAM)), Overloaded, "502"),
    ("vLLM's error in the stream", Reply(raw=data(chunk("half"), VLLM)), Overloaded, "500"),
    ("error instead of a stream", Reply(raw=json.dumps(INSIDE).encode()), Overloaded, "trouble"),
    ("an engine that gave it up", Reply("half", reason="abort"), Overloaded, r"broke its reply off (abort)"),
    ("the same at once", Reply(raw=data(chunk("half", "error"))), Overloaded, "broke its reply off (error)"),
    ("a page", Reply(raw=HTML), Garbled, "web page"),
    ("a page as an error", Reply(status=403, raw=HTML), Unauthorized, "403"),
    ("an empty error", Reply(status=500, raw=b""), Overloaded, "500"),
    ("hangs up", Reply("half", cut=True, reason=None), Garbled, "broke off"),
    ("ends too soon", Reply(raw=data(chunk("half")), framed=False), Garbled, "broke off"),
    ("ends with nothing", Reply(raw=data(chunk())), Garbled, "broke off"),
    ("an event cut", Reply(raw=data(chunk("half")) + b'data: {"choi'), Garbled, "broke off"),
    ("an event that is no JSON", Reply(raw=b"data: hello\n\n"), Garbled, "no answer"),
    ("an event of another shape", Reply(raw=data({"choices": {"a": 1}})), Garbled, "no answer"),
    ("no body", Reply(raw=b""), Garbled, "broke off"),
]


@pytest.mark.parametrize(("name", "reply", "kind", "text"), FAULTS, ids=[row[0] for row in FAULTS])
async def test_faults(name: str, reply: Reply, kind: type[ModelError], text: str) -> None:
    async with openai([reply]) as (model, _):
        with pytest.raises(kind) as caught:
            await ask(model)
        assert type(caught.value) is kind
        assert text in str(caught.value)
        assert model.slots.busy == 0


async def test_a_quota_that_is_used_up_is_final() -> None:
    async with openai([out_of_quota()]) as (model, _):
        with pytest.raises(RateLimited) as caught:
            await ask(model)
    assert caught.value.final


async def test_pieces_before_an_error_arrive() -> None:
    async with openai([Reply("half", error=INSIDE)]) as (model, _):
        got = []
        with pytest.raises(Overloaded):
            async for item in model.stream(PROMPT, CALL):
                got.append(item)  # noqa: PERF401
    assert got == [Piece("half")]


@pytest.mark.parametrize(
    ("key", "model", "kind", "text"),
    [
        ("sk\nx", MODEL, Unauthorized, "a character no key has"),
        ("skä", MODEL, Unauthorized, "a character no key has"),
        ("sk-bad-key", MODEL, Unauthorized, "refused the key: check $OPENAI_API_KEY"),
        ("", MODEL, Unauthorized, "refused the key (status 401)"),
        (KEY, "gpt-4-32k", NotFound, "no model gpt-4-32k"),
    ],
)
async def test_keys_and_models(key: Any, model: str, kind: type[ModelError], text: str) -> None:
    async with openai("ok", model, key) as (asked, _):
        for attempt in (ask(asked), asked.reachable(CALL)) if kind is Unauthorized else (ask(asked),):
            with pytest.raises(kind) as caught:
                await attempt
            assert text in str(caught.value)


@pytest.mark.parametrize("key", ["", "  ", lambda: None])
async def test_a_vendor_is_not_asked_without_a_key(key: Any) -> None:
    slots = Slots()
    model = OpenAI("m", key, slots, "https://api.xroute.ai/openai/v1/", "$XROUTE_API_KEY", "xroute")
    with pytest.raises(Unauthorized, match=r"no key for XRoute: set \$XROUTE_API_KEY"):
        await ask(model)
    assert slots.open == 0


async def test_a_server_of_ones_own_needs_no_key() -> None:
    answer = {"choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}]}
    async with serve_wire(lambda _: whole(200, answer)) as server:
        slots = Slots()
        model = OpenAI("llama-3-8b", "", slots, server.url, provider="box")
        assert (await ask(model))[0] == "ok"
        assert "authorization" not in server.requests[0].headers
        assert server.requests[0].path == "/v1/chat/completions"
        await slots.aclose()


async def test_the_key_is_asked_for_when_it_is_needed_and_stripped() -> None:
    keys = iter([" first\n", "second"])
    async with openai("ok", key=lambda: next(keys)) as (model, server):
        await ask(model)
        await ask(model)
        assert [asked.headers["authorization"] for asked in server.requests] == ["Bearer first", "Bearer second"]


@pytest.mark.parametrize(
    ("model", "provider"),
    [
        ("gpt-4o", "openai"),
        ("gpt-5-mini", "openai"),
        ("gpt-5.2", "xroute"),
        ("o4-mini", "openai"),
        ("openai/gpt-4o", "openrouter"),
        ("llama-3-8b", "box"),
    ],
)
async def test_every_kind_of_prompt_is_accepted(model: str, provider: str) -> None:
    drafts = [
        Draft((Text("user", "q"),), schema={"type": "object"}, thinking="high"),
        Draft((Text("user", "a"), Text("model", "b"))),
        Draft((Text("system", "s"), Text("user", "a")), cached_content="cachedContents/x"),
        Draft((Text("user", "q"),), stop=tuple("abcdefgh"), max_tokens=100_000),
        HOLE,
    ]
    async with openai("ok", model, provider=provider) as (asked, server):
        for draft in drafts:
            for task in ("complete", "explain"):
                assert (await ask(asked, seal(draft), Call("1", task)))[0] == "ok"
        assert {asked.path for asked in server.requests} == {"/v1/chat/completions"}


async def test_gpt_4o_sees_pictures_and_keeps_to_a_schema() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    prompt = seal(Draft((Text("user", "What?"), Image("image/png", b"\x89PNG")), schema=schema))
    async with openai('{"a": 1}') as (model, server):
        text, _ = await ask(model, prompt, Call("1", "explain"))
    assert json.loads(text) == {"a": 1}
    assert server.requests[0].body["response_format"]["json_schema"]["schema"] == schema
    assert server.requests[0].body["messages"][0]["content"][1]["type"] == "image_url"


async def test_llama_3_8b_is_asked_in_words() -> None:
    async with openai("1", "llama-3-8b", provider="box") as (model, server):
        text, end = await ask(model, HOLE)
        assert (text, end.model, model.hole) == ("1", "box/llama-3-8b", None)
        assert [turn["content"] for turn in server.requests[0].body["messages"]] == ["x = "]
        with pytest.raises(Refused, match="cannot see pictures"):
            await ask(model, seal(Draft((Text("user", "q"), Image("image/png", b"x")))))


async def test_a_model_that_fills_in_the_middle_is_shown_the_hole() -> None:
    async with openai("1", CODER, provider="vllm") as (model, server):
        text, end = await ask(model, HOLE)
        body = server.requests[0].body
    assert (text, end.reason, server.requests[0].path) == ("1", "stop", "/v1/completions")
    assert body["prompt"] == "<|fim_prefix|>x = <|fim_suffix|>\n<|fim_middle|>"


@pytest.mark.parametrize(
    ("base_url", "model", "dialect", "hole"),
    [
        ("https://api.openai.com/v1", "gpt-4o", "", None),
        ("https://openrouter.ai/api/v1", "qwen/qwen-2.5-coder-32b-instruct", "", None),
        ("https://api.xroute.ai/openai/v1/", "codestral-latest", "", None),
        ("https://api.mistral.ai/v1", "codestral-latest", "", "suffix"),
        ("https://api.mistral.ai/v1", "mistral-small-latest", "", None),
        ("https://api.deepseek.com", "deepseek-chat", "", "suffix"),
        ("https://api.deepseek.com", "deepseek-reasoner", "", None),
        ("http://localhost:8000/v1", CODER, "", "qwen"),
        ("http://localhost:8000/v1", CODER, "chat", None),
        ("http://localhost:8000/v1", "our-model", "", None),
        ("http://localhost:8000/v1", "our-model", "starcoder2", "starcoder2"),
        ("http://localhost:8000/v1", "our-model", "suffix", "suffix"),
    ],
)
async def test_who_is_shown_the_hole(base_url: str, model: str, dialect: str, hole: str | None) -> None:
    found = OpenAI(model, KEY, Slots(), base_url, dialect=dialect).hole
    assert (found and found.name) == hole


async def test_text_that_spells_a_special_token_comes_back_whole() -> None:
    code = 'MIDDLE = "<|fim_middle|>"\nprint('
    prompt = seal(Draft((), Fim((Snippet("a.py", "END = '<|endoftext|>'", "similar", 1.0, "open"),), code, ")\n")))
    reply = '"< |fim_middle|>", "< |endoftext|>", "< |other|>", a < b'
    async with openai([Reply(reply, piece=3)], CODER, provider="vllm") as (model, server):
        text, _ = await ask(model, prompt)
    assert text == '"<|fim_middle|>", "<|endoftext|>", "< |other|>", a < b'
    assert server.requests[0].body["prompt"].count("<|fim_middle|>") == 1


async def test_words_that_spell_a_special_token_come_back_whole() -> None:
    prompt = seal(Draft((Text("user", "Explain '<|im_end|>'."),)))
    async with openai([Reply("< |im_end|> ends a turn", piece=2)], "qwen2.5", provider="box") as (model, _):
        assert (await ask(model, prompt))[0] == "<|im_end|> ends a turn"


async def test_a_dialect_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="no dialect 'quen'"):
        OpenAI(MODEL, KEY, Slots(), dialect="quen")


async def test_a_server_that_only_chats_says_what_to_set() -> None:
    async with serve_wire(lambda _: whole(404, {"detail": "Not Found"})) as server:
        slots = Slots()
        with pytest.raises(NotFound, match=r"set providers\.vllm\.dialect to chat"):
            await ask(OpenAI(CODER, "", slots, server.url, provider="vllm"), HOLE)
        with pytest.raises(NotFound, match="no list of models at"):
            await OpenAI(CODER, "", slots, server.url, provider="vllm").reachable(CALL)
        await slots.aclose()


async def test_reachable() -> None:
    async with openai("") as (model, server):
        await model.reachable(CALL)
        await model.warm()
    assert [(asked.method, asked.path) for asked in server.requests] == [("GET", "/v1/models")]


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        (["gpt-4.1", "o3"], "box has no model gpt-4o: it has gpt-4.1, o3"),
        (["gpt-4o"], ""),
        ([], ""),
    ],
)
async def test_a_model_that_the_server_does_not_list_is_not_there(listed: list[str], says: str) -> None:
    async with serve_wire(lambda _: whole(200, {"data": [{"id": each} for each in listed]})) as server:
        slots = Slots()
        try:
            await OpenAI("gpt-4o", "", slots, server.url, provider="box").reachable(CALL)
        except NotFound as error:
            assert str(error) == says
        else:
            assert not says
        await slots.aclose()


async def test_giving_up_stops_the_answer_upstream() -> None:
    async with openai([Reply("some text", stall=True)]) as (model, server):
        async with aclosing(model.stream(PROMPT, CALL)) as stream:
            assert await anext(stream) == Piece("some tex")
            assert server.streams == 1
        async with asyncio.timeout(2):
            while server.streams:
                await asyncio.sleep(0.001)
        assert (server.dropped, model.slots.busy) == (1, 0)


async def test_silence_ends() -> None:
    async with openai([Reply(raw=data(chunk("a")), stall=True)], limits=Limits(between=0.05)) as (model, _):
        with pytest.raises(Stalled, match="sent nothing"):
            await ask(model)


async def test_nothing_listens() -> None:
    async with serve() as server:
        url = server.url
    slots = Slots()
    with pytest.raises(Unreachable, match="nothing listens"):
        await ask(OpenAI(MODEL, KEY, slots, url))
    await slots.aclose()


async def test_the_key_is_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    for reply in (rate_limited(), Reply(status=500, raw=b""), Reply(raw=b"data: x\n\n"), Reply(raw=HTML)):
        async with openai([reply]) as (model, _):
            assert KEY not in f"{model!r} {model}"
            with pytest.raises(ModelError) as caught:
                await ask(model)
            error: BaseException | None = caught.value
            while error is not None:
                assert KEY not in f"{error} {error!r} {error.args}"
                error = error.__cause__ or error.__context__
    assert KEY not in caplog.text
