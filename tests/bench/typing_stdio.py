"""The replay over real pipes and a real socket, in real time, beside the simulation of the same keys.

``flashls serve`` is typed to as an editor does; its provider is a server on the loopback interface that speaks Gemini's
wire format, foresees the session and takes a model's time. Pauses are cut to three seconds in both. Expected: requests
and shares as simulated, but for what the machine itself takes; no answer later than a tenth of a second after an edit
that it does not know of.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flashls.prompt.compose import CURSOR
from tests.bench.harness import table
from tests.bench.stdio import Client
from tests.bench.typing import HEADER, OURS, Replayed, options, replay, row, session
from tests.bench.typing_model import Foreseeing
from tests.bench.typing_play import Answer, Editor, Place, play
from tests.bench.typing_screen import Screen
from tests.bench.typing_trace import Stretch, Stroke, applied, stretches
from tests.models.exchange import begin, chunk, pause, read

_LONGEST_PAUSE_S = 3.0
_CROSSING_S = 0.1
_SERVER = [sys.executable, "-m", "flashls_cli", "serve"]


def main() -> None:
    """Prints a table for each share of wrong pieces."""
    chosen = options("typing_stdio", 400, 4, [0.1])
    parts = stretches(session(chosen), chosen.keys, chosen.places, chosen.seed, _LONGEST_PAUSE_S)
    seconds, keys = sum(part.strokes[-1].at for part in parts), sum(part.keys for part in parts)
    print(f"{keys} keys in real time: {seconds / 60:.0f} minutes a table ...", file=sys.stderr, flush=True)
    for share in chosen.wrong:
        found = [
            typed(parts, share, chosen.seed, late=chosen.late),
            replay(OURS, parts, share, chosen.seed, late=chosen.late),
        ]
        rows = [(name, *row(each)[1:]) for name, each in zip(("over stdio", "simulated"), found, strict=True)]
        print(table(f"{keys} keys, {share:g} of the pieces wrong; requests and tokens per 100 keys", HEADER, rows))


def typed(parts: list[Stretch], share: float, seed: int, settle_s: float = 8.0, late: float = 0.03) -> Replayed:
    """Types stretches to a server process of its own, each in a document of its own; see ``Editor``."""
    model, screen = Foreseeing(share, seed, late), Screen(crossing_s=_CROSSING_S)
    asyncio.run(_type(parts, model, screen, settle_s))
    return Replayed("over stdio", screen, model)


@dataclass(slots=True)
class Window:
    """An editor with one document: keeps the requests that have no answer yet, by id."""

    client: Client
    uri: str = ""
    version: int = 0
    waiting: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)

    def open(self, number: int, text: str) -> None:
        """Opens the next document, and closes the one before."""
        if self.uri:
            self._notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})
        self.uri, self.version = f"file:///bench/part{number}.rs", 1
        document = {"uri": self.uri, "languageId": "rust", "version": 1, "text": text}
        self._notify("textDocument/didOpen", {"textDocument": document})

    def edited(self, stroke: Stroke, text: str) -> None:
        """Tells of a stroke, its changes one after the other."""
        self.version += 1
        changes = []
        for patch in stroke.patches:
            position, deleted, inserted = patch
            span = {"start": _position(text, position), "end": _position(text, position + deleted)}
            changes.append({"range": span, "text": inserted})
            text = applied(text, [patch])
        document = {"uri": self.uri, "version": self.version}
        self._notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    async def complete(self, stroke: Stroke, place: Place) -> Answer:
        """Asks for inline completion; takes the request back where this is cancelled."""
        position = _position(place.before, len(place.before))
        params = {"textDocument": {"uri": self.uri}, "position": position, "context": {"triggerKind": 2}}
        request = self.client.request("textDocument/inlineCompletion", params)
        answer = self.waiting[request["id"]] = asyncio.get_running_loop().create_future()
        self.client.send(request)
        try:
            message = await asyncio.shield(answer)
        except asyncio.CancelledError:
            self._notify("$/cancelRequest", {"id": request["id"]})
            raise
        if "error" in message:
            raise RuntimeError(f"the server could not answer: {message['error']}")
        items = message["result"]["items"]
        return (items[0]["insertText"], "") if items else ("", "nothing")

    async def listen(self) -> None:
        """Takes answers as they come, and answers the server's own requests with nothing."""
        assert self.client.process.stdout is not None
        while True:
            header = await self.client.process.stdout.readuntil(b"\r\n\r\n")
            length = int(header.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            message = json.loads(await self.client.process.stdout.readexactly(length))
            if "method" in message and "id" in message:
                self.client.send({"id": message["id"], "result": None})
            elif "id" in message:
                self.waiting.pop(message["id"]).set_result(message)

    def _notify(self, method: str, params: dict[str, Any]) -> None:
        self.client.send({"method": method, "params": params})


async def stopped(listening: asyncio.Task[None]) -> None:
    """Ends ``Window.listen``. Raises what ended it before."""
    if listening.done():
        listening.result()
    listening.cancel()
    await asyncio.wait({listening})


async def _type(parts: list[Stretch], model: Foreseeing, screen: Screen, settle_s: float) -> None:
    async with _endpoint(model) as url:
        with tempfile.TemporaryDirectory() as home:
            client = await Client.start(_SERVER, environ_for(url, home))
            await client.begin()
            window = Window(client)
            listening = asyncio.create_task(window.listen())
            for number, part in enumerate(parts):
                window.open(number, part.text)
                await asyncio.sleep(1.5)
                await play(part, model, screen, Editor(window.edited, window.complete, grace_s=None, settle_s=settle_s))
            screen.unanswered = len(window.waiting)
            await stopped(listening)
            await client.end()


@asynccontextmanager
async def _endpoint(model: Foreseeing) -> AsyncGenerator[str]:
    """The URL of a server that answers with what ``model`` says."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                _, _, _, body = await read(reader)
                await _reply(model, json.loads(body), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _reply(
    model: Foreseeing, asked: Mapping[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Streams a reply until it is whole or the client hangs up."""
    writing = asyncio.create_task(_write(model, asked, writer))
    gone = asyncio.create_task(pause(reader, None))
    await asyncio.wait({writing, gone}, return_when=asyncio.FIRST_COMPLETED)
    hung_up = gone.done()
    for task in (writing, gone):
        task.cancel()
    await asyncio.wait({writing, gone})
    if hung_up:
        raise ConnectionResetError


async def _write(model: Foreseeing, asked: Mapping[str, Any], writer: asyncio.StreamWriter) -> None:
    before = asked["contents"][-1]["parts"][-1]["text"].partition(CURSOR)[0]
    begin(writer)
    written = 0
    async for piece in model.say(before, asked["generationConfig"]["maxOutputTokens"]):
        written += 1
        await chunk(writer, _event({"content": {"parts": [{"text": piece}], "role": "model"}}, written))
    await chunk(
        writer, _event({"content": {"parts": [{"text": ""}], "role": "model"}, "finishReason": "STOP"}, written)
    )
    await chunk(writer, b"")


def _event(candidate: dict[str, Any], written: int) -> bytes:
    usage = {"promptTokenCount": 1000, "candidatesTokenCount": written, "totalTokenCount": 1000 + written}
    return b"data: " + json.dumps({"candidates": [candidate], "usageMetadata": usage}).encode() + b"\r\n\r\n"


def _position(text: str, offset: int) -> dict[str, int]:
    start = text.rfind("\n", 0, offset) + 1
    units = len(text[start:offset].encode("utf-16-le")) // 2
    return {"line": text.count("\n", 0, offset), "character": units}


def environ_for(url: str, home: str) -> dict[str, str]:
    """The environment of a server that asks Gemini at ``url`` and keeps everything in ``home``."""
    config = Path(home) / "config.toml"
    config.write_text(
        f'[models]\ncomplete = ["gemini/gemini-3.5-flash-lite"]\n[providers.gemini]\nbase_url = "{url}"\n'
    )
    folders = {"FLASHLS_CACHE": f"{home}/cache", "FLASHLS_DATA": f"{home}/data", "FLASHLS_CONFIG": str(config)}
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    return kept | {"HOME": home, "GEMINI_API_KEY": "bench", **folders}


if __name__ == "__main__":
    main()
