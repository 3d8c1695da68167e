"""Wires: each provider as the fault table asks it, and a good reply in its format."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.oauth2.credentials import Credentials

from flashls.models import anthropic, gemini, google_tokens, llamacpp, ollama, openai
from flashls.models.seam import Model, Stream
from flashls.models.slots import Slots
from flashls.models.vertex import Vertex
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, Fim, Prompt

KEY = "AIza-secret/key+1"


@dataclass(frozen=True, slots=True)
class Wire:
    """A provider under test: how it is made, what it calls itself, and a good reply's events, the text in the first.

    ``no_model`` is what it says of a model that is not there, ``start`` what to do where nothing listens.
    """

    make: Callable[[Slots, str], Model]
    who: str
    model: str
    hint: str
    events: tuple[bytes, ...]
    no_model: str = "{who} has no model {model} there: choose another one, or check base_url"
    start: str = "start it, or check base_url"


def event(name: str = "", **data: Any) -> bytes:
    return (f"event: {name}\n" if name else "").encode() + b"data: " + json.dumps(data).encode() + b"\n\n"


def _gemini(text: str, reason: str | None = None) -> bytes:
    return event(candidates=[{"content": {"parts": [{"text": text}], "role": "model"}, "finishReason": reason}])


def _openai(delta: dict[str, str], reason: str | None = None) -> bytes:
    return event(
        id="x", object="chat.completion.chunk", choices=[{"index": 0, "delta": delta, "finish_reason": reason}]
    )


def _ollama(text: str, **more: Any) -> bytes:
    return (
        json.dumps({"model": "m", "message": {"role": "assistant", "content": text}, "done": False} | more).encode()
        + b"\n"
    )


def _anthropic(kind: str, **data: Any) -> bytes:
    return event(kind, type=kind, **data)


@dataclass(frozen=True, slots=True)
class _Filling:
    """A model that is asked to fill a hole whatever the prompt."""

    model: Model

    def stream(self, prompt: Prompt, call: Call) -> Stream:
        return self.model.stream(seal(Draft((), Fim((), "x = ", "\n"), max_tokens=64)), call)


def _infill(text: str, stop: bool = False) -> bytes:
    return event(content=text, stop=stop, stop_type="eos" if stop else "none")


def _vertex(slots: Slots, url: str) -> Vertex:
    """With credentials that hold one token and get the same one again."""
    ends = datetime(2099, 1, 1)
    fixed = Credentials(KEY, expiry=ends, refresh_handler=lambda *_, **__: (KEY, ends))  # type: ignore[no-untyped-call]
    return Vertex("gemini-3.5-flash-lite", slots, "p1", credentials=fixed, base_url=url)


WIRES = {
    "gemini": Wire(
        lambda slots, url: gemini.Gemini("gemini-3.5-flash-lite", KEY, slots, url),
        "Gemini",
        "gemini-3.5-flash-lite",
        gemini.KEY_HINT,
        (_gemini("ok"), _gemini("", "STOP")),
    ),
    "vertex": Wire(
        _vertex,
        "Vertex",
        "gemini-3.5-flash-lite",
        google_tokens.HINT,
        (_gemini("ok"), _gemini("", "STOP")),
    ),
    "openai": Wire(
        lambda slots, url: openai.OpenAI("gpt-5.4-mini", KEY, slots, url),
        "openai",
        "gpt-5.4-mini",
        openai.KEY_HINT,
        (_openai({"content": "ok"}), _openai({}, "stop") + b"data: [DONE]\n\n"),
    ),
    "ollama": Wire(
        lambda slots, url: ollama.Ollama("qwen2.5-coder:7b", slots, url, KEY),
        "Ollama",
        "qwen2.5-coder:7b",
        "providers.ollama.key_env",
        (_ollama("ok"), _ollama("", done=True, done_reason="stop")),
        "{who} has no model {model}: get it with 'ollama pull {model}'",
        start="start Ollama with 'ollama serve', or check providers.ollama.base_url",
    ),
    "llamacpp": Wire(
        lambda slots, url: llamacpp.LlamaCpp("qwen2.5-coder", slots, url, KEY),
        "llamacpp",
        "qwen2.5-coder",
        "providers.llamacpp.key_env",
        (_openai({"content": "ok"}), _openai({}, "stop") + b"data: [DONE]\n\n"),
        start="start llama-server, or check providers.llamacpp.base_url",
    ),
    "infill": Wire(
        lambda slots, url: _Filling(llamacpp.LlamaCpp("qwen2.5-coder", slots, url, KEY)),
        "The llama.cpp server",
        "qwen2.5-coder",
        "providers.llamacpp.key_env",
        (_infill("ok"), _infill("", stop=True)),
        start="start llama-server, or check providers.llamacpp.base_url",
    ),
    "anthropic": Wire(
        lambda slots, url: anthropic.Anthropic("claude-haiku-5", KEY, slots, url),
        "Anthropic",
        "claude-haiku-5",
        anthropic.KEY_HINT,
        (
            _anthropic("content_block_delta", index=0, delta={"type": "text_delta", "text": "ok"}),
            _anthropic("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 1})
            + _anthropic("message_stop"),
        ),
    ),
}
