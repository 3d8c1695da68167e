"""memory: by how much the serving process grows in a workspace of 500,000 lines, once indexed, over 300 requests.

Each request is at a new place: a file is opened, asked about in its middle and, twenty files later, closed. Idle is
what the process takes before, with the workspace open, its index there and one file asked about.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil

from flashls.index.files import File, files, walk
from flashls.index.schema import database
from tests.bench.harness import table
from tests.bench.index import made
from tests.bench.stdio import Client, Endpoint

_LINES = 500_000
_REQUESTS = 300
_OPEN = 20
_EVERY = 50  # requests between two looks
_SERVER = [sys.executable, "-m", "flashls_cli", "serve"]


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder) / "workspace", Path(folder) / "home"
        lines = made(root, _LINES)
        _index(root, home)
        rows = asyncio.run(_grown(root, home))
        print(table(f"The serving process in {lines:,} lines, MB", ["", "in all", "over idle"], rows))


def _index(root: Path, home: Path) -> None:
    """Makes the index that the server will find."""
    db = database(home / "cache" / "index", root)
    command = [sys.executable, "-m", "flashls.index", str(root), str(db)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    for line in process.stdout:
        if b'"ready"' in line:
            break
    process.communicate()


async def _grown(root: Path, home: Path) -> list[list[str]]:
    endpoint = Endpoint("value = 1\n", think=0.01)
    client = await Client.start(_SERVER, _environ(await endpoint.start(), home))
    capabilities = {"textDocument": {"inlineCompletion": {}}, "general": {"positionEncodings": ["utf-16"]}}
    asked = {"processId": None, "rootUri": root.as_uri(), "capabilities": capabilities}
    await client.call("initialize", asked)
    client.send({"method": "initialized", "params": {}})
    sources = [found for found in files(walk(root)) if found.language in ("python", "c", "javascript", "typescript")]
    chosen = random.Random(1).sample(sources, _REQUESTS + 1)
    await _ask(client, root, chosen[0], None)
    await asyncio.sleep(3)
    idle, rows = _megabytes(client), [["idle", f"{_megabytes(client):.0f}", ""]]
    for n, source in enumerate(chosen[1:], 1):
        await _ask(client, root, source, chosen[n - _OPEN] if n >= _OPEN else None)
        if n % _EVERY == 0:
            rows.append([f"after {n} requests", f"{(size := _megabytes(client)):.0f}", f"{size - idle:.0f}"])
    await client.end()
    endpoint.stop()
    return rows


async def _ask(client: Client, root: Path, source: File, closed: File | None) -> None:
    """Opens a file, lets its context be gathered, and asks for a completion in the middle of it."""
    text = (root / source.path).read_text("utf-8", "replace")
    uri = (root / source.path).as_uri()
    document = {"uri": uri, "languageId": source.language, "version": 1, "text": text}
    client.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    if closed:
        gone = {"uri": (root / closed.path).as_uri()}
        client.send({"method": "textDocument/didClose", "params": {"textDocument": gone}})
    place: dict[str, Any] = {"line": text.count("\n") // 2, "character": 0}
    here = {"textDocument": {"uri": uri}, "position": place, "context": {"triggerKind": 1}}
    await client.call("textDocument/inlineCompletion", here)


def _megabytes(client: Client) -> float:
    return psutil.Process(client.process.pid).memory_info().rss / 1e6


def _environ(url: str, home: Path) -> dict[str, str]:
    config = home / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'[models]\ncomplete = ["gemini/gemini-3.5-flash-lite"]\n[providers.gemini]\nbase_url = "{url}"\n'
    )
    folders = {"FLASHLS_CACHE": str(home / "cache"), "FLASHLS_DATA": str(home / "data"), "FLASHLS_CONFIG": str(config)}
    return {"PATH": os.environ["PATH"], "HOME": str(home), "GEMINI_API_KEY": "bench", **folders}
