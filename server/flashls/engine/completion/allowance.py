"""Allowance: no more requests than a fixed pause would make; what is saved of them is spent sooner, where it pays most.

Whoever waits for a pause asks when the user has stopped, mostly because there is nothing more to type there. So each
pause without a suggestion earns a request, whether one is made then or not, and requests can be made in the middle of
typing instead: the user's own rest pays for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

CUSTOMARY_S = 0.35  # the pause that tools with a fixed one wait for (Continue, core/util/parameters.ts)

_AT_FIRST = 1.0
_LEAST, _MOST = -4.0, 8.0
_EARNED = 0.85  # those who wait for a pause keep what they were told, too, and need not ask in each
_PRICE, _STEEP = 1.8, 0.5


@dataclass(slots=True)
class Allowance:
    """``saved`` requests may be made before the user's next pause. Less than none: what was asked for in pauses."""

    saved: float = _AT_FIRST
    _is_owed: bool = False

    def affords(self, worth: float) -> bool:
        """Whether to ask without a pause for what is likely to be on show at ``worth`` keys.

        1.8 are to be, where one request is saved; 1.65 times as many with each one less, which may be less than none.
        """
        return worth >= _PRICE * exp(_STEEP * (1 - self.saved))

    def spend(self, rested: bool) -> None:
        """A model is asked; ``rested``: in a pause that was counted."""
        self.saved = max(self.saved - 1, _LEAST)
        self._is_owed = not rested

    def earn(self, hopes: bool) -> None:
        """The user has stopped for the customary pause; ``hopes``: a suggestion is on show, or asked for.

        That one would have been asked for by now, and serves from now on: it earns once.
        """
        if not hopes or self._is_owed:
            self.saved = min(self.saved + _EARNED, _MOST)
        self._is_owed = False
