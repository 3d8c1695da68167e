"""One HTTP/1.1 connection: h11 knows the grammar, asyncio the socket.

Giving it up is one synchronous call, so no cancellation, however it is timed, leaves a socket or a running answer
behind. An HTTP client with a pool cannot promise that: httpx 0.28 loses up to 7 % of its slots to cancelled tasks.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping
from typing import Any, cast

import h11

from flashls.models.seam import Garbled

_UNREAD = 256 * 1024  # bytes that may wait for the reader before the socket is paused
_QUIET, _PROBES = 45, 3  # a peer that vanished is noticed after 45 s and three probes 10 s apart
_UNACKED = 15_000  # milliseconds after which Linux gives up on bytes nobody confirms


class HungUp(Exception):
    """The other side closed the connection before the first byte of an answer.

    ``asked``: something was written by then, and may have been read.
    """

    def __init__(self, asked: bool = True) -> None:
        super().__init__()
        self.asked = asked


class Connection(asyncio.Protocol):
    """One connection to an origin. ``waited``: it stood idle before, so the other side may have hung up meanwhile."""

    def __init__(self) -> None:
        self.waited = False
        self._http = h11.Connection(h11.CLIENT)
        self._transport: asyncio.Transport | None = None
        self._ended = False
        self._unread = 0
        self._paused = False
        self._news: asyncio.Future[None] | None = None

    @property
    def closed(self) -> bool:
        """Whether either side has closed it."""
        return self._ended or self._transport is None or self._transport.is_closing()

    @property
    def free(self) -> bool:
        """Whether it may carry a request: it carried none yet, or the last answer was read to its end."""
        ours, theirs = self._http.our_state, self._http.their_state
        over = ours is theirs and ours in (h11.IDLE, h11.DONE)
        return over and not self.closed and not self._http.trailing_data[0]

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> None:
        """Puts a request on the wire; never waits. Raises ``HungUp`` when the connection is closed already."""
        if self.closed or self._transport is None:
            raise HungUp(asked=False)
        if self._http.our_state is h11.DONE:
            self._http.start_next_cycle()
        request = h11.Request(method=method, target=target, headers=list(headers.items()))
        events: list[h11.Event] = [request, h11.Data(data=body), h11.EndOfMessage()]
        self._transport.write(b"".join(self._http.send(event) or b"" for event in events))

    async def head(self) -> tuple[int, dict[str, str]]:
        """The status and the headers of the answer, names in lower case. Raises ``HungUp`` and ``Garbled``."""
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                return event.status_code, {n.decode("latin-1"): v.decode("latin-1") for n, v in event.headers}
            if isinstance(event, h11.ConnectionClosed):
                raise HungUp

    async def chunk(self) -> bytes:
        """The next bytes of the answer's body, nothing at its end. Raises ``Garbled`` when it breaks off."""
        while (found := self.there()) is None:
            await self._more()
        return found

    def there(self) -> bytes | None:
        """What ``chunk`` would give without waiting; None while nothing is there."""
        while (event := self._next()) is not None:
            if isinstance(event, h11.Data):
                return bytes(event.data)
            if isinstance(event, h11.EndOfMessage | h11.ConnectionClosed) or event is h11.PAUSED:
                return b""
        return None

    def drop(self) -> None:
        """Closes the connection at once; whatever the other side still sends is thrown away."""
        self._ended = True
        if self._transport is not None:
            self._transport.abort()

    async def secure(self, context: ssl.SSLContext, host: str) -> Connection:
        """Starts TLS inside this connection (a tunnel through a proxy) and gives the connection within."""
        inner = Connection()
        loop = asyncio.get_running_loop()
        assert self._transport is not None
        transport = await loop.start_tls(self._transport, inner, context, server_hostname=host)
        inner.connection_made(cast(asyncio.BaseTransport, transport))
        return inner

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.Transport, transport)
        _watch(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        """Called by asyncio. Bytes that nobody asked for end the connection."""
        if self._ended or self._http.our_state is h11.IDLE or self._http.their_state is h11.DONE:
            self.drop()
            return
        self._http.receive_data(data)
        self._unread += len(data)
        if self._unread > _UNREAD and self._transport is not None and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    def eof_received(self) -> bool:
        """Called by asyncio; the transport then closes itself."""
        self._end()
        return False

    def connection_lost(self, _exc: Exception | None) -> None:
        """Called by asyncio."""
        self._end()

    def _end(self) -> None:
        self._ended = True
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def _event(self) -> h11.Event | type[h11.PAUSED]:
        while (event := self._next()) is None:
            await self._more()
        return event

    def _next(self) -> h11.Event | type[h11.PAUSED] | None:
        """What comes next; None while more has to be read for it."""
        while True:
            begun = self._http.their_state is h11.SEND_BODY
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError:
                if begun and self._ended:
                    raise Garbled("The answer broke off: try again") from None
                raise Garbled("What answered does not speak HTTP as it should: check base_url and the proxy") from None
            if event is not h11.NEED_DATA:
                return cast("h11.Event | type[h11.PAUSED]", event)
            if not self._ended:
                return None
            if self._http.their_state is h11.SEND_RESPONSE and not self._http.trailing_data[0]:
                raise HungUp
            self._http.receive_data(b"")

    async def _more(self) -> None:
        self._unread = 0
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        self._news = asyncio.get_running_loop().create_future()
        try:
            await self._news
        finally:
            self._news = None


def _watch(sock: Any) -> None:
    """Has the kernel notice a peer that vanished without a word: a laptop that slept, a router that forgot."""
    wanted = (
        (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
        (socket.IPPROTO_TCP, "TCP_KEEPIDLE", _QUIET),
        (socket.IPPROTO_TCP, "TCP_KEEPALIVE", _QUIET),
        (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 10),
        (socket.IPPROTO_TCP, "TCP_KEEPCNT", _PROBES),
        (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", _UNACKED),
    )
    for level, name, value in wanted:
        if sock is not None and hasattr(socket, name):
            with contextlib.suppress(OSError):
                sock.setsockopt(level, getattr(socket, name), value)
