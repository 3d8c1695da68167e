"""A suggestion that was looked at and left, over stdio: it is not drawn again unasked, and the status says why."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.e2e.editor import editing, scripted


async def test_a_suggestion_that_was_left_comes_back_only_when_it_is_asked_for(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [{"when": r"return \Z", "text": "sum(xs)"}])) as editor:
        editor.open("def mean(xs):\n    return \n\n")
        assert await editor.texts(1, 11) == ["sum(xs)"]
        assert await editor.texts(1, 11) == ["sum(xs)"]
        await asyncio.sleep(0.8)  # so that it was read; longer does not matter
        assert await editor.texts(2, 0) == []
        assert await editor.texts(1, 11) == []
        assert (await editor.reasons())[-1] == "rejected"
        assert [item.insert_text for item in await editor.inline(1, 11, explicit=True)] == ["sum(xs)"]
        assert await editor.texts(1, 11) == ["sum(xs)"]
