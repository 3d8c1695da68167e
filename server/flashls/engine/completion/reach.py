"""Reach: how many keys a user goes on typing from a place, without going elsewhere; learned from all that is typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Side = Literal["end", "closed", "within"]
"""What stands right of the cursor in its row: nothing, only what closes, or more."""

_FIRST: dict[Side, float] = {"end": 10.0, "closed": 6.0, "within": 4.0}
_LONGEST = 30
_LATEST = 1 / 30


@dataclass(slots=True)
class Reach:
    """The mean number of keys that follow a key at each side, 30 counting as the most; the latest count most.

    In the middle of a row people mostly mend a word, at its end they write; how much so differs from one to another.
    """

    _means: dict[Side, float] = field(default_factory=lambda: dict(_FIRST))
    _run: list[Side] = field(default_factory=list)

    def key(self, side: Side, goes_on: bool) -> None:
        """Takes in a key; ``goes_on``: it was typed where the last one was."""
        if not goes_on:
            self._learn()
        self._run.append(side)

    def of(self, side: Side) -> float:
        """How many keys are to be expected behind one there."""
        return self._means[side]

    def _learn(self) -> None:
        for behind, side in enumerate(reversed(self._run)):
            self._means[side] += _LATEST * (min(behind, _LONGEST) - self._means[side])
        self._run.clear()
