"""The question for an explanation: the piece marked out in what stands around it."""

from __future__ import annotations

from collections.abc import Sequence

from flashls.prompt.ask import Extract, shown_extracts
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
    file, whole = _file(snapshot, path, start, end, max_characters)
    told = template or shipped("explain")
    return Draft(
        parts=told.parts("brief" if brief else "", file=file, cut="" if whole else _CUT),
        max_tokens=300 if brief else 1500,
        thinking=thinking,
    )


def compose_deep(
    snapshot: Snapshot,
    path: str,
    start: int,
    end: int,
    max_characters: int,
    extracts: Sequence[Extract],
    thinking: Thinking | None = None,
    template: Template | None = None,
) -> Draft:
    """The question for an explanation in depth, with code from elsewhere. ``template``: "explain-deep"."""
    file, whole = _file(snapshot, path, start, end, max_characters)
    code = shown_extracts(extracts) or "There is no other code to show."
    parts = (template or shipped("explain-deep")).parts(file=file, code=code, cut="" if whole else _CUT)
    return Draft(parts=parts, max_tokens=4000, thinking=thinking)


def compose_problem(
    snapshot: Snapshot,
    path: str,
    start: int,
    end: int,
    max_characters: int,
    problem: str,
    thinking: Thinking | None = None,
    template: Template | None = None,
) -> Draft:
    """The question for what an error means that a tool or program has told. ``template``: "explain-problem"."""
    file, whole = _file(snapshot, path, start, end, max_characters, problem)
    told = template or shipped("explain-problem")
    tags = tags_for((problem,))
    parts = told.parts(file=file, problem=tags.around("problem", unmarked(problem)), cut="" if whole else _CUT)
    return Draft(parts=parts, max_tokens=1500, thinking=thinking)


def _file(snapshot: Snapshot, path: str, start: int, end: int, most: int, *others: str) -> tuple[str, bool]:
    """The piece marked out in its file, between tags that neither it nor other texts hold; whether all of it is."""
    shown = passage(snapshot, start, end, most)
    text, start, end = shown.text, shown.start, shown.end
    marked = unmarked(text[:start]) + START + unmarked(text[start:end]) + END + unmarked(text[end:])
    return tags_for([text, *others]).around("file", marked, path=path, language=snapshot.language), shown.whole
