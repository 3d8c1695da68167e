"""The open documents, each as its latest Snapshot. Trees follow the edits without holding up a key press."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from tree_sitter import Tree

from flashls.syntax.languages import grammar, language_of
from flashls.syntax.trees import Parsing, edited
from flashls.text.edits import Change, Edit, apply
from flashls.text.lines import BlockLines, lines_of
from flashls.types import Snapshot

_KEY_PATH_MS = 1.0


class Documents:
    """What the editor has open; most recently used last in ``_open``, so first in ``recent``."""

    def __init__(self) -> None:
        self._open: dict[str, Snapshot] = {}
        self._parsing: dict[str, asyncio.Task[None]] = {}
        self._missed: dict[str, list[Edit]] = {}

    def __getitem__(self, uri: str) -> Snapshot:
        return self._open[uri]

    def get(self, uri: str) -> Snapshot | None:
        """The document's latest snapshot; None if it is not open."""
        return self._open.get(uri)

    @property
    def recent(self) -> tuple[Snapshot, ...]:
        """All open documents, most recently opened or changed first."""
        return tuple(reversed(self._open.values()))

    def open(self, uri: str, language: str, version: int, text: str) -> Snapshot:
        """Takes up a document, again if need be; its tree is parsed in the background."""
        self.close(uri)
        self._open[uri] = Snapshot(uri, language, version, lines_of(text))
        self._parse(uri)
        return self._open[uri]

    def change(self, uri: str, version: int, changes: Sequence[Change]) -> Snapshot:
        """Applies changes in order. Raises KeyError if the document is not open."""
        snapshot = self._open.pop(uri)
        lines, tree = snapshot.lines, snapshot.tree
        for change in changes:
            lines, edit = apply(cast(BlockLines, lines), change)
            tree = edited(tree, edit) if tree is not None else None
            if uri in self._missed:
                self._missed[uri].append(edit)
        self._open[uri] = replace(snapshot, version=version, lines=lines, tree=tree)
        self._parse(uri)
        return self._open[uri]

    def close(self, uri: str) -> None:
        """Forgets a document."""
        self._open.pop(uri, None)
        self._missed.pop(uri, None)
        if task := self._parsing.pop(uri, None):
            task.cancel()

    async def parsed(self, uri: str) -> Snapshot:
        """The document with a tree of its latest version, if its language has a grammar. KeyError if not open."""
        while task := self._parsing.get(uri):
            await asyncio.shield(task)
        return self._open[uri]

    def _parse(self, uri: str) -> None:
        """Parses at once if that takes at most a millisecond, else goes on in the background."""
        snapshot = self._open[uri]
        language = language_of(snapshot.language)
        if language is None or grammar(language) is None or uri in self._parsing:
            return
        work = Parsing(language, snapshot.lines, snapshot.tree)
        tree = work.step(_KEY_PATH_MS) if snapshot.tree is not None else None
        if tree is not None:
            self._open[uri] = replace(snapshot, tree=tree, tree_version=snapshot.version)
        else:
            self._missed[uri] = []
            self._parsing[uri] = asyncio.create_task(self._parse_on(uri, work))

    async def _parse_on(self, uri: str, work: Parsing) -> None:
        """Parses until the tree is that of the latest version; edits made meanwhile are applied to each result."""
        try:
            version = self._open[uri].version
            while True:
                tree = await _finished(work)
                for edit in self._missed[uri]:
                    tree = edited(tree, edit)
                snapshot = self._open[uri] = replace(self._open[uri], tree=tree, tree_version=version)
                if snapshot.version == version:
                    return
                self._missed[uri], version = [], snapshot.version
                work = Parsing(work.language, snapshot.lines, tree)
        finally:
            if self._parsing.get(uri) is asyncio.current_task():
                del self._parsing[uri]
                self._missed.pop(uri, None)


async def _finished(work: Parsing) -> Tree:
    """The tree, with the event loop running between the parse's steps."""
    while (tree := work.step()) is None:
        await asyncio.sleep(0)
    return tree
