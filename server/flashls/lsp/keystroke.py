"""Keystroke: the two messages that a key press sends, read straight into what they mean, and the answer.

The general way reads any message into a dictionary, finds its type by its method, and makes that by converters: ten
times as long. What is not exactly one of the two, well formed, goes that way, and is answered or refused there. The
fields are called as in ``lsprotocol``. An answer is written without converters too.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from lsprotocol import types as lsp
from msgspec import UNSET, Meta, Struct, UnsetType

_Uint = Annotated[int, Meta(ge=0, le=2**31 - 1)]  # LSP 3.17, "uinteger"
_Int = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]


class Position(Struct):
    """A position, in the client's units."""

    line: _Uint
    character: _Uint


class _Range(Struct):
    start: Position
    end: Position


class Edit(Struct, rename="camel"):
    """One content change, of the whole document where it has no range."""

    text: str
    range: _Range | UnsetType = UNSET
    range_length: _Uint | None = None


class _Versioned(Struct):
    uri: str
    version: _Int


class Edits(Struct, rename="camel"):
    """The parameters of textDocument/didChange."""

    text_document: _Versioned
    content_changes: list[Edit]


class _Document(Struct):
    uri: str


class _Context(Struct, rename="camel"):
    trigger_kind: Literal[1, 2]
    selected_completion_info: UnsetType | None = UNSET


class Asked(Struct, rename="camel"):
    """The parameters of textDocument/inlineCompletion."""

    text_document: _Document
    position: Position
    context: _Context
    work_done_token: UnsetType = UNSET


class Change(Struct, tag_field="method", tag=lsp.TEXT_DOCUMENT_DID_CHANGE):
    """textDocument/didChange."""

    jsonrpc: str
    params: Edits
    id: UnsetType = UNSET


class Ask(Struct, tag_field="method", tag=lsp.TEXT_DOCUMENT_INLINE_COMPLETION):
    """textDocument/inlineCompletion."""

    jsonrpc: str
    id: int | str
    params: Asked


_DECODER: msgspec.json.Decoder[Change | Ask] = msgspec.json.Decoder(Change | Ask)


def keystroke(body: bytes) -> Change | Ask | None:
    """The message, if it is one of the two; None for any other, and for one that is not as LSP has it."""
    try:
        return _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def answer(to: int | str, found: lsp.InlineCompletionList) -> bytes | None:
    """The body of the answer to an ``Ask``; None where the general way has to write it: half of a surrogate pair."""
    result = {"items": [_written(item) for item in found.items]}
    try:
        return msgspec.json.encode({"jsonrpc": "2.0", "id": to, "result": result})
    except (ValueError, TypeError, OverflowError):
        return None


def _written(item: lsp.InlineCompletionItem) -> dict[str, Any]:
    fields: dict[str, Any] = {"insertText": item.insert_text}
    if item.range is not None:
        first, last = item.range.start, item.range.end
        start, end = (
            {"line": first.line, "character": first.character},
            {"line": last.line, "character": last.character},
        )
        fields["range"] = {"start": start, "end": end}
    if item.command is not None:
        command = item.command
        fields["command"] = {"title": command.title, "command": command.command, "arguments": command.arguments}
    return fields
