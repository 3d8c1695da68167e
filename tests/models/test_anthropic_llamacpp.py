"""Anthropic's wire format as a real llama.cpp server speaks it, over a made-up model that writes rubbish."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

import pytest
import pytest_asyncio

from flashls.models.anthropic import Anthropic
from flashls.models.host import Host, ensure, place, running
from flashls.models.seam import Refused, Unauthorized
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Image, Piece, Prompt, Text
from tests.models import tiny
from tests.models.asking import reply_of
from tests.models.hosts import ended, idle

CALL = Call("1", "explain")
HINT = "$LLAMA_API_KEY"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("data")
    weights = tiny.write(folder / "tiny.gguf")
    with ended(folder / "run"):
        asyncio.run(ensure(weights, folder / "run"))
        found = running(place(weights, folder / "run"))
        assert found is not None
        yield found


@pytest_asyncio.fixture
async def slots() -> AsyncGenerator[Slots, None]:
    kept = Slots()
    yield kept
    await kept.aclose()


def model(host: Host, slots: Slots, key: str = "", model_id: str = "tiny") -> Anthropic:
    url = f"http://127.0.0.1:{host.port}"
    return Anthropic(model_id, key or host.secret, slots, url, HINT, provider="work")


def question(*parts: Text | Image, max_tokens: int = 8, **more: object) -> Prompt:
    asked = parts or (Text("system", "You are terse."), Text("user", "What is a list?"))
    return seal(Draft(asked, max_tokens=max_tokens, **more))  # type: ignore[arg-type]


async def ask(asked: Anthropic, prompt: Prompt) -> tuple[str, End]:
    return await reply_of(asked, prompt, CALL)


async def test_a_reply(host: Host, slots: Slots) -> None:
    text, end = await ask(model(host, slots), question())
    assert (len(text), end.reason, end.model, end.usage.output) == (8, "length", "work/tiny", 8)
    assert (end.usage.input > 20, end.usage.estimated) == (True, False)


async def test_it_counts_as_the_reply_does(host: Host, slots: Slots) -> None:
    counted = await model(host, slots).count_tokens(question())
    _, end = await ask(model(host, slots), question())
    assert counted == end.usage.input


async def test_a_talk_with_stable_parts_and_a_stop_sequence(host: Host, slots: Slots) -> None:
    parts = (Text("system", "x" * 200, stable=True), Text("user", "a"), Text("model", "b"), Text("user", "c"))
    text, end = await ask(model(host, slots), question(*parts, max_tokens=400, stop=("e",)))
    assert "e" not in text
    assert end.reason == "stop"


async def test_a_wrong_key(host: Host, slots: Slots) -> None:
    with pytest.raises(Unauthorized, match=r"\$LLAMA_API_KEY"):
        await ask(model(host, slots, key="wrong"), question())
    with pytest.raises(Unauthorized, match=r"\$LLAMA_API_KEY"):
        await model(host, slots, key="wrong").reachable(CALL)


async def test_it_is_reachable(host: Host, slots: Slots) -> None:
    await model(host, slots).reachable(CALL)


async def test_a_prompt_that_is_too_long(host: Host, slots: Slots) -> None:
    with pytest.raises(Refused, match="too long"):
        await ask(model(host, slots), question(Text("user", "x" * 20_000)))


async def test_a_picture_that_the_model_cannot_see(host: Host, slots: Slots) -> None:
    with pytest.raises(Refused, match="no pictures"):
        await ask(model(host, slots, model_id="qwen2.5-coder"), question(Text("user", "?"), Image("image/png", b"x")))


async def test_giving_up_leaves_the_model_free(host: Host, slots: Slots) -> None:
    async with aclosing(model(host, slots).stream(question(max_tokens=8000), CALL)) as stream:
        assert isinstance(await anext(stream), Piece)
    assert slots.busy == 0
    assert await asyncio.to_thread(idle, host, 20)
