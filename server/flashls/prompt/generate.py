"""The question for code by an instruction: the place marked in its file, and what is to stand there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flashls.prompt.compose import CURSOR, END, START, unmarked
from flashls.prompt.enclose import tags_for
from flashls.prompt.passage import passage
from flashls.prompt.templates import Template, shipped
from flashls.types import Draft, Snapshot, Snippet, Text, Thinking

# What the model is to answer with.
CODE: Mapping[str, Any] = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "note": {"type": "string"}},
    "required": ["code"],
    "additionalProperties": False,
}
_MAX_TOKENS = 3000


def compose_generate(
    snapshot: Snapshot,
    path: str,
    start: int,
    end: int,
    instruction: str,
    max_characters: int,
    snippets: Sequence[Snippet] = (),
    thinking: Thinking | None = None,
    template: Template | None = None,
) -> Draft:
    """The question for what is to stand instead of offsets ``start`` to ``end``, or at ``start`` if they are the same.

    The reply is to fit ``CODE``. ``template`` is the one named "generate".
    """
    shown = passage(snapshot, start, end, max_characters)
    text, first, last = shown.text, shown.start, shown.end
    inner = START + unmarked(text[first:last]) + END if start < end else CURSOR
    marked = unmarked(text[:first]) + inner + unmarked(text[last:])
    tags = tags_for([text, instruction, *(each.text for each in snippets)])
    told = template or shipped("generate")
    pieces = "".join(tags.around("snippet", unmarked(s.text).rstrip(), path=s.path) + "\n\n" for s in snippets)
    parts = told.parts(
        "" if start < end else "insert",
        file=tags.around("file", marked, path=path, language=snapshot.language),
        snippets=pieces,
        instruction=tags.around("instruction", unmarked(instruction.strip())),
    )
    return Draft(parts, max_tokens=_MAX_TOKENS, schema=CODE, thinking=thinking)


def compose_generate_again(draft: Draft, reply: str, reason: str, template: Template | None = None) -> Draft:
    """The question again, after a reply that did not do: ``reason`` says why, in our words."""
    again = (template or shipped("generate")).parts("again", reason=reason)[-1]
    return replace(draft, parts=(*draft.parts, Text("model", reply), again))
