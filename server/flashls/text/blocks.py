"""Blocks: short pieces of a text that know their own measures, so that a long text can be measured by adding up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from flashls.text.positions import width


# No slots: ``ends`` is made on first use, for making it costs most of what opening a long file costs.
@dataclass(frozen=True, eq=False, repr=False)
class Block:
    """A piece of text. A boundary between two blocks never parts a ``\\r\\n``.

    ``measures``: code points, UTF-8 bytes, UTF-16 units, line ends, and ``\\n`` alone (all that tree-sitter counts as a
    line end).
    """

    text: str
    measures: tuple[int, int, int, int, int]

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The offsets just after each line end: ``\\n``, ``\\r\\n`` and lone ``\\r`` (LSP 3.17, "Text Documents").

        Not by str.splitlines, which splits at form feeds, U+0085 and U+2028 too.
        """
        text = self.text
        if "\r" in text:
            text = text.replace("\r\n", "\0\n").replace("\r", "\n")
        return tuple(accumulate([len(line) + 1 for line in text.split("\n")[:-1]]))


def block(text: str) -> Block:
    """A block of ``text``, measured."""
    newlines = text.count("\n")
    ends = newlines + text.count("\r") - text.count("\r\n")
    return Block(text, (len(text), width(text, "utf-8"), width(text, "utf-16"), ends, newlines))


def cut(text: str, most: int) -> tuple[Block, ...]:
    """``text`` in blocks of about equal length and at most ``most`` code points (one more to spare a ``\\r\\n``)."""
    pieces = -(-len(text) // most)
    if pieces <= 1:
        return (block(text),) if text else ()
    bounds = [_beside_pair(text, len(text) * n // pieces) for n in range(pieces + 1)]
    return tuple(block(text[a:b]) for a, b in pairwise(bounds) if a < b)


def shared(*totals: list[int]) -> tuple[list[int], ...]:
    """Running totals of measures, one list for those of the first three that are the same: in a text of ASCII, all."""
    offsets, *others, rows, newlines = totals
    return (offsets, *(offsets if each[-1] == offsets[-1] else each for each in others), rows, newlines)


def _beside_pair(text: str, at: int) -> int:
    return at + 1 if text[max(at - 1, 0) : at + 1] == "\r\n" else at
