"""A session's life over real stdio: malformed messages, changed settings, other schemes, documents closed, the end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.editor import URI, editing, scripted

SLOW = {"when": "slow", "text": "too late", "piece_size": 1, "delay": 30}
SECRET = "AIzaSyA-" + "0123456789abcdefghijklmnopqrstu"
RANGE = {"uri": URI, "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 4}}}


def framed(body: bytes, header: bytes = b"Content-Length") -> bytes:
    return b"%b: %d\r\n\r\n%b" % (header, len(body), body)


def notification(method: str, params: Any, header: bytes = b"Content-Length") -> bytes:
    return framed(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}).encode(), header)


async def test_nothing_malformed_pops_up_and_the_server_goes_on(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [{"text": "1"}])) as editor:
        await editor.state("ready")
        document = {"uri": "file:///w/never-opened.py", "version": 2}
        change = {"textDocument": document, "contentChanges": [{"text": "x"}]}
        editor.raw(
            framed(b'{"jsonrpc": "2.0", "method": '),
            notification("x/unheard-of", {}),
            notification("textDocument/didOpen", {"x": 1}),
            notification("textDocument/didChange", change),
            notification("$/setTrace", {"value": "off"}, b"content-length"),
        )
        with pytest.raises(JsonRpcException) as raised:
            await editor.request("textDocument/telepathy", {})
        assert "Method Not Found" in str(raised.value)
        editor.open("x = ")
        assert await editor.texts(0, 4) == ["1"]
        assert await editor.texts(0, 4, "file:///w/never-opened.py") == []
        editor.expected_stderr = [
            "WARNING:flashls.lsp.protocol:ignored a message that is not JSON-RPC",
            "WARNING:flashls.lsp.protocol:refused textDocument/didOpen: Invalid Params",
            "WARNING:flashls.lsp.sync:ignored a change to a document that is not open",
        ]


async def test_settings_change_while_it_runs_and_a_key_handed_over_shows_nowhere(tmp_path: Path) -> None:
    config = scripted(tmp_path, [{"text": "1"}])
    async with editing(tmp_path, config, options={"keys": {"gemini": SECRET}}, FLASHLS_LOG="DEBUG") as editor:
        editor.open("x = ")
        assert await editor.texts(0, 4) == ["1"]

        def configure(settings: Any) -> None:
            editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings))

        configure({"flashls": {"complete": {"enabled": False}, "keys": {"gemini": SECRET}}})
        editor.change(2, (0, 4, 0, 4, "y"))
        assert await editor.texts(0, 5) == []
        assert (await editor.reasons())[-1] == "disabled"

        configure({"python": {"analysis": True}})  # nothing of ours: the client is asked, and has nothing either
        assert await editor.texts(0, 5) == []

        editor.client.set_configuration({"flashls": {"languages": {"off": ["python"]}, "keys": {"gemini": SECRET}}})
        configure(None)
        await editor.until(lambda: any(m == lsp.WORKSPACE_CONFIGURATION for m, _ in editor.client.inbox))
        await asyncio.sleep(0.2)
        assert await editor.texts(0, 5) == []
        assert (await editor.reasons())[-1] == "language off"
        assert len(editor.read(lsp.WORKSPACE_CONFIGURATION)) == 2

        configure({"providers": {"gemini": {"base_url": "https://evil.example"}}, "apiKey": SECRET})
        await editor.state("error")
        assert await editor.texts(0, 5) == ["1"]
        shown = editor.read(lsp.WINDOW_SHOW_MESSAGE)
        assert [text for message in shown for text in (message["message"],) if "config.toml" in text]
        messages = repr(editor.client.inbox) + repr(shown) + repr(await editor.command("flashls.status"))
        status, errors = await editor.end()
        assert status == 0
        assert "Traceback" not in errors
        assert SECRET not in messages + errors
        assert SECRET[8:] not in messages + errors


async def test_of_two_changes_of_settings_at_once_nothing_of_before_is_left(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [{"text": "1"}])) as editor:
        editor.open("x = ")
        assert await editor.texts(0, 4) == ["1"]
        scripted(tmp_path, [{"text": "2"}])
        change = {"settings": {"flashls": {"complete": {"comments": False}}}}
        editor.raw(*[notification("workspace/didChangeConfiguration", change)] * 2)
        async with asyncio.timeout(30):
            while await editor.texts(0, 4) != ["2"]:
                await asyncio.sleep(0.05)


async def test_documents_of_any_scheme_work(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [{"text": "1"}])) as editor:
        for uri in (
            "untitled:Untitled-1",
            "vscode-notebook-cell:/w/n.ipynb#W0sZmlsZQ%3D%3D",
            "vscode-remote://ssh-remote%2Bhost/w/a.py",
            "git:/w/a.py?%7B%22ref%22%3A%22%22%7D",
        ):
            editor.open("x = ", uri)
            assert await editor.texts(0, 4, uri) == ["1"], uri


async def test_closing_a_document_answers_its_request_and_hidden_files_get_none(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [SLOW, {"text": "1"}])) as editor:
        for wait in (0.0, 0.3):  # while the server starts, and while the model answers
            editor.open("slow = ")
            request = asyncio.create_task(editor.inline(0, 7))
            await asyncio.sleep(wait)
            editor.close()
            assert await asyncio.wait_for(request, 5) == []
        assert await editor.texts(0, 7) == []
        editor.open("x = ")
        assert await editor.texts(0, 4) == ["1"]
        editor.open("KEY=", "file:///w/.env", "dotenv")
        assert await editor.texts(0, 4, "file:///w/.env") == []
        assert (await editor.reasons())[-1] == "path off"


@pytest.mark.parametrize("edit", [(0, 0, 0, 0, "import os\n"), (1, 7, 1, 7, "l"), (1, 7, 1, 7, "print(1)")])
async def test_nothing_is_suggested_for_a_text_that_has_changed(
    tmp_path: Path, edit: tuple[int, int, int, int, str]
) -> None:
    async with editing(tmp_path, scripted(tmp_path, [SLOW, {"text": "1"}])) as editor:
        for wait in (0.0, 0.3):  # while the server starts, and while the model answers
            editor.open("a = 1\nslow = \n")
            request = asyncio.create_task(editor.inline(1, 7))
            await asyncio.sleep(wait)
            editor.change(2, edit)
            assert await asyncio.wait_for(request, 5) == []
            editor.close()
        assert await editor.reasons() == ["superseded"] * 2


async def test_every_request_leaves_its_reason(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [SLOW])) as editor:
        editor.open("slow = ")
        for wait in (0.0, 0.3):  # while the server starts, and while the model answers
            request = asyncio.create_task(editor.inline(0, 7, request=f"q{wait}"))
            await asyncio.sleep(wait)
            await editor.reasons()  # it is under way
            editor.cancel(f"q{wait}")
            with pytest.raises(JsonRpcException):
                await request
        assert await editor.inline(0, 4, "file:///w/never-opened.py") == []
        assert await editor.reasons() == ["cancelled", "cancelled", "superseded"]


async def test_of_a_list_s_selected_entry_only_what_goes_on_with_it_is_offered(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [{"when": r"\bpa\Z", "text": "thlib.Path()"}])) as editor:
        editor.open("x = pa")

        async def offered(text: str) -> list[Any]:
            entry = lsp.SelectedCompletionInfo(lsp.Range(lsp.Position(0, 4), lsp.Position(0, 6)), text)
            context = lsp.InlineCompletionContext(lsp.InlineCompletionTriggerKind.Automatic, entry)
            where = lsp.TextDocumentIdentifier(URI), lsp.Position(0, 6)
            params = lsp.InlineCompletionParams(context, *where)
            answer = await editor.request(lsp.TEXT_DOCUMENT_INLINE_COMPLETION, params)
            return [(item.insert_text, item.range) for item in answer.items]

        where = lsp.Range(lsp.Position(0, 4), lsp.Position(0, 6))
        assert await offered("pathlib") == [("pathlib.Path()", where)]
        assert await offered("partial") == []
        assert await offered("pathlib.Path()") == []
        assert await editor.texts(0, 6) == ["thlib.Path()"]
        assert await editor.reasons() == ["ghost", "ghost", "position", "ghost", "position", "ghost"]


@pytest.mark.parametrize("shut_down", [True, False])
async def test_ends_cleanly_while_a_stream_runs(tmp_path: Path, shut_down: bool) -> None:
    replies = [{"task": "explain", "text": "x" * 500, "delay": 0.02}, SLOW]
    async with editing(tmp_path, scripted(tmp_path, replies)) as editor:
        editor.open("slow = ")
        await editor.state("ready")
        requests = [
            asyncio.create_task(editor.inline(0, 7)),
            asyncio.create_task(editor.command("flashls.explain", RANGE, {"token": 1})),
        ]
        await editor.until(lambda: any(method == lsp.PROGRESS for method, _ in editor.client.inbox))
        assert await editor.end(shut_down) == (0 if shut_down else 1, "")
        for request in requests:
            request.cancel()
        await asyncio.gather(*requests, return_exceptions=True)
        editor.read(lsp.PROGRESS)


async def test_ends_when_the_editor_goes_away(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [SLOW])) as editor:
        editor.open("slow = ")
        request = asyncio.create_task(editor.inline(0, 7))
        await asyncio.sleep(0.3)
        assert editor.process.stdin is not None
        editor.process.stdin.close()
        async with asyncio.timeout(10):
            assert await editor.process.wait() == 1
        assert await editor.stderr == b""
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)


async def test_a_saved_settings_file_of_the_workspace_is_in_force(tmp_path: Path) -> None:
    root = tmp_path / "w"
    root.mkdir()
    async with editing(tmp_path, scripted(tmp_path, [{"text": "1"}]), folders=[root]) as editor:
        uri = (root / "a.py").as_uri()
        editor.open("x = ", uri)
        assert await editor.texts(0, 4, uri) == ["1"]
        file = root / ".flashls.toml"
        for text, answers in (("[complete]\nenabled = false\n", []), ("", ["1"])):
            file.write_text(text)
            saved = lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(file.as_uri()))
            editor.client.text_document_did_save(saved)
            async with asyncio.timeout(30):
                while await editor.texts(0, 4, uri) != answers:
                    await asyncio.sleep(0.05)
