"""Several suggestions over stdio: a user who asks may go through them; what is taken is what the ledger is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.e2e.editor import editing, scripted
from tests.e2e.test_fates import figures

SAID = ["sum(xs) / len(xs)", "statistics.fmean(xs)", "total(xs) * weight"]
REPLIES = [{"when": r"return \Z", "sample": n, "text": text} for n, text in enumerate(SAID)]
ALONE = '[complete]\nspeculate = "off"'


async def test_one_of_several_is_taken(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES, ALONE)) as editor:
        editor.open("def mean(xs):\n    return ")
        assert await editor.texts(1, 11) == SAID[:1]
        items = await editor.inline(1, 11, explicit=True)
        async with asyncio.timeout(10):
            while len(items) < 3:  # what came too late, on a busy machine, is there the next time
                items = await editor.inline(1, 11, explicit=True)
        assert items[0].insert_text == SAID[0]
        assert sorted(str(item.insert_text) for item in items) == sorted(SAID)
        taken = next(item for item in items if item.insert_text == SAID[1])
        editor.change(2, (1, 11, 1, 11, SAID[1][:10]))
        assert await editor.texts(1, 21) == [SAID[1][10:]]
        editor.change(3, (1, 21, 1, 21, SAID[1][10:]))
        assert taken.command is not None
        await editor.command("flashls.accept", *(taken.command.arguments or ()))
    found = await figures(tmp_path)
    assert [(row.fate, row.n, row.told, row.chars, row.taken) for row in found.fates] == [
        ("accepted", 1, 1, len(SAID[1]), len(SAID[1]))
    ]
    assert sum(row.n for row in found.attempts) == 3


async def test_the_user_may_want_one_only(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES, ALONE), options={"complete": {"several": 1}}) as editor:
        editor.open("def mean(xs):\n    return ")
        items = await editor.inline(1, 11, explicit=True)
        assert [item.insert_text for item in items] == SAID[:1]
    assert sum(row.n for row in (await figures(tmp_path)).attempts) == 1
