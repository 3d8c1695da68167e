"""What an editor does with suggestions over stdio, and what the ledger and ``flashls doctor --last`` then say of it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from flashls.store.figures import Figures
from flashls.store.ledger import Ledger
from tests.e2e.editor import URI, _plain, editing, home, scripted

SECRET_NAME = "radius_of_the_secret_disc"
REPLIES = [{"when": r"return \Z", "text": f"{SECRET_NAME} * 2"}, {"when": r"boom = \Z", "fail": "out of order"}]


async def figures(tmp_path: Path) -> Figures:
    ledger = Ledger(tmp_path / "data" / "ledger.sqlite3")
    try:
        return await ledger.figures(0)
    finally:
        await ledger.aclose(10)


async def test_a_suggestion_that_the_editor_accepts(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        editor.open("def area(r):\n    return ")
        (item,) = await editor.inline(1, 11)
        assert item.command is not None
        editor.change(2, (1, 11, 1, 11, str(item.insert_text)))
        await editor.command("flashls.accept", *(item.command.arguments or ()))
        await editor.command("flashls.accept", "unknown")
        await editor.command("flashls.accept")
        status = await last(editor)
    assert [(each["what"], each["reason"], each["detail"]) for each in status] == [
        ("complete", "ghost", ""),
        ("accept", "accepted", ""),
        ("accept", "accepted", "not one of the last suggestions here"),
        ("accept", "accepted", "not one of the last suggestions here"),
    ]
    (fate,) = (await figures(tmp_path)).fates
    assert (fate.fate, fate.n, fate.told, fate.taken, fate.model) == ("accepted", 1, 1, 29, "scripted/demo")


async def test_the_completion_list_of_an_editor_without_ghost_text(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), ghosts=False) as editor:
        editor.open("def area(r):\n    return ")
        await editor.state("ready")
        params = lsp.CompletionParams(lsp.TextDocumentIdentifier(URI), lsp.Position(1, 11))
        (item,) = (await editor.request(lsp.TEXT_DOCUMENT_COMPLETION, params)).items
        span = item.text_edit.insert
        place = (span.start.line, span.start.character, span.end.line, span.end.character)
        editor.change(2, (*place, item.text_edit.new_text))
        await editor.command("flashls.accept", *item.command.arguments)
    (fate,) = (await figures(tmp_path)).fates
    assert (fate.fate, fate.told, fate.taken) == ("accepted", 1, 29)


async def test_why_nothing_came_while_the_editor_still_runs_and_afterwards(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        editor.open("boom = ")
        assert await editor.inline(0, 7) == []
        editor.change(2, (0, 0, 0, 7, "def area(r):\n    return "))
        assert len(await editor.inline(1, 11)) == 1
        status = await last(editor)
        await asyncio.sleep(1.5)
        told = await doctor(tmp_path)
    assert [(each["reason"], each["detail"]) for each in told] == [("error", "out of order"), ("ghost", "")]
    assert [names(each) for each in told] == [names(each) for each in status]
    assert names(told[0]) == ["check", "advance", "pause", "gather", "ask", "wait"]
    assert await doctor(tmp_path) == told


async def test_the_ledger_holds_no_code(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        editor.open("def area(r):\n    return ")
        assert len(await editor.inline(1, 11)) == 1
        for number, letter in enumerate(SECRET_NAME[:6]):
            editor.change(2 + number, (1, 11 + number, 1, 11 + number, letter))
            assert len(await editor.inline(1, 12 + number)) == 1
    found = await figures(tmp_path)
    assert {(row.outcome, row.way): row.n for row in found.answers} == {("ghost", "ask"): 1, ("ghost", "advance"): 6}
    assert [fate.typed for fate in found.fates] == [6]
    for path in (tmp_path / "data").glob("ledger*"):
        assert not any(name in path.read_bytes() for name in (SECRET_NAME.encode(), b"area(", b"a.py"))


async def last(editor: Any) -> list[dict[str, Any]]:
    """What ``flashls.status`` tells of the last requests, as JSON has it."""
    found: list[dict[str, Any]] = _plain(await editor.command("flashls.status"))["last"]
    return found


def names(request: dict[str, Any]) -> list[str]:
    return [step["step"] for step in request["steps"]]


async def doctor(tmp_path: Path) -> list[dict[str, Any]]:
    command = [str(Path(sys.executable).with_name("flashls")), "doctor", "--last", "--json"]
    environ = home(tmp_path, (tmp_path / "config.toml").read_text("utf-8"))
    process = await asyncio.create_subprocess_exec(*command, env=environ, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    found: list[dict[str, Any]] = json.loads(out)["last"]
    return found
