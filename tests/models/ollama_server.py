"""A server that speaks Ollama's wire format over a real socket, with replies from a script.

What it refuses and what it does with an empty prompt or suffix is Ollama's own (server/routes.go); fields that Ollama
would pass over are refused.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.models.wire_server import Answer, Json, Request, WireServer, whole
from tests.models.wire_server import serve as serve_wire

MODELS: Mapping[str, str] = {
    "qwen2.5-coder:7b": "completion insert",
    "codellama:latest": "completion",
    "llama3:8b": "completion",
    "llama-3-8b:latest": "completion",
    "qwen3:8b": "completion thinking",
    "llava:latest": "completion vision",
    "ours:latest": "completion insert",
}
_BOTH = {"model", "stream", "options", "format", "think", "truncate", "keep_alive", "shift"}
_FIELDS = {
    "/api/generate": _BOTH | {"prompt", "suffix", "raw", "system", "template", "images", "context"},
    "/api/chat": _BOTH | {"messages", "tools"},
}
_CONTEXT = 8000  # characters
_OPTIONS = {"num_predict", "num_ctx", "temperature", "seed", "stop", "top_p", "top_k"}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: ``text`` in pieces of ``piece`` characters. ``error`` inside the stream, or with ``status`` instead.

    ``uncounted``: the counts that are missing in the last line. ``raw`` is sent as the body instead of everything else;
    the rest is as in ``Answer``.
    """

    text: str = ""
    reason: str = "stop"
    thinking: str = ""
    piece: int = 4
    status: int = 200
    error: str = ""
    uncounted: tuple[str, ...] = field(default=())
    raw: bytes | None = None
    stall: bool = False
    cut: bool = False


Script = Callable[[Request], Reply | str] | Sequence[Reply | str] | str


@asynccontextmanager
async def serve(script: Script = "ok") -> AsyncGenerator[WireServer, None]:
    """A server on the loopback interface while the block runs."""
    answered = 0

    def answer(asked: Request) -> Answer:
        nonlocal answered
        if asked.path == "/api/tags":
            return whole(200, {"models": [{"name": name, "model": name, "size": 1} for name in MODELS]})
        if asked.path not in _FIELDS:
            return Answer((b"404 page not found",), 404, "text/plain")
        if broken := _broken_rule(asked):
            return whole(broken[0], {"error": broken[1]})
        if asked.path == "/api/generate" and not asked.body.get("prompt"):
            return Answer((_line({"response": "", "done": True, "done_reason": "load"}),), kind="application/x-ndjson")
        reply = _reply(script, asked, answered)
        answered += 1
        return _answer(asked, reply)

    async with serve_wire(answer) as server:
        yield server


def _reply(script: Script, asked: Request, number: int) -> Reply:
    if isinstance(script, str):
        reply: Reply | str = script
    else:
        reply = script(asked) if callable(script) else script[min(number, len(script) - 1)]
    return Reply(reply) if isinstance(reply, str) else reply


def _broken_rule(asked: Request) -> tuple[int, str] | None:
    body = asked.body
    model = str(body.get("model", ""))
    can = MODELS.get(model if ":" in model else f"{model}:latest", "")
    unknown = (body.keys() - _FIELDS[asked.path]) | ((body.get("options") or {}).keys() - _OPTIONS)
    pictures = any(turn.get("images") for turn in body.get("messages") or ())
    roles = {turn.get("role") for turn in body.get("messages") or ()}
    rules = [
        (not can, 404, f"model '{model}' not found"),
        (bool(unknown), 400, f"unknown fields {sorted(unknown)}"),
        (bool(body.get("raw") and (body.get("system") or body.get("template"))), 400, "raw mode does not support this"),
        (bool(body.get("suffix")) and "insert" not in can, 400, f"registry/{model} does not support insert"),
        (bool(body.get("think")) and "thinking" not in can, 400, f'"{model}" does not support thinking'),
        (pictures and "vision" not in can, 400, "this model is missing data required for image input"),
        (not roles <= {"system", "user", "assistant"}, 400, "invalid role"),
        (body.get("truncate") is False and len(json.dumps(body)) > _CONTEXT, 400, "input exceeds the context length"),
    ]
    return next(((status, text) for broken, status, text in rules if broken), None)


def _answer(asked: Request, reply: Reply) -> Answer:
    if reply.status != 200:
        return whole(reply.status, {"error": reply.error})
    if reply.raw is not None:
        return Answer((reply.raw,), kind="application/x-ndjson", stall=reply.stall, cut=reply.cut)
    chat = asked.path == "/api/chat"
    pieces = [reply.text[at : at + reply.piece] for at in range(0, len(reply.text), reply.piece)]
    lines = [_said(chat, piece) for piece in pieces]
    if reply.thinking:
        lines.insert(0, {"message": {"role": "assistant", "content": "", "thinking": reply.thinking}, "done": False})
    if reply.error:
        lines.append({"error": reply.error})
    elif not (reply.cut or reply.stall):
        counts = {"prompt_eval_count": 11, "eval_count": len(pieces), "total_duration": 1}
        told = {name: count for name, count in counts.items() if name not in reply.uncounted}
        lines.append(_said(chat, "") | {"done": True, "done_reason": reply.reason} | told)
    return Answer(tuple(map(_line, lines)), kind="application/x-ndjson", stall=reply.stall, cut=reply.cut)


def _said(chat: bool, text: str) -> Json:
    frame = {"model": "m", "created_at": "2026-11-22T10:00:00.000000Z", "done": False}
    return frame | ({"message": {"role": "assistant", "content": text}} if chat else {"response": text})


def _line(event: Json) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode() + b"\n"
