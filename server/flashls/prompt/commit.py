"""The question for a commit's message: what is staged, and how the last commits are titled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flashls.prompt.compose import unmarked
from flashls.prompt.enclose import tags_for
from flashls.prompt.templates import Template, shipped
from flashls.types import Draft, Thinking

MESSAGE: Mapping[str, Any] = {
    "type": "object",
    "properties": {"subject": {"type": "string"}, "body": {"type": "string"}},
    "required": ["subject", "body"],
    "additionalProperties": False,
}
"""What a message is answered with."""


def compose_commit(
    diffs: Sequence[tuple[str, str]],
    subjects: Sequence[str],
    thinking: Thinking | None = None,
    template: Template | None = None,
) -> Draft:
    """The question for the message of a commit that changes files as ``diffs`` (path and diff) tell.

    ``subjects`` are those of the last commits. ``template`` is the one named "commit".
    """
    history = "\n".join(subjects) or "There is no commit yet."
    tags = tags_for((history, *(text for pair in diffs for text in pair)))
    shown = "\n\n".join(tags.around("diff", unmarked(text), path=path) for path, text in diffs)
    parts = (template or shipped("commit")).parts(subjects=tags.around("page", unmarked(history)), diff=shown)
    return Draft(parts=parts, max_tokens=1000, schema=MESSAGE, thinking=thinking)
