"""Start-up, from spawning the process to the answer to ``initialize``, and memory, against a minimal pygls server."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time

import psutil

from tests.bench.harness import table
from tests.bench.stdio import Client

_MINIMAL = [sys.executable, "-c", 'from pygls.lsp.server import LanguageServer; LanguageServer("m", "0").start_io()']
_OURS = [sys.executable, "-m", "flashls_cli", "serve"]
_RUNS = 11


def main() -> None:
    """Prints the table. The servers take turns."""
    taken: dict[str, list[tuple[float, float, float]]] = {"minimal pygls": [], "flashls": []}
    for _ in range(_RUNS):
        taken["minimal pygls"].append(asyncio.run(_start(_MINIMAL)))
        taken["flashls"].append(asyncio.run(_start(_OURS)))
    medians = {name: [statistics.median(column) for column in zip(*runs, strict=True)] for name, runs in taken.items()}
    rows = [
        [name, f"{m[0]:.0f}", f"{m[0] / medians['minimal pygls'][0]:.2f}", f"{m[1]:.0f}", f"{m[2]:.0f}"]
        for name, m in medians.items()
    ]
    header = ["server", "to initialize, ms", "× minimal", "MB then", "MB two seconds later"]
    print(table("Start-up (median)", header, rows))


async def _start(command: list[str]) -> tuple[float, float, float]:
    """Milliseconds to the answer, and resident megabytes then and two seconds later."""
    with tempfile.TemporaryDirectory() as home:
        environ = {"PATH": os.environ["PATH"], "HOME": home, "GEMINI_API_KEY": "bench"}
        started = time.perf_counter()
        client = await Client.start(command, environ)
        await client.begin()
        ms = (time.perf_counter() - started) * 1000
        process = psutil.Process(client.process.pid)
        first = process.memory_info().rss / 1e6
        await asyncio.sleep(2)
        later = process.memory_info().rss / 1e6
        await client.end()
    return ms, first, later


if __name__ == "__main__":
    main()
