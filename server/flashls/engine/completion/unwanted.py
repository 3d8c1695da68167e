"""Where no suggestion is wanted, decided before anything is asked."""

from __future__ import annotations

import re
import time

from flashls.engine.completion.ghost import advance
from flashls.engine.engine import Engine
from flashls.engine.session import Session
from flashls.syntax.languages import language_of
from flashls.syntax.place import place
from flashls.text.keyblocks import LONGEST_KEY, in_key_block
from flashls.types import Cursor, Silence

_LOOKED_AT = 200
_IN_WORD = re.compile(r"\w\w")
# What stands behind the cursor in its row, if that is more than the end of a string and what follows it.
_SAYS_MORE = re.compile(r"[ \t]*[^\s\"'`)\]}>,;:]")


def unwanted(engine: Engine, session: Session, cursor: Cursor, explicit: bool) -> Silence | None:
    """Why this place gets no suggestion, before anything is asked.

    What stands there decides only where none is on show: while one is followed, an apostrophe may begin to look like
    a string, and the suggestion would flicker.
    """
    settings, snapshot = engine.settings, cursor.snapshot
    if not settings.complete.enabled and not explicit:
        return Silence("disabled", "complete.enabled is false")
    if snapshot.language in settings.languages.off:
        return Silence("language off", f"languages.off names {snapshot.language}")
    if session.hides(snapshot.uri, settings.paths.off):
        return Silence("path off", "no model may see this file")
    if in_key_block(snapshot.before(cursor.offset, LONGEST_KEY)):
        return Silence("position", "the cursor is inside a private key")
    track = session.track(snapshot.uri)
    within = None if explicit else _within_word(cursor) or _within_text(cursor, settings.complete.comments)
    if within is not None and not advance(track.shown, cursor):
        return within
    if track.rejected.asked(cursor, explicit, time.monotonic()):
        return Silence("rejected", "the suggestion here was left; ask for it to see it again")
    return None


def _within_word(cursor: Cursor) -> Silence | None:
    around = cursor.snapshot.before(cursor.offset, 1) + cursor.snapshot.after(cursor.offset, 1)
    return Silence("position", "the cursor is inside a word") if _IN_WORD.match(around) else None


def _within_text(cursor: Cursor, comments: bool) -> Silence | None:
    """In a comment where none are wanted; in a string that goes on behind the cursor: its words are there."""
    snapshot = cursor.snapshot
    goes_on = _SAYS_MORE.match(snapshot.after(cursor.offset, _LOOKED_AT))
    if comments and not goes_on:
        return None
    inside = place(snapshot.tree, snapshot.lines, language_of(snapshot.language), cursor.offset)
    if inside == "comment" and not comments:
        return Silence("position", "complete.comments is false")
    if inside == "string" and goes_on:
        return Silence("position", "the cursor is inside a string")
    return None
