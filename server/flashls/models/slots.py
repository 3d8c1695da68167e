"""Slots: HTTP the way completions need it. Most requests are given up half-way, and the next one must not wait.

A slot is one HTTP/1.1 connection. A request that ends returns its slot; one that is given up drops it, which tells
the other side to stop at once. A spare is kept connected ahead (TCP and TLS), so that a request after one that was
given up needs no handshake: 44 ms to the first byte instead of 131 at 40 ms of round trip. HTTP/2 would need no
spare, but the clients there are never reset a stream: the model would go on writing, and bill it.

Redirects are not followed, so that a key never reaches another host.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from flashls.models.answer import Answer, Limits, within
from flashls.models.connection import Connection, HungUp
from flashls.models.origin import Origin, connect
from flashls.models.proxies import proxy_for
from flashls.models.request import Request, request, where
from flashls.models.seam import ModelError, Unreachable
from flashls.models.trust import trust
from flashls.settings import Network
from flashls.types import Call

_CLOSING = "The server is shutting down"
_GRACE = 1.0  # seconds that closing waits for connections that are being made


class Slots:
    """The connections of one event loop, to any number of hosts.

    ``network`` says which proxy, whose certificates and whether plain http; ``context`` stands in for ``trust()``, the
    TLS settings made of it on first use.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        context: ssl.SSLContext | None = None,
        network: Network | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._context = context
        self._network = network or Network()
        self._preparing = asyncio.Lock()
        self._origins: dict[tuple[str, str, int], Origin] = {}
        self._idle: dict[Origin, list[_Idle]] = {}
        self._openings: set[_Opening] = set()
        self._busy: set[Connection] = set()
        self._closed = False

    @property
    def open(self) -> int:
        """Connections that exist or are being made."""
        return len(self._busy) + len(self._openings) + self.idle

    @property
    def busy(self) -> int:
        """Connections that carry a request."""
        return len(self._busy)

    @property
    def idle(self) -> int:
        """Connections that wait for a request."""
        return sum(not each.connection.closed for line in self._idle.values() for each in line)

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, call: Call
    ) -> AbstractAsyncContextManager[Answer]:
        """``fetch`` with POST."""
        return self.fetch("POST", url, headers, body, call)

    @asynccontextmanager
    async def fetch(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, call: Call
    ) -> AsyncGenerator[Answer, None]:
        """Sends a request and gives its answer as soon as the headers are there, whatever the status.

        ``method`` is GET, POST, PATCH, DELETE or the like; ``body`` may be empty. Leaving the block before the answer's
        body was read to its end closes the connection. A kept connection that is closed before the request was written
        is replaced; after that only a GET is sent again, since nobody can tell what was read (RFC 9110, section 9.2.2).
        A header ``connection: close`` keeps neither this one nor a spare. Raises ``Unreachable``, ``Stalled`` and
        ``Garbled``; ``NotFound`` for a redirect; ``Unusable`` for a URL or header that cannot be sent.
        """
        origin = await self._origin(url)
        message = request(origin, method, url, headers, body)
        answer = await self._ask(origin, message, call)
        try:
            answer.check()
            yield answer
        except ModelError as error:
            message.hide(error)
            raise
        finally:
            self._release(origin, answer.connection, message)

    async def warm(self, url: str) -> None:
        """Has a connection ready for the next request to this host. Raises ``Unreachable``."""
        origin = await self._origin(url)
        if not self._waiting(origin):
            await self._opened(self._unclaimed(origin) or self._start(origin))

    async def aclose(self) -> None:
        """Closes every connection; a request under way ends with an error."""
        self._closed = True
        for connection in (*self._busy, *(each.connection for line in self._idle.values() for each in line)):
            connection.drop()
        self._idle.clear()
        if tasks := {opening.task for opening in self._openings}:
            # Cancelled while it connects, asyncio may lose a socket: most openings are over sooner.
            _, late = await asyncio.wait(tasks, timeout=_GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.sleep(0)  # a dropped socket closes in the loop's next turn

    async def _origin(self, url: str) -> Origin:
        place = where(url, self._network.plain_http)
        if place not in self._origins:
            async with self._preparing:
                proxy = await asyncio.to_thread(proxy_for, *place, self._network.proxy)
                if self._context is None and (place[0] == "https" or (proxy and proxy.tls)):
                    self._context = await asyncio.to_thread(trust, self._network)
                self._origins[place] = Origin(*place, proxy)
        return self._origins[place]

    async def _ask(self, origin: Origin, message: Request, call: Call) -> Answer:
        for fresh in (False, True):
            connection = await self._take(origin, call, fresh)
            try:
                return await self._exchange(connection, origin, message, call)
            except HungUp as hung_up:
                for each in self._idle.pop(origin, []) if connection.waited else ():
                    each.connection.drop()  # what waited with it has most likely gone stale, too
                if not connection.waited or (hung_up.asked and message.method != "GET"):
                    break
        raise Unreachable(f"{origin.shown} closed the connection without an answer: try again")

    async def _exchange(self, connection: Connection, origin: Origin, message: Request, call: Call) -> Answer:
        self._busy.add(connection)
        try:
            connection.send(message.method, message.target, message.headers, message.body)
            self._keep_spare(origin, message)
            status, headers = await within(connection.head(), self._limits.first_byte, call, origin.shown)
        except BaseException:
            self._release(origin, connection, message)
            raise
        return Answer(status, headers, origin.shown, connection, self._limits, call)

    async def _take(self, origin: Origin, call: Call, fresh: bool) -> Connection:
        waiting = self._waiting(origin)
        if waiting and not fresh:
            return waiting.pop().connection
        opening = self._unclaimed(origin) or self._start(origin)
        opening.claimed = True
        try:
            return await within(self._opened(opening), float("inf"), call, origin.shown)
        except BaseException:
            opening.claimed = False
            if opening.task.done():
                self._settle(opening)
            raise

    async def _opened(self, opening: _Opening) -> Connection:
        try:
            return await asyncio.shield(opening.task)
        except asyncio.CancelledError:
            if self._closed and opening.task.cancelled():  # ``aclose`` did it; the request itself goes on
                raise Unreachable(_CLOSING) from None
            raise

    def _release(self, origin: Origin, connection: Connection, message: Request) -> None:
        self._busy.discard(connection)
        self._put(origin, connection)
        self._keep_spare(origin, message)

    def _put(self, origin: Origin, connection: Connection) -> None:
        line = self._waiting(origin)
        if self._closed or not connection.free or len(line) >= self._limits.idle:
            connection.drop()
        else:
            connection.waited = True
            line.append(_Idle(connection, time.monotonic()))

    def _waiting(self, origin: Origin) -> list[_Idle]:
        """The connections that can be used now, the one used last at the end."""
        line = self._idle.setdefault(origin, [])
        oldest = time.monotonic() - self._limits.keep
        for each in [each for each in line if each.connection.closed or each.since < oldest]:
            each.connection.drop()
            line.remove(each)
        return line

    def _unclaimed(self, origin: Origin) -> _Opening | None:
        return next((o for o in self._openings if o.origin == origin and not o.claimed and not o.task.done()), None)

    def _keep_spare(self, origin: Origin, message: Request) -> None:
        ready = len(self._waiting(origin)) + sum(o.origin == origin and not o.claimed for o in self._openings)
        wanted = self._limits.spares if message.lasting else 0
        if not self._closed and ready < wanted:
            self._start(origin)

    def _start(self, origin: Origin) -> _Opening:
        if self._closed:
            raise Unreachable(_CLOSING)
        opening = _Opening(origin, asyncio.create_task(self._connect(origin)))
        self._openings.add(opening)
        opening.task.add_done_callback(lambda _: self._settle(opening))
        return opening

    async def _connect(self, origin: Origin) -> Connection:
        try:
            async with asyncio.timeout(self._limits.connect):
                return await connect(origin, self._context)
        except TimeoutError:
            late = f"within {self._limits.connect:g} s"
            raise Unreachable(f"No connection to {origin.shown} {late}: check the network") from None

    def _settle(self, opening: _Opening) -> None:
        """What nobody waits for any more is kept as a spare; its failure is told by the request that needs it."""
        self._openings.discard(opening)
        if opening.claimed or opening.settled:
            return
        opening.settled = True
        if not opening.task.cancelled() and opening.task.exception() is None:
            self._put(opening.origin, opening.task.result())


@dataclass(slots=True, eq=False)
class _Opening:
    """A connection being made. No request's cancellation stops it; ``claimed`` by the request that waits for it."""

    origin: Origin
    task: asyncio.Task[Connection]
    claimed: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class _Idle:
    connection: Connection
    since: float
