"""Reach: how far a user goes on typing from a place, without going elsewhere; learned from all that is typed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

Side = Literal["end", "closed", "within"]
"""What stands right of the cursor in its row: nothing, only what closes, or more."""

_FIRST: dict[Side, float] = {"end": 10.0, "closed": 6.0, "within": 4.0}
_LONGEST, _REMEMBERED = 30, 300
_GOES_ON = {False: 0.95, True: 0.6}  # behind something in the row, and in a row that is blank so far
_LATEST = 1 / 30


@dataclass(slots=True)
class Reach:
    """The mean number of keys that follow a key at each side, 30 counting as the most; the latest count most.

    In the middle of a row people mostly mend a word, at its end they write; how much so differs from one to another.
    Apart from that, how often there is another key at all: behind a new row it may have been the last.
    """

    _means: dict[Side, float] = field(default_factory=lambda: dict(_FIRST))
    _shares: dict[bool, float] = field(default_factory=lambda: dict(_GOES_ON))
    _run: deque[Side] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    _was_blank: bool | None = None

    def key(self, side: Side, is_blank: bool, goes_on: bool) -> None:
        """Takes in a key; ``is_blank``: its row was so before it; ``goes_on``: it was typed where the last one was."""
        if not goes_on:
            self.leave()
        elif self._was_blank is not None:
            self._learn_share(self._was_blank, 1.0)
        self._run.append(side)
        self._was_blank = is_blank

    def leave(self) -> None:
        """Takes in that the cursor went elsewhere, or something was deleted."""
        if self._was_blank is not None:
            self._learn_share(self._was_blank, 0.0)
            self._was_blank = None
        for behind, side in enumerate(reversed(self._run)):
            self._means[side] += _LATEST * (min(behind, _LONGEST) - self._means[side])
        self._run.clear()

    def of(self, side: Side) -> float:
        """How many keys are to be expected behind one there."""
        return self._means[side]

    def odds(self, is_blank: bool) -> float:
        """How many times as often there is another key behind one as none."""
        share = self._shares[is_blank]
        return share / max(1 - share, 0.01)

    def _learn_share(self, is_blank: bool, goes_on: float) -> None:
        self._shares[is_blank] += _LATEST * (goes_on - self._shares[is_blank])
