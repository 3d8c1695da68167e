"""Rejected: places where a suggestion was shown and left, and is not shown again unasked while nothing changes."""

from __future__ import annotations

from dataclasses import dataclass, field

from flashls.types import Cursor

_READ_S = 0.75  # what was on the screen for less was not read; Cody, too, counts from there on
_NEAR_ROWS = 5
_MOST = 20


@dataclass(slots=True)
class _Place:
    since: float
    read: bool = False
    left: bool = False
    far: bool = False


@dataclass(slots=True)
class Rejected:
    """The places of one document, at its present version, where suggestions were shown.

    LSP has no message for a suggestion that is dismissed: it is inferred, and only where a wanted one is not silenced
    by mistake. Rejected is what was on the screen long enough to be read, while the user then went elsewhere, no more
    than some rows away, came back, and changed nothing on the way. Not what is asked for again without such a move: an
    editor does that when its window is looked at again, or insert mode is entered again. Not a suggestion that was
    typed over and restored: that may have been a slip. Not where the user went to another document or further away:
    to look something up before taking it, say. And a request taken back tells nothing, as it is what happens to most.
    Whoever asks for it sees it again, and any change makes the place a new one. ``now`` in seconds.
    """

    _version: int = -1
    _places: dict[int, _Place] = field(default_factory=dict)

    def asked(self, cursor: Cursor, explicit: bool, now: float) -> bool:
        """Takes up where a suggestion is asked for; whether the one of this place was rejected."""
        if cursor.snapshot.version != self._version:
            self._version, self._places = cursor.snapshot.version, {}
        point = cursor.snapshot.lines.point
        for offset, place in self._places.items():
            if offset != cursor.offset:
                place.read |= not place.left and now - place.since >= _READ_S
                place.left = True
                place.far |= abs(point(cursor.offset)[0] - point(offset)[0]) > _NEAR_ROWS
        here = self._places.get(cursor.offset)
        return here is not None and not explicit and here.left and here.read and not here.far

    def forget(self) -> None:
        """Takes nothing for rejected: for lists, which users ask for, too, without the server being told who asks."""
        self._places = {}

    def shown(self, cursor: Cursor, now: float) -> None:
        """Takes up that a suggestion is shown at a place now."""
        if cursor.snapshot.version == self._version and len(self._places) < _MOST:
            self._places[cursor.offset] = _Place(now)
