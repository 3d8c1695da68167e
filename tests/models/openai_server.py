"""A server that speaks OpenAI's wire format over a real socket, strict like the original, with replies from a script.

OpenAI's own SDK is satisfied by it (test_openai_server.py).
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.models.openai_rules import broken_rule, error
from tests.models.wire_server import Answer, Json, Request, WireServer, whole
from tests.models.wire_server import serve as serve_wire


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: ``text`` in pieces of ``piece`` characters, ``delay`` seconds before each.

    ``status``, ``error`` and ``headers`` make it an error; with ``error`` and status 200 the error comes inside the
    stream. ``refusal`` stands for the text. ``raw`` is sent as the body instead of everything else; the rest is as in
    ``Answer``.
    """

    text: str = ""
    reason: str | None = "stop"
    piece: int = 8
    delay: float = 0.0
    status: int = 200
    error: Json | None = None
    headers: tuple[tuple[str, str], ...] = ()
    refusal: str = ""
    cached: int = 0
    thought: int = 0
    raw: bytes | None = None
    stall: bool = False
    cut: bool = False
    framed: bool = True


Script = Callable[[Request], Reply | str] | Sequence[Reply | str] | str


@asynccontextmanager
async def serve(script: Script = "ok") -> AsyncGenerator[WireServer, None]:
    """A server on the loopback interface while the block runs; its ``url`` needs ``/v1``."""
    answered = 0

    def answer(asked: Request) -> Answer:
        nonlocal answered
        if asked.path not in ("/v1/chat/completions", "/v1/completions", "/v1/models"):
            return whole(404, error(f"Invalid URL ({asked.method} {asked.path})", "invalid_request_error"))
        if broken := broken_rule(asked):
            return whole(*broken)
        if asked.path == "/v1/models":
            return whole(200, {"object": "list", "data": [{"id": "gpt-4o", "object": "model", "owned_by": "openai"}]})
        reply = _reply(script, asked, answered)
        answered += 1
        return _answer(asked, reply)

    async with serve_wire(answer) as server:
        yield server


def rate_limited(**headers: str) -> Reply:
    """Too many requests."""
    text = "Rate limit reached for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000."
    return Reply(status=429, error=error(text, "tokens", "rate_limit_exceeded"), headers=tuple(headers.items()))


def out_of_quota() -> Reply:
    """The account is empty."""
    text = "You exceeded your current quota, please check your plan and billing details."
    return Reply(status=429, error=error(text, "insufficient_quota", "insufficient_quota"))


def server_error(status: int = 500) -> Reply:
    """The provider's own trouble; with status 200 inside the stream."""
    text = "The server had an error while processing your request. Sorry about that!"
    return Reply("half" if status == 200 else "", status=status, error=error(text, "server_error"), reason=None)


def data(*events: Any) -> bytes:
    """Events as they are sent."""
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


def _reply(script: Script, asked: Request, number: int) -> Reply:
    if isinstance(script, str):
        reply: Reply | str = script
    else:
        reply = script(asked) if callable(script) else script[min(number, len(script) - 1)]
    return Reply(reply) if isinstance(reply, str) else reply


def _answer(asked: Request, reply: Reply) -> Answer:
    if reply.status != 200 or not asked.body.get("stream"):
        body = reply.raw if reply.raw is not None else json.dumps(reply.error or _whole(asked, reply)).encode()
        return Answer((body,), reply.status, headers=reply.headers)
    events = [data(event) for event in _events(asked, reply)] if reply.raw is None else [reply.raw]
    if reply.raw is None and reply.error is None and not reply.cut:
        events.append(b"data: [DONE]\n\n")
    return Answer(
        tuple(events),
        kind="text/event-stream; charset=utf-8",
        delay=reply.delay,
        stall=reply.stall,
        cut=reply.cut,
        framed=reply.framed,
    )


def _events(asked: Request, reply: Reply) -> list[Json]:
    """The chunks of a streamed reply: the role first, the reason in a chunk of its own, usage last where asked for."""
    chat = asked.path.endswith("/chat/completions")
    pieces = [reply.text[at : at + reply.piece] for at in range(0, len(reply.text), reply.piece)]
    if chat:
        deltas: list[Json] = [{"role": "assistant", "content": "", "refusal": None}]
        deltas += [{"content": piece} for piece in pieces] + ([{"refusal": reply.refusal}] if reply.refusal else [])
        choices: list[Json] = [{"index": 0, "delta": d, "logprobs": None, "finish_reason": None} for d in deltas]
        last: Json = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": reply.reason}
    else:
        choices = [{"index": 0, "text": piece, "logprobs": None, "finish_reason": None} for piece in pieces]
        last = {"index": 0, "text": "", "logprobs": None, "finish_reason": reply.reason}
    frame = _frame(asked, "chat.completion.chunk" if chat else "text_completion")
    if reply.error is not None:
        return [*(frame | {"choices": [choice]} for choice in choices), reply.error]
    wants_usage = (asked.body.get("stream_options") or {}).get("include_usage")
    events = [frame | {"choices": [choice]} | ({"usage": None} if wants_usage else {}) for choice in [*choices, last]]
    return [*events, frame | {"choices": [], "usage": _usage(asked, reply)}] if wants_usage else events


def _whole(asked: Request, reply: Reply) -> Json:
    chat = asked.path.endswith("/chat/completions")
    message = {"role": "assistant", "content": reply.text, "refusal": reply.refusal or None}
    said: Json = {"message": message} if chat else {"text": reply.text}
    choice = {"index": 0, "logprobs": None, "finish_reason": reply.reason} | said
    frame = _frame(asked, "chat.completion" if chat else "text_completion")
    return frame | {"choices": [choice], "usage": _usage(asked, reply)}


def _frame(asked: Request, kind: str) -> Json:
    return {"id": "chatcmpl-1", "object": kind, "created": 1_795_325_175, "model": asked.body["model"]}


def _usage(asked: Request, reply: Reply) -> Json:
    before = tokens(json.dumps(asked.body.get("messages") or asked.body.get("prompt")))
    written = tokens(reply.text) + reply.thought
    return {
        "prompt_tokens": before,
        "completion_tokens": written,
        "total_tokens": before + written,
        "prompt_tokens_details": {"cached_tokens": reply.cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": reply.thought, "audio_tokens": 0},
    }


def tokens(text: str) -> int:
    """How this server counts: four characters a token."""
    return -(-len(text) // 4)
