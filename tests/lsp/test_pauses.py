"""A place is told once nothing more is typed in its document, and then the last one only."""

from __future__ import annotations

import asyncio

from flashls.lsp.pauses import Pauses


async def test_only_the_last_place_of_each_document() -> None:
    found: list[tuple[str, int]] = []
    told = asyncio.Event()

    def then(uri: str, offset: int) -> None:
        found.append((uri, offset))
        if uri == "c":
            told.set()

    pauses = Pauses(then)
    for uri, offset, seconds in (("a", 1, 0.01), ("b", 5, 0.01), ("c", 8, 0.03), ("a", 2, 0.02), ("a", 3, 0.02)):
        pauses.typed(uri, offset, seconds)
    async with asyncio.timeout(30):
        await told.wait()
    assert sorted(found) == [("a", 3), ("b", 5), ("c", 8)]


async def test_nothing_once_closed() -> None:
    found: list[int] = []
    pauses = Pauses(lambda _, offset: found.append(offset))
    pauses.typed("a", 1, 0)
    pauses.close()
    await asyncio.sleep(0.01)
    assert found == []
    pauses.typed("a", 2, 0)
    async with asyncio.timeout(30):
        while not found:
            await asyncio.sleep(0.001)
    assert found == [2]
