"""What a client says of itself, and what is read from it."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.protocol import default_converter

from flashls.lsp.capabilities import Capabilities, capabilities


def read(text_document: dict[str, Any]) -> Capabilities:
    made: Any = default_converter
    return capabilities(made().structure({"textDocument": text_document}, lsp.ClientCapabilities))


def item(**able: Any) -> dict[str, Any]:
    return {"completion": {"completionItem": able}}


@pytest.mark.parametrize(
    ("said", "able"),
    [
        ({}, Capabilities()),
        ({"completion": {}}, Capabilities()),
        (item(), Capabilities()),
        ({"inlineCompletion": {}}, Capabilities(ghosts=True)),
        ({"inlineCompletion": {"dynamicRegistration": True}}, Capabilities(ghosts=True)),
        (item(resolveSupport={"properties": ["documentation", "detail"]}), Capabilities(resolves=True)),
        (item(resolveSupport={"properties": ["additionalTextEdits"]}), Capabilities()),
        (item(documentationFormat=["plaintext", "markdown"]), Capabilities(markdown=True)),
        (item(documentationFormat=["plaintext"]), Capabilities()),
        (item(insertReplaceSupport=True), Capabilities(insert_replace=True)),
        (item(insertReplaceSupport=False), Capabilities()),
        (item(insertTextModeSupport={"valueSet": [1, 2]}), Capabilities(as_is=True)),
        (item(insertTextModeSupport={"valueSet": [2]}), Capabilities()),
        (item(labelDetailsSupport=True), Capabilities(details=True)),
    ],
)
def test_each_capability_is_read_where_the_protocol_has_it(said: dict[str, Any], able: Capabilities) -> None:
    assert read(said) == able


@pytest.mark.parametrize("support", [True, False])
def test_documents_can_be_opened_where_the_window_says_so(support: bool) -> None:
    made: Any = default_converter
    said = made().structure({"window": {"showDocument": {"support": support}}}, lsp.ClientCapabilities)
    assert capabilities(said).documents is support
