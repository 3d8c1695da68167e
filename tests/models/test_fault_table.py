"""The fault table: whatever can go wrong on the way to a model, over a real socket, and the line that the user reads.

Each row also proves that nothing is left behind (connections, tasks, descriptors, busy slots), that no message holds
the key, though many servers here repeat it, and that the next request over the same Slots is answered.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
import tracemalloc
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from flashls.models.answer import Limits
from flashls.models.seam import Model, ModelError, Stalled, Unreachable
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, End, Piece, Text
from tests.models.fault_rows import BODIES, CODE, FLOODS, STATUSES, Fault, sends, streams
from tests.models.servers import Peer, Server, certificate, serve
from tests.models.wires import KEY, WIRES, Wire

CALL = Call("1", "complete")
PROMPT = seal(Draft((Text("system", "You complete code."), Text("user", "x = ")), max_tokens=64))
_PATIENCE = 30  # seconds after which a test fails; none takes two


@pytest.fixture(params=WIRES)
def wire(request: pytest.FixtureRequest) -> Wire:
    return WIRES[request.param]


ROWS = [(name, fault) for name in WIRES for fault in (*STATUSES, *BODIES, *FLOODS) if name not in fault.but]


@pytest.mark.parametrize(("name", "fault"), ROWS, ids=[f"{name}, {fault.name}" for name, fault in ROWS])
async def test_faults(name: str, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    wire = WIRES[name]
    caplog.set_level(logging.DEBUG)
    async with nothing_left(fault.limits) as slots, serve(_first(fault, wire)) as server:
        model = wire.make(slots, server.url)
        error, pieces = await _failure(model, fault)
        assert KEY in server.heads[0]
        if fault not in FLOODS:
            assert pieces == fault.pieces
        _check(error, fault, wire, f"127.0.0.1:{server.port}", caplog)
        await _settled(slots, server)  # where it hung up after its answer, that is to be known
        assert await _reply(model) == "ok"
        await _settled(slots, server)


UNREACHABLE = "No connection to {host}: "


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("nothing listens", "nothing listens on port {port}; start it, or check base_url"),
        ("no such name", "the name is not known; check the network and base_url"),
        ("no name", "the name is not known; check the network and base_url"),
        ("an unknown authority",
         "its certificate is not trusted; behind a company's proxy set [network] ca_bundle or $SSL_CERT_FILE"),
        ("another's certificate",
         "its certificate is for another name; check base_url, and the network: somebody may listen in"),
        ("a certificate that has expired", "its certificate is not valid today; check this machine's clock"),
        ("no TLS", "it speaks no TLS that is known here; check the port and https in base_url"),
    ],
)  # fmt: skip
async def test_no_connection(place: str, says: str, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    authority = trustme.CA()
    good, context = certificate(authority)
    async with (
        nothing_left(context=context) as slots,
        serve(_polite(wire), tls=good) as server,
        _nowhere(place, authority) as (host, port),
    ):
        fault = Fault(place, sends(b""), Unreachable, UNREACHABLE + says.replace("{port}", str(port)))
        error, _ = await _failure(wire.make(slots, f"https://{host}:{port}"), fault)
        _check(error, fault, wire, host, caplog)
        assert await _reply(wire.make(slots, server.url)) == "ok"
        await _settled(slots, server)


@asynccontextmanager
async def _nowhere(place: str, authority: trustme.CA) -> AsyncGenerator[tuple[str, int]]:
    """A host and a port where no connection can be had; ``authority`` is trusted."""
    if place == "nothing listens":
        async with serve(_shouts) as server:
            port = server.port
        yield "127.0.0.1", port
    elif "name" in place:
        yield ("nowhere.invalid" if place == "no such name" else "a" * 70 + ".test"), 443
    else:
        async with serve(_shouts, _bad_tls(place, authority)) as server:
            yield "127.0.0.1", server.port


def _bad_tls(place: str, authority: trustme.CA) -> ssl.SSLContext | None:
    if place == "no TLS":
        return None
    if place == "a certificate that has expired":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)).configure_cert(context)
        return context
    return certificate(trustme.CA())[0] if "unknown" in place else certificate(authority, "another.test")[0]


async def _shouts(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    await peer.gone()


async def test_a_handshake_that_stalls(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    async def stalls(peer: Peer) -> None:
        await peer.gone()

    good, context = certificate()
    fault = Fault("", sends(b""), Unreachable, "No connection to {host} within 0.3 s: check the network")
    async with (
        nothing_left(Limits(connect=0.3), context) as slots,
        serve(_polite(wire), tls=good) as server,
        serve(stalls) as silent,
    ):
        error, _ = await _failure(wire.make(slots, f"https://127.0.0.1:{silent.port}"), fault)
        _check(error, fault, wire, f"127.0.0.1:{silent.port}", caplog)
        await until(lambda: silent.connections == 0)
        assert await _reply(wire.make(slots, server.url)) == "ok"


@pytest.mark.parametrize("fault", FLOODS, ids=lambda fault: fault.name)
async def test_a_flood_takes_little_memory(fault: Fault, wire: Wire) -> None:
    async with nothing_left(fault.limits) as slots, serve(_first(fault, wire)) as server:
        tracemalloc.start()
        try:
            await _failure(wire.make(slots, server.url), fault)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 10_000_000  # an answer's 2 MiB as they arrived, as they are looked at, and what else there is


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
async def test_the_clock_may_change(jump: float, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sets it while an answer arrives: no answer is given up for it, and none is waited for any longer."""
    real = time.time

    async def set_clock(peer: Peer, wire: Wire) -> bool:
        monkeypatch.setattr(time, "time", lambda: real() + jump)
        return await (streams(0, stall=True) if fault.seconds else streams(0, 1))(peer, wire)

    fault = Fault("", set_clock, ModelError, "")
    async with nothing_left() as slots, serve(_first(fault, wire)) as server:
        assert await _reply(wire.make(slots, server.url), 60.0) == "ok"
    fault = replace(fault, kind=Stalled, seconds=0.3)
    async with nothing_left() as slots, serve(_first(fault, wire)) as server:
        await _failure(wire.make(slots, server.url), fault)


@asynccontextmanager
async def nothing_left(limits: Limits | None = None, context: ssl.SSLContext | None = None) -> AsyncGenerator[Slots]:
    """Slots for the block; after it there are no more tasks and descriptors than before."""
    await asyncio.to_thread(int)  # the thread pool's own descriptors
    tasks, descriptors = asyncio.all_tasks(), _descriptors()
    slots = Slots(limits, context)
    try:
        yield slots
    finally:
        await slots.aclose()
    assert (slots.open, slots.busy) == (0, 0)
    await until(lambda: _descriptors() <= descriptors and asyncio.all_tasks() <= tasks)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not condition():
            await asyncio.sleep(0.002)


async def _settled(slots: Slots, server: Server) -> None:
    """Until the server has no connection but those that wait for a request."""
    await until(lambda: slots.busy == 0 and slots.idle == slots.open == server.connections)


def _first(fault: Fault, wire: Wire) -> Callable[[Peer], Awaitable[None]]:
    """The first request meets the fault, every other one is answered."""

    async def handler(peer: Peer) -> None:
        while True:
            await peer.request()
            if len(peer.server.heads) > 1:
                await streams(0, 1)(peer, wire)
            elif not await fault.does(peer, wire):
                return

    return handler


def _polite(wire: Wire) -> Callable[[Peer], Awaitable[None]]:
    return _first(Fault("", streams(0, 1), ModelError, ""), wire)


async def _reply(model: Model, seconds: float | None = None) -> str:
    async with asyncio.timeout(_PATIENCE), aclosing(model.stream(PROMPT, _call(seconds))) as stream:
        *pieces, end = [item async for item in stream]
    assert isinstance(end, End)
    return "".join(piece.text for piece in pieces if isinstance(piece, Piece))


async def _failure(model: Model, fault: Fault) -> tuple[ModelError, int]:
    """The error of a request, and how many pieces came before it."""
    count = 0
    with pytest.raises(fault.kind) as caught:
        async with asyncio.timeout(_PATIENCE), aclosing(model.stream(PROMPT, _call(fault.seconds))) as stream:
            async for _ in stream:
                count += 1
    return caught.value, count


def _call(seconds: float | None) -> Call:
    return CALL if seconds is None else replace(CALL, deadline=time.monotonic() + seconds)


def _check(error: ModelError, fault: Fault, wire: Wire, host: str, caplog: pytest.LogCaptureFixture) -> None:
    assert type(error) is fault.kind
    says = fault.says.replace("{no_model}", wire.no_model)
    says = says.format(who=wire.who, model=wire.model, hint=wire.hint, host=host)
    assert str(error) == says.replace("start it, or check base_url", wire.start)
    assert "\n" not in str(error)
    chain: BaseException | None = error
    while chain is not None:
        assert KEY not in f"{chain} {chain!r} {chain.args}"
        chain = chain.__cause__ or chain.__context__
    assert KEY not in caplog.text
    assert CODE not in caplog.text + str(error)


def _descriptors() -> int:
    """Open files and sockets; 0 where the system does not tell."""
    listing = Path("/proc/self/fd")
    return len(list(listing.iterdir())) if listing.exists() else 0
