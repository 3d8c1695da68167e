"""A test's server in a thread of its own, for commands that run in this process and wait for their answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def served(server: Callable[[], AbstractAsyncContextManager[T]]) -> Iterator[T]:
    """What ``server`` opens, while the block runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        opened = server()
        yield asyncio.run_coroutine_threadsafe(opened.__aenter__(), loop).result(10)
        asyncio.run_coroutine_threadsafe(opened.__aexit__(None, None, None), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
