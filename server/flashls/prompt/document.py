"""The question for doc comments: a piece of a file, and the definitions in it that are to have one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flashls.prompt.enclose import tags_for
from flashls.prompt.passage import passage
from flashls.prompt.templates import Template, shipped
from flashls.types import Draft, Snapshot, Thinking

_NAMED = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "type": {"type": "string"}, "text": {"type": "string"}},
    "required": ["name", "text"],
    "additionalProperties": False,
}
_ERROR = {
    "type": "object",
    "properties": {"type": {"type": "string"}, "text": {"type": "string"}},
    "required": ["type", "text"],
    "additionalProperties": False,
}
# What the model says of each symbol; how a comment is written is ours.
COMMENTS: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "comments": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "symbol": {"type": "integer"},
                    "summary": {"type": "string"},
                    "details": {"type": "string"},
                    "parameters": {"type": "array", "items": _NAMED},
                    "returns": {"type": "string"},
                    "returns_type": {"type": "string"},
                    "raises": {"type": "array", "items": _ERROR},
                },
                "required": ["symbol", "summary"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["comments"],
    "additionalProperties": False,
}
_TOKENS_EACH = 400
_TOKENS = 300


def compose_document(
    snapshot: Snapshot,
    path: str,
    start: int,
    end: int,
    symbols: Sequence[str],
    convention: str,
    max_characters: int,
    thinking: Thinking | None = None,
    template: Template | None = None,
) -> Draft:
    """The question for the doc comments of ``symbols``, a line each, which stand between two offsets.

    ``convention`` tells the model what the language's comments say. The reply is to fit ``COMMENTS``; its numbers count
    the symbols from 1. ``template`` is the one named "document".
    """
    shown = passage(snapshot, start, end, max_characters).text
    listed = "\n".join(f"{n}. {' '.join(symbol.split())}" for n, symbol in enumerate(symbols, 1))
    tags = tags_for([shown, listed])
    told = template or shipped("document")
    return Draft(
        parts=told.parts(
            file=tags.around("file", shown, path=path, language=snapshot.language),
            symbols=tags.around("selection", listed),
            convention=convention,
        ),
        max_tokens=_TOKENS + _TOKENS_EACH * len(symbols),
        schema=COMMENTS,
        thinking=thinking,
    )
