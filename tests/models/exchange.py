"""HTTP/1.1 for test servers, over asyncio's streams: requests read whole, answers whole or in chunks."""

from __future__ import annotations

import asyncio
import json
from typing import Any


async def read(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str], bytes]:
    """The next request: method, target, headers with names in lower case, body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return method, path, headers, await reader.readexactly(int(headers.get("content-length", 0)))


async def whole(writer: asyncio.StreamWriter, status: int, body: Any, raw: bytes | None = None) -> None:
    """Answers with JSON, or with ``raw`` instead."""
    data = raw if raw is not None else json.dumps(body, indent=2).encode()
    head = f"HTTP/1.1 {status} Status\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: {len(data)}"
    writer.write(f"{head}\r\n\r\n".encode() + data)
    await writer.drain()


def begin(writer: asyncio.StreamWriter) -> None:
    """Begins a stream of events."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")


async def chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Writes some of a stream; without data, its end."""
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await writer.drain()


async def pause(reader: asyncio.StreamReader, seconds: float | None) -> None:
    """Waits, and notices at once when the client hangs up."""
    try:
        async with asyncio.timeout(seconds):
            if not await reader.read(1):
                raise ConnectionResetError
    except TimeoutError:
        pass
