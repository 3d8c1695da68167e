"""Time that passes only where everybody waits: asyncio's own loop with a clock that jumps to the next timer."""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ParamSpec

P = ParamSpec("P")
Work = Coroutine[Any, Any, None]


def simulated(test: Callable[P, Work]) -> Callable[P, None]:
    """Runs an async test on a loop whose time is simulated: a sleep of an hour takes no time.

    It starts at 1,000 s. Nothing may be left of the test's tasks at its end.
    """

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def watched() -> None:
            await test(*args, **kwargs)
            await asyncio.sleep(1)  # generators that were let go of are closed in tasks of the loop's own
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, f"still running: {left}"

        with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
            runner.run(watched())

    return run


class SimulatedLoop(asyncio.SelectorEventLoop):
    """``now`` is its time, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.now


class _Jumping(selectors.BaseSelector):
    """Looks for sockets that are ready; where none is, time jumps ahead instead of passing."""

    def __init__(self, loop: SimulatedLoop) -> None:
        self._loop = loop
        self._sockets = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._sockets.select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits, and nothing will ever happen")
        if not ready and timeout is not None:
            self._loop.now += timeout
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._sockets.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._sockets.unregister(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._sockets.get_map()

    def close(self) -> None:
        self._sockets.close()
