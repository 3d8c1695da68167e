"""The indexer: a process that keeps a workspace's database, ``python -m flashls.index ROOT DATABASE``.

It takes ``Order``s, as JSON, one a line, on standard input, and tells its ``Progress`` the same way on standard
output. It runs when nothing else wants the processor, and ends when standard input does. One process at a time writes a
database; others of the same workspace wait for their turn and pass on what they are told.
"""

from __future__ import annotations

import argparse
import gc
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from flashls.index.files import MOST_BYTES
from flashls.index.folder import sweep
from flashls.index.orders import Order as Order
from flashls.index.orders import Orders
from flashls.index.orders import Progress as Progress
from flashls.index.repository import repository
from flashls.index.schema import looked_through
from flashls.index.upkeep import Source, Upkeep
from flashls.index.writer import Overtaken, Worn, Writer
from flashls.store.locks import held
from flashls.store.private import files as files_of
from flashls.store.private import make_private
from flashls.store.trouble import trouble
from flashls.text.secrets import find_secrets

_TICK = 2.0  # seconds between two looks at HEAD and at what other processes tell: 30 µs each
_SOON = 0.25  # seconds between two looks at whether another process is through for the first time
_FIRST_CHECK = 15.0  # seconds from one look at all files to the next; doubled while nothing changed
_LAST_CHECK = 300.0
_WATCHED = 4  # times as long where the editor tells of changes
_SHARE = 100  # a look takes at most the hundredth part of the time
_REST = 60.0  # seconds before another try after trouble with the disk
_TOLD = 0.25  # seconds between two reports of progress


def main(arguments: Sequence[str]) -> int:
    """Runs until standard input ends or says stop; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m flashls.index", description="Keeps a workspace's index.")
    parser.add_argument("root", type=Path)
    parser.add_argument("database", type=Path)
    parser.add_argument("--off", action="append", default=[], help="a pattern of paths that no model may see")
    parser.add_argument("--most-bytes", type=int, default=MOST_BYTES, help="the longest file")
    parser.add_argument("--check-every", type=float, default=_FIRST_CHECK, help="seconds between two looks at first")
    given = parser.parse_args(arguments)
    _step_back()
    source = Source(given.root.absolute(), tuple(given.off), given.most_bytes)
    orders = Orders()
    threading.Thread(target=orders.read, daemon=True, name="orders").start()
    _Indexer(source, given.database, orders, given.check_every).run()
    return 0


class _Indexer:
    def __init__(self, source: Source, db: Path, orders: Orders, first_check: float) -> None:
        self._source, self._db, self._orders = source, db, orders
        self._upkeep: Upkeep | None = None
        self._first = self._check_every = first_check
        self._watched = False
        self._told_at = 0.0
        self._repository = repository(source.root)
        self._stamp = (0, 0)

    def run(self) -> None:
        """Waits for its turn, then keeps the database until it is to stop."""
        while not self._orders.stopped.is_set():
            try:
                make_private(self._db)
                with held(self._db.with_suffix(".lock")) as ours:
                    if ours:
                        self._keep()
                    else:
                        self._wait()
            except OSError as error:
                self._rest(error)

    def _wait(self) -> None:
        """Passes on what it is told while another process writes, until that may have ended.

        That it waits is told only once all files are in the database: whoever asks now is to be answered from it.
        """
        whole = looked_through(self._db)
        if whole:
            self._tell(Progress("waiting"))
        order = self._orders.next(_TICK if whole else _SOON)
        if order.anew:
            _ask_anew(self._db)
        paths = [path for path in order.changed if not find_secrets(path)]
        if paths:
            try:
                writer = Writer(self._db)
                writer.wish(paths)
                writer.close()
            except (sqlite3.Error, OSError) as error:
                if trouble(error) == "damaged":
                    _ask_anew(self._db)

    def _keep(self) -> None:
        """Until it is to stop, or the database is gone, and maybe the lock with it."""
        paths: list[str] | None = None  # all
        while not self._orders.stopped.is_set():
            try:
                self._bring_up_to_date(paths)
                paths = self._next_paths()
            except (sqlite3.Error, OSError, Worn, Overtaken) as error:
                paths = None
                if self._let_go():
                    return
                self._mend(error)
        self._let_go()

    def _bring_up_to_date(self, paths: list[str] | None) -> None:
        """Takes in changes of some files, or of all where it is not known which."""
        if self._upkeep is None:
            sweep(self._db.parent)
            self._upkeep = Upkeep(Writer(self._db), self._source, self._report, self._orders.stopped.is_set)
            os.utime(self._db)  # it is in use
        if paths is None:
            self._tell(Progress("scanning"))
            began = time.perf_counter()
            self._stamp = self._repository.stamp() if self._repository else (0, 0)
            gc.disable()  # nothing in a batch of files refers to itself: saves 0.1 s in 100,000 lines
            changes = self._upkeep.scan()
            gc.enable()
            longest = max(_LAST_CHECK, self._first) * (_WATCHED if self._watched else 1)
            longer = min(2 * self._check_every, longest) if changes == 0 else self._first
            self._check_every = max(longer, _SHARE * (time.perf_counter() - began) if changes == 0 else 0)
        else:
            self._upkeep.changed(paths)
        if not self._orders.stopped.is_set():
            self._upkeep.writer.look_through()
            self._tell(Progress("ready", total=len(self._upkeep)))

    def _next_paths(self) -> list[str] | None:
        """Waits until there is something to do: the paths of files that changed, or None for a look at all."""
        upkeep = self._upkeep
        check_at = time.monotonic() + self._check_every
        while upkeep is not None and not self._orders.stopped.is_set():  # one of no files is false
            order = self._orders.next(min(_TICK, check_at - time.monotonic()))
            if order.watched is not None:
                self._watched = order.watched
            if order.anew or upkeep.writer.lost or _anew(self._db).exists():
                raise sqlite3.DatabaseError("the database is to be made anew")
            paths = order.changed + upkeep.writer.wishes()
            if paths:
                return paths
            if time.monotonic() >= check_at or (self._repository and self._repository.stamp() != self._stamp):
                return None
        return []

    def _let_go(self) -> bool:
        """Closes the database; whether it was gone."""
        upkeep, self._upkeep = self._upkeep, None
        if upkeep is None:
            return False
        with suppress(sqlite3.Error):
            upkeep.writer.close()
        return upkeep.writer.lost

    def _mend(self, error: Exception) -> None:
        """Removes a database that is damaged for good; waits where the disk is the trouble."""
        if isinstance(error, Overtaken):
            return
        if isinstance(error, Worn) or trouble(error) == "damaged":
            for path in (*files_of(self._db), _anew(self._db)):
                path.unlink(missing_ok=True)
        else:
            self._rest(error)

    def _rest(self, error: Exception) -> None:
        self._tell(Progress("failed", reason=f"The index in {self._db.parent} cannot be written: {error}"))
        self._orders.stopped.wait(_REST)

    def _report(self, done: int, total: int) -> None:
        if time.monotonic() - self._told_at >= _TOLD:
            self._tell(Progress("indexing", done, total))

    def _tell(self, progress: Progress) -> None:
        self._told_at = time.monotonic()
        with suppress(OSError, ValueError):
            sys.stdout.buffer.write(msgspec.json.encode(progress) + b"\n")
            sys.stdout.buffer.flush()


def _anew(db: Path) -> Path:
    """The file by which a process that waits tells the one that writes that the database is damaged."""
    return db.with_suffix(".anew")


def _ask_anew(db: Path) -> None:
    with suppress(OSError):
        _anew(db).touch(mode=0o600)


def _step_back() -> None:
    """Gives way to everything else: an editor's own work above all."""
    with suppress(OSError, AttributeError):
        os.nice(19)
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
