"""Capabilities: what a client says that it can do, and so what it is sent. Nothing is decided by a client's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lsprotocol import types as lsp


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What matters of a client's capabilities; False where it says nothing.

    ``ghosts``: it draws inline completions, and asks for them, so it is offered no list. The others are about lists:
    ``resolves`` the documentation of an item when that is looked at; ``markdown`` in it; ``insert_replace``: an item
    may say what it replaces apart from what it is inserted before; ``as_is``: rows of an item can be kept from being
    indented once more; ``details``: a label can have its origin beside it.
    ``documents``: it opens a document when told to.
    """

    ghosts: bool = False
    resolves: bool = False
    markdown: bool = False
    insert_replace: bool = False
    as_is: bool = False
    details: bool = False
    documents: bool = False


def capabilities(client: lsp.ClientCapabilities) -> Capabilities:
    """What of a client's capabilities matters here (LSP 3.18, "CompletionClientCapabilities" and what follows)."""
    return Capabilities(**{name: _says(client, path, wanted) for name, (path, wanted) in _TABLE.items()})


_PRESENT = object()
_ITEM = "text_document.completion.completion_item."
# Where a client says what: the value of the member there, one of its values, or that there is such a member at all.
_TABLE: dict[str, tuple[str, Any]] = {
    "ghosts": ("text_document.inline_completion", _PRESENT),
    "resolves": (_ITEM + "resolve_support.properties", "documentation"),
    "markdown": (_ITEM + "documentation_format", lsp.MarkupKind.Markdown),
    "insert_replace": (_ITEM + "insert_replace_support", True),
    "as_is": (_ITEM + "insert_text_mode_support.value_set", lsp.InsertTextMode.AsIs),
    "details": (_ITEM + "label_details_support", True),
    "documents": ("window.show_document.support", True),
}


def _says(client: lsp.ClientCapabilities, path: str, wanted: Any) -> bool:
    found: Any = client
    for name in path.split("."):
        found = getattr(found, name, None)
    if wanted is _PRESENT:
        return found is not None
    return wanted in found if isinstance(found, list | tuple) else found == wanted
