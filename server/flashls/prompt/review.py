"""The question for a review: a piece of code, what it stands in, and what was changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flashls.prompt.compose import END, START, unmarked
from flashls.prompt.enclose import tags_for
from flashls.prompt.passage import passage
from flashls.prompt.templates import Template, shipped
from flashls.types import Draft, Snapshot, Thinking

KINDS = ("bug", "security", "robustness", "performance", "clarity")
SEVERITIES = ("error", "warning", "information", "hint")


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


_STRING = {"type": "string"}
_RELATED = {"type": "array", "items": _object(quote=_STRING, note=_STRING)}
_FINDING = _object(
    quote=_STRING,
    severity={"type": "string", "enum": list(SEVERITIES)},
    kind={"type": "string", "enum": list(KINDS)},
    title=_STRING,
    explanation=_STRING,
    related=_RELATED,
)
FINDINGS: Mapping[str, Any] = _object(findings={"type": "array", "items": _FINDING})
"""What a review is answered with: places are quotes of the code, for models' line numbers cannot be relied on."""


def compose_review(
    snapshot: Snapshot,
    path: str,
    start: int,
    end: int,
    max_characters: int,
    diff: str = "",
    thinking: Thinking | None = None,
    template: Template | None = None,
) -> Draft:
    """The question for a review of offsets ``start`` to ``end``, with what stands around them.

    ``diff`` is what was changed there, in git's form; with one, that alone is to be reviewed. ``template`` is the one
    named "review".
    """
    shown = passage(snapshot, start, end, max_characters)
    text = shown.text
    whole = start == 0 and end == snapshot.lines.length and shown.whole
    marks = ("", "") if whole or diff else (START, END)
    marked = marks[0].join((unmarked(text[: shown.start]), unmarked(text[shown.start : shown.end])))
    marked = marks[1].join((marked, unmarked(text[shown.end :])))
    tags = tags_for((text, diff))
    file = tags.around("file", marked, path=path, language=snapshot.language)
    values = {"file": file, "diff": tags.around("diff", unmarked(diff))} if diff else {"file": file}
    variant = "diff" if diff else "" if whole else "part"
    return Draft(
        parts=(template or shipped("review")).parts(variant, **values),
        max_tokens=4000,
        schema=FINDINGS,
        thinking=thinking,
    )
