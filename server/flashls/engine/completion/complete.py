"""Complete: the straight line from a cursor to ghost text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from flashls.context.gather import gather, own_imports
from flashls.engine.completion.extent import extent_at
from flashls.engine.completion.flight import Flight
from flashls.engine.completion.ghost import Shown
from flashls.engine.completion.pace import Turn
from flashls.engine.completion.recall import Wait
from flashls.engine.completion.rhythm import MOST_S
from flashls.engine.completion.shape import Shape, shape_for
from flashls.engine.completion.unwanted import unwanted
from flashls.engine.engine import Engine, Route
from flashls.engine.session import Session, Track
from flashls.models.seam import Stream
from flashls.prompt.compose import compose_complete
from flashls.prompt.seal import seal, unseal
from flashls.syntax.languages import language_of
from flashls.text.uris import shown_path
from flashls.types import Call, Context, Cursor, End, Extent, Ghost, Prompt, Silence, Snippet

_PATIENCE_S = 0.05  # where nothing was gathered near by, the first request waits for it, at most so long
_AFTERWARDS_S = 0.05  # a request that waits for no pause is sent before a thread competes with it
_ONE_ROW_TOKENS = 96
_SUPERSEDED = Silence("superseded", "typing went on")


async def complete(engine: Engine, session: Session, cursor: Cursor, explicit: bool = False) -> Ghost | Silence:
    """The suggestion at a cursor, or why there is none. ``explicit``: the user asked for it, so nothing waits.

    A newer call for the same document ends an older one at once with ``Silence("superseded")``.
    """
    track = session.track(cursor.snapshot.uri)
    turn, outcome = track.begin(), None
    try:
        outcome = await _outcome(engine, session, track, cursor, turn, explicit)
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
    if outcome is not None:
        return outcome
    pause = 0.0 if explicit else _pause(engine, route, session, cursor)
    if pause is None:
        return Silence("position", "code stands right of the cursor: a suggestion there is to be asked for")
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
    session.rhythm.asked()
    track.fly(_launch(engine, route, session, track, cursor))
    turn.steps.mark("ask")
    return await _recalled(engine, session, track, cursor, turn, asked=True) or _SUPERSEDED


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
        found = track.recall.find(cursor, shaped)
        if waited is None and not asked:
            turn.steps.mark("advance")
        if isinstance(found, Shown):
            session.rhythm.shown()
            return track.show(found).left(cursor)
        if isinstance(found, Silence):
            return found
        if found is None:
            return waited.landing.silence if waited and not waited.landing.is_onward else None
        if not asked:
            turn.steps.mark("join")
        outcome, waited = await _landed(engine, track, found, turn), found
        if outcome is not None:
            return outcome


async def _landed(engine: Engine, track: Track, wait: Wait, turn: Turn) -> Silence | None:
    """Waits for a stream, until it has something to show or no longer agrees with what was typed."""
    flight = wait.flight
    landed = await turn.result(flight.wait(wait.is_over), engine.settings.complete.timeout_s)
    turn.steps.follow(flight.steps)
    if turn.over:
        return Silence("superseded", "a newer request took its place")
    if landed is None:
        track.land()
        return Silence("timeout", f"no answer within {engine.settings.complete.timeout_s:g} s")
    return None


def _shaped(engine: Engine, shape: Shape, cursor: Cursor) -> Shape:
    """How what was said for one cursor is shaped for a later one."""
    extent: Extent = extent_at(cursor) if engine.settings.complete.multiline else "row"
    return shape_for(cursor, shape.language, extent, shape.unseal)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked at a cursor: what was gathered, the sealed prompt, and how the reply will be shaped."""

    context: Context
    prompt: Prompt
    shape: Shape


def question(engine: Engine, route: Route, cursor: Cursor, snippets: tuple[Snippet, ...], root: str | None) -> Question:
    """Exactly what a model would be sent at a cursor, given the snippets gathered ahead and the workspace's folder."""
    settings = engine.settings.complete
    extent: Extent = extent_at(cursor) if settings.multiline else "row"
    context = gather(cursor, engine.budget(route), snippets, root)
    tokens = min(settings.max_tokens, _ONE_ROW_TOKENS) if extent == "row" else settings.max_tokens
    path = shown_path(cursor.snapshot.uri, root)
    template = engine.templates["complete"]
    prompt = seal(compose_complete(context, path, extent, tokens, route.thinking, route.form, template))
    language = language_of(cursor.snapshot.language)
    return Question(context, prompt, shape_for(cursor, language, extent, lambda text: unseal(text, prompt)))


def _launch(engine: Engine, route: Route, session: Session, track: Track, cursor: Cursor) -> Flight:
    ahead = track.ahead.near(cursor, engine.terms(route))
    snippets = own_imports(cursor, session.root) if ahead is None else ahead
    asked = question(engine, route, cursor, snippets, session.root)
    deadline = asyncio.get_running_loop().time() + engine.settings.complete.timeout_s

    def stream(enough: Callable[[str], bool]) -> Stream:
        call = Call(uuid4().hex, "complete", 0, deadline, session.id, engine.arm, enough)
        return route.model.stream(asked.prompt, call)

    def ended(end: End) -> None:
        if not end.cached and end.model == route.name:
            engine.rates.learn(route.name, route.budget.chars_per_token, asked.prompt, end.usage)

    def begun(seconds: float) -> None:
        engine.rates.begun(route.name, seconds)

    return Flight(stream, asked.shape, session.failed, ended, begun)
