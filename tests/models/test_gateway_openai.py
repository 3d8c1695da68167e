"""OpenAI's wire format through a real gateway (LiteLLM) to a real model (llama.cpp with Qwen2.5-Coder)."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
import pytest_asyncio

from flashls.models.openai import OpenAI
from flashls.models.seam import NotFound, Unauthorized
from flashls.models.slots import Slots
from flashls.types import Call, End, Fim, Piece, Prompt, Text
from tests.models.asking import reply_of
from tests.models.gateways import HOLES, KEY

pytestmark = pytest.mark.model

CALL = Call("1", "explain")
PARTS = (Text("system", "You are terse."), Text("user", "Write a Python expression that sums a list xs."))
QUESTION = Prompt(PARTS, max_tokens=48)


@pytest_asyncio.fixture
async def slots() -> AsyncGenerator[Slots, None]:
    kept = Slots()
    yield kept
    await kept.aclose()


async def ask(model: OpenAI, prompt: Prompt = QUESTION) -> tuple[str, End]:
    return await reply_of(model, prompt, CALL)


@pytest.mark.parametrize("name", ["gpt-4o", "llama-3-8b"])
async def test_a_reply(gateway_url: str, slots: Slots, name: str) -> None:
    text, end = await ask(OpenAI(name, KEY, slots, gateway_url, provider="litellm"))
    assert "sum" in text
    assert (end.model, end.usage.output > 0, end.usage.input > 10) == (f"litellm/{name}", True, True)
    assert not end.usage.estimated


async def test_a_reply_with_a_schema(gateway_url: str, slots: Slots) -> None:
    properties = {"code": {"type": "string", "maxLength": 40}}
    schema = {"type": "object", "properties": properties, "required": ["code"], "additionalProperties": False}
    text, _ = await ask(OpenAI("gpt-4o", KEY, slots, gateway_url), Prompt(PARTS, schema=schema, max_tokens=100))
    assert list(json.loads(text)) == ["code"]


async def test_a_hole(gateway_url: str, slots: Slots) -> None:
    model = OpenAI(HOLES, KEY, slots, gateway_url, provider="litellm")
    fim = Fim((), 'def add(a, b):\n    """The sum."""\n    return ', "\n\n\nprint(add(1, 2))\n")
    text, end = await ask(model, Prompt((), fim, max_tokens=12))
    assert model.hole is not None
    assert text.startswith("a + b")
    assert end.usage.output > 0


async def test_a_wrong_key(gateway_url: str, slots: Slots) -> None:
    model = OpenAI("gpt-4o", "sk-wrong", slots, gateway_url)
    for attempt in (ask(model), model.reachable(CALL)):
        with pytest.raises(Unauthorized, match="OPENAI_API_KEY"):
            await attempt


async def test_an_unknown_model(gateway_url: str, slots: Slots) -> None:
    with pytest.raises(NotFound, match="nope"):
        await ask(OpenAI("nope", KEY, slots, gateway_url))


async def test_reachable(gateway_url: str, slots: Slots) -> None:
    await OpenAI("gpt-4o", KEY, slots, gateway_url).reachable(CALL)


async def test_giving_up_leaves_the_model_free(gateway_url: str, slots: Slots) -> None:
    model = OpenAI("gpt-4o", KEY, slots, gateway_url)
    story = Prompt((Text("user", "Tell a very long story about a lighthouse."),), max_tokens=1000)
    for _ in range(3):
        async with aclosing(model.stream(story, CALL)) as stream:
            assert isinstance(await anext(stream), Piece)
    assert slots.busy == 0
    text, _ = await ask(model)
    assert text
