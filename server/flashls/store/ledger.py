"""The ledger: what every attempt cost, for an event loop that must never wait for a disk.

All of a user's editors share the file. What is recorded, a thread writes, and nobody waits for that. A reservation is
made at once where the file lets it, else by the thread too; a budget waits for that, a limited time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from flashls.store.attempts import Attempt, Ceiling, Reservation, Spent
from flashls.store.direct import Direct
from flashls.store.figures import Figures
from flashls.store.lane import Lane
from flashls.store.ledgerfile import LedgerFile, LedgerTrouble, Row
from flashls.store.suggestions import LAST_KEPT, Request

T = TypeVar("T")

_WRITE_AFTER = 0.05  # seconds
_WRITE_AT = 50  # rows, which would hold up what comes after them if they were many more
_DAY = 86_400


class Ledger:
    """The ledger in the file ``path``, which nothing opens before the first use.

    ``patience`` is how many seconds a request waits for the file where a budget demands it; attempts are kept for
    ``keep_days``; ``clock`` gives seconds since 1970, ``timer`` tells how swift the file is.
    """

    def __init__(
        self,
        path: Path,
        *,
        patience: float = 2.0,
        keep_days: float = 400,
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._file, self._direct = LedgerFile(path, keep_days * _DAY, clock), Direct(path, timer)
        self._patience = patience
        self._lane = Lane("flashls-ledger")
        self._unwritten: list[Row] = []
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def warm(self) -> None:
        """Opens the file in the background (some 10 ms), so that the first reservation need not."""
        if not self._closed:
            self._lane.submit(self._file.open)
            self._lane.submit(self._direct.open)

    def record(self, row: Row) -> None:
        """Adds an attempt, or settles the one that was reserved under its id, in a moment. Never raises.

        A request for a completion is added, a suggestion too, or what became of it is said anew.
        """
        if self._closed:
            return
        self._unwritten.append(row)
        if len(self._unwritten) >= _WRITE_AT:
            self._write()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_WRITE_AFTER, self._write)

    async def reserve(self, attempt: Attempt, ceilings: Sequence[Ceiling]) -> Reservation:
        """Adds an open attempt that holds ``attempt.held``, if that fits under all ceilings: one transaction.

        Raises ``LedgerTrouble`` when the file cannot be written in time. A reservation that nobody waits for any more
        is given back.
        """
        if self._closed:
            raise LedgerTrouble("unusable")
        if self._direct.reserve(attempt, ceilings):
            return Reservation(attempt.id)
        self._write()  # what has ended leaves room
        future = self._lane.submit(partial(self._file.reserve, attempt, ceilings))
        if self._direct.wanting:
            self._lane.submit(self._direct.open)
        try:
            async with asyncio.timeout(self._patience):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            self._lane.submit(partial(self._give_back, attempt, future))
            raise LedgerTrouble("busy") from None
        except asyncio.CancelledError:
            self._lane.submit(partial(self._give_back, attempt, future))
            raise

    async def spent(self) -> Spent:
        """What was spent today and this month, up to what was recorded here just now. Raises ``LedgerTrouble``."""
        return await self._read(self._file.spent)

    async def since(self, at: float, most: int = 100_000) -> list[Attempt]:
        """The attempts from a time on (seconds since 1970), oldest first; of more than ``most`` the latest.

        Raises ``LedgerTrouble``.
        """
        return await self._read(partial(self._file.since, at, most))

    async def last(self, most: int = LAST_KEPT) -> list[Request]:
        """The last requests for completions, oldest first, of all the user's editors. Raises ``LedgerTrouble``."""
        return await self._read(partial(self._file.last, most))

    async def figures(self, at: float) -> Figures:
        """What happened from a time on (seconds since 1970), in sums. Raises ``LedgerTrouble``."""
        return await self._read(partial(self._file.figures, at))

    async def aclose(self, limit: float = 1.0) -> None:
        """Writes what is waiting, at most ``limit`` seconds long, and closes the file. Later attempts are ignored."""
        self._write()
        closed, self._closed = self._closed, True
        if closed or not self._lane.started:
            return
        self._lane.submit(self._direct.close)
        done = self._lane.submit(self._file.close)
        self._lane.end()
        try:
            async with asyncio.timeout(limit):
                await asyncio.wrap_future(done)
        except TimeoutError:
            pass  # the thread is a daemon: it does not keep the process

    async def _read(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise LedgerTrouble("unusable")
        self._write()
        return await asyncio.wrap_future(self._lane.submit(work))

    def _write(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._unwritten:
            self._lane.submit(partial(self._file.write, self._unwritten))
            self._unwritten = []

    def _give_back(self, attempt: Attempt, future: Future[Reservation]) -> None:
        """Runs in the lane, after the reservation: a request that was never sent costs nothing."""
        if not future.cancelled() and future.exception() is None and (row := future.result().id):
            self._file.write([replace(attempt, id=row, cost=0.0, held=0.0, total_ms=0.0, outcome="cancelled")])
