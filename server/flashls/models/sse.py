"""Server-sent events, framed on bytes: HTML Living Standard, section 9.2, and what model servers send besides.

Bytes, because a text reader that takes U+2028 or U+0085 for a line end cuts JSON in two. Besides events, servers send
errors as bare JSON where an event was due; those are told apart, not dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True)
class Event:
    """The ``data`` of one event, its lines joined by newlines."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Raw:
    """Something where an event was due that is no event: bare JSON, or, of a stream without events, its first line."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """An event that the end of the stream broke off."""

    data: bytes


Item = Event | Raw | Cut

_FIELDS = (b"event", b"id", b"retry", b"")  # an empty name is a comment
_RAW = 16 * 1024  # bytes; longer bare JSON is given at the stream's end, not looked for at each line
_LINE = 200  # bytes that are kept of a line that is nothing


class Framing:
    """Cuts a stream of bytes into events, wherever the network cut it. Lines end with LF or CRLF."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._data: list[bytes] = []
        self._raw = bytearray()
        self._odd = b""
        self._some = False
        self._begun = False

    def feed(self, chunk: bytes) -> list[Item]:
        """The items that ``chunk`` completes."""
        found = len(self._rest)
        self._rest += chunk
        if self._rest.find(b"\n", found) < 0:
            return []
        *lines, self._rest = self._rest.split(b"\n")
        return [item for line in lines if (item := self._line(bytes(line))) is not None]

    def end(self) -> list[Item]:
        """What is left when the stream ends. A last event lacking only its blank line counts as whole."""
        items = [self._line(bytes(self._rest))] if self._rest else []
        if self._data:
            data = b"\n".join(self._data)
            items.append(Event(data) if data == b"[DONE]" or _is_json(data) else Cut(data))
        if self._raw:
            items.append(self._given())
        if self._odd and not self._some and not any(items):
            items.append(Raw(self._odd))
        self._rest, self._data = bytearray(), []
        return [item for item in items if item is not None]

    def _line(self, line: bytes) -> Item | None:
        line = line.removesuffix(b"\r")
        if not self._begun:
            self._begun, line = True, line.removeprefix(b"\xef\xbb\xbf")
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        elif not line:
            return self._dispatch()
        elif name not in _FIELDS:
            return self._bare(line)
        return None

    def _dispatch(self) -> Item | None:
        if not self._data:
            return None
        data, self._data, self._some = b"\n".join(self._data), [], True
        return Event(data)

    def _bare(self, line: bytes) -> Item | None:
        """A line of bare JSON; pretty-printed JSON has many. Anything that starts otherwise is an unknown field."""
        if not self._raw and line.lstrip()[:1] not in (b"{", b"[", b"<"):
            self._odd = self._odd or line[:_LINE]
            return None
        first = not self._raw
        self._raw += line if first else b"\n" + line
        may_end = line.rstrip()[-1:] in (b"}", b"]") and (first or len(self._raw) <= _RAW)
        return self._given() if may_end and _is_json(self._raw) else None

    def _given(self) -> Raw:
        data, self._raw, self._some = bytes(self._raw), bytearray(), True
        return Raw(data)


class Items:
    """The items of a stream of bytes, as they arrive; nothing is left to clean up when the reader stops early."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self._stream: AsyncIterator[bytes] | None = stream
        self._framing = Framing()
        self._ready: deque[Item] = deque()

    def __aiter__(self) -> Items:
        return self

    async def __anext__(self) -> Item:
        """The next item; raises what the stream raises."""
        while not self._ready:
            if self._stream is None:
                raise StopAsyncIteration
            try:
                self._ready.extend(self._framing.feed(await anext(self._stream)))
            except StopAsyncIteration:
                self._stream = None
                self._ready.extend(self._framing.end())
        return self._ready.popleft()


def _is_json(data: bytes | bytearray) -> bool:
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True
