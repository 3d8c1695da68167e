"""A lane: a thread of its own in which jobs run one after the other, for an event loop that must never wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
_Job = Callable[[], None]


class Lane:
    """The thread starts with the first job; it is a daemon, so that a job that hangs does not keep the process."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def started(self) -> bool:
        """Whether there was a job yet."""
        return self._thread is not None

    def waiting(self) -> int:
        """How many jobs have not begun."""
        return self._jobs.qsize()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Runs ``work`` when all before it are done; the future holds what it gave or raised."""
        future: Future[T] = Future()
        self._jobs.put(lambda: _run(future, work))
        if self._thread is None:
            self._thread = threading.Thread(target=_serve, args=(self._jobs,), name=self._name, daemon=True)
            self._thread.start()
        return future

    def end(self) -> None:
        """Ends the thread after the jobs submitted so far; later ones never run."""
        self._jobs.put(None)


def _serve(jobs: SimpleQueue[_Job | None]) -> None:
    while (job := jobs.get()) is not None:
        job()


def _run(future: Future[T], work: Callable[[], T]) -> None:
    if future.set_running_or_notify_cancel():
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)
