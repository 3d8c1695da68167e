"""An HTTP server over a real socket that answers by a function: what the servers that stand in for vendors share."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked; ``body`` is empty where it was no JSON object."""

    method: str
    path: str
    headers: dict[str, str]
    body: Json


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: ``chunks`` as they are sent, ``delay`` seconds before each.

    ``stall`` never ends it; ``cut`` hangs up before the end. ``framed``: HTTP tells where it ends, and the connection
    stays; else its end is that of the connection.
    """

    chunks: tuple[bytes, ...]
    status: int = 200
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    stall: bool = False
    cut: bool = False
    framed: bool = True


@dataclass(slots=True)
class WireServer:
    """A running server: ``requests`` so far, ``streams`` being written now, ``dropped`` ones that a client left."""

    answer: Callable[[Request], Answer]
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
        request = await _read(reader)
        self.requests.append(request)
        answer = self.answer(request)
        self.streams += 1
        try:
            await _write(answer, reader, writer)
        except ConnectionError:
            self.dropped += 1
            raise
        finally:
            self.streams -= 1
        return answer.framed and not answer.cut and request.headers.get("connection") != "close"


@asynccontextmanager
async def serve(answer: Callable[[Request], Answer]) -> AsyncGenerator[WireServer, None]:
    """A server on the loopback interface while the block runs."""
    server = WireServer(answer)
    async with await asyncio.start_server(server.handle, "127.0.0.1", 0) as listening:
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield server
        finally:
            await server.hang_up()


def whole(status: int, body: Any, **headers: str) -> Answer:
    """An answer that is one JSON text."""
    return Answer((json.dumps(body).encode(),), status, headers=tuple(headers.items()))


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    data = await reader.readexactly(int(headers.get("content-length", 0)))
    try:
        body = json.loads(data)
    except ValueError:
        body = {}
    return Request(method, path, headers, body if isinstance(body, dict) else {})


async def _write(answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = [f"HTTP/1.1 {answer.status} Status", f"Content-Type: {answer.kind}"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in answer.headers]
    head += ["Transfer-Encoding: chunked" if answer.framed else "Connection: close"]
    writer.write("\r\n".join([*head, "", ""]).encode())
    for chunk in answer.chunks:
        if answer.delay:
            await _pause(reader, answer.delay)
        writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" if answer.framed else chunk)
        await writer.drain()
    if answer.stall:
        await _pause(reader, None)
    if answer.framed and not answer.cut:
        writer.write(b"0\r\n\r\n")
    await writer.drain()


async def _pause(reader: asyncio.StreamReader, seconds: float | None) -> None:
    """Waits, and notices at once when the client hangs up."""
    try:
        async with asyncio.timeout(seconds):
            if not await reader.read(1):
                raise ConnectionResetError
    except TimeoutError:
        pass
