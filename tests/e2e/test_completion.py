"""Completion lists over stdio, for editors that draw no ghost text: what they are offered, and when they ask again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from tests.e2e.editor import URI, Editor, editing, scripted

REPLIES: list[dict[str, Any]] = [
    {"when": r"return \Z", "text": "sum(xs) / len(xs)"},
    {"when": "slow", "text": "late", "delay": 30},
]


def plain(able: lsp.ClientCapabilities) -> None:
    """Takes away what a client of early days cannot do."""
    assert able.text_document is not None
    able.text_document.completion = lsp.CompletionClientCapabilities()


async def listed(editor: Editor, line: int, character: int, request: str | None = None) -> lsp.CompletionList:
    context = lsp.CompletionContext(lsp.CompletionTriggerKind.Invoked)
    params = lsp.CompletionParams(lsp.TextDocumentIdentifier(URI), lsp.Position(line, character), context)
    answer = await editor.request(lsp.TEXT_DOCUMENT_COMPLETION, params, request)
    assert isinstance(answer, lsp.CompletionList)
    return answer


async def test_the_preview_comes_when_the_item_is_looked_at(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), ghosts=False) as editor:
        can = editor.initialized.capabilities.completion_provider
        assert can is not None
        assert can.resolve_provider
        editor.open("def mean(xs):\n    return ")
        (item,) = (await listed(editor, 1, 11)).items
        assert item.documentation is None
        resolved = await editor.request(lsp.COMPLETION_ITEM_RESOLVE, item)
        assert resolved.documentation.value == "```python\nsum(xs) / len(xs)\n```"
        assert (resolved.label, resolved.sort_text) == (item.label, item.sort_text)


async def test_the_preview_comes_with_the_item_to_a_client_that_looks_nothing_up(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), ghosts=False, able=plain) as editor:
        editor.open("def mean(xs):\n    return ")
        (item,) = (await listed(editor, 1, 11)).items
        assert isinstance(item.text_edit, lsp.TextEdit)
        assert item.documentation == "sum(xs) / len(xs)"


async def test_a_list_is_complete_while_one_types_into_it_and_what_is_left_is_in_the_next(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), ghosts=False) as editor:
        editor.open("def mean(xs):\n    return ")
        first = await listed(editor, 1, 11)
        editor.change(2, (1, 11, 1, 11, "su"))
        again = await listed(editor, 1, 13)
        editor.change(3, (1, 13, 1, 13, "m("))
        last = await listed(editor, 1, 15)
        assert [found.is_incomplete for found in (first, again, last)] == [False, False, False]
        assert [found.items[0].filter_text for found in (first, again, last)] == [
            "sum(xs) / len(xs)", "sum(xs) / len(xs)", "xs) / len(xs)"
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "character"),
    [("def mean(xs):\n    retrun", 1, 6), ("nothing is known = ", 0, 19)],
    ids=["inside a word", "an empty reply"],
)
async def test_a_place_without_a_suggestion_is_not_asked_for_at_every_key(
    tmp_path: Path, text: str, line: int, character: int
) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), ghosts=False) as editor:
        editor.open(text)
        found = await listed(editor, line, character)
        assert (found.is_incomplete, len(found.items)) == (False, 0)


async def test_a_list_that_came_too_late_is_asked_for_again(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), ghosts=False) as editor:
        editor.open("slow = \n\n\ndef mean(xs):\n    return ")
        late = asyncio.create_task(listed(editor, 0, 7))
        await asyncio.sleep(0)
        found = await listed(editor, 4, 11)
        overtaken = await late
        assert (overtaken.is_incomplete, len(overtaken.items)) == (True, 0)
        assert (found.is_incomplete, len(found.items)) == (False, 1)
