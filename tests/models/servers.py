"""Servers that misbehave, over real sockets: each connection is handed to a few lines of a test."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import trustme

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass(slots=True)
class Server:
    """``port`` and ``url``; how many connections there were and are; the head of each request, in order."""

    port: int = 0
    url: str = ""
    accepted: int = 0
    connections: int = 0
    heads: list[str] = field(default_factory=list)
    asked_on: list[int] = field(default_factory=list)
    """For each request, the number of the connection it came on, from 1."""
    writers: set[asyncio.StreamWriter] = field(default_factory=set)


@dataclass(slots=True)
class Peer:
    """One connection, as its server sees it."""

    server: Server
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int

    async def request(self) -> str:
        """Reads one request and gives its head."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        sizes = [line.split(":")[1] for line in head.lower().split("\r\n") if line.startswith("content-length")]
        await self.reader.readexactly(int(sizes[0]) if sizes else 0)
        self.server.heads.append(head)
        self.server.asked_on.append(self.number)
        return head

    async def send(self, data: bytes) -> None:
        """Writes some bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def gone(self) -> None:
        """Waits until the client has hung up."""
        while await self.reader.read(4096):
            pass


Handler = Callable[[Peer], Awaitable[None]]


@asynccontextmanager
async def serve(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Server, None]:
    """A server on the loopback interface that hands each connection to ``handler``, while the block runs."""
    server = Server()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.accepted += 1
        server.connections += 1
        server.writers.add(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await handler(Peer(server, reader, writer, server.accepted))
        server.connections -= 1
        server.writers.discard(writer)
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        server.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.port}"
        try:
            yield server
        finally:
            while server.writers:
                for writer in server.writers:
                    writer.transport.abort()
                await asyncio.sleep(0.001)


def certificate(authority: trustme.CA | None = None, *names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS settings for a server, and for a client that trusts it; by its names 127.0.0.1 and server.test, or others."""
    authority = authority or trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(*(names or ("127.0.0.1", "server.test"))).configure_cert(server)
    authority.configure_trust(client)
    return server, client
