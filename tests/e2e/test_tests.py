"""Tests for a symbol as editors meet them: a new file, or one that is open or on disk, extended at its version."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.editor import Editor, editing, scripted

CODE = 'S = "😀"\n\n\ndef area(r):\n    return 3 * r * r\n'
OLD = '"""😀"""\nfrom shop.area import area\n\n\ndef test_zero():\n    assert area(0) == 0\n'
TEST = "def test_area():\n    assert area(1) == 3"
REPLY = {"imports": ["from shop.area import area"], "tests": [{"name": "test_area", "code": TEST}]}
FAILS = json.dumps(REPLY).replace("== 3", "== 4")


class Window:
    """A window on a project in a folder: it has the source open, and notes the edits it is sent."""

    def __init__(self, editor: Editor, root: Path) -> None:
        self.editor, self.root = editor, root
        self.sent: list[lsp.WorkspaceEdit] = []
        editor.client.feature(lsp.WORKSPACE_APPLY_EDIT)(partial(self._apply))
        editor.open(CODE, self.uri("shop/area.py"))

    def uri(self, path: str) -> str:
        """The URI of a file of the project."""
        return (self.root / path).as_uri()

    async def write_tests(self) -> Any:
        """Chooses the lightbulb's entry at the function; the command's result as JSON has it."""
        at = lsp.Position(3, 4)
        document = lsp.TextDocumentIdentifier(self.uri("shop/area.py"))
        params = lsp.CodeActionParams(document, lsp.Range(at, at), lsp.CodeActionContext([]))
        found = await self.editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, params)
        (action,) = [action for action in found if action.kind == lsp.CodeActionKind.Refactor]
        if action.command is None:
            return await self.editor.request(lsp.CODE_ACTION_RESOLVE, action)
        said = await self.editor.command(action.command.command, *(action.command.arguments or ()))
        return said._asdict() if hasattr(said, "_asdict") else said

    async def quiet(self) -> None:
        """Waits until progress has ended, and forgets what came."""
        await self.editor.until(lambda: any(_ends(name, said) for name, said in self.editor.client.inbox))
        for method in (lsp.PROGRESS, lsp.WINDOW_WORK_DONE_PROGRESS_CREATE, lsp.WORKSPACE_APPLY_EDIT):
            self.editor.read(method)

    def _apply(self, params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        self.sent.append(params.edit)
        return lsp.ApplyWorkspaceEditResult(applied=True)


def written(edit: Any) -> str:
    """An edit's text."""
    return str(edit.new_text)


def _ends(name: str, said: Any) -> bool:
    return bool(name == lsp.PROGRESS and said["value"]["kind"] == "end")


def project(root: Path, old: str | None = None) -> Path:
    """A folder with a package, and its tests if there are some."""
    (root / "shop").mkdir(parents=True)
    (root / "shop" / "area.py").write_text(CODE, "utf-8")
    if old is not None:
        (root / "tests").mkdir()
        (root / "tests" / "test_area.py").write_text(old, "utf-8")
    return root


def config(tmp_path: Path, text: str | None = None, more: str = "") -> str:
    replies = [{"task": "test", "text": text or json.dumps(REPLY)}]
    return scripted(tmp_path, replies) + more


async def test_a_new_file_is_made_and_filled(tmp_path: Path) -> None:
    root = project(tmp_path / "w")
    async with editing(tmp_path, config(tmp_path), root=root) as editor:
        window = Window(editor, root)
        await editor.state("ready")
        said = await window.write_tests()
        assert (said["applied"], said["new"], said["names"], said["state"]) == (True, True, ["test_area"], "unrun")
        made, filled = window.sent[0].document_changes or ()
        assert isinstance(made, lsp.CreateFile) and made.uri == window.uri("tests/test_area.py") == said["uri"]
        assert made.options == lsp.CreateFileOptions(overwrite=False)
        assert isinstance(filled, lsp.TextDocumentEdit) and filled.text_document.version is None
        assert [written(edit) for edit in filled.edits] == [f"from shop.area import area\n\n\n{TEST}\n"]
        (annotation,) = (window.sent[0].change_annotations or {}).values()
        assert "[trust] roots" in (annotation.description or "")
        await window.quiet()


@pytest.mark.parametrize("units", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("opened", [True, False])
async def test_a_file_that_is_there_is_extended_at_its_version(tmp_path: Path, units: str, opened: bool) -> None:
    root = project(tmp_path / "w", OLD)
    async with editing(tmp_path, config(tmp_path), root=root, encodings=[units]) as editor:
        window = Window(editor, root)
        if opened:
            editor.open(OLD, window.uri("tests/test_area.py"))
        await editor.state("ready")
        said = await window.write_tests()
        assert (said["applied"], said["new"]) == (True, False)
        (change,) = window.sent[0].document_changes or ()
        assert isinstance(change, lsp.TextDocumentEdit)
        assert change.text_document.version == (1 if opened else None)
        end = lsp.Position(6, 0)
        assert [(e.range, written(e)) for e in change.edits] == [(lsp.Range(end, end), f"\n\n{TEST}\n")]
        await window.quiet()


async def test_tests_that_fail_are_not_applied(tmp_path: Path) -> None:
    root = project(tmp_path / "w", OLD)
    trusted = f"[trust]\nroots = [{json.dumps(str(root))}]\n"
    async with editing(tmp_path, config(tmp_path, FAILS, trusted), root=root) as editor:
        window = Window(editor, root)
        await editor.state("ready")
        said = await window.write_tests()
        await window.quiet()
        if said["state"] == "unrun":
            pytest.skip(said["how"])
        assert (said["applied"], said["state"], bool(said["edit"])) == (False, "failed", True)
        assert window.sent == []
        (shown,) = editor.read(lsp.WINDOW_SHOW_MESSAGE)
        assert "the tests fail" in shown["message"]
    assert (root / "tests" / "test_area.py").read_text("utf-8") == OLD


async def test_a_client_without_the_extras_resolves_the_action(tmp_path: Path) -> None:
    def plain(able: lsp.ClientCapabilities) -> None:
        assert able.workspace
        able.workspace.apply_edit = False
        able.workspace.workspace_edit = None
        able.window = None

    root = project(tmp_path / "w")
    async with editing(tmp_path, config(tmp_path), root=root, able=plain) as editor:
        window = Window(editor, root)
        await editor.state("ready")
        action = await window.write_tests()
        ((uri, edits),) = (action.edit.changes or {}).items()
        assert uri == window.uri("tests/test_area.py")
        assert [edit.new_text for edit in edits] == [f"from shop.area import area\n\n\n{TEST}\n"]


async def test_a_test_of_the_same_name_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path / "w", OLD.replace("test_zero", "test_area"))
    async with editing(tmp_path, config(tmp_path), root=root) as editor:
        window = Window(editor, root)
        await editor.state("ready")
        with pytest.raises(JsonRpcException, match="same name already: test_area"):
            await window.write_tests()
        assert window.sent == []
        await window.quiet()
