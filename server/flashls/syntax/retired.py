"""Retired trees: replaced by newer ones, and freed where that holds up nothing.

The tree library frees in one piece the nodes that no other tree shares, when the last reference is dropped: 3 to 7 ms'
worth after a key press in a file of a megabyte, 20 to 30 where nothing is shared. So the last reference is kept here
until all others are gone, and is dropped in a turn of the event loop of its own.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from dataclasses import dataclass

from tree_sitter import Node, Tree

from flashls.syntax.languages import Language
from flashls.syntax.trees import FREED_AT_ONCE, Parsing, Source, release
from flashls.syntax.turns import make_way

_SMALL_BYTES = 50_000  # freed in less than a millisecond, wherever that is
_SAMPLES = 16
_DEEP = 12  # nodes within one another that are looked at: what is broken may be thousands deep
_SOON_S = 0.2
_LATER_S = 60.0


@dataclass(frozen=True, slots=True)
class Lineage:
    """A tree parsed from ``lines``, first in ``trees``, and the copies of it that edits made: they share its nodes."""

    language: Language
    lines: Source
    trees: list[Tree]


class Retired:
    """The trees that were replaced, until they are freed."""

    def __init__(self) -> None:
        self._kept: list[tuple[Lineage, bool]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._wait = _SOON_S
        self._freeing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, lineage: Lineage, heir: Tree | None = None) -> None:
        """Takes over trees that ``heir`` has replaced, which lives on with the nodes that it shares with them."""
        size = lineage.trees[0].root_node.end_byte
        if size > _SMALL_BYTES:
            apart = size > FREED_AT_ONCE and _unshared(lineage.trees[0], heir) * size > FREED_AT_ONCE
            self._kept.append((lineage, apart))
            self._wait = _SOON_S
            self._look_in(_SOON_S)

    def end(self, work: Parsing) -> None:
        """Takes over a parse that nobody wants any more: dropped half done, all it has built is freed in one piece."""
        self._start(_ended(work))

    def _look_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            if self._timer.when() <= loop.time() + seconds:
                return
            self._timer.cancel()
        self._timer = loop.call_later(seconds, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._freeing is None or self._freeing.done():
            self._freeing = self._start(self._free())

    async def _free(self) -> None:
        """Frees what nothing else refers to; for the rest it looks again, ever later while nothing is added."""
        for lineage, apart in [kept for kept in self._kept if _is_ours(kept[0].trees)]:
            self._kept.remove((lineage, apart))
            await _freed(lineage, apart)
        if self._kept:
            self._look_in(self._wait)
            self._wait = min(2 * self._wait, _LATER_S)

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _freed(lineage: Lineage, apart: bool) -> None:
    del lineage.trees[1:]
    await make_way()
    if apart:
        await release(lineage.language, lineage.trees.pop(), lineage.lines)
    else:
        lineage.trees.clear()


async def _ended(work: Parsing) -> None:
    while (tree := work.step()) is None:
        await make_way()
    language, lines = work.language, work.lines
    del work
    lineage = Lineage(language, lines, [tree])
    del tree
    await _freed(lineage, apart=True)


def _is_ours(trees: list[Tree]) -> bool:
    """Whether nothing but their list refers to any of the trees: each is counted as often as what is new in a list."""
    return max(_references(trees)) <= _references([object()])[0]


def _references(those: list[Tree] | list[object]) -> list[int]:
    return [sys.getrefcount(each) for each in those]


def _unshared(tree: Tree, heir: Tree | None) -> float:
    """About how much of a tree's text stands in nodes that are not those of its heir, from 0 to 1."""
    if heir is None:
        return 1.0
    size, root, other = tree.root_node.end_byte, tree.root_node, heir.root_node
    shift = other.end_byte - size
    sampled = [size * n // _SAMPLES for n in range(_SAMPLES)]
    gone = [at for at in sampled if not any(_ids(root, at) & _ids(other, at + by) for by in (0, shift))]
    return len(gone) / _SAMPLES


def _ids(root: Node, byte: int) -> set[int]:
    """What tells the nodes around a byte: the outer ones may be new ones around what is shared."""
    found, cursor = set[int](), root.walk()
    while len(found) < _DEEP and cursor.goto_first_child_for_byte(byte) is not None:
        found.add(cursor.node.id)  # type: ignore[union-attr]
    return found
