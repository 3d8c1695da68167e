"""A server that speaks Gemini's wire format over a real socket, strict like the original, with replies from a script.

Google's own SDK is satisfied by it (test_gemini_server.py). For other processes it runs by itself::

    python -m tests.models.gemini_server --port 8089 --reply 'return a + b' --delay 0.01

prints its address as one line of JSON; any key but ``bad-key`` is right.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import ssl
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.models.exchange import begin, chunk, pause, read, whole
from tests.models.gemini_rules import broken_rule

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: ``text`` in pieces of ``piece`` characters, ``delay`` seconds before each, ``thought`` before all.

    ``status`` and ``error`` make it an error; with ``error`` and status 200 the error comes inside the stream.
    ``blocked`` is the reason of a refused prompt. ``stall`` never ends, ``cut`` hangs up before the end. ``raw`` is
    sent as the body instead of everything else.
    """

    text: str = ""
    thought: str = ""
    reason: str = "STOP"
    piece: int = 8
    delay: float = 0.0
    status: int = 200
    error: Json | None = None
    blocked: str = ""
    stall: bool = False
    cut: bool = False
    newline: str = "\r\n"
    cached: int = 0
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: the model, the method (``streamGenerateContent``), the headers and the body.

    For stored content the method is ``create`` or ``delete``, and ``model`` its path. ``path`` is the whole one.
    """

    model: str
    method: str
    headers: dict[str, str]
    body: Json
    path: str = ""


Script = Callable[[Request], Reply | str] | Sequence[Reply | str] | str


@dataclass(slots=True)
class GeminiServer:
    """A running server: ``requests`` so far, ``streams`` being written now, ``dropped`` ones that a client left.

    ``stored``: the contents stored with ``cachedContents``, by name.
    """

    script: Script
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    streams: int = 0
    dropped: int = 0
    connections: int = 0
    accepted: int = 0
    stored: dict[str, Json] = field(default_factory=dict)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def base_url(self) -> str:
        """The address to give to a client."""
        return self.url

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection."""
        self.connections += 1
        self.accepted += 1
        self._writers.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            pass
        finally:
            self.connections -= 1
            self._writers.discard(writer)
            writer.close()

    async def hang_up(self) -> None:
        """Breaks every connection."""
        while self._writers:
            for writer in self._writers:
                writer.transport.abort()
            await asyncio.sleep(0.001)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        method, path, headers, body = await read(reader)
        request = _request(method, path, headers, body)
        problem = broken_rule(method, path, headers, body) if request else error(404, "NOT_FOUND", "Not found")
        problem = problem or (self._missing(request) if request else None)
        if problem is not None:
            await whole(writer, problem["error"]["code"], problem)
        elif request is not None and request.method in ("create", "delete"):
            self.requests.append(request)
            await whole(writer, 200, self._store(request))
        elif request is not None:
            self.requests.append(request)
            return await self._answer(request, self._next(request), reader, writer)
        return True

    def _missing(self, request: Request) -> Json | None:
        """The error for stored content that there is not."""
        name = request.model if request.method == "delete" else request.body.get("cachedContent")
        if name is None or name in self.stored:
            return None
        return error(403, "PERMISSION_DENIED", "CachedContent not found (or permission denied)")

    def _store(self, request: Request) -> Json:
        if request.method == "delete":
            del self.stored[request.model]
            return {}
        name = f"{request.model}/c{len(self.requests)}"
        self.stored[name] = request.body
        size = _tokens(json.dumps(request.body))
        return {"name": name, "model": request.body["model"], "usageMetadata": {"totalTokenCount": size}}

    def _next(self, request: Request) -> Reply:
        if isinstance(self.script, str):
            reply: Reply | str = self.script
        elif callable(self.script):
            reply = self.script(request)
        else:
            reply = self.script[min(len(self.requests), len(self.script)) - 1]
        return Reply(reply) if isinstance(reply, str) else reply

    async def _answer(
        self, request: Request, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if request.method == "countTokens":
            await whole(writer, 200, {"totalTokens": _tokens(json.dumps(request.body["contents"]))})
        elif reply.status != 200:
            await whole(writer, reply.status, reply.error, reply.raw)
        elif request.method == "generateContent":
            await whole(writer, 200, _joined(request, reply))
        else:
            self.streams += 1
            try:
                return await _stream(request, reply, reader, writer)
            except ConnectionError:
                self.dropped += 1
                raise
            finally:
                self.streams -= 1
        return True


@asynccontextmanager
async def serve(
    script: Script = "ok", *, port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[GeminiServer, None]:
    """A server on the loopback interface while the block runs."""
    server = GeminiServer(script)
    async with await asyncio.start_server(server.handle, "127.0.0.1", port, ssl=tls) as listening:
        bound = listening.sockets[0].getsockname()[1]
        server.url = f"{'https' if tls else 'http'}://127.0.0.1:{bound}"
        try:
            yield server
        finally:
            await server.hang_up()


def error(code: int, status: str, message: str, *details: Json) -> Json:
    """An error body as Google writes it (google.rpc.Status)."""
    body: Json = {"code": code, "message": message, "status": status}
    return {"error": body | ({"details": list(details)} if details else {})}


def rate_limited(delay: str = "56s", quota: str = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier") -> Reply:
    """Too many requests, with the time to wait."""
    message = "You exceeded your current quota, please check your plan and billing details."
    failure = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": quota}]}
    link = {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"url": "https://ai.google.dev"}]}
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    return Reply(status=429, error=error(429, "RESOURCE_EXHAUSTED", message, failure, link, retry))


def overloaded() -> Reply:
    """The provider's own trouble."""
    return Reply(status=503, error=error(503, "UNAVAILABLE", "The model is overloaded. Please try again later."))


def events(request: Request, reply: Reply) -> Iterator[Json]:
    """The chunks of a streamed reply: usage and version in each, the end's reason with the last text."""
    prompt = _tokens(json.dumps(request.body.get("contents")))
    if reply.blocked:
        yield {"promptFeedback": {"blockReason": reply.blocked}, "usageMetadata": {"promptTokenCount": prompt}}
        return
    pieces = [reply.text[at : at + reply.piece] for at in range(0, len(reply.text), reply.piece)] or [""]
    written = 0
    if reply.thought:
        yield _chunk(request, {"text": reply.thought, "thought": True}, prompt, 0, reply)
    for number, piece in enumerate(pieces, 1):
        written += _tokens(piece)
        event = _chunk(request, {"text": piece}, prompt, written, reply)
        if number == len(pieces):
            event["candidates"][0]["finishReason"] = reply.reason
        yield event


def _chunk(request: Request, part: Json, prompt: int, written: int, reply: Reply) -> Json:
    usage = {"promptTokenCount": prompt, "candidatesTokenCount": written, "thoughtsTokenCount": _tokens(reply.thought)}
    usage |= {"cachedContentTokenCount": reply.cached} if reply.cached else {}
    usage["totalTokenCount"] = prompt + written + usage["thoughtsTokenCount"]
    candidate = {"content": {"parts": [part], "role": "model"}, "index": 0}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": request.model, "responseId": "r1"}


def camel(value: Any) -> Any:
    """A message with its fields' names in camelCase: Google's SDK mixes both spellings, and the API takes either."""
    if isinstance(value, list):
        return [camel(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {re.sub(r"_(\w)", lambda found: found[1].upper(), name): camel(inner) for name, inner in value.items()}


def _joined(request: Request, reply: Reply) -> Json:
    chunks = list(events(request, reply))
    last = chunks[-1]
    if "candidates" in last:
        last["candidates"][0]["content"]["parts"] = [{"text": reply.text}]
    return last


def _tokens(text: str) -> int:
    return -(-len(text) // 4)


_PLACES = (
    re.compile(r"/v1beta/models/(?P<model>[^:/]+):(?P<verb>\w+)"),
    re.compile(r"/v1/projects/[^/]+/locations/[^/]+/publishers/google/models/(?P<model>[^:/]+):(?P<verb>\w+)"),
)
_VERBS = ("generateContent", "streamGenerateContent", "countTokens")
_STORED = re.compile(r"/(?:v1beta|v1)/(?P<name>(?:projects/[^/]+/locations/[^/]+/)?cachedContents(?:/\w+)?)")


def _request(method: str, path: str, headers: dict[str, str], body: bytes) -> Request | None:
    if stored := _STORED.fullmatch(path):
        wanted = "DELETE" if stored["name"].count("cachedContents/") else "POST"
        verb = {"DELETE": "delete", "POST": "create"}[wanted]
        return Request(stored["name"], verb, headers, _json(body), path) if method == wanted else None
    found = next((found for place in _PLACES if (found := place.fullmatch(path.partition("?")[0]))), None)
    if method != "POST" or found is None or found["verb"] not in _VERBS:
        return None
    return Request(found["model"], found["verb"], headers, _json(body), path)


def _json(body: bytes) -> Json:
    try:
        return dict(json.loads(body))
    except ValueError:
        return {}


async def _stream(request: Request, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    begin(writer)
    for event in events(request, reply) if reply.raw is None else ():
        if reply.delay:
            await pause(reader, reply.delay)
        await chunk(writer, f"data: {json.dumps(event)}{reply.newline}{reply.newline}".encode())
    if reply.raw is not None:
        await chunk(writer, reply.raw)
    if reply.error is not None:
        await chunk(writer, (json.dumps(reply.error, indent=2) + reply.newline).encode())
    if reply.stall:
        await pause(reader, None)
    if not reply.cut:
        await chunk(writer, b"")
    return not reply.cut


async def _main() -> None:
    parser = argparse.ArgumentParser(description="A server that speaks Gemini's wire format.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--reply", action="append", help="a reply's text; the last one again and again")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each piece of eight characters")
    options = parser.parse_args()
    replies = [Reply(text, delay=options.delay) for text in options.reply or ["ok"]]
    async with serve(replies, port=options.port) as server:
        print(json.dumps({"url": server.url}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
