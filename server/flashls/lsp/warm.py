"""Warm: what a first key press would wait for is paid ahead."""

from __future__ import annotations

import gc
import importlib
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


def warm(server: FlashServer) -> None:
    """Makes converters that are made on first use, imports what lightbulbs need, and spares the collector a walk."""
    position = {"line": 0, "character": 0}
    document = {"uri": "file:///", "version": 0}
    span = {"start": position, "end": position}
    for kind, params in (
        (lsp.DidChangeTextDocumentParams, {"textDocument": document, "contentChanges": [{"range": span, "text": ""}]}),
        (
            lsp.InlineCompletionParams,
            {"textDocument": document, "position": position, "context": {"triggerKind": 2}},
        ),
    ):
        server.structured(params, kind)
    item = lsp.InlineCompletionItem(insert_text="", range=lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)))
    server.unstructured(lsp.InlineCompletionList([item]))
    for name in ("code_actions", *importlib.import_module("flashls.lsp.code_actions").OFFERING):
        importlib.import_module(f"flashls.lsp.{name}")  # the first lightbulb would wait for them, some 100 ms
    gc.collect()
    gc.freeze()
