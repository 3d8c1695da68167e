"""Trees: parsed in steps, and kept along edits.

The tree library holds the interpreter lock while it parses (575 ms for 50,000 lines), so parsing is cut up here: a
halted parse goes on where it stopped when the same parser is asked again. It frees the nodes of a tree that no other
tree shares, 20 ms for 50,000 lines, in one piece when the last reference is dropped: see ``release``. What cannot be
cut up is one token, such as a comment that swallows the file: 15 ms a MB.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, field
from typing import Protocol

from tree_sitter import Parser, Point, Tree

from flashls.syntax.languages import Language, grammar
from flashls.syntax.turns import make_way
from flashls.text.edits import Edit

STEP_MS = 3.0
# At the text's end the library does some work in one piece: 6 ms at 50,000 lines. It gets a step of its own.
_END_BYTES = 256
_END_MS = 1.0
# Shifting a tree along a deletion takes 64 us a KB; beyond this size parsing anew, in steps, is the lesser evil.
_LARGE_DELETION = 64_000
# Freeing so much takes 6 ms; of more, a slice at a time is freed, each for 5 ms of parsing and shifting.
FREED_AT_ONCE = 300_000
SLICE_BYTES = 20_000
_MOST_BROKEN = 16  # nodes with errors that are cut out of a tree to be freed
_SEEN_AT_ONCE = 2000


class Source(Protocol):
    """What a parser reads: a document's ``Lines``, or a part of them."""

    @property
    def size(self) -> int:
        """The length in UTF-8 bytes."""
        ...

    def read(self, byte: int, _point: object = None) -> bytes:
        """Some UTF-8 from a byte offset on, b"" at the end."""
        ...


@dataclass(slots=True)
class Parsing:
    """A parse under way: ``step`` until it gives a tree. The lines must be those the old tree's edits led to.

    Do not drop one half done because the text has changed again: freeing what it has built is no cheaper than going
    on, and it would never end while someone types. Let it end, apply the edits since to its tree, and parse again.
    Raises ValueError for a language without grammar.
    """

    language: Language
    lines: Source
    old_tree: Tree | None = None
    _parser: Parser = field(init=False)
    _read: _Reading = field(init=False)
    _ending: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        known = grammar(self.language)
        if known is None:
            raise ValueError(f"no grammar for {self.language.name} is installed: treat the document as plain text")
        self._parser = Parser(known)
        self._read = _Reading(self.lines)

    def step(self, milliseconds: float = STEP_MS) -> Tree | None:
        """Parses for about so long; the tree when it is done, None when there is more to do."""
        start = time.perf_counter()
        until, last = start + milliseconds / 1000, self.lines.size - _END_BYTES

        def halts(byte: int, _has_error: bool) -> bool:
            now = time.perf_counter()
            if byte > last and not self._ending and now > start + _END_MS / 1000:
                self._ending = True
                return True
            return now >= until

        self._read.parsing = True
        try:
            if self.old_tree is None:
                return self._parser.parse(self._read, progress_callback=halts)
            return self._parser.parse(self._read, self.old_tree, progress_callback=halts)
        except ValueError:  # Halted: py-tree-sitter raises "Parsing failed" where the C library returns NULL.
            return None
        finally:
            self._read.end()


class _Reading:
    """What a parser reads by. While it does, it is given the same two buffers in turn, which are emptied then.

    py-tree-sitter 0.26.1 never lets go of what its callback gives it: as bytes, all text that was ever read stayed in
    memory, 9 KB for a key in a long file. One buffer may still be in use while the next is asked for. A tree is asked
    for the text of its nodes, by queries for instance, through the same callback: that has to give bytes.
    """

    def __init__(self, source: Source) -> None:
        self.parsing = False
        self._source = source
        self._buffers = [bytearray(), bytearray()]

    def __call__(self, byte: int, point: object = None) -> bytes | bytearray:
        read = self._source.read(byte, point)
        if not self.parsing:
            return read
        self._buffers.reverse()
        self._buffers[0][:] = read
        return self._buffers[0]

    def end(self) -> None:
        """The parser has ended, or rests."""
        self.parsing = False
        for buffer in self._buffers:
            buffer.clear()


async def parse_in_steps(
    language: Language | None, lines: Source, old_tree: Tree | None = None, milliseconds: float = STEP_MS
) -> Tree | None:
    """Parses in steps between which the event loop runs; None for plain text."""
    if language is None or grammar(language) is None:
        return None
    parsing = Parsing(language, lines, old_tree)
    while (tree := parsing.step(milliseconds)) is None:
        await make_way()
    return tree


def parsed(language: Language | None, text: str) -> Tree | None:
    """The tree of a short text, at once: about 1 ms for 7 KB. None for plain text."""
    known = grammar(language)
    return None if known is None else Parser(known).parse(text.encode("utf-8", "surrogatepass"))


def edited(tree: Tree, edit: Edit) -> Tree:
    """The tree with an edit's shift applied, to parse anew from; ``tree`` itself stays as it was.

    A copy shares all nodes (10 us at 50,000 lines), and the edit makes new ones along its own path only (25 us). After
    a deletion of more than 64 KB it is an empty tree: nothing is known, all will be parsed anew.
    """
    if edit.old_end_byte - edit.start_byte > _LARGE_DELETION:
        empty = Parser(tree.language).parse(b"")
        empty.edit(0, 0, edit.new_end_byte + 1, (0, 0), (0, 0), (edit.new_end_point[0] + 1, 0))
        return empty
    copy = tree.copy()
    copy.edit(*edit.for_tree)
    return copy


async def release(language: Language, tree: Tree, lines: Source, poll_seconds: float = 0.2) -> None:
    """Frees a tree that was parsed from ``lines`` in slices, once nobody else refers to it.

    It is replaced by the trees of ever shorter heads of the text, which share their nodes with it, so that only the
    difference is freed at a time. Takes 0.4 s in slices of 8 ms for 50,000 lines. What has errors is taken out of the
    text before: the heads would be read in other ways. Where that is much, the tree is freed at once.
    """
    while sys.getrefcount(tree) > 2:  # This frame's own reference, and the one that counting makes.
        await asyncio.sleep(poll_seconds)
    if tree.root_node.end_byte > FREED_AT_ONCE and tree.root_node.has_error and (broken := await _broken(tree)):
        for start, end, at, to in reversed(broken):
            tree.edit(start, end, start, at, to, at)
            lines = _Without(lines, start, end)
        tree = await _anew(language, lines, tree)
    while tree.root_node.end_byte > FREED_AT_ONCE and not tree.root_node.has_error:
        tree = await _shortened(language, tree, lines)


async def _broken(tree: Tree) -> list[tuple[int, int, Point, Point]]:
    """Where the outermost nodes with errors are, by bytes and points; [] where they are too many or too long to cut."""
    found, size, seen, walker = list[tuple[int, int, Point, Point]](), 0, 0, tree.walk()
    more = not tree.root_node.is_error and walker.goto_first_child()
    while more and (node := walker.node) is not None:
        if node.has_error:
            found.append((node.start_byte, node.end_byte, node.start_point, node.end_point))
            size += node.end_byte - node.start_byte
            if size > SLICE_BYTES or len(found) > _MOST_BROKEN:
                return []
        more, seen = walker.goto_next_sibling(), seen + 1
        if seen % _SEEN_AT_ONCE == 0:
            await make_way()
    return found


async def _shortened(language: Language, tree: Tree, lines: Source) -> Tree:
    """The tree of the same text up to the token at which its last slice begins; ``tree`` itself is spent for it."""
    root = tree.root_node
    walker = root.walk()  # Node.first_child_for_byte gives a node that crashes where there is none.
    found = walker.goto_first_child_for_byte(root.end_byte - SLICE_BYTES) is not None and walker.node
    cut, point = (found.start_byte, found.start_point) if found else (0, (0, 0))
    tree.edit(cut, root.end_byte, cut, point, root.end_point, point)
    del root, walker, found  # They keep the tree.
    return await _anew(language, _Head(lines, cut), tree)


async def _anew(language: Language, lines: Source, tree: Tree) -> Tree:
    parsing = Parsing(language, lines, tree)
    await make_way()
    while (then := parsing.step()) is None:
        await make_way()
    await make_way()
    return then


@dataclass(frozen=True, slots=True)
class _Head:
    """A source up to ``size`` bytes."""

    source: Source
    size: int

    def read(self, byte: int, _point: object = None) -> bytes:
        return self.source.read(byte)[: max(0, self.size - byte)]


@dataclass(frozen=True, slots=True)
class _Without:
    """A source without the bytes from ``start`` to ``end``."""

    source: Source
    start: int
    end: int

    @property
    def size(self) -> int:
        return self.source.size - (self.end - self.start)

    def read(self, byte: int, _point: object = None) -> bytes:
        if byte < self.start:
            return self.source.read(byte)[: self.start - byte]
        return self.source.read(byte + self.end - self.start)
