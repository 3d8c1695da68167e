"""The question for a fix: the code, what is said to be wrong with it, and, asked again, why the answer did not do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flashls.prompt.enclose import Tags, tags_for
from flashls.prompt.passage import Passage, passage
from flashls.prompt.templates import Template, shipped
from flashls.types import Diagnostic, Draft, Snapshot, Text, Thinking

# Of edits: room for all that is shown, old and new, and not for a small model that repeats itself without end.
_MAX_TOKENS = 2000
_LEAST_TOKENS = 400
_REMARKS = 300  # tokens, besides the code
_LEAST_PER_TOKEN = 2  # characters
_LONGEST_ROW = 200
_LONGEST_MESSAGE = 2000
_LONGEST_OUTPUT = 3000


def compose_fix(
    snapshot: Snapshot,
    path: str,
    piece: tuple[int, int],
    diagnostics: Sequence[Diagnostic],
    max_characters: int,
    schema: Mapping[str, Any],
    thinking: Thinking | None = None,
    template: Template | None = None,
    head: str = "",
) -> Draft:
    """The question for edits that mend diagnostics, or without any what is wrong with the ``piece``.

    ``head`` is what the model should see too if it is not in the passage around the piece, such as the imports.
    ``template`` is the one named "fix".
    """
    told = template or shipped("fix")
    shown = passage(snapshot, *piece, max_characters)
    tags = tags_for([shown.text, head, *(each.message for each in diagnostics)])
    code = tags.around("file", shown.text, path=path, language=snapshot.language)
    if head and shown.at:
        code = f"{tags.around('snippet', head, path=path, why='the beginning of the file')}\n\n{code}"
    if diagnostics:
        problems = "\n\n".join(_problem(tags, snapshot, each) for each in diagnostics)
        these = "this problem" if len(diagnostics) == 1 else "these problems"
        parts = told.parts("", file=code, problems=problems, these=these)
    else:
        parts = told.parts("selection", file=code, selection=tags.around("selection", _piece(shown)))
    most = min(_MAX_TOKENS, _LEAST_TOKENS + len(shown.text))
    return Draft(parts, max_tokens=most, schema=schema, thinking=thinking)


def compose_fix_again(
    draft: Draft,
    reply: str,
    reason: str,
    output: str,
    schema: Mapping[str, Any] | None = None,
    template: Template | None = None,
) -> Draft:
    """The question again, after a reply that did not do: why not in our words, and a tool's ``output``, if any.

    ``schema`` is what the next reply is to fit, if not what the last one was to. It is another sample: models that
    answer alike to what is alike would say the same again.
    """
    told = template or shipped("fix")
    said = tags_for([output]).around("output", _cut(output, _LONGEST_OUTPUT)) if output else ""
    again = told.parts("again", reason=reason, output=said)[-1]
    parts = (*draft.parts, Text("model", reply), again)
    return replace(draft, parts=parts, schema=schema or draft.schema, sample=draft.sample + 1)


def compose_fix_anew(
    snapshot: Snapshot,
    path: str,
    piece: tuple[int, int],
    diagnostics: Sequence[Diagnostic],
    max_characters: int,
    thinking: Thinking | None = None,
    template: Template | None = None,
) -> Draft:
    """The question for the ``piece`` written out anew, as plain code: for a model whose edits could not be placed.

    ``max_characters`` must be the piece's length at least. ``template`` is the one named "fix-anew".
    """
    told = template or shipped("fix-anew")
    shown = passage(snapshot, *piece, max_characters)
    tags = tags_for([shown.text, *(each.message for each in diagnostics)])
    values = {"file": tags.around("file", shown.text, path=path, language=snapshot.language)}
    values["selection"] = tags.around("selection", _piece(shown).rstrip("\n"))
    values["problems"] = "\n\n".join(_problem(tags, snapshot, each) for each in diagnostics)
    values["these"] = "this problem" if len(diagnostics) == 1 else "these problems"
    whole = piece[0] == 0 and piece[1] >= snapshot.lines.length
    variant = ("" if whole else "piece") if diagnostics else "selection"
    tokens = _REMARKS + (piece[1] - piece[0]) // _LEAST_PER_TOKEN
    return Draft(told.parts(variant, **values), max_tokens=tokens, thinking=thinking)


def _problem(tags: Tags, snapshot: Snapshot, one: Diagnostic) -> str:
    """What is wrong, and the row it is said of: as text, for in an attribute no secret would be found."""
    row = snapshot.lines[min(one.row, len(snapshot.lines) - 1)].rstrip()
    told = _cut(one.message, _LONGEST_MESSAGE)
    if row.strip() and len(row) <= _LONGEST_ROW:
        told += f"\nin this line:\n{row}"
    return tags.around("problem", told, source=one.source, code=one.code)


def _cut(text: str, most: int) -> str:
    """The beginning of a text, up to white space: half a secret cannot be told from a word."""
    return text if len(text) <= most else text[: len(text[:most].rstrip()) + 1].rpartition(" ")[0].rstrip()


def _piece(shown: Passage) -> str:
    return shown.text[shown.start : shown.end]
