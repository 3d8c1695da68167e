"""Steps: what a request went through on the way to its answer, and how long each step took."""

from __future__ import annotations

import time

from flashls.store.suggestions import Way
from flashls.types import End


class Steps:
    """Marks on the way, about a microsecond each. ``end`` is how the reply ended that the answer came from, if any.

    The names, in the order of the way: check (may there be a suggestion here?), advance (what is left of the one
    shown), join (a stream under way), pause, gather, ask (compose, seal, send), first token, reply, shape; and wait,
    for what is left: the loop's turn, or a model that was given up.
    """

    __slots__ = ("_began", "_marks", "end")

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._marks: list[tuple[str, float]] = []
        self.end: End | None = None

    def mark(self, step: str) -> None:
        """A step is done; what follows belongs to the next one."""
        self._marks.append((step, time.perf_counter()))

    def follow(self, flight: Steps) -> None:
        """Takes over what a stream has gone through since the last mark here."""
        since = self._marks[-1][1] if self._marks else self._began
        self._marks += [mark for mark in flight._marks if mark[1] >= since]
        self.end = flight.end

    def spans(self) -> tuple[tuple[str, float], ...]:
        """The steps up to now and their milliseconds, which add up to the request's."""
        found, at = list[tuple[str, float]](), self._began
        for step, done in (*self._marks, ("wait", time.perf_counter())):
            found.append((step, (done - at) * 1000))
            at = done
        return tuple(found)

    @property
    def way(self) -> Way:
        """Where an answer that was reached in these steps came from."""
        taken = {step for step, _ in self._marks}
        if self.end is not None and self.end.cached:
            return "cache"
        return "ask" if "ask" in taken else "join" if "join" in taken else "advance" if "advance" in taken else "none"
