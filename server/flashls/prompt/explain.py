"""The question for an explanation: the piece marked out in what stands around it."""

from __future__ import annotations

from flashls.prompt.compose import END, START, unmarked
from flashls.prompt.enclose import tags_for
from flashls.prompt.passage import passage
from flashls.prompt.templates import Template, shipped
from flashls.types import Draft, Snapshot, Thinking

_CUT = " It is longer than what is shown: say first that only its beginning is explained."


def compose_explain(
    snapshot: Snapshot,
    path: str,
    start: int,
    end: int,
    max_characters: int,
    brief: bool = False,
    thinking: Thinking | None = None,
    template: Template | None = None,
) -> Draft:
    """The question for an explanation of offsets ``start`` to ``end``, with what stands around it.

    ``template`` is the one named "explain".
    """
    shown = passage(snapshot, start, end, max_characters)
    text, start, end = shown.text, shown.start, shown.end
    marked = unmarked(text[:start]) + START + unmarked(text[start:end]) + END + unmarked(text[end:])
    file = tags_for([text]).around("file", marked, path=path, language=snapshot.language)
    told = template or shipped("explain")
    return Draft(
        parts=told.parts("brief" if brief else "", file=file, cut="" if shown.whole else _CUT),
        max_tokens=300 if brief else 1500,
        thinking=thinking,
    )
