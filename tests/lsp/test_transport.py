"""Framing: what a peer may send as headers, in whatever pieces, and where the conversation ends."""

from __future__ import annotations

import asyncio

import pytest

from flashls.lsp.transport import messages

TWO = [b"{}", b'{"a":1}']


async def received(data: bytes, piece: int | None = None) -> list[bytes]:
    """The bodies in ``data``, fed in pieces of so many bytes while they are read."""
    reader = asyncio.StreamReader(limit=1024)

    async def feed() -> None:
        step = piece or max(1, len(data))
        for at in range(0, len(data), step):
            reader.feed_data(data[at : at + step])
            await asyncio.sleep(0)
        reader.feed_eof()

    feeding = asyncio.create_task(feed())
    bodies = [body async for body in messages(reader)]
    await feeding
    return bodies


@pytest.mark.parametrize(
    "data",
    [
        b'Content-Length: 2\r\n\r\n{}Content-Length: 7\r\n\r\n{"a":1}',
        b'content-length: 2\r\n\r\n{}CONTENT-LENGTH:7\r\n\r\n{"a":1}',
        b'Content-Length:\t 2\r\n\r\n{}Content-Length: 007\r\n\r\n{"a":1}',
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}"
        b'Content-Length: 7\r\nContent-Type: application/vscode-jsonrpc\r\n\r\n{"a":1}',
        b'X-Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}Content-Length: 7\r\nX-Content-Length: 1\r\n\r\n{"a":1}',
    ],
)
@pytest.mark.parametrize("piece", [None, 1, 3])
async def test_headers_are_read_as_in_http(data: bytes, piece: int | None) -> None:
    assert await received(data, piece) == TWO


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        b"Content-Length: 5\r\n\r\n{}",
        b"Content-Length: 5\r\n",
        b"no header at all\r\n\r\n{}",
        b"Content-Length: -2\r\n\r\n{}",
        b"Content-Length: two\r\n\r\n{}",
        b"Content-Length: 999999999999\r\n\r\n{}",
        b"x" * 4096,
    ],
    ids=["end", "body cut", "header cut", "no header", "negative", "no number", "absurd", "noise"],
)
async def test_ends_where_the_peer_goes_away_or_speaks_something_else(rest: bytes) -> None:
    assert await received(b"Content-Length: 2\r\n\r\n{}" + rest) == [b"{}"]


async def test_a_body_may_be_larger_than_the_readers_buffer_and_hold_any_bytes() -> None:
    body = "😀\r\n\r\nContent-Length: 1".encode() * 1000
    assert await received(b"Content-Length: %d\r\n\r\n%b" % (len(body), body), 777) == [body]
