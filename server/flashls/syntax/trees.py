"""Trees: parsed in steps, kept along edits, let go of in slices.

The tree library holds the interpreter lock while it parses and while it frees a tree (575 ms and 20 ms for 50,000
lines), so both are cut up here. A halted parse goes on where it stopped when the same parser is asked again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tree_sitter import Parser, Tree

from flashls.syntax.languages import Language, grammar
from flashls.text.edits import Edit
from flashls.types import Lines

# When it reaches the text's end the library does about 6 ms of work in one piece (50,000 lines, measured), so a step
# must leave room for that below 10 ms.
STEP_MS = 3.0
_SLICE_BYTES = 200_000


@dataclass(slots=True)
class Parsing:
    """A parse under way: ``step`` until it gives a tree. The lines must be those the old tree's edits led to.

    Do not drop one half done because the text has changed again: freeing what it has built is no cheaper than going
    on, and it would never end while someone types. Let it end, apply the edits since to its tree, and parse again.
    Raises ValueError for a language without grammar.
    """

    language: Language
    lines: Lines
    old_tree: Tree | None = None
    _parser: Parser = field(init=False)

    def __post_init__(self) -> None:
        known = grammar(self.language)
        if known is None:
            raise ValueError(f"no grammar for {self.language.name} is installed: treat the document as plain text")
        self._parser = Parser(known)

    def step(self, milliseconds: float = STEP_MS) -> Tree | None:
        """Parses for about so long; the tree when it is done, None when there is more to do."""
        return _step(self._parser, self.lines.read, self.old_tree, milliseconds)


async def parse_in_steps(
    language: Language | None, lines: Lines, old_tree: Tree | None = None, milliseconds: float = STEP_MS
) -> Tree | None:
    """Parses in steps between which the event loop runs; None for plain text."""
    if language is None or grammar(language) is None:
        return None
    parsing = Parsing(language, lines, old_tree)
    while (tree := parsing.step(milliseconds)) is None:
        await asyncio.sleep(0)
    return tree


def parsed(language: Language | None, text: str) -> Tree | None:
    """The tree of a short text, at once: about 1 ms for 7 KB. None for plain text."""
    known = grammar(language)
    return None if known is None else Parser(known).parse(text.encode("utf-8", "surrogatepass"))


def edited(tree: Tree, edit: Edit) -> Tree:
    """The tree with an edit's shift applied, to parse anew from; ``tree`` itself stays as it was.

    A copy shares all nodes (10 us at 50,000 lines), and the edit makes new ones along its own path only (25 us).
    """
    copy = tree.copy()
    copy.edit(*edit.for_tree)
    return copy


async def release(language: Language, tree: Tree, lines: Lines) -> None:
    """Frees a tree that was parsed from ``lines`` in slices; the caller must not keep a reference of its own.

    A tree is freed with its last reference, in one piece: 20 ms for 50,000 lines. So it is replaced by the trees of
    ever shorter heads of the text, which share their nodes with it: only the difference is freed at a time. A tree
    from which a later one came by small edits shares nearly all nodes with that one, and needs no such care.
    """
    known = grammar(language)
    while known is not None and tree.root_node.end_byte > _SLICE_BYTES:
        await asyncio.sleep(0)
        tree, size = _curtailed(tree, tree.root_node.end_byte - _SLICE_BYTES)
        parser = Parser(known)
        while (shorter := _step(parser, _head(lines, size), tree, STEP_MS)) is None:
            await asyncio.sleep(0)
        tree = shorter


def _curtailed(tree: Tree, byte: int) -> tuple[Tree, int]:
    """The tree with the text from the token at a byte on deleted, and the size of what is left."""
    root = tree.root_node
    token = root.descendant_for_byte_range(byte, byte) or root
    at, point = token.start_byte, token.start_point
    copy = tree.copy()
    copy.edit(at, root.end_byte, at, point, root.end_point, point)
    return copy, at


def _head(lines: Lines, size: int) -> Callable[[int, object], bytes]:
    return lambda byte, _point: lines.read(byte)[: max(0, size - byte)]


def _step(
    parser: Parser, read: Callable[[int, object], bytes], old_tree: Tree | None, milliseconds: float
) -> Tree | None:
    until = time.perf_counter() + milliseconds / 1000

    def late(_byte: int, _has_error: bool) -> bool:
        return time.perf_counter() >= until

    try:
        if old_tree is None:
            return parser.parse(read, progress_callback=late)
        return parser.parse(read, old_tree, progress_callback=late)
    except ValueError:  # Halted: py-tree-sitter raises "Parsing failed" where the C library returns NULL.
        return None
