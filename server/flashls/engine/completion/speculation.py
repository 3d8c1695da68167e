"""Speculation: while a suggestion is on show, what comes after it is found out as if it had been taken."""

from __future__ import annotations

from dataclasses import replace

from flashls.engine.completion.asking import launched
from flashls.engine.completion.bets import Bet
from flashls.engine.completion.ghost import Shown
from flashls.engine.completion.track import Track
from flashls.engine.engine import Engine, Route
from flashls.engine.session import Session
from flashls.syntax.languages import grammar, language_of
from flashls.syntax.trees import Parsing, edited
from flashls.text.edits import Change, apply
from flashls.text.lines import BlockLines
from flashls.types import Cursor, Ghost

_PARSE_MS = 1.0
_NEAR = 12  # code points: so few left to type are gone in the time that a reply takes


def speculate(engine: Engine, route: Route, session: Session, track: Track, shown: Shown, cursor: Cursor) -> None:
    """Asks for what comes after a suggestion, unless it is known, is being found out, or is not worth it.

    Not before the suggestion has come to its end; where it costs, only once the user has typed most of it. What comes
    of it is shown only where the document really becomes what was thought it would.
    """
    if not _is_worth_it(engine, route, session, track, shown, cursor):
        return
    then = taken(cursor, shown.left(cursor))
    if not track.recall.knows(then):
        session.bets.made += 1
        track.wager(Bet(shown.ghost, launched(engine, route, session, track, then, priority=1)))


def noted(session: Session, track: Track, shown: Shown) -> None:
    """Counts a suggestion that is shown, and whether it was found ahead; to be told before it is on show."""
    if track.shown is None or track.shown.ghost is not shown.ghost:
        session.bets.show()
    bet = track.bet
    if bet is not None and not bet.is_won and bet.flight.landing.ghost is shown.ghost:
        bet.is_won = True
        session.bets.won += 1


def taken(cursor: Cursor, ghost: Ghost) -> Cursor:
    """The cursor after a suggestion was taken, in the document that this would make. Costs a parse of 1 ms at most."""
    snapshot = cursor.snapshot
    before = snapshot.lines
    assert isinstance(before, BlockLines)
    lines, edit = apply(before, Change(before.point(ghost.start), before.point(ghost.end), ghost.text))
    tree, language = snapshot.tree, language_of(snapshot.language)
    if tree is not None and language is not None and grammar(language) is not None:
        tree = edited(tree, edit)
        tree = Parsing(language, lines, tree).step(_PARSE_MS) or tree
    return Cursor(replace(snapshot, lines=lines, tree=tree), edit.new_end)


def _is_worth_it(engine: Engine, route: Route, session: Session, track: Track, shown: Shown, cursor: Cursor) -> bool:
    if track.flight is not None and track.flight.is_open:
        return False
    if track.bet is not None and (track.bet.flight.is_open or track.bet.ghost is shown.ghost):
        return False
    if not session.bets.allow(engine.settings.complete.speculate, route.free):
        return False
    typed = cursor.offset - shown.cursor.offset
    return route.free or 0 < len(shown.left(cursor).text) <= min(_NEAR, typed)
