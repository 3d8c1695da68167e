"""Turns and pace: one request at a time per document, and a pause before a model is asked."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from flashls.engine.completion.steps import Steps

T = TypeVar("T")


class Turn:
    """A request's right to be answered, until a newer request for the same document takes it."""

    def __init__(self) -> None:
        self.steps = Steps()
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting: asyncio.Future[bool] | None = None

    @property
    def over(self) -> bool:
        """Whether a newer request has taken the turn."""
        return self._over.done()

    def take(self) -> None:
        """Ends the turn; whoever waits in ``said``, ``result`` or ``pause`` goes on at once."""
        if not self._over.done():
            self._over.set_result(None)
            self._give_up()

    async def pause(self, seconds: float) -> bool:
        """Waits; whether the turn is still on afterwards. The loop's clock counts."""
        if seconds > 0 and not self.over:
            await asyncio.wait({self._over}, timeout=seconds)
        self.steps.mark("pause")
        return not self.over

    async def said(self, future: asyncio.Future[bool], seconds: float) -> bool:
        """Whether ``future`` was done before the turn or the time was over. It is this wait's own: it is given up then.

        Waiting for it alone takes fewer turns of the loop than ``result`` does, between a token and the reply.
        """
        self._waiting = future
        timer = asyncio.get_running_loop().call_later(seconds, self._give_up)
        try:
            return not self.over and await future
        finally:
            self._waiting = None
            timer.cancel()

    def _give_up(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(False)

    async def result(self, future: asyncio.Future[T], seconds: float | None = None) -> T | None:
        """The future's result, or None when the turn is over, or the time, before it is there.

        The future itself goes on: a stream's life is not a request's life.
        """
        waited: set[asyncio.Future[Any]] = {future, self._over}
        await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return future.result() if future.done() and not self.over else None
