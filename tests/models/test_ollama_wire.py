"""Requests as bodies: equal to what Ollama's own client (ollama 0.6.3) sent for the same question, as captured in
``wire/``, but for the differences that are named here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flashls.models.dialects import dialect_of
from flashls.models.ollama_wire import chat_request, hole_requests, too_long
from flashls.models.profiles import profile
from flashls.models.seam import Refused
from flashls.types import Fim, Image, Prompt, Text, Thinking

CODER, LLAMA = "qwen2.5-coder:7b", "llama3:8b"


def chat(prompt: Prompt, model: str = LLAMA) -> dict[str, Any]:
    return chat_request(model, prompt, "explain", profile(f"ollama/{model}"))


def holes(prompt: Prompt, model: str = CODER) -> list[dict[str, Any]]:
    dialect = dialect_of(model)
    assert prompt.fim is not None
    assert dialect is not None
    return hole_requests(model, prompt, prompt.fim, dialect, profile(f"ollama/{model}"))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("generate_suffix", holes(Prompt((), Fim((), "def f(", "\n  pass"), stop=("x",), max_tokens=5))[0]),
        ("generate_raw", holes(Prompt((), Fim((), "def f(", ""), stop=("x",), max_tokens=5))[0]),
        ("chat", chat(Prompt((Text("system", "s"), Text("user", "u")), max_tokens=5))),
        (
            "chat_image_schema",
            chat(
                Prompt((Text("user", "u"), Image("image/png", b"\x89PNG")), max_tokens=5, schema={"type": "object"}),
                "llava",
            ),
        ),
    ],
)
def test_our_body_is_the_clients(name: str, body: dict[str, Any]) -> None:
    theirs = _captured(name)
    theirs.pop("tools", None)  # an empty list there
    ours = body | {"options": body["options"] | {"stop": theirs["options"].get("stop")}}
    assert ours.pop("truncate") is False  # the client does not know it yet
    assert _told(ours) == _told(theirs)


@pytest.mark.parametrize(
    ("model", "thinking", "sent", "tokens"),
    [
        (LLAMA, None, False, 100),
        ("qwen3:8b", None, False, 100),
        ("qwen3:8b", "high", False, 100),
        ("gpt-oss:20b", None, "low", 100 + 2048),
        ("gpt-oss:20b", "high", "high", 100 + 24_576),
    ],
)
def test_thinking_and_the_room_it_needs(model: str, thinking: Thinking | None, sent: object, tokens: int) -> None:
    body = chat(Prompt((Text("user", "q"),), thinking=thinking, max_tokens=100), model)
    assert (body["think"], body["options"]["num_predict"]) == (sent, tokens)


def test_samples_differ_and_one_question_has_one_answer() -> None:
    options = [chat(Prompt((Text("user", "q"),), sample=n))["options"] for n in (0, 1, 2)]
    assert [(each["temperature"], each["seed"]) for each in options] == [(0.0, 0), (0.7, 1), (0.7, 2)]


def test_a_model_that_cannot_see_is_not_shown_pictures() -> None:
    with pytest.raises(Refused, match="llama3:8b cannot see pictures"):
        chat(Prompt((Text("user", "q"), Image("image/png", b"x"))))


@pytest.mark.parametrize(
    ("error", "long"),
    [
        ("the input length exceeds the context length", True),
        ("prompt exceeds available context size", True),
        ("model 'x' not found", False),
    ],
)
def test_too_long(error: str, long: bool) -> None:
    assert too_long(error) is long


def _told(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None} | {
        "options": {name: value for name, value in body["options"].items() if value is not None}
    }


def _captured(name: str) -> dict[str, Any]:
    path = Path(__file__).parent / "wire" / f"ollama_{name}.json"
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["body"]
    return body
