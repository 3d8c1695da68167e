"""Region: the whole nodes around a place that are enough to tell whether code fits there."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Tree, TreeCursor

from flashls.syntax.brackets import TEXT
from flashls.types import Lines

# What the rows of a list need around them to be read as such.
_LISTS = {"(": ("(", ")"), "[": ("[", "]")}
_KEYED = {"object": ("({", "})"), "dictionary": ("{", "}"), "set": ("{", "}"), "hash": ("({", "})")}


@dataclass(frozen=True, slots=True)
class Bounds:
    """A region's offsets, and what to put around its text where it is a piece of a list."""

    start: int
    end: int
    lead: str = ""
    tail: str = ""


def region(tree: Tree | None, lines: Lines, offset: int, before: int, after: int) -> Bounds | None:
    """The offsets between which a place can be parsed by itself: whole siblings of the nodes that it is in.

    From at most ``before`` code points before it to at most ``after`` behind it, though not into a string or a comment
    that ends later. None where the tree does not tell: there is none, or what is around is one long token. 30 us.
    """
    if tree is None:
        return None
    byte, walker = lines.byte_of(offset), tree.walk()
    start = _start(walker, lines.byte_of(max(0, offset - before)), byte)
    if start is None:
        return None
    last = lines.byte_of(min(lines.length, offset + after))
    end = _end(walker, byte, last)
    stop = lines.offset_of_byte(_text_start(tree, byte, last) if end is None else end)
    if end is None and stop < lines.length:
        stop = lines.offset(lines.point(stop)[0], 0)
    begin = lines.offset_of_byte(start)
    lead, tail = _around(walker, start)
    if not lead:
        begin = lines.offset(lines.point(begin)[0], 0)
    return Bounds(begin, max(offset, stop), lead, tail)


def _start(walker: TreeCursor, first: int, byte: int) -> int | None:
    """Goes to the first node to begin behind byte ``first`` whose parent holds the place; the outermost of those."""
    while walker.goto_first_child_for_byte(first) is not None:
        while walker.node and walker.node.start_byte < first and walker.node.end_byte <= byte:
            if not walker.goto_next_sibling():
                return None
        if walker.node is None or walker.node.start_byte > byte:
            return None
        if walker.node.start_byte >= first:
            return walker.node.start_byte
        if TEXT.search(walker.node.type):
            return None
    return None


def _end(walker: TreeCursor, byte: int, last: int) -> int | None:
    """Where the last sibling ends that ends before byte ``last``; None if none of them is behind the place."""
    end = None
    while walker.node and walker.node.end_byte <= last:
        if walker.node.end_byte > byte:
            end = walker.node.end_byte
        if not walker.goto_next_sibling():
            break
    return end


def _around(walker: TreeCursor, start: int) -> tuple[str, str]:
    """The brackets of the list whose element begins at ``start``; the walker is at one of its elements."""
    if not walker.goto_parent() or walker.node is None or walker.node.start_byte >= start:
        return "", ""
    first = walker.node.child(0)
    return _KEYED.get(walker.node.type) or _LISTS.get(first.type if first else "", ("", ""))


def _text_start(tree: Tree, byte: int, last: int) -> int:
    """Byte ``last``, or where the string or comment begins that it is in."""
    node = tree.root_node.descendant_for_byte_range(last, last)
    start = last
    while node is not None and node.start_byte > byte:
        if TEXT.search(node.type):
            start = node.start_byte
        node = node.parent
    return start
