"""Serve: the loop of the process, over stdio or TCP."""

from __future__ import annotations

import asyncio
import sys

from flashls.lsp.server import FlashServer
from flashls.lsp.transport import PipeWriter, messages, stdio


def serve_stdio() -> int:
    """Serves the client on stdin and stdout until it exits or goes away; the process's exit status."""
    try:
        return asyncio.run(_serve_stdio())
    except KeyboardInterrupt:
        return 130


def serve_tcp(host: str, port: int) -> int:
    """Serves one client at a time on a port, for debugging, until it is interrupted; the process's exit status."""
    try:
        asyncio.run(_serve_tcp(host, port))
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        sys.stderr.write(f"flashls: cannot listen on {host}:{port}: {error.strerror or error}\n")
        return 2
    return 0


async def _serve_stdio() -> int:
    return await _converse(*await stdio())


async def _serve_tcp(host: str, port: int) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _converse(reader, PipeWriter(None, writer))

    server = await asyncio.start_server(client, host, port, limit=1024 * 1024)
    async with server:
        await server.serve_forever()


async def _converse(reader: asyncio.StreamReader, writer: PipeWriter) -> int:
    server = FlashServer()
    server.protocol.set_writer(writer)
    async for body in messages(reader):
        server.protocol.receive(body)
        await asyncio.sleep(0)  # a request's handler takes its cursor before the next message changes the document
        if server.protocol.exit_code is not None:
            break
    await server.stop()
    await writer.drain()
    return 1 if server.protocol.exit_code is None else server.protocol.exit_code
