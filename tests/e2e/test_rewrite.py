"""Doc comments and generated code as editors meet them: a lightbulb that asks nobody, a command, a versioned edit."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.desk import Desk
from tests.e2e.editor import URI, editing, scripted

CODE = 's = "😀"\ndef 😀f(a): return a\n\n\nclass A:\n    def f(self):\n        return "😀"\n\n\n# 😀 doubles x\n'
CODE = CODE.replace("def 😀f(a): return a", 'x = "😀"; y = 1')
DOES = json.dumps({"comments": [{"symbol": 1, "summary": "Does 😀."}, {"symbol": 2, "summary": "Is."}]})
TWICE = json.dumps({"code": "def twice(x):\n    return 2 * x", "note": "Numbers only."})
REPLIES = [{"task": "document", "text": DOES}, {"task": "generate", "text": TWICE}]
METHOD, COMMENT = 5, 9
UNITS = ["utf-8", "utf-16", "utf-32"]


OURS = ("flashls.document", "flashls.generate", "flashls.test", "document", "generate", "test")


async def entries(desk: Desk, row: int, only: list[Any] | None = None, invoked: bool = False) -> list[lsp.CodeAction]:
    """The lightbulb's entries for a cursor in a row, without those of other tasks."""
    kind = lsp.CodeActionTriggerKind.Invoked if invoked else None
    at = desk.place(row, 5)
    context = lsp.CodeActionContext([], only=only, trigger_kind=kind)
    params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(URI), lsp.Range(at, at), context)
    found = await desk.editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, params) or []
    return [each for each in found if (each.command.command if each.command else task_of(each)) in OURS]


def task_of(action: lsp.CodeAction) -> str:
    """The task that an action without a command belongs to."""
    data: Any = action.data
    return str(data["task"] if isinstance(data, dict) else data.task)


@pytest.mark.parametrize("units", UNITS)
async def test_a_symbol_is_documented_from_the_lightbulb(tmp_path: Path, units: str) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), encodings=[units]) as editor:
        desk = Desk(editor, CODE)
        await editor.state("ready")
        action, _ = await entries(desk, METHOD)
        assert (action.kind, action.edit, action.is_preferred) == (lsp.CodeActionKind.RefactorRewrite, None, None)
        said = plain(await desk.choose(action))
        assert (said["applied"], said["symbols"], said["left"], said["edit"]) == (True, ["A.f"], [], None)
        assert desk.text == CODE.replace("def f(self):\n", 'def f(self):\n        """Does 😀."""\n')
        (annotation,) = (desk.edits[0].change_annotations or {}).values()
        assert annotation.label == "Document A.f"
        await editor.until(lambda: "end" in kinds(desk))
        desk.progress()
        desk.done()


def plain(said: Any) -> Any:
    """A command's result as JSON has it, however the client's library shows objects."""
    return said._asdict() if hasattr(said, "_asdict") else said


def kinds(desk: Desk) -> list[str]:
    return [said["value"]["kind"] for name, said in desk.editor.client.inbox if name == lsp.PROGRESS]


@pytest.mark.parametrize("units", UNITS)
async def test_a_comment_becomes_code_from_the_lightbulb(tmp_path: Path, units: str) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), encodings=[units]) as editor:
        desk = Desk(editor, CODE)
        await editor.state("ready")
        (action,) = await entries(desk, COMMENT)
        assert action.kind == lsp.CodeActionKind.RefactorRewrite
        said = plain(await desk.choose(action))
        assert (said["applied"], said["how"], said["note"]) == (True, "it parses", "Numbers only.")
        assert desk.text == CODE + "def twice(x):\n    return 2 * x\n"
        await editor.until(lambda: "end" in kinds(desk))
        desk.progress()
        desk.done()


@pytest.mark.parametrize("units", UNITS)
async def test_an_instruction_replaces_a_selection_behind_an_emoji(tmp_path: Path, units: str) -> None:
    replies = [{"task": "generate", "when": "<\\|start\\|>1<\\|end\\|>", "text": json.dumps({"code": "2"})}]
    async with editing(tmp_path, scripted(tmp_path, replies), encodings=[units]) as editor:
        desk = Desk(editor, CODE)
        where = {"start": position(desk, 1, 13), "end": position(desk, 1, 14)}
        asked = {"uri": URI, "range": where, "instruction": "two"}
        said = plain(await editor.command("flashls.generate", asked))
        assert (said["applied"], said["code"]) == (True, "2")
        assert desk.text == CODE.replace("y = 1", "y = 2")
        await editor.until(lambda: "end" in kinds(desk))
        desk.progress()
        desk.done()


def position(desk: Desk, row: int, column: int) -> dict[str, int]:
    at = desk.place(row, column)
    return {"line": at.line, "character": at.character}


def whole(desk: Desk) -> dict[str, Any]:
    return {"start": position(desk, 0, 0), "end": position(desk, 0, 0)}


async def test_kinds_are_respected_and_the_bulb_is_quiet_elsewhere(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        told = editor.initialized.capabilities.code_action_provider
        assert isinstance(told, lsp.CodeActionOptions)
        assert {lsp.CodeActionKind.RefactorRewrite, lsp.CodeActionKind.Source} <= set(told.code_action_kinds or ())
        desk = Desk(editor, CODE)
        await editor.state("ready")
        assert await entries(desk, 0) == []
        rewrite, refactor = lsp.CodeActionKind.RefactorRewrite, lsp.CodeActionKind.Refactor
        assert [a.kind for a in await entries(desk, METHOD, only=["refactor"])] == [rewrite, refactor]
        assert [a.kind for a in await entries(desk, METHOD, only=["refactor.rewrite"])] == [rewrite]
        assert [a.kind for a in await entries(desk, METHOD, only=["source"])] == ["source.document.flashls"]
        assert [a.kind for a in await entries(desk, 0, invoked=True)] == ["source.document.flashls"]
        assert await entries(desk, METHOD, only=["quickfix"]) == []


async def test_all_symbols_of_a_file(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        desk = Desk(editor, CODE)
        await editor.state("ready")
        (action,) = await entries(desk, 0, only=["source"])
        said = plain(await desk.choose(action))
        assert said["symbols"] == ["A", "A.f"]
        assert '"""Does 😀."""' in desk.text
        assert '"""Is."""' in desk.text
        await editor.until(lambda: "end" in kinds(desk))
        desk.progress()
        desk.done()


async def test_a_client_that_takes_no_edits_resolves_the_action_or_gets_the_edit(tmp_path: Path) -> None:
    def unable(able: lsp.ClientCapabilities) -> None:
        assert able.workspace
        able.workspace.apply_edit = False
        able.window = None

    async with editing(tmp_path, scripted(tmp_path, REPLIES), able=unable) as editor:
        desk = Desk(editor, CODE)
        await editor.state("ready")
        action, _ = await entries(desk, METHOD)
        assert (action.command, action.edit) == (None, None)
        resolved = await editor.request(lsp.CODE_ACTION_RESOLVE, action)
        assert '"""Does 😀."""' in desk.after(resolved.edit)
        where = {"start": position(desk, COMMENT, 0), "end": position(desk, COMMENT, 0)}
        said = plain(await editor.command("flashls.generate", {"uri": URI, "range": where}))
        assert (said["applied"], bool(said["edit"])) == (False, True)


async def test_an_edit_for_a_text_that_has_changed_is_not_applied(tmp_path: Path) -> None:
    slow = [{"task": "document", "text": DOES, "delay": 0.1, "piece_size": 40}]
    async with editing(tmp_path, scripted(tmp_path, slow)) as editor:
        desk = Desk(editor, CODE)
        await editor.state("ready")
        action, _ = await entries(desk, METHOD)
        running = asyncio.create_task(desk.choose(action))
        await editor.until(lambda: "begin" in kinds(desk))
        editor.change(2, (0, 0, 0, 1, "t"))
        said = plain(await running)
        assert (said["applied"], desk.text) == (False, CODE)
        assert "changed meanwhile" in desk.told()[0]
        await editor.until(lambda: "end" in kinds(desk))
        desk.progress()


async def test_the_cancel_button_ends_the_request(tmp_path: Path) -> None:
    stalled = [{"task": "generate", "text": "", "stall": True}]
    async with editing(tmp_path, scripted(tmp_path, stalled)) as editor:
        desk = Desk(editor, CODE)
        await editor.state("ready")
        (action,) = await entries(desk, COMMENT)
        running = asyncio.create_task(desk.choose(action))
        await editor.until(lambda: "begin" in kinds(desk))
        (created,) = editor.read(lsp.WINDOW_WORK_DONE_PROGRESS_CREATE)
        editor.client.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(created["token"]))
        with pytest.raises(JsonRpcException, match="cancel"):
            await running
        await editor.until(lambda: "end" in kinds(desk))
        desk.progress()


@pytest.mark.parametrize(
    ("command", "argument", "told"),
    [
        ("flashls.document", {}, "flashls.document takes"),
        ("flashls.generate", {"uri": URI}, "flashls.generate takes"),
        ("flashls.generate", {"instruction": 5}, "instruction is a text"),
        ("flashls.document", {"uri": "file:///w/other.py"}, "open document"),
    ],
)
async def test_wrong_arguments_are_told(tmp_path: Path, command: str, argument: dict[str, Any], told: str) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        desk = Desk(editor, CODE)
        full = argument if not argument or "range" in argument else {"uri": URI, "range": whole(desk)} | argument
        full = argument if command == "flashls.generate" and argument == {"uri": URI} else full
        with pytest.raises(JsonRpcException, match=told):
            await editor.command(command, full)


async def test_what_a_model_cannot_do_is_an_error_of_the_request(tmp_path: Path) -> None:
    replies = [{"task": "document", "text": "no json"}, {"task": "generate", "fail": "out of order"}]
    async with editing(
        tmp_path, scripted(tmp_path, replies), able=lambda able: setattr(able, "window", None)
    ) as editor:
        desk = Desk(editor, CODE)
        await editor.state("ready")
        where = {"start": position(desk, METHOD, 8), "end": position(desk, METHOD, 8)}
        with pytest.raises(JsonRpcException, match="no JSON"):
            await editor.command("flashls.document", {"uri": URI, "range": where})
        with pytest.raises(JsonRpcException, match="out of order"):
            await editor.command("flashls.generate", {"uri": URI, "range": where, "instruction": "do"})
        with pytest.raises(JsonRpcException, match="Say what is wanted"):
            await editor.command("flashls.generate", {"uri": URI, "range": where})
        assert desk.text == CODE
