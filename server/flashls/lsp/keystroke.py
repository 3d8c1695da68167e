"""Keystroke: the two messages that a key press sends, read straight into the protocol's types.

The general way reads any message into a dictionary, finds its type by its method, and makes that by converters: ten
times as long. What is not exactly one of the two, well formed, goes that way, and is answered or refused there.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from lsprotocol import types as lsp
from msgspec import UNSET, Meta, Struct, UnsetType

_Uint = Annotated[int, Meta(ge=0, le=2**31 - 1)]  # LSP 3.17, "uinteger"
_Int = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]


class _Position(Struct):
    line: _Uint
    character: _Uint


class _Range(Struct):
    start: _Position
    end: _Position


class _Edit(Struct, rename="camel"):
    text: str
    range: _Range | UnsetType = UNSET
    range_length: _Uint | None = None


class _Versioned(Struct):
    uri: str
    version: _Int


class _Edits(Struct, rename="camel"):
    text_document: _Versioned
    content_changes: list[_Edit]


class _Document(Struct):
    uri: str


class _Context(Struct, rename="camel"):
    trigger_kind: Literal[1, 2]
    selected_completion_info: UnsetType | None = UNSET


class _Place(Struct, rename="camel"):
    text_document: _Document
    position: _Position
    context: _Context
    work_done_token: UnsetType = UNSET


class Change(Struct, tag_field="method", tag=lsp.TEXT_DOCUMENT_DID_CHANGE):
    """textDocument/didChange."""

    jsonrpc: str
    params: _Edits
    id: UnsetType = UNSET

    @property
    def meant(self) -> lsp.DidChangeTextDocumentParams:
        """Its parameters."""
        document = self.params.text_document
        return lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(document.version, document.uri),
            tuple(_event(edit) for edit in self.params.content_changes),
        )


class Ask(Struct, tag_field="method", tag=lsp.TEXT_DOCUMENT_INLINE_COMPLETION):
    """textDocument/inlineCompletion."""

    jsonrpc: str
    id: int | str
    params: _Place

    @property
    def meant(self) -> lsp.InlineCompletionParams:
        """Its parameters."""
        return lsp.InlineCompletionParams(
            lsp.InlineCompletionContext(lsp.InlineCompletionTriggerKind(self.params.context.trigger_kind)),
            lsp.TextDocumentIdentifier(self.params.text_document.uri),
            _position(self.params.position),
        )


_DECODER: msgspec.json.Decoder[Change | Ask] = msgspec.json.Decoder(Change | Ask)


def keystroke(body: bytes) -> Change | Ask | None:
    """The message, if it is one of the two; None for any other, and for one that is not as LSP has it."""
    try:
        return _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _event(edit: _Edit) -> lsp.TextDocumentContentChangeEvent:
    if isinstance(edit.range, UnsetType):
        return lsp.TextDocumentContentChangeWholeDocument(edit.text)
    span = lsp.Range(_position(edit.range.start), _position(edit.range.end))
    return lsp.TextDocumentContentChangePartial(span, edit.text, edit.range_length)


def _position(place: _Position) -> lsp.Position:
    return lsp.Position(place.line, place.character)
