"""Fixes that come to nothing, or are stopped: refused, outdated, cancelled, asked for wrongly."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.desk import CREATE, REPLIES, REPLY, Desk
from tests.e2e.editor import URI, editing, scripted


async def test_a_refusal_is_told_and_changes_nothing(tmp_path: Path) -> None:
    none = json.dumps({"explanation": "It depends.", "edits": []})
    async with editing(tmp_path, scripted(tmp_path, [{"task": "fix", "text": none}])) as editor:
        desk = Desk(editor)
        (action,) = await desk.bulb(desk.problem(0, 14, 15))
        said = await desk.choose(action)
        assert (said["applied"], said["state"], said["edit"]) == (False, "refused", None)
        assert desk.told() == ["flashls: The model has no fix for it. It depends."]
        assert desk.edits == []
        desk.progress()


async def test_a_text_that_has_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    slow = [{"task": "fix", "text": REPLY, "piece_size": 20, "delay": 0.2}]
    async with editing(tmp_path, scripted(tmp_path, slow)) as editor:
        desk = Desk(editor)
        (action,) = await desk.bulb(desk.problem(0, 14, 15))
        chosen = asyncio.create_task(desk.choose(action))
        await editor.until(lambda: any(m == CREATE for m, _ in editor.client.inbox))
        editor.change(2, (0, 0, 0, 0, "#"))
        said = await chosen
        assert (said["applied"], desk.edits) == (False, [])
        assert desk.told() == ["flashls: the document has changed meanwhile: ask again"]
        desk.progress()


async def test_an_editor_that_does_not_apply_it_is_believed(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        desk = Desk(editor)
        desk.refuses = True
        (action,) = await desk.bulb(desk.problem(0, 14, 15))
        said = await desk.choose(action)
        assert not said["applied"]
        assert desk.told() == ["flashls: read only"]
        desk.progress()
        desk.done()


@pytest.mark.parametrize("by", ["button", "request"])
async def test_a_fix_can_be_cancelled(tmp_path: Path, by: str) -> None:
    never = [{"task": "fix", "text": "x", "stall": True}]
    async with editing(tmp_path, scripted(tmp_path, never)) as editor:
        desk = Desk(editor)
        (action,) = await desk.bulb(desk.problem(0, 14, 15))
        chosen = asyncio.create_task(desk.choose(action, request="f"))
        await editor.until(lambda: any(m == lsp.PROGRESS for m, _ in editor.client.inbox))
        (create,) = editor.read(CREATE)
        if by == "button":
            token = create["token"]
            editor.client.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(token))
        else:
            editor.cancel("f")
        with pytest.raises(JsonRpcException) as raised:
            await asyncio.wait_for(chosen, 5)
        assert raised.value.code == -32800
        await desk.over()
        assert desk.progress() == ["begin", "end"]
        assert desk.edits == []


async def test_the_explanation_is_seen_while_the_edits_are_still_being_written(tmp_path: Path) -> None:
    began = REPLY[: REPLY.index('"edits"')]
    async with editing(tmp_path, scripted(tmp_path, [{"task": "fix", "text": began, "stall": True}])) as editor:
        desk = Desk(editor)
        (action,) = await desk.bulb(desk.problem(0, 14, 15))
        assert action.command and action.command.arguments
        asked = [*action.command.arguments, {"token": "t"}]
        chosen = asyncio.create_task(editor.command("flashls.fix", *asked, request="f"))
        said = list[Any]()

        def heard() -> str:
            said.extend(s["value"] for s in editor.read(lsp.PROGRESS) if s["token"] == "t")
            return "".join(each.get("text", "") for each in said)

        await editor.until(lambda: heard() == "`y` is not defined.")
        assert len(said) > 1
        editor.cancel("f")
        with pytest.raises(JsonRpcException):
            await asyncio.wait_for(chosen, 5)
        await editor.until(lambda: heard() and said[-1]["kind"] == "end")
        assert said[-1]["reason"] == "cancelled"
        desk.progress()


@pytest.mark.parametrize("argument", [None, {}, {"uri": URI}, {"uri": "file:///w/none.py", "range": 1}, "x"], ids=str)
async def test_a_command_that_is_called_wrongly_says_how(tmp_path: Path, argument: Any) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        Desk(editor)
        with pytest.raises(JsonRpcException, match=r"flashls\.fix takes") as raised:
            await editor.command("flashls.fix", argument)
        assert raised.value.code == -32602
