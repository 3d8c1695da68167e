"""Completion lists over stdio, for editors that draw no ghost text: what they are offered, and when they ask again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

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
        await asyncio.sleep(0.8)  # so that it was read; longer does not matter
        await listed(editor, 1, 0)
        assert len((await listed(editor, 1, 11)).items) == 1  # nobody knows that it was not asked for


async def test_the_preview_comes_with_the_item_to_a_client_that_looks_nothing_up(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), ghosts=False, able=plain) as editor:
        editor.open("def mean(xs):\n    return ")
        (item,) = (await listed(editor, 1, 11)).items
        assert isinstance(item.text_edit, lsp.TextEdit)
        assert item.documentation == "sum(xs) / len(xs)"


async def test_when_a_list_is_asked_for_again(tmp_path: Path) -> None:
    """Not while one types into it, nor where there is none; only where it came too late."""
    async with editing(tmp_path, scripted(tmp_path, REPLIES), ghosts=False) as editor:
        editor.open("def mean(xs):\n    return ")
        first = await listed(editor, 1, 11)
        editor.change(2, (1, 11, 1, 11, "su"))
        again = await listed(editor, 1, 13)
        editor.change(3, (1, 13, 1, 13, "m("))
        rest = await listed(editor, 1, 15)
        assert [found.is_incomplete for found in (first, again, rest)] == [False, False, False]
        assert [found.items[0].filter_text for found in (first, again, rest)] == [
            "sum(xs) / len(xs)", "sum(xs) / len(xs)", "xs) / len(xs)"
        ]  # fmt: skip
        for text, line, character in (("def mean(xs):\n    retrun", 1, 6), ("nothing is known = ", 0, 19)):
            editor.close()
            editor.open(text)
            none = await listed(editor, line, character)
            assert (none.is_incomplete, len(none.items)) == (False, 0)
        editor.close()
        editor.open("slow = \n\n\ndef mean(xs):\n    return ")
        overtaking = asyncio.create_task(listed(editor, 0, 7))
        await asyncio.sleep(0)
        found, overtaken = await listed(editor, 4, 11), await overtaking
        assert (overtaken.is_incomplete, len(overtaken.items)) == (True, 0)
        assert (found.is_incomplete, len(found.items)) == (False, 1)
