"""Lines: a document's text as an immutable sequence of lines that takes an edit in time that barely grows with it.

The text is kept in blocks of a few thousand code points, cut without regard to lines, so that a line of a megabyte
costs no more than a thousand short ones. An edit makes the blocks it touches anew and shares the others; places are
found by bisection in running totals.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from flashls.text.blocks import Block, block, cut, shared
from flashls.text.positions import Encoding, fit, width

BLOCK = 4096


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BlockLines:
    """A document's lines, each with its line end; a ``types.Lines``. ``lines_of`` and ``replace`` make them.

    Lines end at ``\\n``, ``\\r\\n`` and lone ``\\r``. A text that ends with a line end has one more, empty row, as
    editors show it; the empty text has one row. Offsets, bytes and rows out of range are clamped unless a method says
    otherwise.
    """

    _blocks: tuple[Block, ...]
    _most: int
    # Running totals of Block.measures: before each block, and of the whole text last.
    _offsets: list[int]
    _bytes: list[int]
    _units: list[int]
    _rows: list[int]
    _newlines: list[int]

    @property
    def length(self) -> int:
        """The whole text's length in code points."""
        return self._offsets[-1]

    @property
    def size(self) -> int:
        """The whole text's length in UTF-8 bytes."""
        return self._bytes[-1]

    @property
    def text(self) -> str:
        """The whole text, joined: not for the key path."""
        return "".join([b.text for b in self._blocks])

    def __len__(self) -> int:
        return self._rows[-1] + 1

    def __getitem__(self, row: int) -> str:
        """A line with its line end; below zero counts from the last. Raises IndexError out of range."""
        at = row + len(self) if row < 0 else row
        if not 0 <= at < len(self):
            raise IndexError(f"row {row} is not in a text of {len(self)} rows")
        return self.slice(self._start(at), self._start(at + 1))

    def __iter__(self) -> Iterator[str]:
        parts: list[str] = []
        for piece in self._blocks:
            start = 0
            for end in piece.ends:
                yield "".join([*parts, piece.text[start:end]])
                parts, start = [], end
            parts.append(piece.text[start:])
        yield "".join(parts)

    def offset(self, row: int, column: int) -> int:
        """The offset of a row and column.

        A row past the last is the text's end, a column past its line the line's end before its line end. The place
        between ``\\r`` and ``\\n`` can be named, so that ``offset(*point(n)) == n`` for every offset.
        """
        if row < 0:
            return 0
        at = self._start(row) + max(column, 0)
        return at if at < self._start(row + 1) else self._content_end(row)

    def point(self, offset: int) -> tuple[int, int]:
        """The row and column of an offset."""
        offset = max(0, min(offset, self.length))
        i = self._block_at(offset)
        row = self._rows[i] + bisect_right(self._blocks[i].ends, offset - self._offsets[i])
        return row, offset - self._start(row)

    def slice(self, start: int, end: int) -> str:
        """The text between two offsets; "" if ``end`` is not after ``start``."""
        start, end = max(start, 0), min(end, self.length)
        if start >= end:
            return ""
        i, j = self._block_at(start), self._block_at(end - 1)
        if i == j:
            return self._blocks[i].text[start - self._offsets[i] : end - self._offsets[i]]
        first, last = self._blocks[i].text[start - self._offsets[i] :], self._blocks[j].text[: end - self._offsets[j]]
        return "".join([first, *(b.text for b in self._blocks[i + 1 : j]), last])

    def before(self, offset: int, n: int) -> str:
        """At most ``n`` code points that end at ``offset``."""
        offset = min(offset, self.length)
        return self.slice(offset - n, offset)

    def after(self, offset: int, n: int) -> str:
        """At most ``n`` code points that start at ``offset``."""
        offset = max(offset, 0)
        return self.slice(offset, offset + n)

    def column(self, row: int, units: int, encoding: Encoding) -> int:
        """``positions.column`` of a row, without making its line: a long line costs no more than a short one."""
        if not 0 <= row < len(self):
            return 0
        start, totals = self._start(row), self._totals(encoding)
        units = self._count(start, encoding) + max(units, 0)
        i = _last_up_to(totals, units)
        at = self._offsets[i] + fit(self._blocks[i].text, units - totals[i], encoding)
        return min(at, self._content_end(row)) - start

    def units(self, row: int, column: int, encoding: Encoding) -> int:
        """``positions.units`` of a row, without making its line."""
        if not 0 <= row < len(self):
            return 0
        start = self._start(row)
        at = min(start + max(column, 0), self._content_end(row))
        return self._count(at, encoding) - self._count(start, encoding)

    def byte_of(self, offset: int) -> int:
        """The UTF-8 byte offset of an offset."""
        return self._count(max(0, min(offset, self.length)), "utf-8")

    def byte(self, row: int, column: int) -> int:
        """The UTF-8 byte offset of a row and column."""
        return self.byte_of(self.offset(row, column))

    def offset_of_byte(self, byte: int) -> int:
        """The offset of a UTF-8 byte offset; inside a character it is the character's start."""
        i = _last_up_to(self._bytes, byte)
        return self._offsets[i] + fit(self._blocks[i].text, byte - self._bytes[i], "utf-8")

    def at_byte(self, byte: int) -> tuple[int, int]:
        """The row and column of a UTF-8 byte offset; inside a character it is the character's start."""
        return self.point(self.offset_of_byte(byte))

    def tree_point(self, offset: int) -> tuple[int, int]:
        """An offset as tree-sitter counts: rows that end at ``\\n`` only, and the UTF-8 byte column in them.

        In a text with a lone ``\\r`` these rows are not ours: go from a node to a row by ``at_byte``.
        """
        offset = max(0, min(offset, self.length))
        i = self._block_at(offset)
        upto = self._blocks[i].text[: offset - self._offsets[i]]
        row = self._newlines[i] + upto.count("\n")
        if row == self._newlines[i] and row > 0:
            i = bisect_left(self._newlines, row) - 1
            upto = self._blocks[i].text
        start = self._offsets[i] + upto.rfind("\n") + 1 if row else 0
        return row, self.byte_of(offset) - self.byte_of(start)

    def read(self, byte: int, _point: object = None) -> bytes:
        """UTF-8 from a byte offset to the end of its block, b"" at the end: tree-sitter's read callback.

        Goes by the byte alone, for tree-sitter's rows are not ours (see ``tree_point``). Lone surrogates are three
        bytes each, which tree-sitter takes for an error in the code.
        """
        if not 0 <= byte < self.size:
            return b""
        i = _last_up_to(self._bytes, byte)
        return self._blocks[i].text.encode("utf-8", "surrogatepass")[byte - self._bytes[i] :]

    def replace(self, start: int, end: int, text: str) -> BlockLines:
        """These lines with the text between two offsets replaced; nothing is deleted if ``end`` is before ``start``."""
        start = max(0, min(start, self.length))
        end = max(start, min(end, self.length))
        # The characters beside the edit are made anew as well: so a \r\n that it joins lies within one block.
        i, j = self._block_at(start - 1), self._block_at(end)
        head = self._blocks[i].text[: start - self._offsets[i]]
        tail = self._blocks[j].text[end - self._offsets[j] :]
        fresh = cut(head + text + tail, self._most)
        if i == j and len(fresh) == 1:
            return self._with_block(i, fresh[0])
        return self._with(i, self._blocks[:i] + fresh + self._blocks[j + 1 :])

    def _with(self, i: int, blocks: tuple[Block, ...]) -> BlockLines:
        """Lines of other blocks that are the same before block ``i``: the totals up to there are taken over."""
        if not blocks:
            return lines_of("", self._most)
        kept = (self._offsets, self._bytes, self._units, self._rows, self._newlines)
        if i == len(blocks):
            return BlockLines(blocks, self._most, *(old[: i + 1] for old in kept))
        measures = zip(*[b.measures for b in blocks[i:]], strict=True)
        totals = (old[:i] + list(accumulate(new, initial=old[i])) for old, new in zip(kept, measures, strict=True))
        return BlockLines(blocks, self._most, *shared(*totals))

    def _with_block(self, i: int, fresh: Block) -> BlockLines:
        """Lines with another block ``i``, as a key makes them: most totals stay as they are, and some are the same."""
        made: dict[tuple[int, int], list[int]] = {}

        def moved(old: list[int], was: int, now: int) -> list[int]:
            key = id(old), now - was
            if was != now and key not in made:
                made[key] = old[: i + 1] + [total + now - was for total in old[i + 1 :]]
            return made.get(key, old)

        kept = (self._offsets, self._bytes, self._units, self._rows, self._newlines)
        totals = map(moved, kept, self._blocks[i].measures, fresh.measures)
        return BlockLines((*self._blocks[:i], fresh, *self._blocks[i + 1 :]), self._most, *totals)

    def _block_at(self, offset: int) -> int:
        return _last_up_to(self._offsets, offset)

    def _start(self, row: int) -> int:
        """The offset at which a row starts; the text's end for rows past the last."""
        if row <= 0:
            return 0
        if row > self._rows[-1]:
            return self.length
        i = bisect_left(self._rows, row) - 1
        return self._offsets[i] + self._blocks[i].ends[row - self._rows[i] - 1]

    def _content_end(self, row: int) -> int:
        """The offset at which a row's line end starts."""
        end = self._start(row + 1)
        if row >= self._rows[-1]:
            return end
        return end - 2 if self.slice(end - 2, end) == "\r\n" else end - 1

    def _totals(self, encoding: Encoding) -> list[int]:
        return {"utf-8": self._bytes, "utf-16": self._units, "utf-32": self._offsets}[encoding]

    def _count(self, offset: int, encoding: Encoding) -> int:
        """How many units stand before an offset."""
        i = self._block_at(offset)
        return self._totals(encoding)[i] + width(self._blocks[i].text[: offset - self._offsets[i]], encoding)


def lines_of(text: str, most: int = BLOCK) -> BlockLines:
    """The lines of ``text``, in blocks of at most ``most`` code points."""
    blocks = cut(text, most) or (block(""),)
    measures = zip(*[b.measures for b in blocks], strict=True)
    return BlockLines(blocks, most, *shared(*(list(accumulate(m, initial=0)) for m in measures)))


def _last_up_to(totals: list[int], n: int) -> int:
    """The block in which the ``n``-th unit stands: the last one that starts at or before it."""
    return max(0, bisect_right(totals, n, 0, len(totals) - 1) - 1)
