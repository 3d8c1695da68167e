"""An answer to an HTTP request while it arrives, and the clock it is held to."""

from __future__ import annotations

import asyncio
import time
import urllib.parse
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from flashls.models.connection import Connection
from flashls.models.seam import Garbled, NotFound, Stalled
from flashls.types import Call

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What is waited for, and what is kept.

    Seconds for a connection, for the first byte of an answer (a model that thinks hard is silent for a minute and
    more), between two reads of it and for all of it; bytes that an answer may have; connections kept ready for each
    host, idle ones kept at most, and for how many seconds.
    """

    connect: float = 10.0
    first_byte: float = 120.0
    between: float = 60.0
    whole: float = 1800.0
    answer: int = 16 * 1024 * 1024
    spares: int = 1
    idle: int = 4
    keep: float = 600.0


@dataclass(slots=True, eq=False)
class Answer:
    """A status, headers (names in lower case), and a body to be read once, as an iterator of bytes."""

    status: int
    headers: Mapping[str, str]
    host: str
    connection: Connection = field(repr=False)
    limits: Limits = field(repr=False)
    call: Call = field(repr=False)
    size: int = field(default=0, repr=False)
    since: float = field(default_factory=time.monotonic, repr=False)

    def check(self) -> None:
        """Raises ``NotFound`` for a redirect, ``Garbled`` for a compressed body."""
        if 300 <= self.status < 400:
            other = _host(self.headers.get("location", ""))
            raise NotFound(f"{self.host} redirects to {other}: set base_url to the address that answers itself")
        if self.headers.get("content-encoding", "identity").lower() != "identity":
            raise Garbled(f"{self.host} sent a compressed answer though none was asked for: check the proxy")

    def __aiter__(self) -> Answer:
        return self

    async def __anext__(self) -> bytes:
        """The next bytes of the body. Raises ``Stalled`` and ``Garbled``."""
        chunk = self.connection.there()
        if chunk is None:
            chunk = await within(self.connection.chunk(), self.limits.between, self.call, self.host)
        if not chunk:
            raise StopAsyncIteration
        self.size += len(chunk)
        if self.size > self.limits.answer:
            raise Garbled(f"{self.host} sent over {self.limits.answer // 1024} KiB in one answer: check base_url")
        if time.monotonic() - self.since > self.limits.whole:
            raise Stalled(f"{self.host} took over {self.limits.whole:g} s for one answer: try again, or ask about less")
        return chunk

    async def read(self, limit: int = 64 * 1024) -> bytes:
        """The body, at most ``limit`` bytes of it: for errors and short answers."""
        body = bytearray()
        async for chunk in self:
            body += chunk
            if len(body) > limit:
                break
        return bytes(body[:limit])


def _host(url: str) -> str:
    try:
        return urllib.parse.urlsplit(url).hostname or "another address"
    except ValueError:
        return "another address"


async def within(work: Awaitable[_T], seconds: float, call: Call, host: str) -> _T:
    """What ``work`` gives, if it gives it within ``seconds`` and before the call's deadline; else ``Stalled``."""
    left = float("inf") if call.deadline is None else call.deadline - time.monotonic()
    try:
        async with asyncio.timeout(min(seconds, left)):
            return await work
    except TimeoutError:
        late = "did not answer in time" if left <= seconds else f"sent nothing for {seconds:g} s"
        raise Stalled(f"{host} {late}: try again, or choose a faster model") from None
