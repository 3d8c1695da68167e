"""A server that speaks Anthropic's wire format over a real socket, strict like the original, with scripted replies.

Anthropic's own SDK is satisfied by it (test_anthropic_server.py).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.models.anthropic_rules import Json, broken_rule, error
from tests.models.exchange import begin, chunk, pause, read, whole


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: ``text`` in pieces of ``piece`` characters, ``thought`` before all, ended for ``reason``.

    ``error``, an Anthropic error type, makes it an error with ``status``, or one inside the stream where that is 200.
    ``headers`` go with an error. ``stall`` never ends, ``cut`` hangs up before the end. ``raw`` is sent as the body
    instead of everything else.
    """

    text: str = ""
    thought: str = ""
    reason: str = "end_turn"
    piece: int = 8
    status: int = 200
    error: str = ""
    message: str = "Something went wrong"
    cached: int = 0
    written: int = 0
    stall: bool = False
    cut: bool = False
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: path, headers and body."""

    path: str
    headers: dict[str, str]
    body: Json


Script = Sequence[Reply | str] | str


@dataclass(slots=True)
class AnthropicServer:
    """A running server: ``requests`` so far, ``streams`` being written now, ``dropped`` ones that a client left."""

    script: Script
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    streams: int = 0
    dropped: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection."""
        self._writers.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def hang_up(self) -> None:
        """Breaks every connection."""
        while self._writers:
            for writer in self._writers:
                writer.transport.abort()
            await asyncio.sleep(0.001)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _, path, headers, body = await read(reader)
        if (problem := broken_rule(path, headers, body)) is not None:
            await whole(writer, *problem)
            return True
        request = Request(path, headers, json.loads(body))
        self.requests.append(request)
        if path.endswith("count_tokens"):
            await whole(writer, 200, {"input_tokens": _tokens(json.dumps(request.body["messages"]))})
            return True
        return await self._answer(request, self._next(), reader, writer)

    def _next(self) -> Reply:
        if isinstance(self.script, str):
            return Reply(self.script)
        reply = self.script[min(len(self.requests), len(self.script)) - 1]
        return Reply(reply) if isinstance(reply, str) else reply

    async def _answer(
        self, request: Request, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if reply.status != 200:
            await whole(writer, *error(reply.status, reply.error, reply.message), raw=reply.raw)
            return True
        if not request.body.get("stream"):
            await whole(writer, 200, _message(request, reply, reply.text))
            return True
        self.streams += 1
        try:
            return await _stream(request, reply, reader, writer)
        except ConnectionError:
            self.dropped += 1
            raise
        finally:
            self.streams -= 1


@asynccontextmanager
async def serve(script: Script = "ok") -> AsyncGenerator[AnthropicServer, None]:
    """A server on the loopback interface while the block runs."""
    server = AnthropicServer(script)
    async with await asyncio.start_server(server.handle, "127.0.0.1", 0) as listening:
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield server
        finally:
            await server.hang_up()


def events(request: Request, reply: Reply) -> Iterator[Json]:
    """The events of a streamed reply, with a ping among them as the API sends."""
    start = _message(request, reply, None)
    yield {"type": "message_start", "message": start}
    yield {"type": "ping"}
    blocks = [("thinking", reply.thought)] if reply.thought else []
    for index, (kind, text) in enumerate([*blocks, ("text", reply.text)]):
        empty: Json = {"type": kind, kind: ""} | ({"signature": ""} if kind == "thinking" else {})
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        for at in range(0, len(text), reply.piece):
            delta = {"type": f"{kind}_delta", kind: text[at : at + reply.piece]}
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        if kind == "thinking":
            signed = {"type": "signature_delta", "signature": "c2ln"}
            yield {"type": "content_block_delta", "index": index, "delta": signed}
        yield {"type": "content_block_stop", "index": index}
    if reply.cut or reply.stall or reply.error:
        return
    stop = "; " if reply.reason == "stop_sequence" else None
    ended = {"stop_reason": reply.reason, "stop_sequence": stop}
    yield {"type": "message_delta", "delta": ended, "usage": _usage(request, reply)}
    yield {"type": "message_stop"}


def _message(request: Request, reply: Reply, text: str | None) -> Json:
    done = text is not None
    usage = _usage(request, reply) if done else _usage(request, reply) | {"output_tokens": 1}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": request.body["model"],
        "content": [{"type": "text", "text": text}] if done else [],
        "stop_reason": reply.reason if done else None,
        "stop_sequence": None,
        "usage": usage,
    }


def _usage(request: Request, reply: Reply) -> dict[str, Any]:
    thought = _tokens(reply.thought)
    return {
        "input_tokens": _tokens(json.dumps(request.body["messages"])),
        "cache_creation_input_tokens": reply.written,
        "cache_read_input_tokens": reply.cached,
        "output_tokens": _tokens(reply.text) + thought,
        "output_tokens_details": {"thinking_tokens": thought},
    }


def _tokens(text: str) -> int:
    return -(-len(text) // 4)


async def _stream(request: Request, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    begin(writer)
    if reply.raw is not None:
        await chunk(writer, reply.raw)
    for event in events(request, reply) if reply.raw is None else ():
        await chunk(writer, f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
    if reply.error:
        told = json.dumps(error(200, reply.error, reply.message)[1])
        await chunk(writer, f"event: error\ndata: {told}\n\n".encode())
    if reply.stall:
        await pause(reader, None)
    if not reply.cut:
        await chunk(writer, b"")
    return not reply.cut
