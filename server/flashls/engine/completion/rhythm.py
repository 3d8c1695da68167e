"""Rhythm: how long to wait for the next key before a model is asked, by the user's own pace and by the place.

What is waited for is the next key, so the user's usual gap between two keys is the unit. A recorded session of 37,000
edits (``python -m tests.bench typing``) tells what follows where, and the factors are those that did best on it:

- In the middle of typing a reply is mostly of use, and it is there before the pause that comes: ask soon.
- The first key somewhere else, or after a deletion, is often the only one there: a third has nothing to foresee.
- A statement that is whole has nothing to foresee in four cases of five.
- Where code stands right of the cursor a reply serves for a character in one case of ten: a model that costs money is
  not asked there unless the user asks. Brackets, quotes and the like do not count.
- Where a suggestion was typed against, the next one is likely to be wrong too. Where that goes on, all pauses grow.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from statistics import median

from flashls.types import Cursor

MOST_S = 1.0  # the longest pause, unless settings say another

_GAP_S = 0.12  # of a quick typist, until the user's own are known
_FEWEST = 6
_KEPT = 40
_THINKING_S = 1.0  # a longer gap is no typing
_BURST = 5
_BEARABLE_S = 0.8  # pause and first token together

# In gaps between keys. Of a place: nearly at once, some keys into a burst, later in it.
_AT_ONCE, _SOON, _LATER = 0.0, 0.3, 0.5
_CLOSERS, _WHOLE, _ELSEWHERE, _ELSEWHERE_READY = 1.2, 8.0, 5.0, 3.0
_AGAINST, _AGAINST_READY = (3.5, 4.0), (1.0, 2.0)  # within a word and behind it, at first and again
_FREE = 0.5  # what waiting saves is no money

# Answers that came too late or went wrong, one after the other, are a reason to ask less often.
_LIFE = 12.0  # keys for which an answer is of use, until it is known
_SHORT_LIFE, _LONGEST_LIFE = 8.0, 40
_MOST = 3.0
_LATEST = 0.1

_READY = re.compile(
    r"(?:[([{.,=:<>+\-*/%&|!?~^@]|(?<!\w)(?:return|in|if|elif|else|and|or|not|new|is|as|await|yield|import|from|case|"
    r"match|for|while|const|let|var|def|fn|func|function|class|struct|enum|type|where|do|then) )\s*\Z|\A\s*\Z"
)
_STATEMENT = re.compile(r"[;}]\s*\Z")
_ONLY_CLOSERS = re.compile(r"[\s)\]}>\"'`;:,{]*")


@dataclass(slots=True)
class Rhythm:
    """How one user types. Times are readings of one clock, in seconds."""

    _gaps: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _last: Cursor | None = None
    _at: float = 0.0
    _burst: int = 0
    _against: int = 0
    _hopes: bool = False
    _life: float = _LIFE
    _lived: int = 0

    @property
    def gap(self) -> float:
        """The usual gap between two keys."""
        return median(self._gaps) if len(self._gaps) >= _FEWEST else _GAP_S

    def key(self, cursor: Cursor, now: float) -> None:
        """Takes up a request, which mostly means a key press: where the cursor is and when."""
        last, gap = self._last, now - self._at
        self._last, self._at = cursor, now
        if last is None or last.snapshot.uri != cursor.snapshot.uri:
            self._burst = self._against = 0
            return
        grown = cursor.snapshot.lines.length - last.snapshot.lines.length
        if grown and gap <= _THINKING_S:
            self._gaps.append(gap)
        if 0 < grown == cursor.offset - last.offset:
            self._burst += 1
        elif grown or cursor.offset != last.offset:
            self._burst = self._against = 0
            self._hopes = False

    def asked(self) -> None:
        """A model is asked."""
        self._hopes = True

    def shown(self) -> None:
        """A suggestion is on show."""
        self._hopes, self._against = True, 0
        self._lived += 1

    def pause(self, cursor: Cursor, first_token_s: float = 0.3, free: bool = False) -> float | None:
        """Seconds to wait at a cursor without a suggestion; None where a model is better not asked unasked.

        ``first_token_s`` is how long the model usually takes to begin; ``free``: it costs nothing.
        """
        if self._hopes:
            self._die()
        before = cursor.snapshot.before(cursor.offset, 80).rpartition("\n")[2]
        after = cursor.snapshot.after(cursor.offset, 80).partition("\n")[0]
        if not free and not _ONLY_CLOSERS.fullmatch(after):
            return None
        wait = self._gaps_to_wait(before, bool(after.strip())) * self.gap
        wait *= _FREE if free else min(max(_SHORT_LIFE / max(self._life, 1.0), 1.0), _MOST)
        flows = self._burst and not self._against and not _STATEMENT.search(before)
        return min(wait, max(_BEARABLE_S - first_token_s, 0.0)) if flows else wait

    def _die(self) -> None:
        self._hopes, self._against = False, self._against + 1
        self._life += _LATEST * (min(self._lived, _LONGEST_LIFE) - self._life)
        self._lived = 0

    def _gaps_to_wait(self, before: str, closed: bool) -> float:
        if _STATEMENT.search(before):
            return _WHOLE
        ready = _READY.search(before) is not None
        if self._burst == 0:
            return _ELSEWHERE_READY if ready else _ELSEWHERE
        if self._against:
            return (_AGAINST if before[-1:].isalnum() else _AGAINST_READY)[self._against > 1]
        if closed:
            return _CLOSERS
        return _AT_ONCE if ready else _SOON if self._burst < _BURST else _LATER
