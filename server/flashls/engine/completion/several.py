"""Several: on request up to three different suggestions for one place, to choose from."""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import aclosing
from difflib import SequenceMatcher
from typing import Any
from uuid import uuid4

from flashls.context.gather import own_imports
from flashls.engine.completion.asking import Question, question
from flashls.engine.completion.complete import complete
from flashls.engine.completion.ghost import Shown, advance, typed_since
from flashls.engine.completion.track import Track
from flashls.engine.completion.unwanted import unwanted
from flashls.engine.engine import Engine, Route
from flashls.engine.experiment import engine_of
from flashls.engine.session import Session
from flashls.models.seam import ModelError
from flashls.types import Call, Cursor, Ghost, Piece, Silence, SilenceReason

log = logging.getLogger(__name__)

_TRIES_S = 5.0  # the longest that a further suggestion may take, waiting for its turn included
_LEAST_WAIT_S = 0.5
_AHEAD_S = 0.05
_ALIKE = 0.9
_COMPARED = 80
_TOKEN = re.compile(r"\w+|[^\w\s]")
# Reasons for which another answer to the same question may still be a suggestion.
_CHANCE: set[SilenceReason] = {"empty reply", "repeats", "refusal", "placeholder", "syntax"}


async def suggestions(
    engine: Engine, session: Session, cursor: Cursor, explicit: bool = False
) -> tuple[Ghost, ...] | Silence:
    """The suggestions at a cursor, different ones, or why there is none; see ``complete``, which finds the first.

    Several only for a user who asked (``explicit``): the others are drawn from the same question at the same time,
    within the user's budget and limits, and are waited for as long again as the first took, half a second at least.
    Later ones are there the next time. What was first stays first, and the others keep their order, so that nothing
    moves while the user goes through them; whoever types into one of them keeps it, and all that begin alike.
    """
    engine = engine_of(engine, session.id)
    session.fates.arm = engine.arm
    track, route = session.track(cursor.snapshot.uri), engine.routes.get("complete")
    _follow(track, cursor)
    if not explicit or engine.settings.complete.several < 2 or route is None or unwanted(engine, session, cursor, True):
        outcome = await complete(engine, session, cursor, explicit)
        if isinstance(outcome, Silence):
            return outcome
        return (outcome,) if track.others is None else _different(session, track.others, cursor, outcome)
    return await _several(engine, route, session, track, cursor)


class Others:
    """The suggestions beyond the first that were asked for at a cursor: those that are there, in the order they came.

    ``done`` is reached when all have come or failed. ``ledger``: the session and arm that the ledger is to name.
    """

    def __init__(self, route: Route, asked: Question, ledger: tuple[str, str], number: int) -> None:
        self.cursor: Cursor = asked.context.cursor
        self.found: list[Shown] = []
        self._tasks = [asyncio.create_task(self._find(route, asked, n, ledger)) for n in range(1, number + 1)]
        self.done: asyncio.Future[list[Any]] = asyncio.gather(*self._tasks, return_exceptions=True)

    def fits(self, cursor: Cursor) -> bool:
        """Whether one of them may still be wanted at a later cursor."""
        waiting = not self.done.done() and typed_since(self.cursor, cursor) == ""
        return waiting or any(advance(shown, cursor) for shown in self.found)

    def close(self) -> None:
        """Gives up those that have not come."""
        for task in self._tasks:
            task.cancel()

    async def _find(self, route: Route, asked: Question, sample: int, ledger: tuple[str, str]) -> None:
        """A failure here is no news: the first suggestion's request meets it too, and tells."""
        deadline = asyncio.get_running_loop().time() + _TRIES_S
        call = Call(uuid4().hex, "complete", 1, deadline, *ledger, enough=asked.shape.enough, patience="once")
        text = ""
        try:
            async with aclosing(route.model.stream(asked.prompt.sampled(sample), call)) as stream:
                async for item in stream:
                    if isinstance(item, Piece):
                        text += item.text
                    elif isinstance(outcome := asked.shape.outcome(text, item.reason), Ghost):
                        self.found.append(Shown(self.cursor, outcome))
        except ModelError as error:
            log.debug("no further suggestion: %s", type(error).__name__)
        except Exception:
            log.exception("a further suggestion could not be shaped")


def alike(one: str, other: str) -> bool:
    """Whether two suggestions are so near to equal that a user gains nothing by the second.

    Blanks, the kind of quotes and commas or semicolons at the end do not count; nor does a token in ten or more, of
    the first 80: all of a long one would take more than 10 ms.
    """
    first, second = _tokens(one), _tokens(other)
    if first == second:
        return True
    matcher = SequenceMatcher(None, first[:_COMPARED], second[:_COMPARED], autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _goes_on(other: Ghost, first: Ghost) -> bool:
    """Whether it says what the first one is about to say: rows are shown as they come, and go on."""
    return "\n" in first.text and other.text.startswith(first.text)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.replace("'", '"').rstrip().rstrip(",;"))


def _follow(track: Track, cursor: Cursor) -> None:
    """Where the user has typed into one of the others, that is the suggestion on show; what fits no more is closed."""
    others = track.others
    if others is None:
        return
    if typed_since(others.cursor, cursor) != "":
        others.close()  # those still to come are for a place that is no more
    if not others.fits(cursor):
        track.others = None
    elif advance(track.shown, cursor) is None:
        track.shown = next((shown for shown in others.found if advance(shown, cursor)), track.shown)


async def _several(
    engine: Engine, route: Route, session: Session, track: Track, cursor: Cursor
) -> tuple[Ghost, ...] | Silence:
    clock = asyncio.get_running_loop().time
    began, first = clock(), asyncio.create_task(complete(engine, session, cursor, explicit=True))
    try:
        await asyncio.sleep(0)
        turn = track.turn
        await _ask(engine, route, session, track, cursor)
        outcome = await first
    except asyncio.CancelledError:
        first.cancel()
        raise
    others = track.others
    if turn is None or turn.over or others is None or (isinstance(outcome, Silence) and outcome.reason not in _CHANCE):
        return (outcome,) if isinstance(outcome, Ghost) else outcome
    await turn.result(others.done, max(clock() - began, _LEAST_WAIT_S))
    if turn.over:
        return Silence("superseded", "a newer request took its place")
    if isinstance(outcome, Silence) and others.found:
        track.shown = others.found[0]
        outcome = await complete(engine, session, cursor, explicit=True)
    return outcome if isinstance(outcome, Silence) else _different(session, others, cursor, outcome)


async def _ask(engine: Engine, route: Route, session: Session, track: Track, cursor: Cursor) -> None:
    """Asks for the others, unless they were asked for before; after the first, behind which they may have to queue."""
    if track.others is not None:
        return
    turn = track.turn
    await track.ahead.settle(_AHEAD_S)  # as the first one does
    await asyncio.sleep(0)
    if turn is None or turn.over:
        return
    ahead = track.ahead.near(cursor, engine.terms(route))
    snippets = own_imports(cursor, session.root) if ahead is None else ahead
    asked = question(engine, route, cursor, snippets, session.root)
    track.others = Others(route, asked, (session.id, engine.arm), engine.settings.complete.several - 1)


def _different(session: Session, others: Others, cursor: Cursor, first: Ghost) -> tuple[Ghost, ...]:
    found, shown = [first], list[Shown]()
    for other in others.found:
        ghost = advance(other, cursor)
        if ghost is not None and not _goes_on(ghost, first) and not any(alike(ghost.text, g.text) for g in found):
            found.append(ghost)
            shown.append(other)
    session.fates.beside(cursor, shown)
    return tuple(found)
