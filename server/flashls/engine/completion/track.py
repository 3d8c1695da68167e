"""Track: one document's completions: the request under way, the suggestion on show, the streams, what is remembered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flashls.engine.completion.ahead import Lookout
from flashls.engine.completion.bets import Bet
from flashls.engine.completion.flight import Flight
from flashls.engine.completion.ghost import Shown
from flashls.engine.completion.pace import Turn
from flashls.engine.completion.recall import Recall
from flashls.engine.completion.rejected import Rejected
from flashls.types import Cursor

if TYPE_CHECKING:
    from flashls.engine.completion.several import Others


@dataclass(slots=True)
class Track:
    """One document's completions."""

    ahead: Lookout
    turn: Turn | None = None
    shown: Shown | None = None
    flight: Flight | None = None
    recall: Recall = field(default_factory=Recall)
    bet: Bet | None = None
    _told: Shown | None = None
    others: Others | None = None
    rejected: Rejected = field(default_factory=Rejected)

    def begin(self) -> Turn:
        """A new request's turn; the earlier request is answered at once."""
        if self.turn is not None:
            self.turn.take()
        self.turn = Turn()
        return self.turn

    def fly(self, flight: Flight) -> None:
        """Takes up a stream in place of the one under way, if any; what that has said is kept."""
        self.land()
        self.flight = flight
        self.recall.add(flight.landing)

    def show(self, shown: Shown) -> Shown:
        """Notes what is on show."""
        self.shown = self._told = shown
        return shown

    def adopt(self) -> None:
        """Takes up a suggestion that was put on show from elsewhere."""
        if self.shown is not self._told:
            self.recall.chosen = self._told = self.shown

    def forget(self) -> None:
        """Gives up the stream under way and all suggestions."""
        self.land()
        self.recall.forget()
        self.bet = self.shown = self._told = None

    def wager(self, bet: Bet) -> None:
        """Takes up a stream for what comes after the suggestion on show."""
        self._call_off()
        self.bet = bet
        self.recall.expect(bet.flight.landing)

    def land(self) -> None:
        """Gives up the streams under way, if any."""
        self._call_off()
        if self.flight is not None:
            self.flight.close()
            self.flight = None

    def leave(self, cursor: Cursor) -> None:
        """Gives up the streams under way unless the cursor is in the row where they were asked for.

        What is typed there in their place may come back to what they say.
        """
        row, _ = cursor.snapshot.lines.point(cursor.offset)
        if self.flight is None or self.flight.landing.place.row != row:
            self.land()

    def _call_off(self) -> None:
        if self.bet is not None:
            self.bet.flight.close()

    def forget_others(self) -> None:
        """Gives up the suggestions beyond the first, if there are any."""
        if self.others is not None:
            self.others.close()
            self.others = None
