"""From key press to request on the wire, and from the last needed token to the reply, against the plain way."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.harness import table
from tests.bench.stdio import Client, Endpoint

_KEYS = 60
_GAP = 0.1  # seconds between keys: a quick typist's
_WARM = 10
_PLAIN = [sys.executable, "-P", str(Path(__file__).with_name("plain_server.py"))]
_OURS = [sys.executable, "-m", "flashls_cli", "serve"]


def main() -> None:
    """Prints the table. The servers take turns, three rounds each, so that both meet the same noise."""
    rows = []
    for lines in (1_000, 10_000):
        rounds = [asyncio.run(_round(lines)) for _ in range(3)]
        plain = [statistics.median(r[0][i] for r in rounds) for i in (0, 1)]
        ours = [statistics.median(r[1][i] for r in rounds) for i in (0, 1)]
        for what, a, b in zip(("key → request", "token → reply"), plain, ours, strict=True):
            rows.append([f"{lines:,} lines", what, f"{a:,.0f}", f"{b:,.0f}", f"{b / a:.2f}"])
        rows.append(
            [f"{lines:,} lines", "both", f"{sum(plain):,.0f}", f"{sum(ours):,.0f}", f"{sum(ours) / sum(plain):.2f}"]
        )
    print(table("One key press, µs (median)", ["document", "what", "plain µs", "flashls µs", "flashls / plain"], rows))


async def _round(lines: int) -> tuple[tuple[float, float], tuple[float, float]]:
    return await _measure(_PLAIN, lines), await _measure(_OURS, lines)


async def _measure(command: list[str], lines: int) -> tuple[float, float]:
    """The medians, in microseconds, of key → request and token → reply."""
    endpoint = Endpoint("0 + 1\n", think=0.01)
    url = await endpoint.start()
    with tempfile.TemporaryDirectory() as home:
        client = await Client.start(command, _environ(url, home))
        await client.begin()
        await _open(client, lines)
        samples = [await _key(client, endpoint, n, lines // 2) for n in range(_KEYS + _WARM)]
        await client.end()
    endpoint.stop()
    asked, replied = zip(*samples[_WARM:], strict=True)
    return statistics.median(asked) * 1e6, statistics.median(replied) * 1e6


async def _open(client: Client, lines: int) -> None:
    rows = [f"def function_{n}(first, second):\n    return first * {n} + second" for n in range(lines // 2)]
    rows[lines // 4] = "value = "
    document = {"uri": "file:///bench/a.py", "languageId": "python", "version": 0, "text": "\n".join(rows) + "\n"}
    client.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    await asyncio.sleep(1.5)


async def _key(client: Client, endpoint: Endpoint, n: int, row: int) -> tuple[float, float]:
    """Types one letter and asks; seconds to the request, and from the event to the reply."""
    place, after = {"line": row, "character": 8 + n}, {"line": row, "character": 9 + n}
    document = {"uri": "file:///bench/a.py", "version": n + 1}
    change = {"textDocument": document, "contentChanges": [{"range": {"start": place, "end": place}, "text": "a"}]}
    asked = {"textDocument": document, "position": after, "context": {"triggerKind": 2}}
    started = time.perf_counter()
    client.send(
        {"method": "textDocument/didChange", "params": change},
        client.request("textDocument/inlineCompletion", asked),
    )
    answer = await client.answer()
    ended = time.perf_counter()
    assert answer.get("result", {}).get("items"), answer
    await asyncio.sleep(_GAP)
    return endpoint.asked - started, ended - endpoint.said


def _environ(url: str, home: str) -> dict[str, str]:
    config = Path(home) / "config.toml"
    config.write_text(
        f'[complete]\ndebounce_ms = 0\n[models]\ncomplete = ["gemini/gemini-3.5-flash-lite"]\n'
        f'[providers.gemini]\nbase_url = "{url}"\n'
    )
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "PLAIN_URL": f"{url}/v1beta/models/m:streamGenerateContent?alt=sse",
        "GEMINI_API_KEY": "bench",
        "FLASHLS_CONFIG": str(config),
        "FLASHLS_CACHE": f"{home}/cache",
        "FLASHLS_DATA": f"{home}/data",
    }


if __name__ == "__main__":
    main()
