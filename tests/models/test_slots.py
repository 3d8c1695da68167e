"""Connections: reused, connected ahead, dropped at any moment, and never talkative about keys."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flashls.models.answer import Limits
from flashls.models.seam import Garbled, ModelError, NotFound, RateLimited, Stalled, Unreachable, Unusable
from flashls.models.slots import Slots
from flashls.types import Call
from tests.models.servers import OK, STREAM, Handler, Peer, Server, certificate, serve

CALL = Call("1", "complete")
KEY = "AIza-secret-key"
HEADERS = {"x-goog-api-key": KEY}


async def ask(slots: Slots, url: str, call: Call = CALL, **more: str) -> tuple[int, bytes]:
    async with slots.post(f"{url}/v1", HEADERS | more, b"{}", call) as answer:
        return answer.status, b"".join([chunk async for chunk in answer])


async def polite(peer: Peer) -> None:
    while True:
        await peer.request()
        await peer.send(OK)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.002)


async def quiet(slots: Slots, server: Server) -> None:
    """Until the server sees exactly the connections that the slots count, all idle."""
    await until(lambda: slots.busy == 0 and slots.idle == slots.open == server.connections)


async def test_a_finished_request_returns_its_connection() -> None:
    async with serve(polite) as server:
        slots = Slots()
        for _ in range(20):
            assert await ask(slots, server.url) == (200, b"ok")
        await quiet(slots, server)
        assert (server.accepted, slots.idle) == (2, 2)  # the one that works, and the spare
        await slots.aclose()
        await until(lambda: server.connections == 0)


async def test_without_spares_there_is_one_connection() -> None:
    async with serve(polite) as server:
        slots = Slots(Limits(spares=0))
        for _ in range(5):
            await ask(slots, server.url)
        assert (server.accepted, slots.open) == (1, 1)
        await slots.aclose()


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [("GET", b"", None), ("DELETE", b"", None), ("PATCH", b'{"ttl":"60s"}', 13), ("POST", b"", 0)],
)
async def test_other_methods(method: str, body: bytes, length: int | None) -> None:
    async with serve(polite) as server:
        slots = Slots(Limits(spares=0))
        for _ in range(2):
            async with slots.fetch(method, f"{server.url}/v1/x", HEADERS, body, CALL) as answer:
                assert await answer.read() == b"ok"
        assert server.asked_on == [1, 1]
        assert server.heads[0].startswith(f"{method} /v1/x HTTP/1.1\r\n")
        sizes = [int(line[15:]) for line in server.heads[0].split("\r\n") if line.startswith("content-length:")]
        assert sizes == ([] if length is None else [length])
        await slots.aclose()


async def test_a_request_may_ask_to_keep_no_connection() -> None:
    async with serve(polite) as server:
        slots = Slots()
        for number in (1, 2):
            await ask(slots, server.url, connection="close")
            assert (slots.open, server.accepted) == (0, number)
        await slots.aclose()


async def test_a_request_after_a_cancelled_one_needs_no_handshake() -> None:
    async def stalls(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM + b"1\r\nx\r\n")
        await peer.gone()

    async with serve(stalls) as server:
        slots = Slots()
        first = asyncio.create_task(ask(slots, server.url))
        await until(lambda: len(server.heads) == 1 and slots.idle == 1)
        first.cancel()
        second = asyncio.create_task(ask(slots, server.url))
        await until(lambda: len(server.heads) == 2)
        assert server.asked_on == [1, 2]
        await until(lambda: server.connections == 2)  # the first is closed, a third is the new spare
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        await slots.aclose()
        await until(lambda: server.connections == 0)


async def test_warm_connects_and_sends_nothing() -> None:
    async with serve(polite) as server:
        slots = Slots()
        await slots.warm(server.url)
        await slots.warm(server.url)
        assert (slots.idle, server.heads) == (1, [])
        await ask(slots, server.url)
        assert server.asked_on == [1]
        await slots.aclose()


async def test_warm_tells_when_nothing_listens() -> None:
    async with serve(polite) as server:
        url = server.url
    slots = Slots()
    with pytest.raises(Unreachable, match="nothing listens on port"):
        await slots.warm(url)
    with pytest.raises(Unreachable, match="nothing listens on port"):
        await ask(slots, url)
    assert slots.open == 0
    await slots.aclose()


async def test_an_idle_connection_that_the_server_closed_is_not_used() -> None:
    async def once(peer: Peer) -> None:
        await peer.request()
        await peer.send(OK)

    async with serve(once) as server:
        slots = Slots(Limits(spares=0))
        for _ in range(3):
            assert (await ask(slots, server.url))[0] == 200
            await until(lambda: slots.idle == 0)
        assert server.asked_on == [1, 2, 3]
        await slots.aclose()


async def hangs_up_on_the_second(peer: Peer) -> None:
    await peer.request()
    await peer.send(OK)
    await peer.request()


async def test_a_post_that_may_have_been_read_is_not_sent_again() -> None:
    """A model may be at work on it, and be paid for it: who asks again is to know, and has to count it."""
    async with serve(hangs_up_on_the_second) as server:
        slots = Slots(Limits(spares=0))
        assert (await ask(slots, server.url))[0] == 200
        with pytest.raises(Unreachable, match=rf"127\.0\.0\.1:{server.port} closed the connection without an answer"):
            await ask(slots, server.url)
        assert server.asked_on == [1, 1]
        assert (await ask(slots, server.url))[0] == 200
        assert server.asked_on == [1, 1, 2]
        await slots.aclose()


async def test_a_get_on_a_reused_connection_that_hangs_up_is_sent_once_more() -> None:
    async with serve(hangs_up_on_the_second) as server:
        slots = Slots(Limits(spares=0))
        for _ in range(2):
            async with slots.fetch("GET", server.url, HEADERS, b"", CALL) as answer:
                assert await answer.read() == b"ok"
        assert server.asked_on == [1, 1, 2]
        await slots.aclose()


async def test_a_connection_closed_before_a_request_is_replaced_unseen() -> None:
    async def answers_once(peer: Peer) -> None:
        await peer.request()
        await peer.send(OK)

    async with serve(answers_once) as server:
        slots = Slots(Limits(spares=0))
        for _ in range(5):
            assert (await ask(slots, server.url))[0] == 200
            await until(lambda: slots.open == 0)
        assert server.asked_on == [1, 2, 3, 4, 5]
        await slots.aclose()


async def test_where_one_connection_has_gone_stale_the_others_are_not_tried() -> None:
    """A laptop that slept: the next attempt is to meet a new connection, not another one of the old."""
    together = asyncio.Event()

    async def hangs_up_on_the_second_of_old_ones(peer: Peer) -> None:
        await peer.request()
        if len(peer.server.heads) == 3:
            together.set()
        await together.wait()
        await peer.send(OK)
        await peer.request()
        if peer.number > 3:
            await peer.send(OK)

    async with serve(hangs_up_on_the_second_of_old_ones) as server:
        slots = Slots(Limits(spares=0))
        await asyncio.gather(*(ask(slots, server.url) for _ in range(3)))
        assert slots.idle == 3
        with pytest.raises(Unreachable):
            await ask(slots, server.url)
        assert [(await ask(slots, server.url))[0] for _ in range(2)] == [200, 200]
        assert len(server.heads) == 3 + 1 + 2
        await slots.aclose()


async def test_a_new_connection_that_hangs_up_is_an_error() -> None:
    async def hangs_up(peer: Peer) -> None:
        await peer.request()

    async with serve(hangs_up) as server:
        slots = Slots(Limits(spares=0))
        with pytest.raises(Unreachable, match="without an answer"):
            await ask(slots, server.url)
        assert len(server.heads) == 1
        await slots.aclose()


async def test_an_expired_connection_is_closed() -> None:
    async with serve(polite) as server:
        slots = Slots(Limits(spares=0, keep=0.0))
        await ask(slots, server.url)
        await ask(slots, server.url)
        assert server.asked_on == [1, 2]
        await slots.aclose()


async def test_idle_connections_are_bounded() -> None:
    async with serve(polite) as server:
        slots = Slots(Limits(idle=3))
        await asyncio.gather(*(ask(slots, server.url) for _ in range(20)))
        await quiet(slots, server)
        assert slots.idle <= 3
        await slots.aclose()


async def test_a_redirect_is_not_followed() -> None:
    async with serve(polite) as other:

        async def redirects(peer: Peer) -> None:
            await peer.request()
            await peer.send(f"HTTP/1.1 307 Go\r\nLocation: {other.url}/x\r\nContent-Length: 0\r\n\r\n".encode())

        async with serve(redirects) as server:
            slots = Slots(Limits(spares=0))
            with pytest.raises(NotFound, match=r"redirects to 127\.0\.0\.1"):
                await ask(slots, server.url)
            assert KEY in server.heads[0]
            assert other.accepted == 0
            await slots.aclose()


def says(data: bytes, then_hang_up: bool = True) -> Handler:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.send(data)
        if not then_hang_up:
            await peer.gone()

    return handler


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"SSH-2.0-OpenSSH\r\n\r\n", Garbled),
        (b"HTTP/1.1 200 OK\r\nContent-Len", Garbled),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", Garbled),
        (STREAM + b"9\r\nhalf", Garbled),
        (STREAM + b"4\r\nhalf\r\n", Garbled),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", Garbled),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000, Garbled),
    ],
)
async def test_answers_that_are_none(data: bytes, error: type[ModelError]) -> None:
    async with serve(says(data)) as server:
        slots = Slots(Limits(spares=0, answer=4096))
        with pytest.raises(error):
            await ask(slots, server.url)
        await until(lambda: server.connections == 0)
        assert slots.open == 0
        await slots.aclose()


async def test_bytes_after_an_answer_end_the_connection() -> None:
    async with serve(says(OK + OK, then_hang_up=False)) as server:
        slots = Slots(Limits(spares=0))
        assert await ask(slots, server.url) == (200, b"ok")
        await until(lambda: server.connections == 0)
        assert slots.open == 0
        await slots.aclose()


@pytest.mark.parametrize(
    ("sent", "limits", "call", "text"),
    [
        (b"", Limits(first_byte=0.05), CALL, "sent nothing for 0.05 s"),
        (STREAM, Limits(between=0.05), CALL, "sent nothing for 0.05 s"),
        (b"", Limits(), None, "did not answer in time"),
        (STREAM, Limits(), None, "did not answer in time"),
    ],
)
async def test_silence_ends(sent: bytes, limits: Limits, call: Call | None, text: str) -> None:
    async with serve(says(sent, then_hang_up=False)) as server:
        slots = Slots(limits)
        with pytest.raises(Stalled, match=text):
            await ask(slots, server.url, call or Call("1", "complete", deadline=time.monotonic() + 0.05))
        await quiet(slots, server)
        await slots.aclose()


async def test_a_large_body_and_a_slow_reader() -> None:
    body = bytes(range(256)) * 20_000

    async def sends(peer: Peer) -> None:
        while True:
            await peer.request()
            await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    async with serve(sends) as server:
        slots = Slots(Limits(spares=0))
        async with slots.post(server.url, {}, body, CALL) as answer:
            got = []
            async for chunk in answer:
                got.append(chunk)
                await asyncio.sleep(0)
        assert b"".join(got) == body
        assert await ask(slots, server.url) == (200, body)
        assert server.asked_on == [1, 1]
        await slots.aclose()


async def test_closing_ends_what_is_under_way() -> None:
    async with serve(says(STREAM, then_hang_up=False)) as server:
        slots = Slots()
        under_way = asyncio.create_task(ask(slots, server.url))
        await until(lambda: len(server.heads) == 1)
        await slots.aclose()
        with pytest.raises(ModelError):
            await under_way
        with pytest.raises(Unreachable):
            await ask(slots, server.url)
        await until(lambda: server.connections == 0)
        assert slots.open == 0


@pytest.mark.parametrize("url", ["ftp://host/", "host", "http://host:port/", "https://", "http://[::1/"])
async def test_addresses_that_are_none(url: str) -> None:
    slots = Slots()
    with pytest.raises(Unusable, match="not a valid URL"):
        await ask(slots, url)
    await slots.aclose()


async def test_tls_trusts_whom_it_should() -> None:
    theirs, ours = certificate()
    async with serve(polite, tls=theirs) as server:
        slots = Slots(context=ours)
        assert await ask(slots, server.url) == (200, b"ok")
        await slots.aclose()
        wary = Slots()
        with pytest.raises(Unreachable, match="certificate is not trusted"):
            await ask(wary, server.url)
        assert wary.open == 0
        await wary.aclose()


# How a request may end, at a moment that a random number chooses; together they hit every await there is.
MANNERS = ("cancel at once", "cancel soon", "cancel later", "stop reading", "raise", "deadline", "finish")


async def _one_of_many(slots: Slots, url: str, manner: str, chance: float) -> None:
    if manner in ("cancel at once", "cancel soon", "cancel later"):
        task = asyncio.create_task(ask(slots, url))
        if manner == "cancel at once":
            for _ in range(int(chance * 30)):
                await asyncio.sleep(0)
        else:
            await asyncio.sleep(chance * (0.002 if manner == "cancel soon" else 0.02))
        task.cancel()
        await asyncio.wait([task])
    elif manner == "deadline":
        await ask(slots, url, Call("1", "complete", deadline=time.monotonic() + chance * 0.01))
    else:
        async with slots.post(url, HEADERS, b"{}", CALL) as answer:
            async for _ in answer:
                if manner == "stop reading" and chance < 0.3:
                    break
                if manner == "raise":
                    raise ValueError(manner)


@pytest.mark.parametrize(("secure", "times"), [(False, 2000), (True, 400)])
async def test_random_cancellations_leave_nothing_behind(secure: bool, times: int) -> None:
    running = 0

    async def streams(peer: Peer) -> None:
        nonlocal running
        while True:
            await peer.request()
            running += 1
            try:
                await asyncio.sleep(dice.random() * 0.003)
                await peer.send(STREAM)
                for _ in range(4):
                    await asyncio.sleep(dice.random() * 0.003)
                    await peer.send(b"5\r\nhello\r\n")
                await peer.send(b"0\r\n\r\n")
            finally:
                running -= 1

    dice = random.Random(20261122)
    theirs, ours = certificate() if secure else (None, None)
    await asyncio.to_thread(int)  # the thread pool's own descriptors
    before = _descriptors()
    async with serve(streams, tls=theirs) as server:
        slots = Slots(context=ours)

        async def worker(share: int) -> None:
            for _ in range(share):
                try:
                    await _one_of_many(slots, server.url, dice.choice(MANNERS), dice.random())
                except (ValueError, Stalled):
                    pass

        await asyncio.gather(*(worker(times // 8) for _ in range(8)))
        await until(lambda: running == 0)
        await quiet(slots, server)
        assert await ask(slots, server.url) == (200, b"hello" * 4)
        await slots.aclose()
        await until(lambda: server.connections == 0)
        assert (slots.open, slots.busy) == (0, 0)
    gc.collect()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []
    assert _descriptors() == before


def _descriptors() -> int:
    """Open files and sockets; 0 where the system does not tell."""
    listing = Path("/proc/self/fd")
    return len(list(listing.iterdir())) if listing.exists() else 0


@pytest.mark.parametrize("data", [b"", b"garbage\r\n\r\n", STREAM, b"HTTP/1.1 302 Go\r\nContent-Length: 0\r\n\r\n"])
async def test_errors_do_not_show_the_key(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    async with serve(says(data)) as server:
        slots = Slots(Limits(spares=0))
        with pytest.raises(ModelError) as caught:
            await ask(slots, server.url)
        assert KEY in server.heads[0]
        await slots.aclose()
    _is_silent(caught.value, caplog)


@pytest.mark.parametrize("name", ["x-goog-api-key", "x-api-key", "api-key", "Authorization"])
async def test_a_key_that_a_server_repeats_is_taken_out_of_the_error(name: str) -> None:
    async with serve(polite) as server:
        slots = Slots(Limits(spares=0))
        value = f"Bearer {KEY}" if name == "Authorization" else KEY
        with pytest.raises(RateLimited) as caught:
            async with slots.post(server.url, {name: value}, b"{}", CALL):
                raise RateLimited(f"no more for {KEY}", 5.0)
        assert (str(caught.value), caught.value.retry_after) == ("no more for …", 5.0)
        with pytest.raises(RateLimited, match="no more for ollama"):
            async with slots.post(server.url, {name: "ollama"}, b"{}", CALL):
                raise RateLimited("no more for ollama")
        await slots.aclose()


async def test_a_key_with_a_line_break_is_refused_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    slots = Slots()
    with pytest.raises(Unusable, match="x-goog-api-key holds a character") as caught:
        async with slots.post("http://127.0.0.1:9", {"x-goog-api-key": f"{KEY}\nx: y"}, b"", CALL):
            pass
    _is_silent(caught.value, caplog)
    await slots.aclose()


def _is_silent(error: BaseException | None, caplog: pytest.LogCaptureFixture) -> None:
    assert KEY not in caplog.text
    while error is not None:
        assert KEY not in f"{error} {error!r} {error.args}"
        error = error.__cause__ or error.__context__
