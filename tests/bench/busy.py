"""A minute of fast typing where it hurts: one line of a megabyte, 100,000 lines, 200 open documents.

``python -m tests.bench busy --seconds 60 --rate 50`` types into ``flashls serve`` and asks at each key, without waiting
for answers; a ticker in the serving process's own loop notes how late its turns come. Expected: every request answered,
no stall over 20 ms of processor time once typing has begun, memory at the end as after a third of the time. The clock
counts other processes too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path
from typing import Any

import psutil

from flashls.lsp import serve
from tests.bench.harness import table
from tests.bench.stdio import Client, Endpoint
from tests.bench.typing_stdio import Window, environ_for, stopped

HEADER = (
    "document", "keys", "unanswered", "longest stall, processor ms", "over 20 ms", "by the clock ms",
    "MB after a third", "MB at the end", "last answer s",
)  # fmt: skip
_TICK_S = 0.002
_LAST_S = 120
_END_S = 60
_NOTED_MS = 2.0
_TOO_LONG_MS = 20.0
_TYPED = "value_of(first, second) + other * 2; "


@dataclass(frozen=True, slots=True)
class Scene:
    """Documents to open, each the same ``text``; typing begins at ``row`` and ``column``, in turns of 50 keys each."""

    name: str
    language: str
    text: str
    row: int
    column: int
    documents: int = 1


@dataclass(frozen=True, slots=True)
class Busy:
    """What came of a scene. ``stalls`` are (processor, clock) milliseconds of the loop's late turns; memory in MB.

    ``behind_s``: seconds from the last key to the last answer.
    """

    keys: int
    unanswered: int
    stalls: list[tuple[float, float]]
    early_mb: float
    late_mb: float
    behind_s: float


def scenes(scale: float = 1.0) -> list[Scene]:
    """The three, smaller by ``scale``."""
    statement = 'if(a[{0}]>b){{c.push({{id:{0},name:"n{0}"}});}}'
    line = "".join(statement.format(n) for n in range(int(scale * 1e6) // 42))
    function = "fn f{0}(a: usize, b: usize) -> usize {{\n    let c = a * {0} + b;\n    c\n}}\n\n"
    rows = "".join(function.format(n) for n in range(int(scale * 20_000)))
    some = "".join(function.format(n) for n in range(60))
    middle = 5 * (int(scale * 20_000) // 2) + 1
    begun = line.index("{c.push", len(line) // 2) + 1
    return [
        Scene("1 MB in one line", "javascript", line + "\n", 0, begun),
        Scene("100,000 lines", "rust", rows, middle, 25),
        Scene("200 documents", "rust", some, 151, 25, max(2, int(scale * 200))),
    ]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench busy")
    parser.add_argument("--seconds", type=float, default=60, help="of typing in each document (%(default)s)")
    parser.add_argument("--rate", type=float, default=50, help="keys a second (%(default)s)")
    chosen = parser.parse_args([*dropwhile(lambda argument: not argument.startswith("-"), sys.argv[1:])])
    rows = list[tuple[str, ...]]()
    for scene in scenes():
        print(f"{scene.name} ...", file=sys.stderr, flush=True)
        rows.append(_row(scene, type_into(scene, int(chosen.seconds * chosen.rate), chosen.rate)))
    print(table(f"{chosen.rate:g} keys a second for {chosen.seconds:g} s", HEADER, rows))


def type_into(scene: Scene, keys: int, rate: float, settle_s: float = 3.0) -> Busy:
    """Types so many keys into a server of its own, ``settle_s`` seconds after its documents were opened."""
    return asyncio.run(_type(scene, keys, rate, settle_s))


def _row(scene: Scene, busy: Busy) -> tuple[str, ...]:
    processor, clock = (max((stall[at] for stall in busy.stalls), default=0.0) for at in (0, 1))
    return (
        scene.name,
        str(busy.keys),
        str(busy.unanswered),
        f"{processor:.1f}",
        str(sum(stall[0] > _TOO_LONG_MS for stall in busy.stalls)),
        f"{clock:.0f}",
        f"{busy.early_mb:.1f}",
        f"{busy.late_mb:.1f}",
        f"{busy.behind_s:.1f}",
    )


async def _type(scene: Scene, keys: int, rate: float, settle_s: float) -> Busy:
    endpoint = Endpoint("value_of(first)\n", think=0.05)
    url = await endpoint.start()
    with tempfile.TemporaryDirectory() as home:
        ticks = Path(home) / "ticks.json"
        client = await Client.start([sys.executable, "-m", "tests.bench.busy", str(ticks)], environ_for(url, home))
        await client.begin()
        window = Window(client)
        listening = asyncio.create_task(window.listen())
        _open(client, scene)
        await asyncio.sleep(settle_s)
        began, early, late, behind = time.time(), *(await _keys(window, scene, keys, rate))
        await stopped(listening)
        noted = await _noted(client, ticks)
    endpoint.stop()
    stalls = [(processor, clock) for at, processor, clock in noted if at >= began]
    return Busy(keys, len(window.waiting), stalls, early, late, behind)


async def _noted(client: Client, ticks: Path) -> list[tuple[float, float, float]]:
    """Ends the server and gives what its ticker has noted. Raises SystemExit where it does not end."""
    try:
        await asyncio.wait_for(client.end(), _END_S)
    except TimeoutError:
        client.process.kill()
        raise SystemExit("the server is too far behind to end: type more slowly, by --rate") from None
    noted: list[tuple[float, float, float]] = json.loads(ticks.read_text())  # noqa: ASYNC240
    return noted


def _open(client: Client, scene: Scene) -> None:
    for number in range(scene.documents):
        document = {"uri": _uri(number), "languageId": scene.language, "version": 0, "text": scene.text}
        client.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})


async def _keys(window: Window, scene: Scene, keys: int, rate: float) -> tuple[float, float, float]:
    """Types, waits for the last answers; megabytes after a third of the keys and at the end, and seconds waited."""
    loop, process, early = asyncio.get_running_loop(), psutil.Process(window.client.process.pid), 0.0
    began, typed = loop.time(), [0] * scene.documents
    for n in range(keys):
        await asyncio.sleep(max(0.0, began + n / rate - loop.time()))
        at = n // 50 % scene.documents
        _press(window, scene, at, n + 1, typed[at], _TYPED[typed[at] % len(_TYPED)])
        typed[at] += 1
        if n == keys // 3:
            early = process.memory_info().rss / 1e6
    typed_at = loop.time()
    with suppress(TimeoutError):
        async with asyncio.timeout(_LAST_S):
            while window.waiting:
                await asyncio.sleep(0.05)
    return early, process.memory_info().rss / 1e6, loop.time() - typed_at


def _press(window: Window, scene: Scene, number: int, version: int, typed: int, key: str) -> None:
    place = {"line": scene.row, "character": scene.column + typed}
    after = {"line": scene.row, "character": scene.column + typed + 1}
    document: dict[str, Any] = {"uri": _uri(number), "version": version}
    change = {"textDocument": document, "contentChanges": [{"range": {"start": place, "end": place}, "text": key}]}
    asked = {"textDocument": {"uri": _uri(number)}, "position": after, "context": {"triggerKind": 2}}
    request = window.client.request("textDocument/inlineCompletion", asked)
    window.waiting[request["id"]] = asyncio.get_running_loop().create_future()
    window.client.send({"method": "textDocument/didChange", "params": change}, request)


def _uri(number: int) -> str:
    return f"file:///bench/busy{number}"


async def _serve(ticks: Path) -> int:
    """The server with a ticker beside it."""
    noted = list[tuple[float, float, float]]()
    ticker = asyncio.create_task(_tick(noted))
    status = await serve._serve_stdio()
    ticker.cancel()
    ticks.write_text(json.dumps(noted))  # noqa: ASYNC240  # nothing is left to hold up
    return status


async def _tick(noted: list[tuple[float, float, float]]) -> None:
    while True:
        clock, processor = time.perf_counter(), time.thread_time()
        await asyncio.sleep(_TICK_S)
        late = (time.perf_counter() - clock - _TICK_S) * 1000
        if late > _NOTED_MS:
            noted.append((time.time(), (time.thread_time() - processor) * 1000, late))


if __name__ == "__main__":
    sys.exit(asyncio.run(_serve(Path(sys.argv[1]))))
