"""Edits: an editor's change, applied to lines, and told to a tree."""

from __future__ import annotations

from dataclasses import dataclass

from flashls.text.lines import BlockLines
from flashls.text.positions import width


@dataclass(frozen=True, slots=True)
class Change:
    """Text to stand between two places, each a row and a column in code points; None twice for the whole document.

    Raises ValueError when only one of them is None.
    """

    start: tuple[int, int] | None
    end: tuple[int, int] | None
    text: str

    def __post_init__(self) -> None:
        if (self.start is None) != (self.end is None):
            raise ValueError("a change needs both its start and its end, or neither to replace the whole document")


@dataclass(frozen=True, slots=True)
class Edit:
    """What a change did: UTF-8 byte offsets and points as tree-sitter counts (``BlockLines.tree_point``), and offsets.

    The text from ``start`` to ``old_end`` gave way to the text from ``start`` to ``new_end``.
    """

    start_byte: int
    old_end_byte: int
    new_end_byte: int
    start_point: tuple[int, int]
    old_end_point: tuple[int, int]
    new_end_point: tuple[int, int]
    start: int
    old_end: int
    new_end: int

    @property
    def for_tree(self) -> tuple[int, int, int, tuple[int, int], tuple[int, int], tuple[int, int]]:
        """The arguments of ``tree_sitter.Tree.edit``, in its order."""
        points = (self.start_point, self.old_end_point, self.new_end_point)
        return (self.start_byte, self.old_end_byte, self.new_end_byte, *points)


def apply(lines: BlockLines, change: Change) -> tuple[BlockLines, Edit]:
    """The lines after a change, and what it did to them.

    Places out of range are clamped as ``BlockLines.offset`` says; a start after the end is swapped with it.
    """
    start, old_end = _range(lines, change)
    after = lines.replace(start, old_end, change.text)
    new_end = start + len(change.text)
    begin, grown = _place(lines, start), width(change.text, "utf-8")
    stop = begin if old_end == start else _place(lines, old_end)
    (row, column), short = begin[1], "\n" not in change.text
    return after, Edit(
        start_byte=begin[0],
        old_end_byte=stop[0],
        new_end_byte=begin[0] + grown,
        start_point=begin[1],
        old_end_point=stop[1],
        new_end_point=(row, column + grown) if short else after.tree_point(new_end),
        start=start,
        old_end=old_end,
        new_end=new_end,
    )


def _place(lines: BlockLines, offset: int) -> tuple[int, tuple[int, int]]:
    return lines.byte_of(offset), lines.tree_point(offset)


def _range(lines: BlockLines, change: Change) -> tuple[int, int]:
    if change.start is None or change.end is None:
        return 0, lines.length
    start = lines.offset(*change.start)
    end = start if change.end == change.start else lines.offset(*change.end)
    return min(start, end), max(start, end)
