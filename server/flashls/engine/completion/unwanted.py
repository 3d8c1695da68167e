"""Where no suggestion is wanted, decided before anything is asked."""

from __future__ import annotations

import re
import time

from flashls.engine.engine import Engine
from flashls.engine.session import Session
from flashls.text.keyblocks import LONGEST_KEY, in_key_block
from flashls.types import Cursor, Silence


def unwanted(engine: Engine, session: Session, cursor: Cursor, explicit: bool) -> Silence | None:
    """Why this place gets no suggestion, before anything is asked."""
    settings, snapshot = engine.settings, cursor.snapshot
    if not settings.complete.enabled and not explicit:
        return Silence("disabled", "complete.enabled is false")
    if snapshot.language in settings.languages.off:
        return Silence("language off", f"languages.off names {snapshot.language}")
    if session.hides(snapshot.uri, settings.paths.off):
        return Silence("path off", "no model may see this file")
    if in_key_block(snapshot.before(cursor.offset, LONGEST_KEY)):
        return Silence("position", "the cursor is inside a private key")
    if not explicit and re.match(r"\w", snapshot.after(cursor.offset, 1)):
        return Silence("position", "the cursor is inside a word")
    if session.track(snapshot.uri).rejected.asked(cursor, explicit, time.monotonic()):
        return Silence("rejected", "the suggestion here was left; ask for it to see it again")
    return None
