"""A virtual clock: an event loop whose time jumps to its next timer whenever nothing is left to do."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar

T = TypeVar("T")
_WAIT_S = 0.05


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs ``work`` on a loop of that kind. While a job runs in a thread the clock stands still: it takes no time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


class VirtualLoop(asyncio.SelectorEventLoop):
    """``time()`` begins at 1,000 seconds and moves only from timer to timer."""

    def __init__(self) -> None:
        self._jumps = _Jumps()
        super().__init__(self._jumps)

    def time(self) -> float:
        """The virtual time."""
        return self._jumps.now

    def run_in_executor(  # type: ignore[override]  # the stub's TypeVarTuple cannot be spelt here
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """The job's future; the clock stands still until it is done."""
        future = super().run_in_executor(executor, func, *args)
        self._jumps.jobs += 1
        future.add_done_callback(self._done)
        return future

    def _done(self, _: object) -> None:
        self._jumps.jobs -= 1


class _Jumps(selectors.DefaultSelector):
    """Where the loop would sleep until its next timer, the time is now that timer's."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.jobs = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self.jobs or timeout is None:
            waited: list[tuple[selectors.SelectorKey, int]] = super().select(_WAIT_S if self.jobs else None)
            return waited
        self.now += timeout
        return ready
