"""A bare LSP client over a server's pipes, and a bare Gemini endpoint: what the benchmarks time must not be theirs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any


class Client:
    """Speaks to one server process. ``messages`` are what the server sent besides the answers waited for."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self._id = 0

    @classmethod
    async def start(cls, command: Sequence[str], environ: Mapping[str, str]) -> Client:
        """Starts a server."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env=dict(environ), limit=1 << 26
        )
        return cls(process)

    def send(self, *messages: dict[str, Any]) -> None:
        """Writes messages in one go."""
        assert self.process.stdin is not None
        bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
        self.process.stdin.write(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies))

    def request(self, method: str, params: Any) -> dict[str, Any]:
        """A request to ``send``; its answer is waited for with ``answer``."""
        self._id += 1
        return {"id": self._id, "method": method, "params": params}

    async def answer(self) -> dict[str, Any]:
        """The answer to the last request made; everything else that comes is dropped."""
        assert self.process.stdout is not None
        while True:
            header = await self.process.stdout.readuntil(b"\r\n\r\n")
            length = int(header.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            message: dict[str, Any] = json.loads(await self.process.stdout.readexactly(length))
            if message.get("id") == self._id and "method" not in message:
                return message

    async def call(self, method: str, params: Any) -> dict[str, Any]:
        """Sends a request and gives its answer."""
        self.send(self.request(method, params))
        return await self.answer()

    async def begin(self) -> dict[str, Any]:
        """The handshake; gives the answer to ``initialize``."""
        capabilities = {"textDocument": {"inlineCompletion": {}}, "general": {"positionEncodings": ["utf-16"]}}
        answer = await self.call("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
        self.send({"method": "initialized", "params": {}})
        return answer

    async def end(self) -> int:
        """Shuts the server down; its exit status."""
        await self.call("shutdown", None)
        self.send({"method": "exit", "params": None})
        return await asyncio.wait_for(self.process.wait(), 10)


class Endpoint:
    """Answers every POST with one event, ``think`` seconds after the request was there, and leaves the stream open.

    ``asked`` and ``said`` are when the last request had arrived whole and when its event was sent (perf_counter).
    """

    def __init__(self, text: str, think: float) -> None:
        part = {"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}}]}
        event = b"data: " + json.dumps(part).encode() + b"\r\n\r\n"
        self._event = b"%x\r\n%b\r\n" % (len(event), event)
        self._think = think
        self._server: asyncio.Server | None = None
        self.asked = self.said = 0.0

    async def start(self) -> str:
        """The URL it listens on."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """Stops listening."""
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                header = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(header.split(b"content-length:")[1].split(b"\r\n")[0]))
                self.asked = time.perf_counter()
                await asyncio.sleep(self._think)
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                )
                self.said = time.perf_counter()
                writer.write(self._event)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
