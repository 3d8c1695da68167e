"""Explanations as editors ask for them: of a problem from the lightbulb, in depth, and what is wrong usage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.editor import URI, editing, scripted

CODE = "def f():\n    return y\n"
WHERE = {"uri": URI, "range": {"start": {"line": 1, "character": 11}, "end": {"line": 1, "character": 12}}}
REPLIES: list[dict[str, Any]] = [
    {
        "task": "explain",
        "when": r"<problem>\nRuff F821: Undefined name `y`\n</problem>",
        "text": "There is no y: a.py:2, b.py:2.",
    },
    {"task": "explain", "when": "in depth", "text": "Deeply."},
    {"task": "explain", "text": "It is y."},
]


def opening(support: bool) -> Callable[[lsp.ClientCapabilities], None]:
    """A client that opens documents when told to, or does not."""

    def able(client: lsp.ClientCapabilities) -> None:
        client.window = lsp.WindowClientCapabilities(show_document=lsp.ShowDocumentClientCapabilities(support=support))

    return able


async def test_a_problem_is_explained_from_the_lightbulb(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES), able=opening(False)) as editor:
        editor.open(CODE)
        span = lsp.Range(lsp.Position(1, 11), lsp.Position(1, 12))
        problem = lsp.Diagnostic(span, "Undefined name `y`", lsp.DiagnosticSeverity.Error, "F821", source="Ruff")
        here = lsp.Range(span.start, span.start)
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(URI), here, lsp.CodeActionContext([problem]))
        actions = await editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, params)
        (action,) = [action for action in actions if action.title == "Explain this problem with flashls"]
        text = await editor.command(action.command.command, *action.command.arguments)
        assert text == "There is no y: a.py:2, ~~b.py:2~~."
        assert [shown["message"] for shown in editor.read(lsp.WINDOW_SHOW_MESSAGE)] == [text]


async def test_a_client_that_opens_documents_is_told_to_open_the_explanation(tmp_path: Path) -> None:
    opened = list[tuple[str, str]]()
    async with editing(tmp_path, scripted(tmp_path, REPLIES), able=opening(True)) as editor:

        @editor.client.feature(lsp.WINDOW_SHOW_DOCUMENT)  # type: ignore[untyped-decorator]
        def show(params: lsp.ShowDocumentParams) -> lsp.ShowDocumentResult:
            path = Path(params.uri.removeprefix("file://"))
            opened.append((path.name, path.read_text("utf-8")))
            return lsp.ShowDocumentResult(success=True)

        editor.open(CODE)
        await editor.command("flashls.explain", WHERE | {"show": True})
        assert opened == [("explanation.md", "It is y.")]
        assert len(editor.read(lsp.WINDOW_SHOW_DOCUMENT)) == 1
        await editor.command("flashls.explain", WHERE)
        assert len(opened) == 1


async def test_depths_and_wrong_ones(tmp_path: Path) -> None:
    async with editing(tmp_path, scripted(tmp_path, REPLIES)) as editor:
        editor.open(CODE)
        assert await editor.command("flashls.explain", WHERE | {"depth": "deep"}) == "Deeply."
        assert await editor.command("flashls.explain", WHERE) == "It is y."
        for wrong in ({"depth": "endless"}, {"problem": 5}):
            with pytest.raises(JsonRpcException, match="depth"):
                await editor.command("flashls.explain", WHERE | wrong)
