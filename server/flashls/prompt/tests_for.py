"""The question for tests: the piece to test in its file, and the project's tests to go by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flashls.prompt.compose import END, START, unmarked
from flashls.prompt.enclose import tags_for
from flashls.prompt.passage import passage
from flashls.prompt.templates import Template, shipped
from flashls.types import Draft, Snapshot, Snippet, Text, Thinking

# What the model is to answer with.
TESTS: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "imports": {"type": "array", "items": {"type": "string"}},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "code": {"type": "string"}},
                "required": ["name", "code"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["imports", "tests"],
    "additionalProperties": False,
}
_MAX_TOKENS = 3000
_LONGEST_OUTPUT = 4_000


def compose_tests(
    snapshot: Snapshot,
    path: str,
    start: int,
    end: int,
    symbol: str,
    framework: str,
    place: str,
    max_characters: int,
    examples: Sequence[Snippet] = (),
    thinking: Thinking | None = None,
    template: Template | None = None,
) -> Draft:
    """The question for tests of offsets ``start`` to ``end``. ``symbol`` names the piece, ``place`` the tests' file.

    ``examples`` are tests to go by. The reply is to fit ``TESTS``. ``template`` is the one named "test".
    """
    spared = sum(len(each.text) for each in examples)
    shown = passage(snapshot, start, end, max(max_characters // 2, max_characters - spared))
    text, first, last = shown.text, shown.start, shown.end
    marked = unmarked(text[:first]) + START + unmarked(text[first:last]) + END + unmarked(text[last:])
    tags = tags_for([text, *(each.text for each in examples)])
    pieces = (tags.around("snippet", unmarked(e.text).rstrip(), path=e.path, why=e.why) + "\n\n" for e in examples)
    told = template or shipped("test")
    parts = told.parts(
        file=tags.around("file", marked, path=path, language=snapshot.language),
        snippets="".join(pieces),
        symbol=symbol,
        framework=framework,
        place=place,
    )
    return Draft(parts, max_tokens=_MAX_TOKENS, schema=TESTS, thinking=thinking)


def compose_tests_again(
    draft: Draft, reply: str, reason: str, output: str = "", template: Template | None = None
) -> Draft:
    """The question again, after tests that did not do: why in our words, and what running them printed, if anything."""
    told = template or shipped("test")
    shown = output if len(output) <= _LONGEST_OUTPUT else "...\n" + output[-_LONGEST_OUTPUT:].partition("\n")[2]
    said = tags_for([shown]).around("output", shown) + "\n\n" if output else ""
    return replace(
        draft, parts=(*draft.parts, Text("model", reply), told.parts("again", reason=reason, output=said)[-1])
    )
