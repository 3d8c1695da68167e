"""Ollama as a Model, against a server that speaks its wire format over a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from flashls.models.ollama import Ollama
from flashls.models.seam import Garbled, ModelError, NotFound, Overloaded, Refused, Unreachable
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Fim, Image, Piece, Prompt, Snippet, Text, Usage
from tests.models.ollama_server import Reply, Script, serve
from tests.models.wire_server import Answer, WireServer, whole
from tests.models.wire_server import serve as serve_wire

CODER, LLAMA = "qwen2.5-coder:7b", "llama3:8b"
CALL = Call("1", "complete")
WORDS = Prompt((Text("system", "Be brief."), Text("user", "What is 1 + 1?")), max_tokens=9)
SIDES = Fim((), "x = ", "\n")


@asynccontextmanager
async def ollama(script: Script, model: str = LLAMA, **more: Any) -> AsyncGenerator[tuple[Ollama, WireServer], None]:
    async with serve(script) as server:
        slots = Slots()
        yield Ollama(model, slots, server.url, **more), server
        await slots.aclose()


async def ask(model: Ollama, prompt: Prompt = WORDS, call: Call = CALL) -> tuple[str, End]:
    async with aclosing(model.stream(prompt, call)) as stream:
        *pieces, end = [item async for item in stream]
    assert isinstance(end, End)
    assert all(isinstance(piece, Piece) and piece.text for piece in pieces)
    return "".join(piece.text for piece in pieces if isinstance(piece, Piece)), end


def hole(fim: Fim = SIDES) -> Prompt:
    return Prompt((Text("user", "x = "),), fim, stop=("\n\n",), max_tokens=9)


REPLIES: list[tuple[str, Reply, str, str]] = [
    ("plain", Reply("It is two."), "It is two.", "stop"),
    ("empty", Reply(""), "", "stop"),
    ("odd line ends", Reply("a\u2028b\u0085c", piece=1), "a\u2028b\u0085c", "stop"),
    ("too long", Reply("It", reason="length"), "It", "length"),
    ("thinking", Reply("2", thinking="one and one"), "2", "stop"),
    ("no line break at the end", Reply(raw=b'{"message": {"content": "a"}, "done": true}'), "a", "stop"),
]


@pytest.mark.parametrize(("name", "reply", "text", "reason"), REPLIES, ids=[row[0] for row in REPLIES])
async def test_replies(name: str, reply: Reply, text: str, reason: str) -> None:
    async with ollama([reply]) as (model, _):
        got, end = await ask(model)
        assert (got, end.reason, end.model, model.slots.busy) == (text, reason, f"ollama/{LLAMA}", 0)


async def test_usage() -> None:
    async with ollama([Reply("x" * 12), Reply("x" * 16, uncounted=("prompt_eval_count",))]) as (model, _):
        assert (await ask(model))[1].usage == Usage(input=11, output=3)
        assert (await ask(model))[1].usage == Usage(input=7, output=5, estimated=True)


async def test_llama_3_8b_is_asked_in_words() -> None:
    for name in ("llama-3-8b", LLAMA):
        async with ollama("2", name) as (model, server):
            text, end = await ask(model, hole())
            assert (text, end.model, model.hole) == ("2", f"ollama/{name}", None)
            assert server.requests[0].path == "/api/chat"
            assert server.requests[0].body["messages"] == [{"role": "user", "content": "x = "}]


async def test_a_hole_is_left_to_the_models_template() -> None:
    async with ollama("1", CODER) as (model, server):
        text, end = await ask(model, hole())
        body = server.requests[0].body
    assert (text, end.reason, server.requests[0].path) == ("1", "stop", "/api/generate")
    assert (body["prompt"], body["suffix"], body.get("raw", False)) == ("x = ", "\n", False)
    assert body["options"]["stop"] == [
        "\n\n",
        "<|file_sep|>",
        *(f"<|fim_{x}|>" for x in ("prefix", "suffix", "middle")),
        "\n```",
    ]


@pytest.mark.parametrize(
    ("fim", "prompt"),
    [
        (Fim((), "x = ", ""), "<|fim_prefix|>x = <|fim_suffix|><|fim_middle|>"),
        (Fim((), "", "y"), "<|fim_prefix|><|fim_suffix|>y<|fim_middle|>"),
        (
            Fim((Snippet("a.py", "A = 1", "similar", 1.0, "open"),), "x = ", "y"),
            "<|file_sep|>a.py\nA = 1\n<|file_sep|>\n<|fim_prefix|>x = <|fim_suffix|>y<|fim_middle|>",
        ),
    ],
)
async def test_a_hole_for_which_the_template_has_no_place_is_sent_raw(fim: Fim, prompt: str) -> None:
    async with ollama("1", CODER) as (model, server):
        assert (await ask(model, hole(fim)))[0] == "1"
    assert [(asked.body["prompt"], asked.body["raw"]) for asked in server.requests] == [(prompt, True)]
    assert "suffix" not in server.requests[0].body


async def test_a_model_whose_template_knows_no_hole_is_asked_again_raw() -> None:
    async with ollama("1", "codellama") as (model, server):
        assert (await ask(model, hole()))[0] == "1"
    assert [asked.body.get("raw", False) for asked in server.requests] == [False, True]
    assert server.requests[1].body["prompt"] == "<PRE> x =  <SUF>\n <MID>"


async def test_a_model_of_ones_own_fills_in_by_its_template() -> None:
    async with ollama("1", "ours", dialect="suffix") as (model, server):
        for fim in (SIDES, Fim((), "", ""), Fim((Snippet("a.py", "A", "edit", 1.0, "x"),), "x", "y")):
            assert (await ask(model, hole(fim)))[0] == "1"
    sides = [(asked.body["prompt"], asked.body["suffix"]) for asked in server.requests]
    assert sides == [("x = ", "\n"), ("\n", "\n"), ("#a.py\nA\nx", "y")]
    async with ollama("1", LLAMA, dialect="suffix", provider="box") as (model, _):
        with pytest.raises(Refused, match=r"set providers\.box\.dialect"):
            await ask(model, hole())


async def test_text_that_spells_a_special_token_comes_back_whole() -> None:
    async with ollama([Reply('"< |fim_middle|>"', piece=2)], CODER) as (model, server):
        text, _ = await ask(model, hole(Fim((), 'M = "<|fim_middle|>"\nN = ', "\n")))
    assert text == '"<|fim_middle|>"'
    assert server.requests[0].body["prompt"] == 'M = "< |fim_middle|>"\nN = '


async def test_words_that_spell_a_special_token_come_back_whole() -> None:
    async with ollama([Reply("< |eot_id|>", piece=2)]) as (model, server):
        assert (await ask(model, Prompt((Text("user", "<|eot_id|>?"),))))[0] == "<|eot_id|>"
    assert server.requests[0].body["messages"][0]["content"] == "< |eot_id|>?"


async def test_a_dialect_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="no dialect 'quen'"):
        Ollama(LLAMA, Slots(), dialect="quen")


async def test_pictures_and_a_schema() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    prompt = seal(Draft((Text("user", "What?"), Image("image/png", b"\x89PNG")), schema=schema))
    async with ollama('{"a": 1}', "llava") as (model, server):
        assert json.loads((await ask(model, prompt))[0]) == {"a": 1}
    assert server.requests[0].body["format"] == schema
    assert server.requests[0].body["messages"] == [{"role": "user", "content": "What?", "images": ["iVBORw=="]}]


FAULTS: list[tuple[str, str, Reply, type[ModelError], str]] = [
    ("only loaded", LLAMA, Reply("", reason="load"), Overloaded, "broke its reply off"),
    ("gone meanwhile", LLAMA, Reply("half", reason="unload"), Overloaded, "broke its reply off"),
    ("not pulled", "phi4", Reply("x"), NotFound, "get it with 'ollama pull phi4'"),
    ("an error inside", LLAMA, Reply("half", error="llama runner process has terminated"), Overloaded, "terminated"),
    ("trouble", LLAMA, Reply(status=500, error="oops"), Overloaded, "500"),
    (
        "too little memory",
        LLAMA,
        Reply(status=500, error="model requires more system memory (8.4 GiB) than is available (3.1 GiB)"),
        Refused,
        "too little memory for llama3:8b: choose a smaller",
    ),
    ("busy", LLAMA, Reply(status=503, error="server busy, please try again."), Overloaded, "503"),
    ("hangs up", LLAMA, Reply("half", cut=True), Garbled, "broke off"),
    ("ends too soon", LLAMA, Reply(raw=b'{"message": {"content": "a"}, "done": false}\n'), Garbled, "broke off"),
    ("a line cut", LLAMA, Reply(raw=b'{"message": {"con'), Garbled, "no answer"),
    ("no body", LLAMA, Reply(raw=b""), Garbled, "broke off"),
]


@pytest.mark.parametrize(("name", "model", "reply", "kind", "text"), FAULTS, ids=[row[0] for row in FAULTS])
async def test_faults(name: str, model: str, reply: Reply, kind: type[ModelError], text: str) -> None:
    async with ollama([reply], model) as (asked, _):
        with pytest.raises(kind, match=text) as caught:
            await ask(asked)
        assert type(caught.value) is kind
        assert asked.slots.busy == 0


async def test_a_prompt_that_does_not_fit_is_told_not_cut() -> None:
    async with ollama("x") as (model, _):
        with pytest.raises(Refused, match="too long for llama3:8b"):
            await ask(model, Prompt((Text("user", "word " * 2000),)))


async def test_nothing_listens() -> None:
    async with serve() as server:
        url = server.url
    slots = Slots()
    model = Ollama(LLAMA, slots, url)
    for attempt in (ask(model), ask(model, hole()), model.reachable(CALL)):
        with pytest.raises(Unreachable, match="start Ollama with 'ollama serve'"):
            await attempt
    await slots.aclose()


async def test_reachable() -> None:
    for name in (LLAMA, "llava", "Codellama:latest"):
        async with ollama("", name) as (model, server):
            await model.reachable(CALL)
            await model.warm()
            assert [(asked.method, asked.path) for asked in server.requests] == [("GET", "/api/tags")]
    async with ollama("", "llama3") as (model, _):
        with pytest.raises(NotFound, match="ollama pull llama3'"):
            await model.reachable(CALL)


@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        (whole(401, {"error": "unauthorized"}), ModelError, "refused the key"),
        (Answer((b"<html>Sign in</html>",)), Garbled, "cannot be read"),
        (Answer((b"404 page not found",), 404, "text/plain"), NotFound, "check base_url"),
    ],
)
async def test_what_is_not_ollama(answer: Answer, kind: type[ModelError], text: str) -> None:
    async with serve_wire(lambda _: answer) as server:
        slots = Slots()
        with pytest.raises(kind, match=text):
            await Ollama(LLAMA, slots, server.url, key="k").reachable(CALL)
        assert server.requests[0].headers["authorization"] == "Bearer k"
        await slots.aclose()


async def test_giving_up_stops_the_answer_upstream() -> None:
    async with ollama([Reply("some text", stall=True)]) as (model, server):
        async with aclosing(model.stream(WORDS, CALL)) as stream:
            assert await anext(stream) == Piece("some")
        async with asyncio.timeout(2):
            while server.streams:
                await asyncio.sleep(0.001)
        assert (server.dropped, model.slots.busy) == (1, 0)


async def test_the_key_is_never_shown() -> None:
    async with ollama([Reply(status=500, error="x")], key="sk-secret-key") as (model, _):
        assert "sk-secret-key" not in f"{model!r}"
        with pytest.raises(Overloaded) as caught:
            await ask(model)
        assert "sk-secret-key" not in f"{caught.value} {caught.value!r}"
