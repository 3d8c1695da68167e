"""Transport: LSP's framing over stdio or TCP, without a thread hop for each header line."""

from __future__ import annotations

import asyncio
import os
import re
import stat
import sys
from collections.abc import AsyncIterator
from typing import BinaryIO, TextIO

_LENGTH = re.compile(rb"^content-length:[ \t]*(\d+)", re.IGNORECASE | re.MULTILINE)
_MOST_BYTES = 256 * 1024 * 1024


async def messages(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The bodies of the messages, until the peer goes away or what it sends is no LSP.

    Header names are matched without case (LSP 3.17, "Header Part": as in HTTP).
    """
    while True:
        try:
            header = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(header)
            if length is None or int(length[1]) > _MOST_BYTES:
                return
            yield await reader.readexactly(int(length[1]))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            return


async def stdio() -> tuple[asyncio.StreamReader, PipeWriter]:
    """The process's own stdin and stdout, unblocked where the platform can."""
    reader = asyncio.StreamReader(limit=1024 * 1024)
    loop = asyncio.get_running_loop()
    try:
        if not all(_is_pipe(file) for file in (sys.stdin, sys.stdout)):
            raise ValueError("only pipes and sockets can be unblocked")
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
        # A reader's protocol, though nothing is read here: only it knows when all was written and closed.
        transport, protocol = await loop.connect_write_pipe(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), sys.stdout.buffer
        )
    except (ValueError, OSError, NotImplementedError):
        # A file, a terminal or nothing, or this is Windows: one thread reads it.
        task = loop.run_in_executor(None, _pump, sys.stdin.buffer, reader, loop)
        del task
        return reader, PipeWriter(sys.stdout.buffer, None)
    writer = asyncio.StreamWriter(transport, protocol, None, loop)
    return reader, PipeWriter(None, writer)


def _is_pipe(file: TextIO) -> bool:
    mode = os.fstat(file.fileno()).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


class PipeWriter:
    """What pygls writes to: an asyncio writer, or a plain file where there is none."""

    def __init__(self, file: BinaryIO | None, writer: asyncio.StreamWriter | None) -> None:
        self._file = file
        self._writer = writer

    def write(self, data: bytes) -> None:
        """Sends bytes; never blocks where the platform has non-blocking pipes."""
        if self._writer is not None:
            self._writer.write(data)
        elif self._file is not None:
            self._file.write(data)
            self._file.flush()

    def close(self) -> None:
        """Nothing: the process ends its own output, after ``drain``."""

    async def drain(self) -> None:
        """Waits until all was written, at most two seconds; a peer that went away is no error."""
        if self._writer is not None and not self._writer.is_closing():
            try:
                self._writer.close()
                await asyncio.wait_for(self._writer.wait_closed(), 2)
            except (TimeoutError, ConnectionError):
                pass


def _pump(file: BinaryIO, reader: asyncio.StreamReader, loop: asyncio.AbstractEventLoop) -> None:
    while data := file.read1(65536):  # type: ignore[attr-defined]
        loop.call_soon_threadsafe(reader.feed_data, data)
    loop.call_soon_threadsafe(reader.feed_eof)
