"""Landings: what a flight says at one cursor. What has been shown is only ever extended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from flashls.engine.completion.ghost import Match, Shown, beginning, match, may_match, place_of
from flashls.engine.completion.here import Here
from flashls.engine.completion.shape import Shape
from flashls.engine.completion.steps import Steps
from flashls.types import Cursor, End, Ghost, Silence


class Source(Protocol):
    """What a landing listens to: a flight. ``text`` is all of its reply so far, ``code`` the code in it."""

    text: str
    steps: Steps
    end: End | None
    is_open: bool
    is_late: bool

    @property
    def is_said_out(self) -> bool:
        """Whether the model ended by itself, rather than being cut off."""
        ...

    @property
    def code(self) -> str:
        """The code said so far, with the document's line ends."""
        ...

    def listen(self, landing: Landing) -> None:
        """Has a landing at another cursor hear what is said from now on."""
        ...

    def wait(self, done: Callable[[], bool]) -> asyncio.Future[bool]:
        """Becomes done as soon as ``done`` says so of what has been said, or the stream is over."""
        ...


class Landing:
    """A flight's text for one cursor: none until it is worth showing, then all that is, and longer as it streams on.

    ``typed``: what of the flight's code stands before the cursor already; None for the flight's own cursor. Single
    rows are there at their newline, longer ones when they are whole, or with the whole statements they have by the
    time the flight is late.
    """

    def __init__(self, shape: Shape, source: Source, typed: str | None = None) -> None:
        self.shape, self.source = shape, source
        self.place = place_of(shape.cursor)
        self.ghost: Ghost | None = None
        self.silence: Silence | None = None
        self.text = ""
        self.is_final = False
        self._typed, self._heard, self._grown = typed, 0, 0
        self._begins: str | None = None

    @property
    def is_onward(self) -> bool:
        """Whether it is at another cursor than its flight's."""
        return self._typed is not None

    @property
    def has_landed(self) -> bool:
        """Whether there is something to show, or will be nothing."""
        return self.ghost is not None or self.silence is not None

    @property
    def foretold(self) -> str:
        """What is shown, and what the model said behind it."""
        code = self._code
        return code if code.startswith(self.text) else self.text

    def hear(self, grow: bool = False) -> None:
        """Takes in what has been said since it was heard last; ``grow``: also what only makes it longer."""
        if self.is_final:
            return
        size, source = len(self.source.text), self.source
        if self._typed and not _agree(source.code, self._typed):
            self.fail(Silence("superseded", "something else was typed"))
        elif source.end is not None:
            self._take(self.shape.outcome(self._said, source.end.reason), final=True)
        elif size > self._heard and self.shape.enough(self._said):
            self._take(self.shape.outcome(self._said, "stop"), final=True)
        elif size > self._grown and source.is_late and (grow or self.ghost is None) and self.shape.extent != "row":
            self._grown = size
            self._take(self.shape.so_far(self._said), final=False)
        self._heard = size
        if not source.is_open:
            self.fail(Silence("superseded", "the stream was closed"))

    def fail(self, silence: Silence) -> None:
        """Nothing more will be said."""
        if not self.is_final:
            self._take(silence, final=True)

    def may_hold(self, here: Here) -> bool:
        """Whether ``at`` may find something; of many suggestions made before, few do."""
        return self._begins is None or may_match(self.place, here, self._begins)

    def at(self, here: Here, typing: bool) -> Match | None:
        """How far it is used up at a cursor; None where it does not go on there.

        What is left of it is not to be shown before it has landed.
        """
        self.hear(grow=True)
        return match(self.place, here, self.text if self.ghost else self._code, typing)

    def beyond(self, here: Here) -> str | None:
        """What of the flight's code stands before a cursor behind all that is shown here; None if it disagrees.

        A model that says more than what is shown has foreseen what is wanted next.
        """
        code = self.source.code
        if self.is_onward or not code.startswith(self.text):
            return None
        found = match(self.place, here, code)
        if found is None or found.closed or not _agree(code, found.typed):
            return None
        return found.typed if found.rest.strip() or self.source.is_open else None

    def is_behind(self, here: Here) -> bool:
        """Whether what is said next goes behind a bracket that the editor has closed there.

        Not where more was typed than was said: that tells nothing of what is wanted there.
        """
        found = match(self.place, here, self._code)
        return found is not None and found.closed and len(found.typed.rstrip()) < len(self._code.rstrip())

    def is_said_out(self, here: Here) -> bool:
        """Whether the model ended here by itself: the cursor is where all that it said was typed or taken."""
        if not self.source.is_said_out or self.source.code.rstrip() != (self._typed or "") + self.text.rstrip():
            return False
        found = match(self.place, here, self.text)
        return found is not None and len(found.typed) <= len(self.text)

    def shown(self, cursor: Cursor, found: Match) -> Shown:
        """What is on show when so much is left of it."""
        assert self.ghost is not None
        start = Cursor(cursor.snapshot, cursor.offset - len(found.typed))
        return Shown(start, self.ghost, found.typed + found.rest, len(found.typed))

    @property
    def _said(self) -> str:
        return self.source.text if self._typed is None else self._code

    @property
    def _code(self) -> str:
        return self.source.code[len(self._typed or "") :]

    def _take(self, outcome: Ghost | Silence | None, final: bool) -> None:
        self.is_final = final
        if isinstance(outcome, Ghost):
            if self.ghost is None:
                self.ghost, self.text = outcome, outcome.text
                self._begins = beginning(self.place, self.text)
            elif outcome.text.startswith(self.text):
                self.text = outcome.text
        elif outcome is not None and self.ghost is None:
            self.silence = outcome


def _agree(code: str, typed: str) -> bool:
    return code.startswith(typed) or typed.startswith(code)
