"""Framing of server-sent events: the same items wherever the network cuts the bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from flashls.models.sse import Cut, Event, Framing, Item, Items, Raw

PRETTY = b'{\n  "error": {\n    "code": 503,\n    "details": [\n      {}\n    ]\n  }\n}'
LONG = b"[\n" + b"  {},\n" * 4000 + b"  {}\n]"
ODD = "a\u2028b\u0085c\fd\re".encode()

ROWS: list[tuple[str, bytes, list[Item]]] = [
    ("nothing", b"", []),
    ("one event", b'data: {"a":1}\n\n', [Event(b'{"a":1}')]),
    ("two events", b"data: 1\n\ndata: 2\n\n", [Event(b"1"), Event(b"2")]),
    ("CRLF", b"data: 1\r\n\r\ndata: 2\r\n\r\n", [Event(b"1"), Event(b"2")]),
    ("line ends mixed", b"data: 1\r\n\ndata: 2\n\r\n", [Event(b"1"), Event(b"2")]),
    ("lines of data joined", b"data: 1\ndata: 2\n\n", [Event(b"1\n2")]),
    ("no space, and only one space taken", b"data:1\n\ndata:  2\n\n", [Event(b"1"), Event(b" 2")]),
    ("data without colon", b"data\n\n", [Event(b"")]),
    ("blank lines around", b"\n\n\ndata: 1\n\n\n\n", [Event(b"1")]),
    ("other fields", b": hello\nevent: x\nid: 7\nretry: 9\ndata: 1\n\n", [Event(b"1")]),
    ("unknown field", b"weather: fine\ndata: 1\n\n", [Event(b"1")]),
    ("an unknown field after an event", b"data: 1\n\nweather: fine\n", [Event(b"1")]),
    ("an unknown field and nothing else", b"weather: fine\nx: y\n", [Raw(b"weather: fine")]),
    ("words and nothing else", b"It works!", [Raw(b"It works!")]),
    ("words and a comment", b": ping\n\nIt works!\n\n", [Raw(b"It works!")]),
    ("only a comment", b": ping\n\n", []),
    ("byte order mark", b"\xef\xbb\xbfdata: 1\n\n", [Event(b"1")]),
    ("what only looks like line ends", b"data: " + ODD + b"\n\n", [Event(ODD)]),
    ("bare JSON in one line", b'{"error": 1}\n', [Raw(b'{"error": 1}')]),
    ("bare JSON without line end", b'{"error": 1}', [Raw(b'{"error": 1}')]),
    ("bare JSON over lines", PRETTY, [Raw(PRETTY)]),
    ("bare JSON with CRLF", PRETTY.replace(b"\n", b"\r\n"), [Raw(PRETTY)]),
    ("bare JSON between events", b"data: 1\n\n" + PRETTY + b"\ndata: 2\n\n", [Event(b"1"), Raw(PRETTY), Event(b"2")]),
    ("two bare objects", b'{"a":1}\n{"b":2}\n', [Raw(b'{"a":1}'), Raw(b'{"b":2}')]),
    ("an array around an error", b'[{"error": 1}]\n', [Raw(b'[{"error": 1}]')]),
    ("a web page", b"<html>\n<p>no</p>\n</html>\n", [Raw(b"<html>\n<p>no</p>\n</html>")]),
    ("bare JSON cut", b'{"error":\n {', [Raw(b'{"error":\n {')]),
    ("an event cut", b'data: 1\n\ndata: {"a', [Event(b"1"), Cut(b'{"a')]),
    ("a whole event without its blank line", b'data: {"a":1}\n', [Event(b'{"a":1}')]),
    ("a whole event without line end", b'data: {"a":1}', [Event(b'{"a":1}')]),
    ("the end mark without its blank line", b"data: [DONE]", [Event(b"[DONE]")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "items"), ROWS, ids=[row[0] for row in ROWS])
def test_every_split_gives_the_same_items(name: str, data: bytes, items: list[Item]) -> None:
    for first in range(len(data) + 1):
        framing = Framing()
        assert framing.feed(data[:first]) + framing.feed(data[first:]) + framing.end() == items, (name, first)
    framing = Framing()
    assert [item for byte in data for item in framing.feed(bytes([byte]))] + framing.end() == items


def test_long_bare_json_comes_whole() -> None:
    framing = Framing()
    items = [item for at in range(0, len(LONG), 1000) for item in framing.feed(LONG[at : at + 1000])]
    assert items + framing.end() == [Raw(LONG)]
    framing = Framing()
    assert framing.feed(LONG.replace(b"\n", b" ") + b"\n") == [Raw(LONG.replace(b"\n", b" "))]


def test_a_long_line_of_nothing_is_not_kept() -> None:
    framing = Framing()
    assert framing.feed(b"x" * 1000 + b"\n") + framing.end() == [Raw(b"x" * 200)]


def test_an_event_comes_with_its_last_byte() -> None:
    framing = Framing()
    assert framing.feed(b"data: 1\r\n\r") == []
    assert framing.feed(b"\n") == [Event(b"1")]


async def test_items_of_a_stream() -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield b"data: 1\n\nda"
        yield b"ta: 2\n\n"
        yield b'{"error": 1}'

    assert [item async for item in Items(stream())] == [Event(b"1"), Event(b"2"), Raw(b'{"error": 1}')]


async def test_items_raise_what_the_stream_raises() -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield b"data: 1\n\n"
        raise ValueError("broken")

    items = Items(stream())
    assert await anext(items) == Event(b"1")
    with pytest.raises(ValueError, match="broken"):
        await anext(items)
