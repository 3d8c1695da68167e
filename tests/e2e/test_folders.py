"""A window with several folders: each has an index and settings of its own, also those that come later."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types as lsp

from tests.e2e.editor import Editor, editing, folder, scripted
from tests.e2e.test_indexing import indexers

MAIN = "from tools import {name}\n\n\ndef shown(cart):\n    return {name}(\n"
OFF = "[complete]\nenabled = false\n"


def project(root: Path, name: str, settings: str = "") -> Path:
    """A folder whose main.py needs a function of another of its files; what that returns is told by the index alone."""
    root.mkdir(parents=True)
    (root / "tools.py").write_text(f"def {name}(cart, rate):\n    return cart.net * rate\n")
    (root / "main.py").write_text(MAIN.format(name=name))
    if settings:
        (root / ".flashls.toml").write_text(settings)
    return root


def show(editor: Editor, root: Path) -> str:
    """Opens the folder's main.py; gives its URI."""
    uri = (root / "main.py").as_uri()
    editor.open((root / "main.py").read_text(), uri)
    return uri


async def sees(editor: Editor, uri: str, text: str) -> bool:
    place = {"uri": uri, "position": {"line": 4, "character": 9}}
    return text in str(await editor.command("flashls.showContext", place))


async def until_seen(editor: Editor, uri: str, text: str) -> None:
    async with asyncio.timeout(30):
        while not await sees(editor, uri, text):
            await asyncio.sleep(0.05)


async def test_a_document_is_completed_from_the_index_of_its_own_folder(tmp_path: Path) -> None:
    first, second = project(tmp_path / "w" / "a", "net_of"), project(tmp_path / "w" / "b", "gross_of")
    async with editing(tmp_path, scripted(tmp_path, []), folders=[first, second]) as editor:
        await editor.state("ready")
        for root, own, other in [(first, "def net_of", "def gross_of"), (second, "def gross_of", "def net_of")]:
            uri = show(editor, root)
            await until_seen(editor, uri, own)
            assert not await sees(editor, uri, other)
        assert len(indexers(editor)) == 2


async def test_each_folders_own_file_narrows_what_is_done_there_alone(tmp_path: Path) -> None:
    first, second = project(tmp_path / "w" / "a", "net_of"), project(tmp_path / "w" / "b", "gross_of", OFF)
    inside = project(second / "inside", "tax_of")
    replies = scripted(tmp_path, [{"task": "complete", "text": "cart, 2)"}])
    async with editing(tmp_path, replies, folders=[first, second, inside]) as editor:
        await editor.state("ready")
        texts = [
            await editor.texts(4, len(line), show(editor, root)) for root, line in _last_lines(first, second, inside)
        ]
        assert texts == [["cart, 2)"], [], ["cart, 2)"]]
        assert (await editor.reasons())[-2] == "disabled"


async def test_a_notebooks_cell_belongs_to_the_notebooks_folder(tmp_path: Path) -> None:
    first, second = project(tmp_path / "w" / "a", "net_of"), project(tmp_path / "w" / "b", "gross_of", OFF)
    replies = scripted(tmp_path, [{"task": "complete", "text": "cart, 2)"}])
    async with editing(tmp_path, replies, folders=[first, second]) as editor:
        await editor.state("ready")
        shown = []
        for root in (first, second):
            uri = f"vscode-notebook-cell:{root}/n.ipynb#W0"
            editor.open("x = net_of(", uri)
            shown.append(await editor.texts(0, 11, uri))
        assert shown == [["cart, 2)"], []]


async def test_a_cell_that_its_folder_hides_is_not_shown_in_another_folder_either(tmp_path: Path) -> None:
    hidden = '[paths]\noff = ["*.ipynb"]\n'
    first, second = project(tmp_path / "w" / "a", "net_of"), project(tmp_path / "w" / "b", "gross_of", hidden)
    async with editing(tmp_path, scripted(tmp_path, []), folders=[first, second]) as editor:
        await editor.state("ready")
        for root, name in [(first, "open_cell"), (second, "secret_cell")]:
            uri = f"vscode-notebook-cell:{root}/plans.ipynb#W0"
            editor.open(f"def {name}(cart): return cart.net\n", uri)
            editor.change(2, (0, 0, 0, 0, "#\n"), uri=uri)
        uri = show(editor, first)
        await until_seen(editor, uri, "open_cell")
        assert not await sees(editor, uri, "secret_cell")


async def test_a_folder_that_is_removed_and_added_at_once_has_its_index_again(tmp_path: Path) -> None:
    first, second = project(tmp_path / "w" / "a", "net_of"), project(tmp_path / "w" / "b", "gross_of")
    async with editing(tmp_path, scripted(tmp_path, []), folders=[first, second]) as editor:
        await editor.state("ready")
        uri = show(editor, second)
        await until_seen(editor, uri, "def gross_of")
        change(editor, removed=[second])
        change(editor, added=[second])
        await until_seen(editor, uri, "def gross_of")


async def test_folders_that_come_and_go_take_their_settings_and_indexes_along(tmp_path: Path) -> None:
    first, second = project(tmp_path / "w" / "a", "net_of"), project(tmp_path / "w" / "b", "gross_of", OFF)
    replies = scripted(tmp_path, [{"task": "complete", "text": "cart, 2)"}])
    async with editing(tmp_path, replies, folders=[first]) as editor:
        await editor.state("ready")
        uri, end = show(editor, second), len("    return gross_of(")
        assert await editor.texts(4, end, uri) == ["cart, 2)"]
        change(editor, added=[second])
        async with asyncio.timeout(30):
            while await editor.texts(4, end, uri):
                await asyncio.sleep(0.05)
        await editor.until(lambda: len(indexers(editor)) == 2)
        await until_seen(editor, uri, "def gross_of")
        change(editor, removed=[second])
        async with asyncio.timeout(30):
            while not await editor.texts(4, end, uri):
                await asyncio.sleep(0.05)
        await editor.until(lambda: len(indexers(editor)) == 1)
        change(editor, added=[second], removed=[first])
        async with asyncio.timeout(30):
            while await editor.texts(4, end, uri):
                await asyncio.sleep(0.05)


def change(editor: Editor, added: Sequence[Path] = (), removed: Sequence[Path] = ()) -> None:
    event = lsp.WorkspaceFoldersChangeEvent([folder(each) for each in added], [folder(each) for each in removed])
    editor.client.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(event))


def _last_lines(*roots: Path) -> list[tuple[Path, str]]:
    return [(root, (root / "main.py").read_text().splitlines()[-1]) for root in roots]
