"""Complete: the straight line from a cursor to ghost text."""

from __future__ import annotations

import asyncio
from functools import partial

from flashls.engine.completion.allowance import CUSTOMARY_S
from flashls.engine.completion.asking import launched
from flashls.engine.completion.extent import extent_at
from flashls.engine.completion.ghost import Shown
from flashls.engine.completion.pace import Turn
from flashls.engine.completion.recall import Wait
from flashls.engine.completion.rhythm import MOST_S
from flashls.engine.completion.shape import Shape, shape_for
from flashls.engine.completion.speculation import noted, speculate
from flashls.engine.completion.track import Track
from flashls.engine.completion.unwanted import unwanted
from flashls.engine.engine import Engine, Route
from flashls.engine.session import Session
from flashls.types import Cursor, Extent, Ghost, Silence

_PATIENCE_S = 0.05  # where nothing was gathered near by, the first request waits for it, at most so long
_AFTERWARDS_S = 0.05  # a request that waits for no pause is sent before a thread competes with it
_ASKED_ANYWAY = {"position", "empty reply"}  # by a user who wants it
_SUPERSEDED = Silence("superseded", "typing went on")


async def complete(engine: Engine, session: Session, cursor: Cursor, explicit: bool = False) -> Ghost | Silence:
    """The suggestion at a cursor, or why there is none. ``explicit``: the user asked for it, so nothing waits.

    A newer call for the same document ends an older one at once with ``Silence("superseded")``.
    """
    track = session.track(cursor.snapshot.uri)
    turn, outcome = track.begin(), None
    asyncio.get_running_loop().call_later(CUSTOMARY_S, _rest, session, track, turn, cursor)
    try:
        outcome = await _outcome(engine, session, track, cursor, turn, explicit)
        if isinstance(outcome, Ghost):
            asyncio.get_running_loop().call_later(_AFTERWARDS_S, _speculate, engine, session, track, turn, cursor)
        return outcome
    finally:
        session.answered(cursor, outcome, turn.steps, explicit)


async def _outcome(
    engine: Engine, session: Session, track: Track, cursor: Cursor, turn: Turn, explicit: bool
) -> Ghost | Silence:
    route = engine.routes.get("complete")
    if route is None:
        return Silence("no model", engine.missing)
    if silence := unwanted(engine, session, cursor, explicit):
        track.land()
        return silence
    turn.steps.mark("check")
    session.rhythm.key(cursor, asyncio.get_running_loop().time())
    outcome = await _recalled(engine, session, track, cursor, turn)
    if outcome is not None and not (explicit and isinstance(outcome, Silence) and outcome.reason in _ASKED_ANYWAY):
        return outcome
    pause = 0.0 if explicit else _pause(engine, route, session, cursor)
    if pause is None:
        track.leave(cursor)
        return Silence("position", "hardly anything is typed on here: a suggestion is to be asked for")
    terms = engine.terms(route)
    known = track.ahead.near(cursor, terms) is not None
    session.look_ahead(cursor, terms, 0 if pause or not known else _AFTERWARDS_S)
    if not await turn.pause(pause):
        return _SUPERSEDED
    if track.ahead.near(cursor, terms) is None:
        await track.ahead.settle(_PATIENCE_S)
        if turn.over:
            return _SUPERSEDED
    turn.steps.mark("gather")
    session.rhythm.asked(explicit)
    track.fly(launched(engine, route, session, track, cursor))
    turn.steps.mark("ask")
    return await _recalled(engine, session, track, cursor, turn, asked=True) or _SUPERSEDED


def _speculate(engine: Engine, session: Session, track: Track, turn: Turn, cursor: Cursor) -> None:
    """Asks for what comes after the suggestion, if nothing has happened since it was given."""
    route, shown = engine.routes.get("complete"), track.shown
    if route is not None and shown is not None and track.turn is turn and shown.cursor.snapshot is cursor.snapshot:
        speculate(engine, route, session, track, shown, cursor)


def _rest(session: Session, track: Track, turn: Turn, cursor: Cursor) -> None:
    """The user has stopped, if nothing has happened since the request."""
    latest = session.documents.get(cursor.snapshot.uri)
    if track.turn is turn and latest is not None and latest.lines is cursor.snapshot.lines:
        session.rhythm.rested()


def _pause(engine: Engine, route: Route, session: Session, cursor: Cursor) -> float | None:
    """Seconds to wait for the next key; None to ask only a user who wants it. A number in the settings is the most."""
    most = engine.settings.complete.debounce_ms
    if most == 0:
        return 0.0
    pause = session.rhythm.pause(cursor, engine.rates.first_token_s(route.name), route.free)
    if most == "auto":
        return None if pause is None else min(pause, MOST_S)
    return most / 1000 if pause is None else min(pause, most / 1000)


async def _recalled(
    engine: Engine, session: Session, track: Track, cursor: Cursor, turn: Turn, asked: bool = False
) -> Ghost | Silence | None:
    """What was suggested before, or comes of the stream under way; None if nothing there agrees with what was typed."""
    shaped = partial(_shaped, engine)
    waited: Wait | None = None
    track.adopt()
    while True:
        found = track.recall.newest(cursor) if asked and waited is None else track.recall.find(cursor, shaped)
        if waited is None and not asked:
            turn.steps.mark("advance")
        if isinstance(found, Shown):
            session.rhythm.shown()
            noted(session, track, found)
            return track.show(found).left(cursor)
        if isinstance(found, Silence):
            return found
        if found is None:
            return waited.landing.silence if waited and not waited.landing.is_onward else None
        if waited is not None and found.landing is waited.landing:
            return None  # it was waited for, and has come to nothing
        if not asked:
            turn.steps.mark("join")
        outcome, waited = await _landed(engine, track, found, turn), found
        if outcome is not None:
            return outcome


async def _landed(engine: Engine, track: Track, wait: Wait, turn: Turn) -> Silence | None:
    """Waits for a stream, until it has something to show or no longer agrees with what was typed."""
    flight = wait.flight
    landed = await turn.said(flight.wait(wait.is_over), engine.settings.complete.timeout_s)
    turn.steps.follow(flight.steps)
    if turn.over:
        return Silence("superseded", "a newer request took its place")
    if not landed:
        track.land()
        return Silence("timeout", f"no answer within {engine.settings.complete.timeout_s:g} s")
    return None


def _shaped(engine: Engine, shape: Shape, cursor: Cursor) -> Shape:
    """How what was said for one cursor is shaped for a later one."""
    extent: Extent = extent_at(cursor) if engine.settings.complete.multiline else "row"
    return shape_for(cursor, shape.language, extent, shape.unseal)
