"""Gemini's wire format through a real gateway (LiteLLM) to a real model (llama.cpp with Qwen2.5-Coder)."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
import pytest_asyncio

from flashls.models.gemini import Gemini
from flashls.models.seam import NotFound, Unauthorized
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Piece, Prompt, Text
from tests.models.asking import reply_of
from tests.models.gateways import KEY

pytestmark = pytest.mark.model

MODEL = "gemini-3.5-flash-lite"
QUESTION = Draft((Text("system", "You are terse."), Text("user", "Write a Python expression that sums a list xs.")))


@pytest_asyncio.fixture
async def slots() -> AsyncGenerator[Slots, None]:
    kept = Slots()
    yield kept
    await kept.aclose()


async def ask(model: Gemini, prompt: Prompt) -> tuple[str, End]:
    return await reply_of(model, prompt, Call("1", "explain"))


def question(**more: object) -> Prompt:
    return seal(Draft(QUESTION.parts, **({"max_tokens": 48} | more)))  # type: ignore[arg-type]


async def test_a_reply(gateway_url: str, slots: Slots) -> None:
    text, end = await ask(Gemini(MODEL, KEY, slots, gateway_url), question())
    assert "sum" in text
    assert (end.reason, end.model, end.usage.output > 0) == ("stop", f"gemini/{MODEL}", True)


async def test_a_reply_with_a_schema(gateway_url: str, slots: Slots) -> None:
    schema = {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]}
    for _ in range(4):  # a small model at times writes on up to the limit; what is cut off there is no JSON
        text, end = await ask(Gemini(MODEL, KEY, slots, gateway_url), question(schema=schema))
        if end.reason == "stop":
            break
    assert list(json.loads(text)) == ["code"]


async def test_count(gateway_url: str, slots: Slots) -> None:
    assert await Gemini(MODEL, KEY, slots, gateway_url).count_tokens(question()) > 10
    await Gemini(MODEL, KEY, slots, gateway_url).reachable(Call("1", "ask"))


async def test_a_wrong_key(gateway_url: str, slots: Slots) -> None:
    with pytest.raises(Unauthorized, match="GEMINI_API_KEY"):
        await ask(Gemini(MODEL, "sk-wrong", slots, gateway_url), question())


async def test_an_unknown_model(gateway_url: str, slots: Slots) -> None:
    with pytest.raises(NotFound, match="nope"):
        await ask(Gemini("nope", KEY, slots, gateway_url), question())


async def test_giving_up_leaves_the_model_free(gateway_url: str, slots: Slots) -> None:
    model = Gemini(MODEL, KEY, slots, gateway_url)
    story = seal(Draft((Text("user", "Tell a very long story about a lighthouse."),), max_tokens=1000))
    for _ in range(3):
        async with aclosing(model.stream(story, Call("1", "explain"))) as stream:
            assert isinstance(await anext(stream), Piece)
    assert slots.busy == 0
    text, _ = await ask(model, question())
    assert text
