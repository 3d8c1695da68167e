"""Hedging: a second model is asked where the first is unusually late, and the first of the two to begin answers.

Asked after the 95th percentile of the first one's own times, a second request is made about one time in twenty
(J. Dean, L. A. Barroso, "The Tail at Scale", CACM 56(2), 2013).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from flashls.models.breaker import Breaker
from flashls.models.seam import ModelError, Stalled, Stream
from flashls.types import End, Piece


@dataclass(slots=True)
class Run:
    """One model's stream, up to its first item. ``hurry``: lateness counts against the model's health.

    ``limit``: seconds that may pass until the first item, None for no limit but the call's own deadline. ``error`` is
    why it could not begin.
    """

    name: str
    stream: Stream
    breaker: Breaker
    hurry: bool
    limit: float | None = None
    first: Piece | End | None = None
    error: ModelError | None = None

    async def begin(self) -> Run:
        """Waits for the first item (None stays where the stream has none), and tells the breaker how it went.

        Raises what the model raises, ``Stalled`` over the limit; the stream is over then, and when cancelled.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            self.first = await self._first()
        except ModelError as error:
            self.error = error
            self.breaker.failed(error, loop.time() - started, loop.time())
            raise
        except BaseException:
            self.breaker.left(loop.time() - started, loop.time(), self.hurry)
            raise
        self.breaker.began(loop.time() - started, loop.time(), self.hurry)
        return self

    async def _first(self) -> Piece | End | None:
        if self.limit is None:
            return await anext(self.stream, None)
        try:
            async with asyncio.timeout(self.limit):
                return await anext(self.stream, None)
        except TimeoutError:
            raise Stalled(
                f"{self.name} did not begin to answer within {self.limit:.1f} s: choose a faster model"
            ) from None


async def race(first: Run, second: Callable[[], Run | None], after: float) -> Run:
    """Whichever of two runs begins first; the other is closed.

    ``second`` is called when the first has not begun ``after`` so many seconds, and may give none. A run that fails
    leaves the other its time; where both do, raises the first one's ``ModelError``.
    """
    tasks = [asyncio.create_task(first.begin())]
    runs = [first]
    try:
        await asyncio.wait(tasks, timeout=after)
        if not tasks[0].done() and (other := second()) is not None:
            runs.append(other)
            tasks.append(asyncio.create_task(other.begin()))
        winner = await _winner(tasks)
        runs.remove(winner)
        return winner
    finally:
        await _give_up(tasks)
        for run in runs:
            await run.stream.aclose()
            if run.first is not None:
                run.breaker.dropped(0.0, asyncio.get_running_loop().time(), run.hurry)


async def _winner(tasks: list[asyncio.Task[Run]]) -> Run:
    pending = set(tasks)
    while pending:
        _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done() and task.exception() is None:
                return task.result()
    return tasks[0].result()


async def _give_up(tasks: list[asyncio.Task[Run]]) -> None:
    """Cancels what still runs and waits until it is gone, also when cancelled meanwhile."""
    for task in tasks:
        task.cancel()
    cancelled = False
    while not all(task.done() for task in tasks):
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            cancelled = True
    for task in tasks:  # a loser's error is known to its breaker and, in the ledger, as its own attempt
        if not task.cancelled():
            task.exception()
    if cancelled:
        raise asyncio.CancelledError
