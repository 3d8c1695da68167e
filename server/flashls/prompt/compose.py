"""Compose: from what was gathered to what is asked. Stable parts come first, what every key changes comes last."""

from __future__ import annotations

from functools import cache

from flashls.prompt.templates import Template, shipped
from flashls.types import Context, Draft, Extent, Fim, Form, Snippet, Text, Thinking

CURSOR = "<|cursor|>"
START = "<|start|>"
END = "<|end|>"

_EXTENTS = {
    "row": "Insert at most the rest of the current line.",
    "statement": "Insert the rest of the current line and, if it opens a block or a bracket, all until that is closed.",
    "block": "Insert the rest of the current statement or block, at most about 20 lines; stop when it is complete.",
}


def compose_complete(
    context: Context,
    path: str,
    extent: Extent,
    max_tokens: int,
    thinking: Thinking | None = None,
    form: Form = "both",
    template: Template | None = None,
) -> Draft:
    """The question for a completion, as words with a cursor marker, as the hole itself, or both.

    ``path`` is the document's, as the model is to see it; ``extent`` how much is wanted. A marker that stands in the
    user's own text is broken up, so that the model sees one cursor only. ``template`` is the one named "complete".
    """
    return Draft(
        parts=_asked(context, path, extent, template or shipped("complete")) if form != "fim" else (),
        fim=Fim(context.snippets, context.prefix, context.suffix) if form != "chat" else None,
        stop=(CURSOR,),
        max_tokens=max_tokens,
        thinking=thinking,
    )


def _asked(context: Context, path: str, extent: Extent, template: Template) -> tuple[Text, ...]:
    hole = unmarked(context.prefix) + CURSOR + unmarked(context.suffix)
    file = _file(path, context.cursor.snapshot.language, hole)
    return (
        *_lead(template, extent),
        *(Text("user", _snippet(snippet), stable=True) for snippet in context.snippets),
        template.question(extent=_EXTENTS[extent], file=file),
    )


@cache
def _lead(template: Template, extent: Extent) -> tuple[Text, ...]:
    """What all questions begin with: the instructions and the examples.

    Nothing of it should depend on the extent, which changes from key to key: what a provider caches ends where it does.
    """
    return template.parts(extent=_EXTENTS[extent], file="")[:-1]


def unmarked(text: str) -> str:
    """A text in which our own markers, should it hold any, are broken up."""
    for marker in (CURSOR, START, END):
        if marker in text:
            text = text.replace(marker, f"{marker[:2]} {marker[2:]}")
    return text


def _snippet(snippet: Snippet) -> str:
    return f'<snippet path="{snippet.path}" why="{snippet.why}">\n{unmarked(snippet.text).rstrip()}\n</snippet>'


def _file(path: str, language: str, text: str) -> str:
    return f'<file path="{path}" language="{language}">\n{text}\n</file>'
