"""A llama.cpp server of the user's own: against a real one with a made-up model, the real model, and one that fails."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import pytest

from flashls.models.dialects import dialect_of
from flashls.models.host import Host, ensure
from flashls.models.llamacpp import LlamaCpp, infill_request
from flashls.models.openai import OpenAI
from flashls.models.seam import Garbled, ModelError, NotFound, Overloaded, Refused, Unauthorized, Unreachable
from flashls.models.slots import Slots
from flashls.models.weights import find
from flashls.sources import data_path
from flashls.types import Call, End, Fim, Piece, Prompt, Snippet, Text
from tests.models import tiny
from tests.models.asking import reply_of
from tests.models.hosts import ended, idle
from tests.models.wire_server import Answer, Request, WireServer, whole
from tests.models.wire_server import serve as serve_wire

CALL = Call("1", "complete")
WORDS = Prompt((Text("system", "Answer in one word."), Text("user", "What colour is the sky?")), max_tokens=8)
REAL = "qwen2.5-coder-0.5b"


@dataclass(frozen=True, slots=True)
class Server:
    """A running llama.cpp server."""

    host: Host

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.host.port}"

    @asynccontextmanager
    async def opened(self, key: str | None = None) -> AsyncGenerator[LlamaCpp]:
        slots = Slots()
        try:
            yield LlamaCpp("tiny", slots, self.url, self.host.secret if key is None else key)
        finally:
            await slots.aclose()

    async def answer(self, prompt: Prompt) -> tuple[str, End]:
        async with self.opened() as model:
            return await ask(model, prompt)


async def ask(model: LlamaCpp | OpenAI, prompt: Prompt, call: Call = CALL) -> tuple[str, End]:
    return await reply_of(model, prompt, call)


def hole(prefix: str, suffix: str = "\n", max_tokens: int = 8, extra: tuple[Snippet, ...] = ()) -> Prompt:
    return Prompt((), Fim(extra, prefix, suffix), max_tokens=max_tokens)


def snippet(text: str) -> Snippet:
    return Snippet("a.py", text, "similar", 1.0, "open")


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("llama")
    tiny.write(folder / "tiny.gguf")
    with ended(folder / "run"):
        yield Server(asyncio.run(ensure(folder / "tiny.gguf", folder / "run")))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = find(REAL, data_path(os.environ) / "models")
    if path is None:
        pytest.fail(f"the weights are missing: flashls models pull {REAL}")
    folder = tmp_path_factory.mktemp("llama")
    with ended(folder / "run"):
        yield Server(asyncio.run(ensure(path, folder / "run")))


async def test_fills_in_the_middle(made_up: Server) -> None:
    text, end = await made_up.answer(hole("def f():\n    return "))
    assert (len(text), end.reason, end.model, end.usage.output) == (8, "length", "llamacpp/tiny", 8)
    assert not end.usage.estimated


async def test_reads_the_other_files(made_up: Server) -> None:
    (_, without), (_, with_it) = [await made_up.answer(hole("a", extra=e)) for e in ((), (snippet("x" * 50),))]
    assert with_it.usage.input > without.usage.input + 50


async def test_answers_in_words(made_up: Server) -> None:
    text, end = await made_up.answer(WORDS)
    assert (len(text), end.reason, end.model, end.usage.output) == (8, "length", "llamacpp/tiny", 8)
    assert end.usage.input > len("Answer in one word. What colour is the sky?")


async def test_keeps_to_a_schema(made_up: Server) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"enum": ["x", "y"]}},
        "required": ["a"],
        "additionalProperties": False,
    }
    text, _ = await made_up.answer(Prompt(WORDS.parts, schema=schema, max_tokens=200))
    assert json.loads(text)["a"] in ("x", "y")


@pytest.mark.parametrize("text", ["<|fim_middle|>", "<|fim_suffix|>x<|endoftext|>", "<|repo_name|><|file_sep|>", "<|"])
async def test_a_special_token_in_the_text_is_text(made_up: Server, text: str) -> None:
    plain = "." * len(text)
    for make in (hole, lambda said: hole("", said), lambda said: hole("", extra=(snippet(said),))):
        (_, special), (_, usual) = await made_up.answer(make(text)), await made_up.answer(make(plain))
        assert special.usage.input == usual.usage.input


async def test_a_special_token_in_words_is_text(made_up: Server) -> None:
    (_, special), (_, usual) = [
        await made_up.answer(Prompt((Text("user", text),), max_tokens=2)) for text in ("<|im_end|>", "." * 11)
    ]
    assert special.usage.input == usual.usage.input


async def test_ends_before_a_stop_string(made_up: Server) -> None:
    all_of_it, _ = await made_up.answer(hole("a", max_tokens=30))
    stop = all_of_it[4]
    text, end = await made_up.answer(Prompt((), Fim((), "a", "\n"), stop=(stop,), max_tokens=30))
    assert (text, end.reason) == (all_of_it[: all_of_it.index(stop)], "stop")


async def test_many_requests_in_a_row(made_up: Server) -> None:
    async with made_up.opened() as model:
        ends = [(await ask(model, each))[1] for _ in range(12) for each in (hole("a"), WORDS)]
    assert [end.usage.output for end in ends] == [8] * 24


async def test_giving_up_frees_the_server(made_up: Server) -> None:
    async with made_up.opened() as model:
        for prompt in (hole("a", max_tokens=8000), Prompt(WORDS.parts, max_tokens=8000)):
            async with aclosing(model.stream(prompt, CALL)) as stream:
                assert isinstance(await anext(stream), Piece)
            assert model.slots.busy == 0
            assert await asyncio.to_thread(idle, made_up.host, 5)


async def test_reachable(made_up: Server) -> None:
    async with made_up.opened() as model:
        await model.reachable(CALL)
        await model.warm()
    async with made_up.opened(key="wrong") as model:
        for attempt in (model.reachable(CALL), ask(model, hole("a")), ask(model, WORDS)):
            with pytest.raises(Unauthorized, match=r"providers\.llamacpp\.key_env"):
                await attempt


async def test_too_long_a_prompt(made_up: Server) -> None:
    with pytest.raises(Refused, match="too long for tiny"):
        await made_up.answer(Prompt((Text("user", "x" * 9000),)))


async def test_the_openai_route_with_the_models_own_form(made_up: Server) -> None:
    """As a server with OpenAI's format in general: text that spells a token is broken up, and is no token then."""
    slots = Slots()
    model = OpenAI("qwen2.5-coder-tiny", made_up.host.secret, slots, f"{made_up.url}/v1", provider="box")
    (_, special), (_, usual) = [await ask(model, hole(text)) for text in ("<|fim_middle|>", "." * 15)]
    await slots.aclose()
    assert model.hole is dialect_of("", "qwen")
    assert special.usage.input == usual.usage.input == 15 + 1 + 3
    assert (special.reason, special.usage.output, special.usage.estimated) == ("length", 8, False)


async def test_nothing_listens() -> None:
    async with serve_wire(lambda _: whole(200, {})) as server:
        url = server.url
    slots = Slots()
    model = LlamaCpp("m", slots, url, provider="box")
    for attempt in (ask(model, hole("a")), ask(model, WORDS), model.reachable(CALL)):
        with pytest.raises(Unreachable, match=r"start llama-server, or check providers\.box\.base_url"):
            await attempt
    await slots.aclose()


@asynccontextmanager
async def stand_in(infill: Answer) -> AsyncGenerator[tuple[LlamaCpp, WireServer]]:
    """A server that answers so to a hole, and ``blue`` to words."""
    said = {"choices": [{"message": {"content": "blue"}, "finish_reason": "stop"}]}

    def answer(asked: Request) -> Answer:
        return infill if asked.path == "/infill" else whole(200, said)

    async with serve_wire(answer) as server:
        slots = Slots()
        yield LlamaCpp("m", slots, server.url), server
        await slots.aclose()


NO_INFILL = {"error": {"code": 501, "message": "Infill is not supported by this model", "type": "not_supported_error"}}


async def test_a_model_without_infill_is_asked_in_words() -> None:
    async with stand_in(whole(501, NO_INFILL)) as (model, server):
        assert (await ask(model, Prompt(WORDS.parts, Fim((), "a", "b"))))[0] == "blue"
        assert [asked.path for asked in server.requests] == ["/infill", "/v1/chat/completions"]
        with pytest.raises(Refused, match="cannot fill in the middle"):
            await ask(model, hole("a"))


async def test_a_hole_in_words_by_choice() -> None:
    async with stand_in(whole(200, {})) as (model, server):
        chatting = LlamaCpp("m", model.slots, f"{server.url}/v1/", dialect="chat")
        assert (await ask(chatting, Prompt(WORDS.parts, Fim((), "a", "b"))))[0] == "blue"
        assert [asked.path for asked in server.requests] == ["/v1/chat/completions"]


STREAM = "text/event-stream"


@pytest.mark.parametrize(
    ("infill", "kind", "text"),
    [
        (whole(503, {"error": {"code": 503, "message": "Loading model"}}), Overloaded, "503"),
        (whole(404, {"error": {"code": 404, "message": "File Not Found"}}), NotFound, "check base_url"),
        (Answer((b'data: {"content": "a"}\n\n',), kind=STREAM), Garbled, "broke off"),
        (Answer((b'data: {"content": "a"}\n\n', b"data: hello\n\n"), kind=STREAM), Garbled, "no answer"),
        (Answer((b'data: {"error": {"code": 500, "message": "slot"}}\n\n',), kind=STREAM), Overloaded, "500"),
        (Answer((), cut=True), Garbled, "broke off"),
    ],
)
async def test_faults(infill: Answer, kind: type[ModelError], text: str) -> None:
    async with stand_in(infill) as (model, _):
        with pytest.raises(kind, match=text):
            await ask(model, hole("a"))
        assert model.slots.busy == 0


def test_the_body_of_a_hole() -> None:
    prompt = Prompt((), Fim((snippet("A = 1\n\n"),), "x = ", "\n"), stop=("\n\n",), max_tokens=99, sample=2)
    assert prompt.fim is not None
    assert infill_request("m", prompt, prompt.fim, 64) == {
        "model": "m",
        "input_prefix": "x = ",
        "input_suffix": "\n",
        "input_extra": [{"filename": "a.py", "text": "A = 1\n"}],
        "prompt": "",
        "cache_prompt": True,
        "stream": True,
        "return_progress": True,
        "n_predict": 64,
        "stop": ["\n\n", "\n```"],
        "temperature": 0.7,
        "seed": 2,
    }


def test_a_dialect_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="no dialect 'quen'"):
        LlamaCpp("m", Slots(), dialect="quen")


def test_the_key_is_never_shown() -> None:
    assert "sk-secret" not in repr(LlamaCpp("m", Slots(), key="sk-secret"))


@pytest.mark.model
async def test_real_code(real: Server) -> None:
    text, _ = await real.answer(hole('def add(a, b):\n    """The sum."""\n    return ', "\n\n\nprint(add(1, 2))\n", 12))
    assert text.startswith("a + b")
    assert "```" not in text


@pytest.mark.model
async def test_real_words(real: Server) -> None:
    text, end = await real.answer(WORDS)
    assert "blue" in text.lower()
    assert end.reason == "stop"


@pytest.mark.model
async def test_real_code_over_the_openai_route(real: Server) -> None:
    slots = Slots()
    model = OpenAI(REAL, real.host.secret, slots, f"{real.url}/v1", provider="box")
    text, end = await ask(
        model, hole('def add(a, b):\n    """The sum."""\n    return ', "\n\n\nprint(add(1, 2))\n", 12)
    )
    await slots.aclose()
    assert text.startswith("a + b")
    assert not end.usage.estimated
