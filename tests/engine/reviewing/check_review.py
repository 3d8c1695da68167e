"""``check_review``: code and a model's reply go in; the findings come out, by the code they are anchored to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flashls.engine.documents import Documents
from flashls.engine.engine import Engine, Route
from flashls.engine.reviewing.deltas import Delta
from flashls.engine.reviewing.review import Review, review
from flashls.models.profiles import profile
from flashls.models.scripted import Reply, Scripted
from flashls.models.structured import Structured
from flashls.settings import Settings
from flashls.types import Budget, Snapshot, Task

BUDGET = Budget(prefix=1500, suffix=500, extra=1000, suffix_rows=40, head_step=1)


def finding(quote: str, **said: Any) -> dict[str, Any]:
    """A finding as a model writes it."""
    usual = {"severity": "warning", "kind": "bug", "title": "It is wrong", "explanation": "For a reason."}
    return {"quote": quote, **usual, "related": [], **said}


def reply(*findings: dict[str, Any]) -> str:
    """A whole reply."""
    return json.dumps({"findings": findings})


def engine_for(task: Task, model: Scripted, settings: Settings | None = None, budget: Budget = BUDGET) -> Engine:
    """An engine whose model answers one task, held to the schema as in the real line."""
    route = Route(Structured(model, profile(model.name)), model.name, budget)
    return Engine(settings or Settings(), {task: route})


async def opened(text: str, language: str = "python", uri: str = "file:///w/a.py") -> Snapshot:
    """A document that is parsed."""
    documents = Documents()
    documents.open(uri, language, 1, text)
    return await documents.parsed(uri)


async def check_review(
    text: str,
    said: str | Reply,
    found: Sequence[tuple[str, str]] = (),
    dropped: int = 0,
    outside: int = 0,
    within: str | None = None,
    deltas: Sequence[Delta] | None = None,
) -> Review:
    """Reviews ``text``, or the piece ``within`` it; each finding must be (severity, the code it stands at)."""
    snapshot = await opened(text)
    start = text.index(within) if within is not None else 0
    end = start + len(within) if within is not None else len(text)
    model = Scripted([said])
    given = await review(engine_for("review", model), snapshot, start, end, deltas, root="/w")
    assert [(one.severity, text[one.start : one.end]) for one in given.findings] == list(found)
    assert (given.dropped, given.outside) == (dropped, outside)
    assert model.open == 0
    return given
