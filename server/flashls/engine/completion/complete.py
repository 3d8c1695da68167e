"""Complete: the straight line from a cursor to ghost text."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import uuid4

from flashls.context.gather import gather, own_imports
from flashls.engine.completion.extent import extent_at
from flashls.engine.completion.flight import Flight
from flashls.engine.completion.ghost import Shown, advance
from flashls.engine.completion.pace import Turn
from flashls.engine.completion.shape import Shape, shape_for
from flashls.engine.completion.unwanted import unwanted
from flashls.engine.engine import Engine, Route
from flashls.engine.session import Session, Track
from flashls.prompt.compose import compose_complete
from flashls.prompt.seal import seal, unseal
from flashls.syntax.languages import language_of
from flashls.text.uris import shown_path
from flashls.types import Call, Context, Cursor, End, Extent, Ghost, Prompt, Silence, Snippet

_PATIENCE_S = 0.05  # where nothing was gathered near by, the first request waits for it, at most so long
_AFTERWARDS_S = 0.05  # a request that waits for no pause is sent before a thread competes with it
_ONE_ROW_TOKENS = 96


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
    ghost = advance(track.shown, cursor)
    turn.steps.mark("advance")
    if ghost:
        return ghost
    while track.flight is not None and track.flight.fits(cursor):
        turn.steps.mark("join")
        outcome = await _join(engine, track, track.flight, cursor, turn)
        if outcome is not None:
            return outcome
    track.land()
    pause = 0 if explicit else engine.settings.complete.debounce_ms / 1000
    terms = engine.terms(route)
    known = track.ahead.near(cursor, terms) is not None
    session.look_ahead(cursor, terms, 0 if pause or not known else _AFTERWARDS_S)
    if not await turn.pause(pause):
        return Silence("superseded", "typing went on")
    if track.ahead.near(cursor, terms) is None:
        await track.ahead.settle(_PATIENCE_S)
        if turn.over:
            return Silence("superseded", "typing went on")
    turn.steps.mark("gather")
    track.flight = _launch(engine, route, session, track, cursor)
    turn.steps.mark("ask")
    return await _join(engine, track, track.flight, cursor, turn) or Silence("superseded")


async def _join(engine: Engine, track: Track, flight: Flight, cursor: Cursor, turn: Turn) -> Ghost | Silence | None:
    """Waits for a flight; None if it landed with something that what was typed no longer agrees with."""
    outcome = await turn.result(flight.landed, engine.settings.complete.timeout_s)
    turn.steps.follow(flight.steps)
    if turn.over:
        return Silence("superseded", "a newer request took its place")
    if outcome is None:
        track.land()
        return Silence("timeout", f"no answer within {engine.settings.complete.timeout_s:g} s")
    if isinstance(outcome, Silence):
        track.flight = None
        return outcome
    track.shown = Shown(flight.cursor, outcome)
    return advance(track.shown, cursor)


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
    call = Call(
        id=uuid4().hex,
        task="complete",
        deadline=asyncio.get_running_loop().time() + engine.settings.complete.timeout_s,
        session=session.id,
        arm=engine.arm,
        enough=asked.shape.enough,
    )

    def ended(end: End) -> None:
        if not end.cached and end.model == route.name:
            engine.rates.learn(route.name, route.budget.chars_per_token, asked.prompt, end.usage)

    return Flight(route.model.stream(asked.prompt, call), asked.shape, session.failed, ended)
