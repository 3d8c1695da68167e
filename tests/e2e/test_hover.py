"""Hovering and code lenses: nothing until they are switched on, and never a model asked for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.editor import URI, Editor, editing, scripted
from tests.models import openai_server

CODE = "import os\n\n\ndef area(r):\n    square = r * r\n    return 3 * square\n\n\nx = area(1)\n"
WHERE = {"uri": URI, "range": {"start": {"line": 3, "character": 4}, "end": {"line": 3, "character": 4}}}


async def hovered(editor: Editor, line: int) -> Any:
    params = lsp.HoverParams(lsp.TextDocumentIdentifier(URI), lsp.Position(line, 5))
    found = await editor.request(lsp.TEXT_DOCUMENT_HOVER, params)
    return found and found.contents.value


async def lenses(editor: Editor) -> list[tuple[str, int]]:
    params = lsp.CodeLensParams(lsp.TextDocumentIdentifier(URI))
    found = await editor.request(lsp.TEXT_DOCUMENT_CODE_LENS, params)
    return [(lens.command.title, lens.range.start.line) for lens in found or ()]


async def test_only_what_was_explained_before_is_shown_and_only_if_it_is_wanted(tmp_path: Path) -> None:
    async with openai_server.serve("Three times *r* squared.") as server:
        config = (
            f'[models]\nexplain = ["mine/gpt-4o"]\n[providers.mine]\nbase_url = "{server.url}/v1"\nkey_env = "MINE"\n'
        )
        async with editing(tmp_path, config, MINE="sk-1") as editor:
            editor.open(CODE)
            await editor.command("flashls.show", {"hover": True})
            assert await hovered(editor, 3) is None
            assert server.requests == []
            brief = await editor.command("flashls.explain", WHERE | {"depth": "brief"})
            assert brief == "Three times *r* squared."
            assert [await hovered(editor, line) for line in (3, 4, 0, 8)] == [brief, None, None, None]
            assert await editor.command("flashls.show", {"hover": False}) == []
            assert await hovered(editor, 3) is None
            await editor.command("flashls.show", {"hover": True})
            editor.change(2, (4, 4, 4, 10, "circle"))
            assert await hovered(editor, 3) is None
            assert len(server.requests) == 1
            editor.read(lsp.WINDOW_SHOW_MESSAGE)


async def test_the_settings_have_both_on_and_a_window_switches_them_off(tmp_path: Path) -> None:
    config = scripted(tmp_path, [], "[editor]\nhover = true\ncode_lens = true\n[complete]")
    async with editing(tmp_path, config) as editor:
        editor.client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)(lambda *_: None)
        editor.open(CODE)
        assert await lenses(editor) == [("explain", 3), ("review", 3)]
        assert await editor.command("flashls.show", {"lenses": False}) == ["hover"]
        assert await lenses(editor) == []
        editor.read(lsp.WORKSPACE_CODE_LENS_REFRESH)


async def test_what_a_lens_explains_is_shown_where_the_client_has_nothing_of_its_own_to_show_it_in(
    tmp_path: Path,
) -> None:
    replies = [{"task": "explain", "text": "Three times the square."}]
    async with editing(tmp_path, scripted(tmp_path, replies, "[editor]\ncode_lens = true\n[complete]")) as editor:
        editor.open(CODE)
        params = lsp.CodeLensParams(lsp.TextDocumentIdentifier(URI))
        explain, _ = await editor.request(lsp.TEXT_DOCUMENT_CODE_LENS, params)
        text = await editor.command(explain.command.command, *explain.command.arguments)
        assert len(editor.read(lsp.WINDOW_SHOW_DOCUMENT)) == 1  # which this client says it can do, and cannot
        assert [shown["message"] for shown in editor.read(lsp.WINDOW_SHOW_MESSAGE)] == [text]


async def test_the_editors_own_settings_switch_lenses_on(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [])) as editor:
        editor.client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)(lambda *_: None)
        editor.open(CODE)
        assert await lenses(editor) == []
        settings = {"flashls": {"editor": {"code_lens": True}}}
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings))
        await editor.until(lambda: editor.read(lsp.WORKSPACE_CODE_LENS_REFRESH))
        assert await lenses(editor) == [("explain", 3), ("review", 3)]


async def test_lenses_are_off_until_they_are_switched_on(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [])) as editor:
        editor.client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)(lambda *_: None)
        editor.open(CODE)
        assert await lenses(editor) == []
        assert await editor.command("flashls.show", {"lenses": True}) == ["lenses"]
        assert await lenses(editor) == [("explain", 3), ("review", 3)]
        with pytest.raises(JsonRpcException, match=r"flashls\.show takes"):
            await editor.command("flashls.show", {"everything": True})
        editor.read(lsp.WORKSPACE_CODE_LENS_REFRESH)
