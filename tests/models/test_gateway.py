"""Gemini's wire format through a real gateway (LiteLLM) to a real model (llama.cpp with Qwen2.5-Coder)."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from flashls.models.gemini import Gemini
from flashls.models.host import ensure, place, running
from flashls.models.seam import NotFound, Unauthorized
from flashls.models.slots import Slots
from flashls.models.weights import find
from flashls.prompt.seal import seal
from flashls.sources import data_path
from flashls.types import Call, Draft, End, Piece, Prompt, Text
from tools.gateway import gateway

pytestmark = pytest.mark.model

MODEL, KEY = "gemini-3.5-flash-lite", "sk-gateway"
QUESTION = Draft((Text("system", "You are terse."), Text("user", "Write a Python expression that sums a list xs.")))
PATIENCE = 240  # seconds; the gateway alone takes 12 to 29 s to start on an idle machine


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gateway's address; it and its llama.cpp server run while the module's tests do."""
    folder = tmp_path_factory.mktemp("gateway")
    weights = find("qwen2.5-coder-0.5b", data_path(os.environ) / "models")
    assert weights is not None, "no weights: run 'flashls models pull qwen2.5-coder-0.5b' first"
    asyncio.run(ensure(weights, folder / "run", idle=PATIENCE))
    host = running(place(weights, folder / "run"))
    assert host is not None
    upstream = {"model": "openai/qwen", "api_base": f"http://127.0.0.1:{host.port}/v1", "api_key": host.secret}
    config = {
        "model_list": [{"model_name": MODEL, "litellm_params": upstream}],
        "litellm_settings": {"drop_params": True, "telemetry": False},
        "general_settings": {"master_key": KEY},
    }
    file = folder / "litellm.yaml"
    file.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    try:
        with _serving(file, folder) as url:
            yield url
    finally:
        os.kill(host.pid, signal.SIGTERM)


@contextmanager
def _serving(config: Path, folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(gateway()), "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    environ = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    log = folder / "gateway.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=environ)
    try:
        url = f"http://127.0.0.1:{port}"
        until = time.monotonic() + PATIENCE
        while not _answers(f"{url}/health/liveliness"):
            assert process.poll() is None, log.read_text(errors="replace")[-2000:]
            assert time.monotonic() < until, log.read_text(errors="replace")[-2000:]
            time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest_asyncio.fixture
async def slots() -> AsyncGenerator[Slots, None]:
    kept = Slots()
    yield kept
    await kept.aclose()


async def ask(model: Gemini, prompt: Prompt) -> tuple[str, End]:
    async with aclosing(model.stream(prompt, Call("1", "explain"))) as stream:
        *pieces, end = [item async for item in stream]
    assert isinstance(end, End)
    return "".join(piece.text for piece in pieces if isinstance(piece, Piece)), end


def question(**more: object) -> Prompt:
    return seal(Draft(QUESTION.parts, **({"max_tokens": 48} | more)))  # type: ignore[arg-type]


async def test_a_reply(address: str, slots: Slots) -> None:
    text, end = await ask(Gemini(MODEL, KEY, slots, address), question())
    assert "sum" in text
    assert (end.reason, end.model, end.usage.output > 0) == ("stop", f"gemini/{MODEL}", True)


async def test_a_reply_with_a_schema(address: str, slots: Slots) -> None:
    schema = {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]}
    text, _ = await ask(Gemini(MODEL, KEY, slots, address), question(schema=schema))
    assert list(json.loads(text)) == ["code"]


async def test_count(address: str, slots: Slots) -> None:
    assert await Gemini(MODEL, KEY, slots, address).count_tokens(question()) > 10


async def test_a_wrong_key(address: str, slots: Slots) -> None:
    with pytest.raises(Unauthorized, match="GEMINI_API_KEY"):
        await ask(Gemini(MODEL, "sk-wrong", slots, address), question())


async def test_an_unknown_model(address: str, slots: Slots) -> None:
    with pytest.raises(NotFound, match="nope"):
        await ask(Gemini("nope", KEY, slots, address), question())


async def test_giving_up_leaves_the_model_free(address: str, slots: Slots) -> None:
    model = Gemini(MODEL, KEY, slots, address)
    story = seal(Draft((Text("user", "Tell a very long story about a lighthouse."),), max_tokens=1000))
    for _ in range(3):
        async with aclosing(model.stream(story, Call("1", "explain"))) as stream:
            assert isinstance(await anext(stream), Piece)
    assert slots.busy == 0
    text, _ = await ask(model, question())
    assert text
