"""Fixes as editors meet them: a lightbulb that asks nobody, a command with progress, edits for the right version."""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.editor import URI, Editor, editing, scripted

CODE = 's = "😀"; t = y\nprint(s, t)\n'
MENDED = CODE.replace("= y", "= 1")
REPLY = json.dumps({"explanation": "`y` is not defined.", "edits": [{"old": "t = y", "new": "t = 1"}]})
REPLIES = [{"task": "fix", "text": REPLY}]
_CREATE, _APPLY = lsp.WINDOW_WORK_DONE_PROGRESS_CREATE, lsp.WORKSPACE_APPLY_EDIT


class Desk:
    """An editor that applies the edits it is sent, counting in its own units, and notes how it was asked."""

    def __init__(self, editor: Editor, text: str = CODE, uri: str = URI) -> None:
        self.editor, self.text, self.uri = editor, text, uri
        self.edits: list[lsp.WorkspaceEdit] = []
        self.refuses = False
        self.units = str(editor.initialized.capabilities.position_encoding or "utf-16")
        editor.client.feature(_APPLY)(partial(self._apply))
        editor.open(text, uri)

    def place(self, line: int, column: int) -> lsp.Position:
        """A position, from a column in code points."""
        return lsp.Position(line, self._width(self.text.split("\n")[line][:column]))

    def problem(self, line: int, start: int, end: int, message: str = "Undefined name `y`") -> lsp.Diagnostic:
        """What another server says."""
        where = lsp.Range(self.place(line, start), self.place(line, end))
        return lsp.Diagnostic(where, message, lsp.DiagnosticSeverity.Error, "F821", source="Ruff")

    async def bulb(self, *problems: lsp.Diagnostic, only: list[Any] | None = None, to: int = 0) -> list[lsp.CodeAction]:
        """The lightbulb's entries that mend, for the first row, or up to a column of it."""
        start = problems[0].range.start if problems else self.place(0, 0)
        where = lsp.Range(start, self.place(0, to) if to else start)
        context = lsp.CodeActionContext(list(problems), only=only)
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(self.uri), where, context)
        return _ours(await self.editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, params))

    async def choose(self, action: lsp.CodeAction, request: str | None = None) -> Any:
        """Runs an entry's command."""
        assert action.command
        return await self.editor.command(action.command.command, *(action.command.arguments or ()), request=request)

    def _apply(self, params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        self.edits.append(params.edit)
        if not self.refuses:
            self.text = self.after(params.edit)
        return lsp.ApplyWorkspaceEditResult(
            applied=not self.refuses, failure_reason="read only" if self.refuses else None
        )

    def after(self, edit: lsp.WorkspaceEdit) -> str:
        """The text with an edit applied, by the protocol's rules alone."""
        edits: list[Any] = list((edit.changes or {}).get(self.uri, []))
        for document in edit.document_changes or []:
            assert isinstance(document, lsp.TextDocumentEdit)
            assert (document.text_document.uri, document.text_document.version) == (self.uri, 1)
            edits += document.edits
        data = self.text
        for each in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
            start, end = self._offset(data, each.range.start), self._offset(data, each.range.end)
            data = data[:start] + each.new_text + data[end:]
        return data

    def _offset(self, text: str, at: lsp.Position) -> int:
        rows = text.split("\n")
        (column,) = [n for n in range(len(rows[at.line]) + 1) if self._width(rows[at.line][:n]) == at.character]
        return sum(len(row) + 1 for row in rows[: at.line]) + column

    def _width(self, text: str) -> int:
        sizes = {"utf-8": len(text.encode()), "utf-16": len(text.encode("utf-16-le")) // 2, "utf-32": len(text)}
        return sizes[self.units]

    def progress(self) -> list[str]:
        """The kinds of progress shown since the last time, but for what is told in between."""
        self.editor.read(_CREATE)
        kinds = [said["value"]["kind"] for said in self.editor.read(lsp.PROGRESS)]
        return [kind for kind in kinds if kind != "report"]

    def told(self) -> list[str]:
        """The messages shown since the last time."""
        return [shown["message"] for shown in self.editor.read(lsp.WINDOW_SHOW_MESSAGE)]

    def done(self) -> None:
        """Forgets the requests to apply edits, which were looked at in ``edits``."""
        self.editor.read(_APPLY)


def _ours(actions: Any) -> list[lsp.CodeAction]:
    """Those that mend."""
    return [
        each
        for each in actions or ()
        if (each.command and each.command.command == "flashls.fix") or (each.data and each.data["task"] == "fix")
    ]


@pytest.mark.parametrize("units", ["utf-8", "utf-16", "utf-32"])
async def test_from_the_lightbulb_to_the_applied_text(tmp_path: Path, units: str) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), encodings=[units]) as editor:
        desk = Desk(editor)
        assert desk.units == units
        problem = desk.problem(0, 14, 15)
        action, *others = await desk.bulb(problem)
        assert (action.title, action.kind) == ("Fix with flashls: Undefined name `y`", lsp.CodeActionKind.QuickFix)
        assert (action.is_preferred, action.edit, others) == (None, None, [])
        assert list(action.diagnostics or ()) == [problem]
        said = await desk.choose(action)
        assert desk.text == MENDED
        assert (said["applied"], said["state"], said["explanation"]) == (True, "unverified", "`y` is not defined.")
        (edit,) = desk.edits
        (annotation,) = (edit.change_annotations or {}).values()
        assert annotation.label.startswith("Fix, not verified: ")
        assert annotation.description == "`y` is not defined."
        await editor.until(
            lambda: any(p["value"]["kind"] == "end" for m, p in editor.client.inbox if m == lsp.PROGRESS)
        )
        assert desk.progress() == ["begin", "end"]
        desk.done()


async def test_a_client_of_few_gifts_gets_plain_changes(tmp_path: Path) -> None:
    def plain(able: lsp.ClientCapabilities) -> None:
        able.workspace = lsp.WorkspaceClientCapabilities(apply_edit=True)
        able.window = None

    async with editing(tmp_path, scripted(tmp_path, REPLIES), able=plain) as editor:
        desk = Desk(editor)
        (action,) = await desk.bulb(desk.problem(0, 14, 15))
        await desk.choose(action)
        assert desk.text == MENDED
        (edit,) = desk.edits
        assert (edit.document_changes, edit.change_annotations) == (None, None)
        desk.done()


async def test_a_client_that_cannot_be_sent_edits_resolves_the_action(tmp_path: Path) -> None:
    def without(able: lsp.ClientCapabilities) -> None:
        assert able.workspace
        able.workspace.apply_edit = False

    async with editing(tmp_path, scripted(tmp_path, REPLIES), able=without) as editor:
        desk = Desk(editor)
        (action,) = await desk.bulb(desk.problem(0, 14, 15))
        assert action.command is None
        resolved = await editor.request(lsp.CODE_ACTION_RESOLVE, action)
        assert desk.after(resolved.edit) == MENDED
        assert desk.edits == []


async def test_a_client_without_any_of_it_gets_the_edit_as_the_commands_result(tmp_path: Path) -> None:
    def without(able: lsp.ClientCapabilities) -> None:
        able.workspace, able.window, able.text_document = None, None, None

    async with editing(tmp_path, scripted(tmp_path, REPLIES), able=without) as editor:
        desk = Desk(editor)
        (action,) = await desk.bulb(desk.problem(0, 14, 15))
        said = await desk.choose(action)
        assert not said["applied"]
        assert list(said["edit"]["changes"]) == [URI]
        assert desk.edits == []


async def test_only_the_kinds_asked_for_are_offered(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        desk = Desk(editor)
        kinds = {
            "quickfix": ["What is wrong here? Fix with flashls"],
            "refactor": [],
            "quick": [],
        }
        for kind, titles in kinds.items():
            assert [action.title for action in await desk.bulb(only=[kind], to=4)] == titles
        assert await desk.bulb() == []


async def test_several_problems_are_offered_one_by_one_and_together(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        desk = Desk(editor)
        problems = [desk.problem(0, 14, 15, f"Problem {n}") for n in (1, 2)]
        titles = [action.title for action in await desk.bulb(*problems)]
        assert titles == [
            "Fix with flashls: Problem 1",
            "Fix with flashls: Problem 2",
            "Fix these 2 problems with flashls",
        ]
        context = lsp.CodeActionContext([desk.problem(1, 0, 5, "Problem 3")])
        where = lsp.Range(desk.place(1, 0), desk.place(1, 0))
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(URI), where, context)
        found = _ours(await editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, params))
        assert found[-1].title == "Fix all 3 known problems of this file with flashls"
        said = await desk.choose(found[-1])
        assert (said["applied"], desk.text) == (True, MENDED)
        await editor.until(
            lambda: any(p["value"]["kind"] == "end" for m, p in editor.client.inbox if m == lsp.PROGRESS)
        )
        desk.progress()
        desk.done()


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
        await editor.until(lambda: any(m == _CREATE for m, _ in editor.client.inbox))
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
        (create,) = editor.read(_CREATE)
        if by == "button":
            token = create["token"]
            editor.client.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(token))
        else:
            editor.cancel("f")
        with pytest.raises(JsonRpcException) as raised:
            await asyncio.wait_for(chosen, 5)
        assert raised.value.code == -32800
        await editor.until(
            lambda: any(p["value"]["kind"] == "end" for m, p in editor.client.inbox if m == lsp.PROGRESS)
        )
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


async def test_a_fix_that_ruff_has_checked_says_so_and_is_preferred_once_it_is_known(tmp_path: Path) -> None:
    """Looked for unasked, where the user has set that."""
    folder = tmp_path / "w"
    folder.mkdir()
    uri = (folder / "a.py").as_uri()
    config = scripted(tmp_path, REPLIES, "[fix]\nbackground = true\n[complete]")
    path = str(Path(sys.executable).parent)
    async with editing(tmp_path, config, root=folder, PATH=path) as editor:
        desk = Desk(editor, uri=uri)
        problem = desk.problem(0, 14, 15)
        async with asyncio.timeout(15):
            while not (action := (await desk.bulb(problem))[0]).is_preferred:
                await asyncio.sleep(0.1)
        assert action.title == "Fix with flashls, checked with ruff: Undefined name `y`"
        said = await desk.choose(action)
        assert (said["applied"], said["state"], said["how"]) == (True, "verified", "checked with ruff")
        assert desk.text == MENDED
        assert [a.label for a in (desk.edits[0].change_annotations or {}).values()] == ["Fix, checked with ruff"]
        await editor.until(
            lambda: any(p["value"]["kind"] == "end" for m, p in editor.client.inbox if m == lsp.PROGRESS)
        )
        desk.progress()
        desk.done()


async def test_a_client_that_tells_of_no_problems_has_its_rows_looked_at_by_the_tools(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    uri = (folder / "a.py").as_uri()
    path = str(Path(sys.executable).parent)
    async with editing(tmp_path, scripted(tmp_path, REPLIES), root=folder, PATH=path) as editor:
        desk = Desk(editor, uri=uri)
        action = (await desk.bulb(to=4))[0]
        said = await desk.choose(action)
        assert (said["applied"], said["state"], said["how"]) == (True, "verified", "checked with ruff")
        assert desk.text == MENDED
        await editor.until(
            lambda: any(p["value"]["kind"] == "end" for m, p in editor.client.inbox if m == lsp.PROGRESS)
        )
        desk.progress()
        desk.done()
