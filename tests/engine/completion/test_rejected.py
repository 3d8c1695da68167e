"""Rejected suggestions: where completion is asked for, and when; whether it is then silent."""

from __future__ import annotations

import time

import pytest

from flashls.engine.completion.rejected import Rejected
from flashls.engine.completion.several import suggestions
from flashls.engine.session import Session
from flashls.models.scripted import Scripted
from flashls.text.lines import lines_of
from flashls.types import Cursor, Silence, Snapshot
from tests.engine.check import cursor_in, engine_for

ROWS = "x = 1\n" * 40
HERE, BESIDE, BELOW, FAR = 5, 4, 11, 5 + 6 * 20

# What happens, as (seconds, offset, what): "auto" asks by itself, "asked" by the user, "edit" makes another version.
SHOWN = (0.0, HERE, "auto")
STORIES = [
    ("asked once", [SHOWN], False),
    ("left and asked again", [SHOWN, (2, BESIDE, "auto"), (3, HERE, "auto")], True),
    ("left by row", [SHOWN, (2, BELOW, "auto"), (3, HERE, "auto")], True),
    ("left in steps", [SHOWN, (2, 4, "auto"), (2.1, 3, "auto"), (2.2, 4, "auto"), (3, HERE, "auto")], True),
    ("stays silent", [SHOWN, (2, BESIDE, "auto"), (3, HERE, "auto"), (4, BESIDE, "auto"), (5, HERE, "auto")], True),
    ("two places", [SHOWN, (2, BELOW, "auto"), (4, HERE, "auto"), (5, BELOW, "auto")], True),
    ("asked again without going away", [SHOWN, (2, HERE, "auto"), (9, HERE, "auto")], False),
    ("on the screen for a moment", [SHOWN, (0.5, BESIDE, "auto"), (3, HERE, "auto")], False),
    ("a moment, then elsewhere", [SHOWN, (0.5, BESIDE, "auto"), (60, BELOW, "auto"), (61, HERE, "auto")], False),
    ("looked something up", [SHOWN, (2, FAR, "auto"), (9, HERE, "auto")], False),
    ("looked something up, by steps", [SHOWN, (2, BELOW, "auto"), (3, FAR, "auto"), (9, HERE, "auto")], False),
    ("changed", [SHOWN, (2, BESIDE, "auto"), (3, HERE, "edit"), (4, HERE, "auto")], False),
    ("asked for by the user", [SHOWN, (2, BESIDE, "auto"), (3, HERE, "asked")], False),
    ("and shown from then on", [SHOWN, (2, BESIDE, "auto"), (3, HERE, "asked"), (4, HERE, "auto")], False),
    ("until left again", [SHOWN, (2, 4, "auto"), (3, 5, "asked"), (5, 4, "auto"), (6, 5, "auto")], True),
]  # fmt: skip


@pytest.mark.parametrize(("story", "silent"), [story[1:] for story in STORIES], ids=[story[0] for story in STORIES])
def test_a_suggestion_is_rejected_only_where_that_is_sure(story: list[tuple[float, int, str]], silent: bool) -> None:
    rejected, snapshot = Rejected(), Snapshot("file:///w/a.py", "python", 1, lines_of(ROWS))
    found = False
    for now, offset, what in story:
        if what == "edit":
            snapshot = Snapshot(snapshot.uri, "python", snapshot.version + 1, snapshot.lines)
        else:
            cursor = Cursor(snapshot, offset)
            found = rejected.asked(cursor, what == "asked", now)
            if not found:
                rejected.shown(cursor, now)
    assert found is silent


def test_what_is_forgotten_is_not_rejected() -> None:
    rejected, snapshot = Rejected(), Snapshot("file:///w/a.py", "python", 1, lines_of(ROWS))
    here, beside = Cursor(snapshot, HERE), Cursor(snapshot, BESIDE)
    for forgets in (False, True):
        rejected.asked(here, explicit=True, now=0)
        rejected.shown(here, now=0)
        rejected.asked(beside, explicit=False, now=2)
        if forgets:
            rejected.forget()
        assert rejected.asked(here, explicit=False, now=3) is not forgets


async def test_nothing_is_asked_where_it_was_rejected() -> None:
    model, session = Scripted(["1 + 1"]), Session(root="/w")
    engine, cursor = engine_for(model), await cursor_in(session, "total = ▮\n\n")
    below = Cursor(cursor.snapshot, cursor.offset + 1)
    assert await suggestions(engine, session, cursor)
    session.track(cursor.snapshot.uri).rejected.shown(cursor, time.monotonic() - 10)  # it has been there for so long
    await suggestions(engine, session, below)
    asked = len(model.prompts)
    again = await suggestions(engine, session, cursor)
    assert isinstance(again, Silence)
    assert (again.reason, session.events[-1].outcome, len(model.prompts)) == ("rejected", "rejected", asked)
    wanted = await suggestions(engine, session, cursor, explicit=True)
    assert not isinstance(wanted, Silence)
    assert wanted[0].text == "1 + 1"
    session.close_all()
