"""Rhythm: when a model is asked, by how the user types, by the place, and by what its answers are worth.

An answer comes two or three keys after it was asked for, so asking pays where the user goes on: in the middle of
typing nineteen keys in twenty are followed by another, behind a pause of a second two in five at the end of a row and
one in twenty elsewhere. So it is best asked at once, where many keys are still to come (see ``reach``), and not behind
each key for which there is none (see ``allowance``): the more requests are saved, the less an answer need be worth.

A recorded session of 37,000 edits (``python -m tests.bench typing``) tells what follows where:

- A statement that is whole has nothing to foresee in four cases of five, a new row in one of two, until it is begun.
- Where a suggestion was typed against, the next one is likely to be wrong too, for some keys; and in seven cases
  of ten what that one said behind them is taken up again meanwhile, for nothing.
- Behind a word that stands before closing brackets, and in the middle of a row, nobody pauses to go on typing.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from math import exp
from statistics import median

from flashls.engine.completion.allowance import Allowance
from flashls.engine.completion.reach import Reach, Side
from flashls.syntax.excerpt import plain
from flashls.types import Cursor

MOST_S = 1.0  # the longest pause, unless settings say another

_GAP_S = 0.12  # of a quick typist, until the user's own are known
_LEAST_GAP_S = 0.01  # a macro types faster than some clocks tick
_FEWEST = 6
_KEPT = 40
_THINKING_S = 1.0  # a longer gap is no typing

_TRUSTED = 12  # keys typed against a suggestion: by then it has come back (see ``again``), or will not
_DOUBTED = 4  # the power of their share of these by which another is worth less
_LEFT_ALONE = 5  # so many it is not asked behind in a pause
_PAUSE_S = 0.5
_FREE, _FREE_ELSEWHERE = 0.5, 2.5  # gaps, where what waiting saves is no money

_LIFE = 12.0  # keys for which an answer is of use, until it is known
_LONGEST_LIFE = 40
_LATEST = 0.1
_FEWEST_KEYS = 0.1

_READY = re.compile(
    r"(?:[([{.,=:<>+\-*/%&|!?~^@]|(?<!\w)(?:return|in|if|elif|else|and|or|not|new|is|as|await|yield|import|from|case|"
    r"match|for|while|const|let|var|def|fn|func|function|class|struct|enum|type|where|do|then) )\s*\Z|\A\s*\Z"
)
_STATEMENT = re.compile(r"[;}]\s*\Z")
_ONLY_CLOSERS = re.compile(r"[\s)\]}>\"'`;:,{]*")


@dataclass(slots=True)
class Rhythm:
    """How one user types. Times are readings of one clock, in seconds."""

    allowance: Allowance = field(default_factory=Allowance)
    _reach: Reach = field(default_factory=Reach)
    _gaps: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _last: Cursor | None = None
    _at: float = 0.0
    _goes_on: bool = False
    _rests: bool = False
    _against: int = 0
    _hopes: bool = False
    _life: float = _LIFE
    _lived: int = 0

    @property
    def gap(self) -> float:
        """The usual gap between two keys."""
        return max(median(self._gaps), _LEAST_GAP_S) if len(self._gaps) >= _FEWEST else _GAP_S

    def key(self, cursor: Cursor, now: float) -> None:
        """Takes up a request, which mostly means a key press: where the cursor is and when."""
        last, gap = self._last, now - self._at
        self._last, self._at, self._rests = cursor, now, False
        grown = moved = 0
        if last is not None and last.snapshot.uri == cursor.snapshot.uri:
            grown = cursor.snapshot.lines.length - last.snapshot.lines.length
            moved = cursor.offset - last.offset
            if not grown and not moved:
                return
        if grown and gap <= _THINKING_S:
            self._gaps.append(gap)
        self._goes_on = 0 < grown == moved
        if grown > 0:
            self._reach.key(_side(cursor), not _before(cursor).strip(), self._goes_on)
        else:
            self._reach.leave()
        if not self._goes_on:
            self._against, self._hopes = 0, False

    def asked(self, explicit: bool = False) -> None:
        """A model is asked; ``explicit``: as the user wished, which is not what is to be spared."""
        self._hopes = True
        if not explicit:
            self.allowance.spend(self._rests)

    def shown(self) -> None:
        """A suggestion is on show."""
        self._hopes, self._against = True, 0
        self._lived += 1

    def rested(self) -> None:
        """The user has not touched the document for the customary pause."""
        self._rests = True
        self.allowance.earn(self._hopes)

    def pause(self, cursor: Cursor, first_token_s: float = 0.3, free: bool = False) -> float | None:
        """Seconds to wait at a cursor without a suggestion; None where a model is better not asked unasked.

        ``first_token_s`` is how long the model usually takes to begin; ``free``: it costs nothing.
        """
        self._follow()
        before, side = _before(cursor), _side(cursor)
        is_whole = _STATEMENT.search(before) is not None
        if free:
            return self.gap * (_FREE_ELSEWHERE if self._against or is_whole or side == "within" else _FREE)
        if is_whole:
            return None
        if self.allowance.affords(min(self._worth(side, first_token_s), self._reach.odds(not before.strip()))):
            return 0.0
        goes_on = side == "end" or (side == "closed" and _READY.search(before) is not None)
        return _PAUSE_S if goes_on and not 0 < self._against < _LEFT_ALONE else None

    def _follow(self) -> None:
        """There is no suggestion: one that was hoped for has died, or another key was typed without one."""
        if self._hopes:
            self._hopes, self._against = False, 1
            self._life += _LATEST * (min(self._lived, _LONGEST_LIFE) - self._life)
            self._lived = 0
        elif self._against:
            self._against += 1

    def _worth(self, side: Side, first_token_s: float) -> float:
        """How many keys a suggestion asked for now is likely to be on show at.

        Those from when the answer is there to when the user goes elsewhere or it is typed against, as if any key were
        as likely as any other to be the last one before either.
        """
        reach, life = max(self._reach.of(side), _FEWEST_KEYS), max(self._life, _FEWEST_KEYS)
        trust = min(self._against / _TRUSTED, 1.0) ** _DOUBTED if self._against else 1.0
        return trust * exp(-first_token_s / self.gap / reach) / (1 / reach + 1 / life)


def _before(cursor: Cursor) -> str:
    return plain(cursor.snapshot.before(cursor.offset, 80)).rpartition("\n")[2]


def _side(cursor: Cursor) -> Side:
    after = plain(cursor.snapshot.after(cursor.offset, 80)).partition("\n")[0]
    if not after.strip():
        return "end"
    return "closed" if _ONLY_CLOSERS.fullmatch(after) else "within"
