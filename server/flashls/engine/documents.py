"""The open documents, each as its latest Snapshot. Trees follow the edits without holding up a key press."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from tree_sitter import Tree

from flashls.context.edits import Edits
from flashls.syntax.languages import grammar, language_of, query
from flashls.syntax.retired import Lineage, Retired
from flashls.syntax.trees import Parsing, edited
from flashls.syntax.turns import make_way
from flashls.text.edits import Change, Edit, apply
from flashls.text.lines import BlockLines, lines_of
from flashls.types import Cursor, Snapshot

_KEY_PATH_MS = 1.0
_LATELY = 32
_MOMENT_S = 0.05  # long enough for the request that comes with an edit; shorter than a pause in typing
_REST = (
    5  # times as long as a parse took before the next one, so that typing fast into a big file leaves time for the rest
)


class Documents:
    """What the editor has open; most recently used last in ``_open``, so first in ``recent``.

    ``edits`` are the latest changes, also of documents closed since; ``lately`` the documents used last.
    """

    def __init__(self) -> None:
        self.edits = Edits()
        self._lately: dict[str, None] = {}
        self._open: dict[str, Snapshot] = {}
        self._due: dict[str, asyncio.TimerHandle] = {}
        self._parsing: dict[str, asyncio.Task[None]] = {}
        self._work: dict[str, Parsing] = {}
        self._missed: dict[str, list[Edit]] = {}
        self._slow: set[str] = set()
        self._lineages: dict[str, Lineage] = {}
        self._retired = Retired()

    def __getitem__(self, uri: str) -> Snapshot:
        return self._open[uri]

    def get(self, uri: str) -> Snapshot | None:
        """The document's latest snapshot; None if it is not open."""
        return self._open.get(uri)

    def latest(self, cursor: Cursor) -> Cursor:
        """The cursor in the document's latest snapshot, with a newer tree perhaps, if its text is still the same."""
        found = self._open.get(cursor.snapshot.uri)
        return Cursor(found, cursor.offset) if found and found.lines is cursor.snapshot.lines else cursor

    @property
    def recent(self) -> tuple[Snapshot, ...]:
        """All open documents, most recently opened or changed first."""
        return tuple(reversed(self._open.values()))

    @property
    def lately(self) -> tuple[str, ...]:
        """The URIs of the 32 documents opened, changed or asked about last, the latest first, open or not."""
        return tuple(reversed(self._lately))

    def touch(self, uri: str) -> None:
        """Notes that a document is opened, changed or asked about, in some 100 nanoseconds."""
        self._lately.pop(uri, None)
        self._lately[uri] = None
        if len(self._lately) > _LATELY:
            del self._lately[next(iter(self._lately))]

    def open(self, uri: str, language: str, version: int, text: str) -> Snapshot:
        """Takes up a document, again if need be; its tree is parsed in the background."""
        self.close(uri)
        self.touch(uri)
        self._open[uri] = Snapshot(uri, language, version, lines_of(text))
        self._parse(uri)
        return self._open[uri]

    def change(self, uri: str, version: int, changes: Sequence[Change]) -> Snapshot:
        """Applies changes in order. Raises KeyError if the document is not open."""
        snapshot = self._open.pop(uri)
        self.touch(uri)
        lines, tree, now = cast(BlockLines, snapshot.lines), snapshot.tree, time.monotonic()
        for change in changes:
            before = lines
            lines, edit = apply(before, change)
            self.edits.note(uri, before, lines, (edit.start, edit.old_end, edit.new_end), now)
            tree = self._edited(uri, tree, edit) if tree is not None else None
            if uri in self._missed:
                self._missed[uri].append(edit)
        self._open[uri] = Snapshot(uri, snapshot.language, version, lines, tree, snapshot.tree_version)
        self._parse(uri, now=any(map(_may_restructure, changes)))
        return self._open[uri]

    def close(self, uri: str) -> None:
        """Forgets a document."""
        self._open.pop(uri, None)
        self._missed.pop(uri, None)
        self._slow.discard(uri)
        if due := self._due.pop(uri, None):
            due.cancel()
        if task := self._parsing.pop(uri, None):
            task.cancel()
        if work := self._work.pop(uri, None):
            self._retired.end(work)
        if lineage := self._lineages.pop(uri, None):
            self._retired.add(lineage)

    async def parsed(self, uri: str) -> Snapshot:
        """The document with a tree of its latest version, if its language has a grammar. KeyError if not open."""
        if uri in self._due:
            self._begin(uri)
        while task := self._parsing.get(uri):
            await asyncio.wait({task})  # it is cancelled where the document is taken up anew: then another follows
            if not task.cancelled():
                task.result()
        return self._open[uri]

    def _parse(self, uri: str, now: bool = False) -> None:
        """Parses ``now`` if that takes at most a millisecond, else in the background a moment later."""
        snapshot = self._open[uri]
        language = language_of(snapshot.language)
        if language is None or grammar(language) is None or uri in self._parsing:
            return
        if now and snapshot.tree is not None and uri not in self._slow:
            work = Parsing(language, snapshot.lines, snapshot.tree)
            tree = _finished_within(work, _KEY_PATH_MS)
            if tree is not None:
                self._take(uri, work, tree, snapshot.version)
            else:
                self._begin(uri, work)
        elif snapshot.tree is None:
            self._begin(uri)
        elif uri not in self._due:
            self._due[uri] = asyncio.get_running_loop().call_later(_MOMENT_S, self._begin, uri)

    def _begin(self, uri: str, work: Parsing | None = None) -> None:
        """Parses in the background, or goes on there with a parse that was begun."""
        if due := self._due.pop(uri, None):
            due.cancel()
        snapshot = self._open[uri]
        language = language_of(snapshot.language)
        assert language is not None
        work = work or Parsing(language, snapshot.lines, snapshot.tree)
        self._missed[uri] = []
        self._parsing[uri] = asyncio.create_task(self._parse_on(uri, work, snapshot.version))

    async def _parse_on(self, uri: str, work: Parsing, version: int) -> None:
        """Parses until no edit was made meanwhile; those made are applied to each result, and it is parsed again.

        The version cannot tell: one notification may make several edits, all of the same version.
        """
        try:
            await make_way()
            for capture in ("definition", "import"):
                query(work.language, capture)  # compiled now, up to 27 ms, not at the first key press
            while True:
                tree, spent = await self._finished(uri, work)
                self._take(uri, work, tree, version)
                if not self._missed[uri]:
                    return
                await asyncio.sleep(_REST * spent)
                snapshot = self._open[uri]
                self._missed[uri], version = [], snapshot.version
                work = Parsing(work.language, snapshot.lines, snapshot.tree)
        finally:
            if self._parsing.get(uri) is asyncio.current_task():
                del self._parsing[uri]
                self._missed.pop(uri, None)

    async def _finished(self, uri: str, work: Parsing) -> tuple[Tree, float]:
        """The tree, and the seconds it took, the event loop running between the steps; notes whether that was long."""
        spent, self._work[uri] = 0.0, work
        while True:
            started = time.perf_counter()
            tree = work.step()
            spent += time.perf_counter() - started
            if tree is not None:
                del self._work[uri]
                (self._slow.add if spent * 1000 > _KEY_PATH_MS else self._slow.discard)(uri)
                return tree, spent
            await make_way()

    def _take(self, uri: str, work: Parsing, tree: Tree, version: int) -> None:
        old, self._lineages[uri] = self._lineages.get(uri), Lineage(work.language, work.lines, [tree])
        for edit in self._missed.get(uri, ()):
            tree = self._edited(uri, tree, edit)
        self._open[uri] = replace(self._open[uri], tree=tree, tree_version=version)
        if old is not None:
            self._retired.add(old, self._lineages[uri].trees[0])

    def _edited(self, uri: str, tree: Tree, edit: Edit) -> Tree:
        copy = edited(tree, edit)
        self._lineages[uri].trees.append(copy)
        return copy


def _may_restructure(change: Change) -> bool:
    """Whether a change may move more than the end of a word: a tree with its shift applied then tells too little."""
    return change.start is None or change.start != change.end or not change.text.isalnum()


def _finished_within(work: Parsing, milliseconds: float) -> Tree | None:
    """The tree, if the parse comes to its end in time; a step may stop short of it."""
    until = time.perf_counter() + milliseconds / 1000
    while (left := until - time.perf_counter()) > 0:
        if (tree := work.step(left * 1000)) is not None:
            return tree
    return None
