"""``check_complete``: a document with a cursor and a model's reply go in; the ghost text comes out, or why not."""

from __future__ import annotations

import asyncio

from flashls.engine.completion.complete import complete
from flashls.engine.engine import Engine, Route
from flashls.engine.session import Session
from flashls.models.enough import Enough
from flashls.models.scripted import Reply, Scripted
from flashls.settings import Complete, Settings
from flashls.types import Budget, Cursor, Ghost

CURSOR = "▮"
BUDGET = Budget(prefix=1500, suffix=500, extra=1000, suffix_rows=40, head_step=1)


def engine_for(model: Scripted, settings: Settings | None = None) -> Engine:
    """An engine that asks the model at once, without a pause in typing."""
    settings = settings or Settings(complete=Complete(debounce_ms=0))
    route = Route(Enough(model, model.name), model.name, BUDGET)
    return Engine(settings, {"complete": route, "explain": route})


async def cursor_in(session: Session, text: str, language: str = "python", uri: str = "file:///w/a") -> Cursor:
    """The cursor at the mark in ``text``, in a document that is open and parsed."""
    before, after = text.split(CURSOR)
    session.documents.open(uri, language, 1, before + after)
    return Cursor(await session.documents.parsed(uri), len(before))


async def check_complete(
    text: str,
    reply: str | Reply,
    ghost: str | None = None,
    silence: str | None = None,
    language: str = "python",
    settings: Settings | None = None,
    explicit: bool = False,
) -> None:
    """Completes at the mark; what is shown must be ``ghost``, or nothing for the reason ``silence``.

    A ghost must also fit: it replaces nothing, and stands where the cursor is.
    """
    session = Session(root="/w")
    cursor = await cursor_in(session, text, language)
    model = Scripted([reply])
    outcome = await complete(engine_for(model, settings), session, cursor, explicit)
    session.close_all()
    await settled()
    if isinstance(outcome, Ghost):
        assert (outcome.text, silence) == (ghost, None)
        assert (outcome.start, outcome.end) == (cursor.offset, cursor.offset)
    else:
        assert (None, outcome.reason) == (ghost, silence), outcome
    assert model.open == 0


async def settled() -> None:
    """Lets what was cancelled come to its end."""
    for _ in range(5):
        await asyncio.sleep(0)
