"""The language server as editors meet it: a process, stdio, and a model that answers from a script."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.editor import MODEL, URI, editing, scripted

SLOW = {"when": "slow", "text": "too late", "piece_size": 1, "delay": 30}
EMOJI = 's = "😀" + '
SECRET = "AIzaSyA-" + "0123456789abcdefghijklmnopqrstu"


def code_of(raised: pytest.ExceptionInfo[BaseException]) -> int:
    assert isinstance(raised.value, JsonRpcException)
    return raised.value.code


async def test_initialize_says_what_can_be_done_and_the_status_when_it_is_ready(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [])) as editor:
        can = editor.initialized.capabilities
        assert can.inline_completion_provider
        assert can.completion_provider
        assert can.code_action_provider
        assert can.execute_command_provider
        assert {"flashls.explain", "flashls.accept", "flashls.status"} <= {*can.execute_command_provider.commands}
        assert can.text_document_sync == lsp.TextDocumentSyncKind.Incremental or (
            isinstance(can.text_document_sync, lsp.TextDocumentSyncOptions)
            and can.text_document_sync.change == lsp.TextDocumentSyncKind.Incremental
        )
        status = await editor.state("ready")
        assert (status["model"], status["message"]) == (MODEL, "")


@pytest.mark.parametrize(("encodings", "width"), [(None, 2), (["utf-8", "utf-16"], 4)])
async def test_ghost_text_follows_edits_in_the_clients_units(
    tmp_path: Path, encodings: list[str] | None, width: int
) -> None:
    replies = [
        {"when": r'\Aa = "😀x"\nb = \Z', "text": "a.upper()\n"},
        {"when": r'\As = "😀" \+ \Z', "text": "str(1)"},
    ]
    async with editing(tmp_path, scripted(tmp_path, replies), encodings=encodings) as editor:
        assert editor.initialized.capabilities.position_encoding == (encodings or ["utf-16"])[0]
        editor.open(EMOJI)
        end = len(EMOJI) - 1 + width
        (item,) = await editor.inline(0, end)
        here = lsp.Position(0, end)
        assert (item.insert_text, item.range) == ("str(1)", lsp.Range(here, here))
        assert item.command is not None
        await editor.command(item.command.command, *(item.command.arguments or ()))
        quote = 5 + width  # after the emoji
        editor.change(2, (0, quote, 0, end, 'x"\nb = '), (0, 0, 0, 1, "a"))
        assert await editor.texts(1, 4) == ["a.upper()"]
        assert await editor.reasons() == ["ghost", "accepted", "ghost"]


async def test_a_request_sees_the_text_as_it_was_when_it_came(tmp_path: Path) -> None:
    replies = [{"when": r"\Ax = \Z", "text": "1"}, {"text": "of the wrong text"}]
    async with editing(tmp_path, scripted(tmp_path, replies)) as editor:
        editor.open("x = ")
        await editor.state("ready")
        request = asyncio.create_task(editor.inline(0, 4))
        await asyncio.sleep(0)
        editor.change(2, (0, 0, 0, 4, "something else altogether"))  # written in one go with the request
        (item,) = await request
        assert item.insert_text == "1"


async def test_a_superseded_request_is_answered_at_once_and_a_cancelled_one_as_the_protocol_says(
    tmp_path: Path,
) -> None:
    async with editing(tmp_path, scripted(tmp_path, [SLOW, {"text": "2"}])) as editor:
        editor.open("slow = \ny = \n")
        first = asyncio.create_task(editor.inline(0, 7))
        await asyncio.sleep(0.3)
        second = asyncio.create_task(editor.inline(0, 7, request="second"))
        assert await asyncio.wait_for(first, 5) == []
        assert not second.done()
        editor.cancel("second")
        with pytest.raises(JsonRpcException) as raised:
            await asyncio.wait_for(second, 5)
        assert code_of(raised) == -32800
        editor.change(2, (0, 0, 1, 0, ""))
        assert await asyncio.wait_for(editor.texts(0, 4), 5) == ["2"]


async def test_a_cancelled_requests_stream_goes_on_for_the_next_request(tmp_path: Path) -> None:
    replies = [{"when": r"x = \Z", "text": "abc", "piece_size": 1, "delay": 0.3}, {"text": "asked anew"}]
    async with editing(tmp_path, scripted(tmp_path, replies)) as editor:
        editor.open("x = ")
        await editor.state("ready")
        first = asyncio.create_task(editor.inline(0, 4, request="first"))
        await asyncio.sleep(0.4)
        editor.cancel("first")
        with pytest.raises(JsonRpcException) as raised:
            await first
        assert code_of(raised) == -32800
        editor.change(2, (0, 4, 0, 4, "a"))
        assert await editor.texts(0, 5) == ["bc"]


async def test_a_client_that_draws_no_ghost_text_gets_a_completion_item(tmp_path: Path) -> None:
    replies = [{"when": r"import collections\n\nc = coll\Z", "text": "ections.Counter()\n"}, {"text": ""}]
    params = lsp.CompletionParams(lsp.TextDocumentIdentifier(URI), lsp.Position(2, 8))
    async with editing(tmp_path, scripted(tmp_path, replies), ghosts=False) as editor:
        editor.open("import collections\n\nc = coll\n")
        found = await editor.client.text_document_completion_async(params)
        assert isinstance(found, lsp.CompletionList)
        (item,) = found.items
        assert (item.label, item.filter_text) == ("collections.Counter()", "collections.Counter()")
        assert item.text_edit == lsp.TextEdit(
            lsp.Range(lsp.Position(2, 4), lsp.Position(2, 8)), "collections.Counter()"
        )
        assert found.is_incomplete
        settings = {"flashls": {"complete": {"enabled": False}}}
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings))
        editor.change(2, (2, 8, 2, 8, "x"))
        params = lsp.CompletionParams(
            lsp.TextDocumentIdentifier(URI),
            lsp.Position(2, 9),
            lsp.CompletionContext(lsp.CompletionTriggerKind.Invoked),
        )
        found = await editor.client.text_document_completion_async(params)
        assert isinstance(found, lsp.CompletionList)
        assert not found.items
        assert (await editor.reasons())[-1] == "disabled"


async def test_a_client_that_draws_ghost_text_gets_no_item_beside_it(tmp_path: Path) -> None:
    params = lsp.CompletionParams(lsp.TextDocumentIdentifier(URI), lsp.Position(0, 4))
    async with editing(tmp_path, scripted(tmp_path, [{"text": "1"}])) as editor:
        editor.open("x = ")
        found = await editor.client.text_document_completion_async(params)
        assert isinstance(found, lsp.CompletionList)
        assert not found.items
        assert await editor.reasons() == []


AREA = "def area(r):\n    return 3 * r\n\nx = 1\n"


def subject(start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    places = [{"line": line, "character": character} for line, character in (start, end)]
    return {"uri": URI, "range": {"start": places[0], "end": places[1]}}


async def test_explain_streams_to_a_token_and_answers_whole(tmp_path: Path) -> None:
    replies: list[dict[str, Any]] = [
        {"task": "explain", "when": "slow", "text": "It takes ever so long.", "piece_size": 2, "delay": 0.1},
        {"task": "explain", "when": r"(?s)<\|start\|>def area.*3 \* r\n?<\|end\|>", "text": "Three times *r*."},
        {"task": "explain", "text": "One row."},
        {"text": "no explanation"},
    ]
    async with editing(tmp_path, scripted(tmp_path, replies)) as editor:
        editor.open(AREA)
        await editor.state("ready")
        whole = await editor.command("flashls.explain", subject((1, 8), (1, 8)), {"token": "t1"})
        assert whole == "Three times *r*."
        said = editor.read(lsp.PROGRESS)
        assert {progress["token"] for progress in said} == {"t1"}
        values = [progress["value"] for progress in said]
        assert [value["kind"] for value in values[:-1]] == ["append"] * (len(values) - 1)
        assert len(values) > 2
        assert "".join(value["text"] for value in values[:-1]) == whole
        assert (values[-1]["kind"], values[-1]["reason"]) == ("end", "stop")

        assert await editor.command("flashls.explain", subject((3, 0), (3, 5))) == "One row."

        editor.change(2, (0, 4, 0, 8, "slow"))
        asked = editor.command("flashls.explain", subject((0, 0), (1, 0)), {"token": 7}, request="e1")
        request = asyncio.create_task(asked)
        await editor.until(lambda: any(method == lsp.PROGRESS for method, _ in editor.client.inbox))
        editor.cancel("e1")
        with pytest.raises(JsonRpcException) as raised:
            await request
        assert code_of(raised) == -32800
        await editor.until(
            lambda: any(m == lsp.PROGRESS and p["value"]["kind"] == "end" for m, p in editor.client.inbox)
        )
        await asyncio.sleep(0.3)
        *_, last = editor.read(lsp.PROGRESS)
        assert (last["token"], last["value"]["kind"], last["value"]["reason"]) == (7, "end", "cancelled")


async def test_without_a_model_one_message_says_what_to_set(tmp_path: Path) -> None:
    async with editing(tmp_path, "[complete]\ndebounce_ms = 0\n") as editor:
        status = await editor.state("no model")
        assert "GEMINI_API_KEY" in status["message"]
        editor.open("x = ")
        for version, key in enumerate("abc", 2):
            editor.change(version, (0, 4, 0, 4, key))
            assert await editor.texts(0, 5) == []
        assert set(await editor.reasons()) == {"no model"}
        (shown,) = editor.read(lsp.WINDOW_SHOW_MESSAGE)
        assert "GEMINI_API_KEY" in shown["message"]
        with pytest.raises(JsonRpcException) as raised:
            await editor.command("flashls.explain", subject((0, 0), (0, 1)))
        assert code_of(raised) == -32803
        assert editor.read(lsp.WINDOW_SHOW_MESSAGE) == []


async def test_a_model_that_fails_shows_in_the_status_and_pops_up_nothing(tmp_path: Path) -> None:
    replies = [{"when": "bad", "fail": "the model is out of order"}, {"text": "1"}]
    async with editing(tmp_path, scripted(tmp_path, replies)) as editor:
        editor.open("bad = ")
        assert await editor.texts(0, 6) == []
        assert (await editor.state("error"))["message"] == "the model is out of order"
        with pytest.raises(JsonRpcException, match="out of order"):
            await editor.command("flashls.explain", subject((0, 0), (0, 3)), {"token": 1})
        (end,) = editor.read(lsp.PROGRESS)
        assert end["value"]["reason"] == "error"
        editor.change(2, (0, 0, 0, 3, "x"))
        assert await editor.texts(0, 4) == ["1"]
        await editor.state("ready")


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
        assert code_of(raised) == -32601
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


@pytest.mark.parametrize("shut_down", [True, False])
async def test_ends_cleanly_while_a_stream_runs(tmp_path: Path, shut_down: bool) -> None:
    replies = [{"task": "explain", "text": "x" * 500, "delay": 0.02}, SLOW]
    async with editing(tmp_path, scripted(tmp_path, replies)) as editor:
        editor.open("slow = ")
        await editor.state("ready")
        requests = [
            asyncio.create_task(editor.inline(0, 7)),
            asyncio.create_task(editor.command("flashls.explain", subject((0, 0), (0, 4)), {"token": 1})),
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
