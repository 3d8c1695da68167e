"""The two messages of a key press mean the same whichever way they are read; all others are left to the general way."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from lsprotocol import types as lsp

from flashls.lsp.convert import change_from
from flashls.lsp.keystroke import Change, answer, keystroke
from flashls.lsp.server import FlashServer
from flashls.text.lines import lines_of
from flashls.types import Encoding

DOCUMENT = {"uri": "file:///w/a.py", "version": 3}
PLACE = {"line": 1, "character": 2}
SPAN = {"start": PLACE, "end": {"line": 4, "character": 0}}
ASKED = {"textDocument": {"uri": "untitled:1"}, "position": PLACE, "context": {"triggerKind": 2}}


def change(*edits: Any, document: Any = DOCUMENT, **more: Any) -> dict[str, Any]:
    params = {"textDocument": document, "contentChanges": list(edits)}
    return {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params} | more


def ask(**params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 7, "method": "textDocument/inlineCompletion", "params": ASKED | params}


MEANT = {
    "a key": change({"range": SPAN, "text": "ä😀"}),
    "a key, with what older clients add": change({"range": SPAN, "rangeLength": 4, "text": ""}),
    "all of the text": change({"text": "x\r\ny"}),
    "a key where nothing is replaced": change({"range": {"start": PLACE, "end": PLACE}, "text": "x"}),
    "several edits": change({"text": "x"}, {"range": SPAN, "text": "y"}),
    "no edit": change(),
    "asked while typing": ask(),
    "asked by hand": ask(context={"triggerKind": 1}),
    "asked under a name": ask() | {"id": "seven"},
    "nothing is selected in a list": ask(context={"triggerKind": 2, "selectedCompletionInfo": None}),
    "the method stands last": {key: ask()[key] for key in ("params", "id", "jsonrpc", "method")},
}
OTHERS = {
    "another method": change() | {"method": "textDocument/didSave"},
    "no JSON-RPC": {key: value for key, value in change().items() if key != "jsonrpc"},
    "a notification with an id": change(id=1),
    "a request without an id": {key: value for key, value in ask().items() if key != "id"},
    "a request whose id is null": ask() | {"id": None},
    "no version": change({"text": ""}, document={"uri": "file:///w/a.py"}),
    "a version that is a word": change({"text": ""}, document=DOCUMENT | {"version": "3"}),
    "a row below zero": ask(position={"line": -1, "character": 0}),
    "a row beyond what LSP counts": ask(position={"line": 2**31, "character": 0}),
    "a range that is null": change({"range": None, "text": ""}),
    "no text": change({"range": SPAN}),
    "edits that are no list": change() | {"params": {"textDocument": DOCUMENT, "contentChanges": {}}},
    "a kind of trigger that is none": ask(context={"triggerKind": 3}),
    "what is selected in a list": ask(
        context={"triggerKind": 2, "selectedCompletionInfo": {"range": SPAN, "text": "x"}}
    ),
    "asked with a token for progress": ask(workDoneToken="t"),
    "params that are a list": ask() | {"params": [1]},
    "a batch": [change()],
}


@pytest.mark.parametrize("name", MEANT)
def test_it_means_what_the_general_way_reads(name: str) -> None:
    protocol = FlashServer().protocol
    read = protocol.structure_message(json.loads(json.dumps(MEANT[name])))
    pressed = keystroke(json.dumps(MEANT[name]).encode())
    assert pressed is not None
    assert _told(msgspec.to_builtins(pressed.params)) == _told(protocol._converter.unstructure(read.params))
    assert getattr(read, "id", None) == MEANT[name].get("id")


def _told(params: Any) -> Any:
    """JSON without what is null."""
    if isinstance(params, dict):
        return {key: _told(value) for key, value in params.items() if value is not None}
    return [_told(value) for value in params] if isinstance(params, list | tuple) else params


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", [name for name in MEANT if MEANT[name]["method"].endswith("didChange")])
def test_its_edits_are_the_same(name: str, encoding: Encoding) -> None:
    lines = lines_of("a\nbä😀c\n\nd\nef")
    read = FlashServer().protocol.structure_message(json.loads(json.dumps(MEANT[name]))).params.content_changes
    pressed = keystroke(json.dumps(MEANT[name]).encode())
    assert isinstance(pressed, Change)
    got = [change_from(lines, edit, encoding) for edit in pressed.params.content_changes]
    assert got == [change_from(lines, event, encoding) for event in read]


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_one_of_the_two(name: str) -> None:
    assert keystroke(json.dumps(OTHERS[name]).encode()) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[" * 100_000, json.dumps(change({"text": "half: \ud83d"})).encode()],
    ids=["nothing", "cut off", "no UTF-8", "deep", "half of a surrogate pair"],
)
def test_what_cannot_be_read(body: bytes) -> None:
    assert keystroke(body) is None


def found(*texts: str, command: bool = True) -> lsp.InlineCompletionList:
    place = lsp.Range(lsp.Position(3, 4), lsp.Position(3, 9))
    accepted = lsp.Command("Accepted", "flashls.accept", arguments=["a-1"]) if command else None
    return lsp.InlineCompletionList([lsp.InlineCompletionItem(text, range=place, command=accepted) for text in texts])


@pytest.mark.parametrize("to", [7, "seven"])
@pytest.mark.parametrize("result", [found(), found("x"), found("x", 'ä😀\n"q"'), found("x", command=False)])
def test_an_answer_says_what_the_general_way_would_write(to: int | str, result: lsp.InlineCompletionList) -> None:
    body = answer(to, result)
    general = lsp.InlineCompletionResponse(id=to, result=result)
    assert body is not None
    assert json.loads(body) == _told(FlashServer().protocol._converter.unstructure(general))


def test_half_of_a_surrogate_pair_is_written_the_general_way() -> None:
    assert answer(7, found("half: \ud83d")) is None
