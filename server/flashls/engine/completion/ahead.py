"""Ahead: what a request will need is gathered before it is made, off the key path, one place a document at a time."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from flashls.context.fuller import RICHER
from flashls.context.gather import extras
from flashls.context.lasting import lasting
from flashls.context.steady import BEGIN, CORE, steady
from flashls.engine.visible import visible
from flashls.types import Budget, Cursor, Snippet, Workspace

log = logging.getLogger(__name__)

NEAR_ROWS = 30
_FRESH_S = 3.0
_OLD_S = 5.0  # after a pause of so long what was gathered may no longer be what the files say, or be hidden now
_WORD_BEGUN = re.compile(r"\w*\Z")


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms is gathered: ``hiding`` as ``paths.off`` has it, and ``budget``."""

    hiding: tuple[str, ...]
    budget: Budget


@dataclass(frozen=True, slots=True)
class Ahead:
    """Snippets gathered for a place at a time (in monotonic seconds), after so many changes of the disk.

    ``begun`` is what stood in the row before the cursor without the word begun: while only that word grows, nothing
    need be gathered anew for some seconds, until the index may know more.
    """

    row: int
    begun: str
    terms: Terms
    at: float
    changes: int
    snippets: tuple[Snippet, ...]


def gathered(cursor: Cursor, workspace: Workspace, terms: Terms, last: tuple[Snippet, ...] = ()) -> tuple[Snippet, ...]:
    """What is best shown at a place, out of what models may see of a workspace; for a thread.

    ``last`` is what was shown before: for a model that keeps what it has read, what still holds of that stays where
    it was.
    """
    shown, budget = visible(workspace, terms.hiding), terms.budget
    if budget.head_step == 1:
        return extras(cursor, shown, budget)
    last = lasting(last, cursor, shown)
    fresh = extras(cursor, shown, replace(budget, extra=int(BEGIN * budget.extra)))
    # A body or a line of documentation would be added apart from a header that is shown already.
    core = extras(cursor, shown, replace(budget, extra=int(CORE * budget.extra)), frozenset(RICHER)) if last else ()
    return steady(last, core, fresh, int(budget.extra * budget.chars_per_token))


class Lookout:
    """What is gathered ahead for one document. The latest place asked for is the next one gathered for."""

    def __init__(
        self,
        view: Callable[[], Workspace],
        latest: Callable[[Cursor], Cursor],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._view, self._latest, self._now = view, latest, now
        self._found: Ahead | None = None
        self._wanted: tuple[Cursor, Terms] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._changes = 0

    def look(self, cursor: Cursor, terms: Terms, delay: float = 0.0) -> None:
        """Has what is around a cursor gathered ``delay`` seconds from now, if by then no other place was asked for."""
        self._wanted = (cursor, terms)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None:
            return  # it goes on to what is wanted now
        if delay > 0:
            self._timer = asyncio.get_running_loop().call_later(delay, self._begin)
        else:
            self._begin()

    def near(self, cursor: Cursor, terms: Terms) -> tuple[Snippet, ...] | None:
        """What was gathered last, if it was for a place near the cursor and nothing else was hidden then.

        Not what was gathered before files changed, or some seconds ago: it is gathered anew first.
        """
        found = self._found
        if found is None or not self._holds(found, _OLD_S) or found.terms.hiding != terms.hiding:
            return None
        row, _ = cursor.snapshot.lines.point(cursor.offset)
        return found.snippets if abs(found.row - row) <= NEAR_ROWS else None

    def shown(self, terms: Terms) -> tuple[Snippet, ...]:
        """What the next gathering builds on: what was gathered last, on the same terms."""
        return self._found.snippets if self._found and self._found.terms.hiding == terms.hiding else ()

    def changed_on_disk(self) -> None:
        """Files have changed: what was gathered before may say what they no longer do, or what is hidden now."""
        self._changes += 1

    async def settle(self, seconds: float) -> None:
        """Waits for the gathering under way, if any, for at most so long."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=seconds)

    def forget(self) -> None:
        """Drops what was gathered and what is wanted."""
        self._found = self._wanted = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def close(self) -> None:
        """Ends it; a gathering under way comes to its end in its thread, and is dropped."""
        self.forget()
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        self._timer = None
        if self._wanted is not None and not self._is_fresh(*self._wanted):
            self._task = asyncio.create_task(self._gather())

    async def _gather(self) -> None:
        try:
            while self._wanted is not None and not self._is_fresh(*self._wanted):
                (cursor, terms), self._wanted = self._wanted, None
                cursor, changes = self._latest(cursor), self._changes
                snippets = await asyncio.to_thread(gathered, cursor, self._view(), terms, self.shown(terms))
                self._found = Ahead(*_place(cursor), terms, self._now(), changes, snippets)
        except Exception:
            log.exception("nothing could be gathered ahead")
        finally:
            self._task = None

    def _is_fresh(self, cursor: Cursor, terms: Terms) -> bool:
        found = self._found
        if found is None or not self._holds(found, _FRESH_S):
            return False
        return (found.row, found.begun, found.terms) == (*_place(cursor), terms)

    def _holds(self, found: Ahead, seconds: float) -> bool:
        return found.changes == self._changes and self._now() - found.at <= seconds


def _place(cursor: Cursor) -> tuple[int, str]:
    row, column = cursor.snapshot.lines.point(cursor.offset)
    return row, _WORD_BEGUN.sub("", cursor.snapshot.before(cursor.offset, min(column, 200)))
