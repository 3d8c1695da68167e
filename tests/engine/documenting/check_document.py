"""``check_document``: code and what a model says of it go in; the same code with doc comments comes out, or why not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from flashls.engine.anchors import applied
from flashls.engine.documenting.document import Documented, document
from flashls.engine.documents import Documents
from flashls.engine.engine import Engine, Route
from flashls.models.profiles import profile
from flashls.models.scripted import Reply, Scripted
from flashls.models.seam import ModelError
from flashls.models.structured import Structured
from flashls.settings import Settings
from flashls.syntax.languages import language_of
from flashls.syntax.outline import find, outline
from flashls.types import Budget, Snapshot, Task

BUDGET = Budget(prefix=1500, suffix=500, extra=1000, suffix_rows=40, head_step=1)
Said = str | Mapping[str, Any]


def engine_of(model: Scripted, task: Task, budget: Budget = BUDGET, settings: Settings | None = None) -> Engine:
    """An engine whose replies in JSON are held to their schema, as the app has it."""
    route = Route(Structured(model, profile(model.name)), model.name, budget)
    return Engine(settings or Settings(), {task: route})


async def opened(text: str, language: str, uri: str = "file:///w/a") -> Snapshot:
    """A document, parsed."""
    documents = Documents()
    documents.open(uri, language, 1, text)
    return await documents.parsed(uri)


def place_in(snapshot: Snapshot, name: str) -> tuple[int, int]:
    """The offsets of a symbol by its name, or of a piece of text that stands there once; all for ""."""
    symbol = find(outline(snapshot.tree, snapshot.lines, language_of(snapshot.language)), name) if name else None
    text = snapshot.lines.after(0, snapshot.lines.length)
    if symbol is not None:
        return symbol.start, symbol.end
    assert not name or text.count(name) == 1, f"no symbol, and no single place: {name!r}"
    return (text.index(name), text.index(name) + len(name)) if name else (0, len(text))


def reply_of(*said: Said | Reply) -> list[Reply | str]:
    """Replies that say one thing each, or several of the symbols in order; texts are taken as they are."""
    return [each if isinstance(each, str | Reply) else json.dumps({"comments": _comments(each)}) for each in said]


def _comments(said: Mapping[str, Any]) -> list[Any]:
    rows = said.get("all", (said,))
    return [{"symbol": n, **({"summary": row} if isinstance(row, str) else row)} for n, row in enumerate(rows, 1)]


async def documented(
    text: str,
    *replies: Said | Reply,
    at: str = "",
    every: bool = False,
    language: str = "python",
    root: Path | None = None,
) -> tuple[str, Documented, Scripted]:
    """The text with its comments, what is told of them, and the model."""
    snapshot, model = await opened(text, language), Scripted(reply_of(*replies))
    start, end = place_in(snapshot, at)
    found = await document(engine_of(model, "document"), snapshot, start, end, every, str(root) if root else None)
    return applied(snapshot.lines, found.edits), found, model


async def check_document(
    text: str,
    said: Said | Reply,
    result: str | None = None,
    error: str | None = None,
    at: str = "",
    every: bool = False,
    language: str = "python",
) -> None:
    """Documents the symbol or text ``at``; the text must become ``result``, or fail with a message like ``error``."""
    if error is not None:
        with pytest.raises(ModelError, match=error):
            await documented(text, said, at=at, every=every, language=language)
        return
    after, _, model = await documented(text, said, at=at, every=every, language=language)
    assert after == result
    assert model.open == 0
