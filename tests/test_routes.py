"""Which models a task asks, and how it goes on where the keyring answers late."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from flashls.keys import Kept
from flashls.models.seam import Model, NoKey
from flashls.prompt.seal import seal
from flashls.routes import Parts, parts_of, route_of
from flashls.settings import Models, Provider, Settings
from flashls.types import Call, Draft, Piece, Text
from tests.models.fault_rows import streams
from tests.models.servers import Peer, serve
from tests.models.wires import KEY, WIRES

LITE = "gemini/gemini-3.5-flash-lite"
PROMPT = seal(Draft((Text("user", "x = "),), max_tokens=64))


class Locked:
    """A keyring with one key for everybody, which waits until it is unlocked."""

    def __init__(self) -> None:
        self.unlocked = threading.Event()

    def get_password(self, service: str, username: str, /) -> str | None:
        self.unlocked.wait(30)
        return KEY

    def set_password(self, service: str, username: str, password: str, /) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str, /) -> None:
        raise NotImplementedError


@asynccontextmanager
async def parts_for(
    folder: Path, settings: Settings, held: Iterable[str], keys: dict[str, str]
) -> AsyncGenerator[tuple[Parts, Locked]]:
    """The parts, and the keyring that holds these providers' keys."""
    ring = Locked()
    environ = {"FLASHLS_DATA": str(folder / "d"), "FLASHLS_CACHE": str(folder / "c")} | keys
    parts = parts_of(settings, environ, {}, Kept(held, ring), lambda line: None)
    try:
        yield parts, ring
    finally:
        ring.unlocked.set()
        await parts.around.slots.aclose()
        await parts.replies.aclose()
        await parts.ledger.aclose()


@pytest.mark.parametrize(
    ("held", "keys", "locked", "unlocked"),
    [
        ([], {}, None, None),
        ([], {"GEMINI_API_KEY": KEY}, LITE, LITE),
        (["gemini"], {}, LITE, LITE),
        (["openai"], {}, None, None),
        (["openai"], {"GEMINI_API_KEY": KEY}, LITE, LITE),
    ],
)
async def test_unasked_gemini_completes_where_there_is_or_will_be_a_key(
    held: list[str], keys: dict[str, str], locked: str | None, unlocked: str | None, tmp_path: Path
) -> None:
    async with parts_for(tmp_path, Settings(), held, keys) as (parts, ring):
        for name in (locked, unlocked):
            route, _ = route_of(parts, "complete")
            assert (route.name if route else None) == name
            ring.unlocked.set()
            assert await parts.kept.wait(10)


async def test_a_keyring_that_is_unlocked_late_has_its_models_answer_at_once(tmp_path: Path) -> None:
    async def answers(peer: Peer) -> None:
        while True:
            await peer.request()
            await streams(0, 1)(peer, WIRES["gemini"])

    async with serve(answers) as server:
        settings = Settings(models=Models(complete=(LITE,)), providers={"gemini": Provider(base_url=server.url)})
        async with parts_for(tmp_path, settings, ["gemini"], {}) as (parts, ring):
            route, _ = route_of(parts, "complete")
            assert route is not None
            for _ in range(5):
                with pytest.raises(NoKey, match="no key for Gemini"):
                    await said(route.model)
            assert (server.heads, await parts.ledger.since(0)) == ([], [])
            ring.unlocked.set()
            assert await parts.kept.wait(10)
            assert await said(route.model) == "ok"


async def said(model: Model) -> str:
    call = Call("1", "complete", deadline=asyncio.get_running_loop().time() + 30)
    async with aclosing(model.stream(PROMPT, call)) as stream:
        return "".join([item.text async for item in stream if isinstance(item, Piece)])
