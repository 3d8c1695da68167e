"""Asking: what a model is asked at a cursor, and the flight that brings its reply."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from flashls.context.gather import gather, own_imports
from flashls.engine.completion.extent import extent_at
from flashls.engine.completion.flight import Flight
from flashls.engine.completion.shape import Shape, shape_for
from flashls.engine.completion.track import Track
from flashls.engine.engine import Engine, Route
from flashls.engine.session import Session
from flashls.models.seam import Stream
from flashls.prompt.compose import compose_complete
from flashls.prompt.seal import seal, unseal
from flashls.syntax.languages import language_of
from flashls.text.uris import shown_path
from flashls.types import Call, Context, Cursor, End, Extent, Prompt, Snippet

_ONE_ROW_TOKENS = 96
_SENT_S = 0.005  # the request is on its way by then, and no reply is there yet


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


def launched(engine: Engine, route: Route, session: Session, track: Track, cursor: Cursor, priority: int = 0) -> Flight:
    """A stream for a cursor, under way. ``priority`` as ``Call`` has it."""
    ahead = track.ahead.near(cursor, engine.terms(route))
    snippets = own_imports(cursor, session.root) if ahead is None else ahead
    asked = question(engine, route, cursor, snippets, session.root)
    loop = asyncio.get_running_loop()
    loop.call_later(_SENT_S, asked.shape.prepare)
    deadline = loop.time() + engine.settings.complete.timeout_s

    def stream(enough: Callable[[str], bool]) -> Stream:
        call = Call(session.call_id(), "complete", priority, deadline, session.id, engine.arm, enough)
        return route.model.stream(asked.prompt, call)

    def ended(end: End) -> None:
        if not end.cached and end.model == route.name:
            engine.rates.learn(route.name, route.budget.chars_per_token, asked.prompt, end.usage)

    def begun(seconds: float) -> None:
        engine.rates.begun(route.name, seconds)

    return Flight(stream, asked.shape, session.failed, ended, begun, engine.settings.complete.speculate != "off")
