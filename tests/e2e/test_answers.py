"""The language server as editors meet it: a process, stdio, and a model that answers from a script."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.editor import MODEL, URI, editing, scripted

SLOW = {"when": "slow", "text": "too late", "piece_size": 1, "delay": 30}
EMOJI = 's = "😀" + '


def code_of(raised: pytest.ExceptionInfo[BaseException]) -> int:
    assert isinstance(raised.value, JsonRpcException)
    return raised.value.code


async def test_initialize_says_what_can_be_done_and_the_status_when_it_is_ready(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, [])) as editor:
        can = editor.initialized.capabilities
        assert can.inline_completion_provider
        assert can.completion_provider is None  # this client draws ghost text
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


async def test_a_request_whose_text_has_changed_meanwhile_is_answered_with_nothing(tmp_path: Path) -> None:
    replies = [{"when": r"\Ax = \Z", "text": "1"}, {"text": "of the wrong text"}]
    async with editing(tmp_path, scripted(tmp_path, replies)) as editor:
        editor.open("x = ")
        await editor.state("ready")
        request = asyncio.create_task(editor.inline(0, 4))
        await asyncio.sleep(0)
        editor.change(2, (0, 0, 0, 4, "something else altogether"))  # written in one go with the request
        assert await request == []
        assert await editor.reasons() == ["superseded"]


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
    replies: list[dict[str, Any]] = [
        {"when": r"x = \Z", "text": "abc", "piece_size": 1, "delay": 0.3},
        {"text": "asked anew"},
    ]
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
        word = lsp.Range(lsp.Position(2, 4), lsp.Position(2, 8))
        assert item.text_edit == lsp.InsertReplaceEdit("collections.Counter()", insert=word, replace=word)
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
        editor.change(2, (0, 0, 0, 3, "x"))
        assert await editor.texts(0, 4) == ["1"]
        await editor.state("ready")
        editor.change(3, (0, 0, 0, 1, "bad"))
        with pytest.raises(JsonRpcException, match="out of order"):
            await editor.command("flashls.explain", subject((0, 0), (0, 3)), {"token": 1})
        (end,) = editor.read(lsp.PROGRESS)
        assert end["value"]["reason"] == "error"
