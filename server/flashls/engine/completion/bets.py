"""Bets: what was asked ahead, in case the document becomes what it would with the suggestion on show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flashls.engine.completion.flight import Flight
from flashls.types import Ghost

_SHARE = 0.25  # of the suggestions, at most, have something asked ahead where that costs
_USED = 0.5  # of what is asked ahead is used, at least
_KEPT = 0.98


@dataclass(slots=True)
class Bet:
    """The stream asked for ahead while ``ghost`` was on show, and whether what it said was of use."""

    ghost: Ghost
    flight: Flight
    is_won: bool = False


@dataclass(slots=True)
class Bets:
    """How often it has paid to ask ahead: of the suggestions shown, those bet on, those won. The latest count most."""

    shown: float = 0.0
    made: float = 0.0
    won: float = 0.0

    def show(self) -> None:
        """Counts a suggestion; those before count a little less."""
        self.shown, self.made, self.won = (_KEPT * each for each in (self.shown, self.made, self.won))
        self.shown += 1

    def allow(self, mode: Literal["auto", "on", "off"], free: bool) -> bool:
        """Whether one more may be made: by ``auto`` where it costs nothing, by ``on`` also where it does.

        Then for one suggestion in four, as long as every other bet is won; the first ones get the benefit of the doubt.
        """
        if free or mode != "on":
            return free and mode != "off"
        return self.made < _SHARE * (self.shown + 1) and self.won + 1 >= _USED * (self.made + 1)
