"""Anthropic's wire format through a real gateway (LiteLLM) to a real model (llama.cpp with Qwen2.5-Coder)."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import pytest
import pytest_asyncio

from flashls.models.anthropic import Anthropic
from flashls.models.profiles import profile
from flashls.models.seam import Garbled, NotFound, Unauthorized
from flashls.models.slots import Slots
from flashls.models.structured import Structured
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Piece, Prompt, Text
from tests.models.asking import reply_of
from tests.models.gateways import KEY

pytestmark = pytest.mark.model

CALL = Call("1", "explain")
QUESTION = Draft((Text("system", "You are terse."), Text("user", "Write a Python expression that sums a list xs.")))


@pytest_asyncio.fixture
async def slots() -> AsyncGenerator[Slots, None]:
    kept = Slots()
    yield kept
    await kept.aclose()


async def ask(model: Anthropic, prompt: Prompt) -> tuple[str, End]:
    return await reply_of(model, prompt, CALL)


def question(**more: object) -> Prompt:
    return seal(Draft(QUESTION.parts, **({"max_tokens": 48} | more)))  # type: ignore[arg-type]


@pytest.mark.parametrize("model_id", ["claude-haiku-5-5", "claude-3-haiku"])
async def test_a_reply(gateway_url: str, slots: Slots, model_id: str) -> None:
    text, end = await ask(Anthropic(model_id, KEY, slots, gateway_url, provider="work"), question())
    assert "sum" in text
    assert (end.reason, end.model, end.usage.output > 0) == ("stop", f"work/{model_id}", True)


@pytest.mark.parametrize("model_id", ["claude-haiku-5-5", "claude-3-haiku"])
async def test_json_though_the_gateway_drops_the_schema(gateway_url: str, slots: Slots, model_id: str) -> None:
    schema = {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]}
    name = f"work/{model_id}"
    model = Structured(Anthropic(model_id, KEY, slots, gateway_url, provider="work"), profile(name))
    user = Text("user", 'Give a Python expression that sums a list xs. Answer with {"code": "<the expression>"}.')
    prompt = seal(Draft((user,), schema=schema, max_tokens=200))
    assert isinstance(json.loads(await fitting(model, prompt))["code"], str)


async def fitting(model: Structured, prompt: Prompt) -> str:
    """A reply that fits the schema: a model this small, which sees it in words only, needs a few tries at times."""
    for _ in range(5):
        with suppress(Garbled):
            async with aclosing(model.stream(prompt, CALL)) as stream:
                return "".join([item.text async for item in stream if isinstance(item, Piece)])
    raise AssertionError("five replies, and none fits")


async def test_it_is_reachable_and_counts(gateway_url: str, slots: Slots) -> None:
    model = Anthropic("claude-3-haiku", KEY, slots, gateway_url)
    await model.reachable(CALL)
    assert await model.count_tokens(question()) > 10


async def test_a_wrong_key(gateway_url: str, slots: Slots) -> None:
    with pytest.raises(Unauthorized, match="ANTHROPIC_API_KEY"):
        await ask(Anthropic("claude-3-haiku", "sk-wrong", slots, gateway_url), question())


async def test_an_unknown_model(gateway_url: str, slots: Slots) -> None:
    with pytest.raises(NotFound, match="nope"):
        await ask(Anthropic("nope", KEY, slots, gateway_url), question())


async def test_giving_up_leaves_the_model_free(gateway_url: str, slots: Slots) -> None:
    model = Anthropic("claude-3-haiku", KEY, slots, gateway_url)
    story = seal(Draft((Text("user", "Tell a very long story about a lighthouse."),), max_tokens=1000))
    for _ in range(3):
        async with aclosing(model.stream(story, CALL)) as stream:
            assert isinstance(await anext(stream), Piece)
    assert slots.busy == 0
    text, _ = await ask(model, question())
    assert text
