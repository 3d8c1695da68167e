"""The fault table as a user meets it: what is read of each fault, and after how long, over real sockets.

``python -m tests.bench.faults [WIRE]``: gemini unless another one is named. Expected: the error is there within 0.1 s
of when it can be known, which is at once, or after the silence that the row's own limits allow.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from flashls.models.seam import ModelError
from flashls.models.slots import Slots
from flashls.prompt.seal import seal
from flashls.types import Call, Draft, Text
from tests.bench.expected import at_most
from tests.bench.harness import table
from tests.models.fault_rows import BODIES, FLOODS, STATUSES, Fault
from tests.models.servers import Peer, serve
from tests.models.wires import WIRES, Wire

_HEADER = ("fault", "what the user reads", "ms", "expected")
_PROMPT = seal(Draft((Text("user", "x = "),), max_tokens=64))
_SOON_MS, _FLOOD_MS = 100.0, 1_000.0
_RUNS = 3


def main() -> None:
    """Prints the table."""
    name = sys.argv[-1] if sys.argv[-1] in WIRES else "gemini"
    print(table(f"Faults, {name}", _HEADER, asyncio.run(_rows(WIRES[name], name))))


async def _rows(wire: Wire, name: str) -> list[Sequence[str]]:
    return [await _row(wire, fault) for fault in (*STATUSES, *BODIES, *FLOODS) if name not in fault.but]


async def _row(wire: Wire, fault: Fault) -> Sequence[str]:
    found = [await _met(wire, fault) for _ in range(_RUNS)]
    said, took = min(found, key=lambda each: each[1])
    limit = fault.seconds or min(fault.limits.first_byte, fault.limits.between, fault.limits.whole)
    waits = 1000 * limit if limit <= 1 else 0.0
    most = waits + (_FLOOD_MS if fault in FLOODS else _SOON_MS)
    return fault.name, said.replace("|", "\\|"), f"{took:,.0f}", at_most(took, most, "ms")


async def _met(wire: Wire, fault: Fault) -> tuple[str, float]:
    """The error's one line, and the milliseconds until it was there."""
    slots, call = Slots(fault.limits), Call("1", "complete")
    async with serve(_handler(wire, fault)) as server:
        started = time.perf_counter()
        if fault.seconds is not None:
            call = replace(call, deadline=asyncio.get_running_loop().time() + fault.seconds)
        try:
            async with aclosing(wire.make(slots, server.url).stream(_PROMPT, call)) as stream:
                async for _ in stream:
                    pass
            said = "no error"
        except ModelError as error:
            said = str(error)
        took = (time.perf_counter() - started) * 1000
        await slots.aclose()
    return said.replace(f":{server.port}", ""), took


def _handler(wire: Wire, fault: Fault) -> Callable[[Peer], Awaitable[None]]:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await fault.does(peer, wire)

    return handler


if __name__ == "__main__":
    main()
