"""Fixes as editors meet them: a lightbulb that asks nobody, a command with progress, edits for the right version."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from tests.e2e.desk import MENDED, REPLIES, Desk, mending
from tests.e2e.editor import URI, editing, scripted


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
        await desk.over()
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
        found = mending(await editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, params))
        assert found[-1].title == "Fix all 3 known problems of this file with flashls"
        said = await desk.choose(found[-1])
        assert (said["applied"], desk.text) == (True, MENDED)
        await desk.over()
        desk.progress()
        desk.done()


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
        await desk.over()
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
        await desk.over()
        desk.progress()
        desk.done()
