"""Orders: what the indexer is told, and the progress that it tells, as lines of JSON."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Literal

import msgspec

_TOGETHER = 0.2  # seconds in which changes are taken together

State = Literal["waiting", "scanning", "indexing", "ready", "failed"]


class Order(msgspec.Struct, omit_defaults=True):
    """What a line of standard input says: paths below the root that changed, came or went; or that it is to stop.

    ``watched``: whether whoever writes will tell of all changes. ``anew``: the database is damaged.
    """

    changed: list[str] = []
    watched: bool | None = None
    anew: bool = False
    stop: bool = False


class Progress(msgspec.Struct, omit_defaults=True):
    """What a line of standard output says. ``waiting``: another process has the database.

    ``done`` of ``total`` files while indexing; ``total`` files when ready; ``reason`` when failed.
    """

    state: State
    done: int = 0
    total: int = 0
    reason: str = ""


class Orders:
    """What standard input says, to be read in a thread of its own; ``stopped`` is set at its end."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._queue: SimpleQueue[Order] = SimpleQueue()

    def read(self) -> None:
        """Reads to the end. A line that is no order is passed over."""
        with suppress(OSError, ValueError):
            for line in sys.stdin.buffer:
                with suppress(msgspec.DecodeError):
                    order = msgspec.json.decode(line, type=Order)
                    if order.stop:
                        break
                    self._queue.put(order)
        self.stopped.set()
        self._queue.put(Order(stop=True))

    def next(self, patience: float) -> Order:
        """The orders of the next moment as one, an empty one after ``patience`` seconds."""
        try:
            found = self._queue.get(timeout=max(0.0, patience))
        except Empty:
            return Order()
        until = time.monotonic() + _TOGETHER
        while not self.stopped.is_set():
            try:
                other = self._queue.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                break
            watched = found.watched if other.watched is None else other.watched
            found = Order(found.changed + other.changed, watched, found.anew or other.anew)
        return found
