"""Files that change outside the editor: the client is asked to tell of them in all folders that the window has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from tests.e2e.editor import Editor, editing, scripted
from tests.e2e.test_folders import change


def watching(editor: Editor) -> list[str]:
    """The ids under which the client has been asked to watch, but those taken back."""
    ids: list[str] = []
    for method, params in editor.client.inbox:
        if method == lsp.CLIENT_REGISTER_CAPABILITY:
            ids += [each["id"] for each in params["registrations"] if each["method"] == _METHOD]
        elif method == lsp.CLIENT_UNREGISTER_CAPABILITY:
            ids = [each for each in ids if each not in _taken_back(params)]
    return ids


def _taken_back(params: Any) -> list[str]:
    return [each["id"] for each in params["unregisterations"]]


_METHOD = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES


async def test_a_window_that_gets_its_first_folder_later_watches_it(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    async with editing(tmp_path, scripted(tmp_path, []), empty=True) as editor:
        await editor.state("ready")
        assert watching(editor) == []
        change(editor, added=[tmp_path / "w"])
        await editor.until(lambda: len(watching(editor)) == 1)


async def test_folders_that_come_are_watched_and_for_those_that_go_nothing_is_asked(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for each in folders:
        each.mkdir()
    async with editing(tmp_path, scripted(tmp_path, []), folders=folders[:1]) as editor:
        await editor.until(lambda: len(watching(editor)) == 1)
        first = watching(editor)
        for added in folders[1:]:
            change(editor, added=[added])
        await editor.until(lambda: len(_asked(editor)) == 3 and watching(editor) == _asked(editor)[-1:])
        assert watching(editor) != first
        change(editor, removed=folders[1:])
        await editor.command("flashls.status")
        assert len(_asked(editor)) == 3


def _asked(editor: Editor) -> list[str]:
    asked = [params for method, params in editor.client.inbox if method == lsp.CLIENT_REGISTER_CAPABILITY]
    return [each["id"] for params in asked for each in params["registrations"] if each["method"] == _METHOD]
