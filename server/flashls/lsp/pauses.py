"""Pauses: where something was typed in a document, told as soon as nothing more is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Pauses:
    """The last place typed at in each document, for ``then(uri, offset)``.

    A key costs a microsecond: it moves no timer, which looks, when it is due, whether it was the last one.
    """

    def __init__(self, then: Callable[[str, int], None]) -> None:
        self._then = then
        self._typed: dict[str, tuple[int, float]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def typed(self, uri: str, offset: int, seconds: float) -> None:
        """Has the place told after so many seconds in which nothing else is typed in its document."""
        loop = asyncio.get_running_loop()
        self._typed[uri] = offset, loop.time() + seconds
        if self._timer is None:
            self._timer = loop.call_later(seconds, self._look)

    def close(self) -> None:
        """Tells nothing more."""
        self._typed.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        due = [(uri, offset) for uri, (offset, at) in self._typed.items() if at <= now]
        for uri, _ in due:
            del self._typed[uri]
        first = min((at for _, at in self._typed.values()), default=None)
        self._timer = None if first is None else loop.call_at(first, self._look)
        for uri, offset in due:
            self._then(uri, offset)
