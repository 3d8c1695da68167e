"""Finished replies, kept in memory and on disk, for an event loop that must never wait for a disk.

One thread owns the file. ``put`` returns at once; ``get`` answers from memory, or waits a limited time for the thread.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from flashls.store.lane import Lane
from flashls.store.textcache import LONGEST, Stats, TextCache

_HOT_CHARS = 8 << 20  # characters kept in memory
_MOST_WAITING = 256  # texts waiting to be written; more are dropped
_WRITE_AFTER = 0.05  # seconds
_MOST_KNOWN = 50_000  # keys remembered, at about 80 bytes each


class Replies:
    """Texts by key in ``folder``, shared with other processes; nothing is opened before the first use.

    ``cap_bytes`` on disk and ``ttl`` seconds are limits; the oldest go first. ``hot`` texts stay in memory.
    ``patience`` is how many seconds a ``get`` waits for the disk before it is a miss. Nothing that is
    wrong with the disk is raised.
    """

    def __init__(
        self,
        folder: Path,
        *,
        cap_bytes: int = 256 << 20,
        ttl: float = 30 * 86400.0,
        hot: int = 512,
        patience: float = 1.0,
    ) -> None:
        self._cache = TextCache(folder, cap_bytes, ttl)
        self._hot = _Hot(hot)
        self._patience = patience
        self._known: set[int] | None = None
        self._unwritten: list[tuple[str, str]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._lane = Lane("flashls-replies")
        self._backlog: Future[None] | None = None
        self._closed = False

    def warm(self) -> None:
        """Opens the file and learns its keys in the background (about 0.2 s), so that no ``get`` need wait for a miss.

        A miss then costs a microsecond instead of a turn of another thread (0.3 ms). What other processes write from
        then on is not found here.
        """
        if not self._closed:
            self._lane.submit(self._learn)

    async def get(self, key: str) -> str | None:
        """The text put under ``key``, here or by another process; None if there is none or the disk is too slow."""
        text = self._hot.get(key)
        if text is not None or self._closed or self._stuck() or self._missing(key):
            return text
        self._write()
        try:
            async with asyncio.timeout(self._patience):
                text = await asyncio.wrap_future(self._lane.submit(lambda: self._cache.get(key)))
        except TimeoutError:
            self._backlog = self._lane.submit(lambda: None)
        if text is not None:
            self._hot.put(key, text)
        return text

    def put(self, key: str, text: str) -> None:
        """Keeps ``text`` under ``key``: in memory now, on disk in a moment, in order.

        The disk's thread is left alone until the reply is out: waking it here cost the loop 1.3 ms on two cores.
        """
        if self._closed or len(text) > LONGEST:
            return
        self._hot.put(key, text)
        if self._known is not None:
            self._known.add(hash(key))
        if len(self._unwritten) < _MOST_WAITING:
            self._unwritten.append((key, text))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_WRITE_AFTER, self._write)

    async def clear(self) -> int:
        """Removes everything, in memory and on disk; how many texts there were on disk."""
        self._hot.clear()
        self._unwritten.clear()
        return 0 if self._closed else await asyncio.wrap_future(self._lane.submit(self._cache.clear))

    async def stats(self) -> Stats:
        """What is kept on disk now. Raises ``RuntimeError`` once closed."""
        if self._closed:
            raise RuntimeError("the reply cache is closed")
        self._write()
        return await asyncio.wrap_future(self._lane.submit(self._cache.stats))

    async def aclose(self, limit: float = 1.0) -> None:
        """Writes what is waiting, at most ``limit`` seconds long, and closes the file. Later puts are ignored."""
        self._write()
        if self._closed or not self._lane.started:
            self._closed = True
            return
        self._closed = True
        done = self._lane.submit(self._cache.close)
        self._lane.end()
        try:
            async with asyncio.timeout(limit):
                await asyncio.wrap_future(done)
        except TimeoutError:
            pass  # the thread is a daemon: it does not keep the process

    def _write(self) -> None:
        """Hands what is unwritten to the thread, unless that has enough to do."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for key, text in self._unwritten[: max(0, _MOST_WAITING - self._lane.waiting())]:
            self._lane.submit(partial(self._cache.put, key, text))
        self._unwritten.clear()

    def _learn(self) -> None:
        keys = self._cache.keys(_MOST_KNOWN + 1)
        if keys is not None and len(keys) <= _MOST_KNOWN:
            self._known = {hash(key) for key in keys}

    def _missing(self, key: str) -> bool:
        return self._known is not None and hash(key) not in self._known

    def _stuck(self) -> bool:
        """Whether a ``get`` gave up waiting, and the thread is not through with what was before it."""
        return self._backlog is not None and not self._backlog.done()


class _Hot:
    """The texts used last, at most ``most`` of them and ``_HOT_CHARS`` characters."""

    def __init__(self, most: int) -> None:
        self._most, self._chars = most, 0
        self._texts: OrderedDict[str, str] = OrderedDict()

    def get(self, key: str) -> str | None:
        text = self._texts.get(key)
        if text is not None:
            self._texts.move_to_end(key)
        return text

    def put(self, key: str, text: str) -> None:
        self._chars += len(text) - len(self._texts.pop(key, ""))
        self._texts[key] = text
        while self._texts and (len(self._texts) > self._most or self._chars > _HOT_CHARS):
            self._chars -= len(self._texts.popitem(last=False)[1])

    def clear(self) -> None:
        self._texts.clear()
        self._chars = 0
