"""An editor without a library, over stdio: it keeps every byte that the server wrote."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_FLASHLS = str(Path(sys.executable).with_name("flashls"))


@dataclass(slots=True)
class Bytes:
    """An editor that keeps every byte: ``said`` is what the server wrote, ``errors`` its standard error."""

    process: asyncio.subprocess.Process
    said: bytearray = field(default_factory=bytearray)
    errors: bytes = b""
    number: int = 0

    async def open(self, uri: str, text: str, version: int) -> None:
        """Opens a document, or opens it anew."""
        item = {"uri": uri, "languageId": "python", "version": version, "text": text}
        await self.tell("textDocument/didOpen", {"textDocument": item})

    async def tell(self, method: str, params: Any) -> None:
        """Sends a notification."""
        await self._send({"method": method, "params": params})

    async def request(self, method: str, params: Any) -> dict[str, Any]:
        """The answer to a request, whole; requests of the server in between are answered with nothing."""
        self.number += 1
        await self._send({"id": self.number, "method": method, "params": params})
        async with asyncio.timeout(60):
            while True:
                message = await self._read()
                if "method" in message and "id" in message:
                    await self._send({"id": message["id"], "result": None})
                elif message.get("id") == self.number:
                    return message

    async def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await self.process.stdin.drain()

    async def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        head = await self.process.stdout.readuntil(b"\r\n\r\n")
        body = await self.process.stdout.readexactly(int(head.partition(b": ")[2].split()[0]))
        self.said += head + body
        message: dict[str, Any] = json.loads(body)
        return message


@asynccontextmanager
async def editing_bytes(environ: dict[str, str], folder: Path) -> AsyncGenerator[Bytes]:
    """A server that has started in ``folder``; it is shut down after the block, and must not have crashed."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        _FLASHLS, "serve", env=environ, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, limit=1 << 20
    )
    assert process.stdout is not None and process.stderr is not None
    errors = asyncio.create_task(process.stderr.read())
    editor = Bytes(process)
    try:
        able = {"textDocument": {"inlineCompletion": {}}, "workspace": {"configuration": False}}
        await editor.request("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": able})
        await editor.tell("initialized", {})
        yield editor
        await editor.request("shutdown", None)
        await editor.tell("exit", None)
        async with asyncio.timeout(20):
            editor.said += await process.stdout.read()
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
        editor.errors = await errors
    assert b"Traceback" not in editor.errors, editor.errors.decode()
