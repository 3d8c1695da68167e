"""Postings: for each word the chunks it stands in, and how much it weighs there, packed.

The weight is BM25's term frequency part, in 255ths of its limit. A word is known by its CRC-32: in a workspace of
200,000 words four pairs share one, which only makes a score slightly wrong, and no text stands in the file.
"""

from __future__ import annotations

import math
import sys
import zlib
from array import array
from collections.abc import Iterable, Mapping

# Okapi BM25's usual constants (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
_K1 = 1.2
_B = 0.75
_MEAN = 40  # words in a chunk: what real workspaces have, so that a chunk's weights never change

# A search reads so many postings, those of the rarest words first (0.12 µs each); after the first of them it only adds
# to the chunks found so far (0.05 µs each).
_MOST_POSTINGS = 3_000
_FIRST_POSTINGS = 1_000
_COMMON = 0.1  # of the chunks: words that more have are not looked at
_FEW = 200

WIDTH = 5
"""Bytes of a posting: four for the chunk, one for the weight."""


def number(word: str) -> int:
    """A word's number."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


class Unwritten:
    """Postings of chunks that are not written yet."""

    def __init__(self) -> None:
        self.pairs = 0
        self._chunks: dict[str, array[int]] = {}
        self._weights: dict[str, bytearray] = {}

    def add(self, chunk: int, words: Mapping[str, int]) -> None:
        """Takes in a chunk by its number, with how often each word stands in it."""
        norm = _K1 * (1 - _B + _B * sum(words.values()) / _MEAN)
        once = round(255 / (1 + norm))
        chunks, weights = self._chunks, self._weights
        for word, count in words.items():
            weight = once if count == 1 else round(255 * count / (count + norm))
            if word in chunks:
                chunks[word].append(chunk)
                weights[word].append(weight)
            else:
                chunks[word] = array("I", (chunk,))
                weights[word] = bytearray((weight,))
        self.pairs += len(words)

    def rows(self) -> list[tuple[int, bytes]]:
        """The words' numbers with their postings, packed, by number."""
        packed: dict[int, bytes] = {}
        for word, chunks in self._chunks.items():
            key, blob = number(word), pack(chunks, self._weights[word])
            packed[key] = merged((packed[key], blob)) if key in packed else blob
        return sorted(packed.items())


def pack(chunks: array[int], weights: bytes | bytearray) -> bytes:
    """Postings as bytes: the chunks' numbers, least byte first, then the weights."""
    if sys.byteorder == "big":
        chunks = array("I", chunks)
        chunks.byteswap()
    return chunks.tobytes() + weights


def unpack(blob: bytes) -> tuple[array[int], bytes]:
    """The chunks' numbers and the weights of packed postings."""
    count = len(blob) // WIDTH
    chunks = array("I")
    chunks.frombytes(blob[: 4 * count])
    if sys.byteorder == "big":
        chunks.byteswap()
    return chunks, blob[4 * count : WIDTH * count]


def merged(blobs: Iterable[bytes]) -> bytes:
    """Packed postings of one word as one."""
    parts = [(blob, len(blob) // WIDTH * 4) for blob in blobs]
    return b"".join([blob[:cut] for blob, cut in parts] + [blob[cut:] for blob, cut in parts])


def most(chunks: int) -> int:
    """The bytes of postings from which on a word is too common to be looked at, among so many chunks."""
    return max(_FEW, int(_COMMON * chunks)) * WIDTH


def scores(weights: Mapping[int, float], postings: Iterable[tuple[int, bytes | None]], chunks: int) -> dict[int, float]:
    """The BM25 scores of chunks, by number, for weighted words, by number.

    ``postings`` are packed, several for a word where there are several segments, and None in place of too many.
    """
    found: dict[int, list[bytes | None]] = {}
    for word, blob in postings:
        found.setdefault(word, []).append(blob)
    read = {word: [b for b in blobs if b] for word, blobs in found.items() if None not in blobs}
    sizes = {word: sum(map(len, blobs)) // WIDTH for word, blobs in read.items()}
    limit = most(chunks) // WIDTH
    factors = {word: weights[word] * _rarity(size, chunks) for word, size in sizes.items() if size <= limit}
    total: dict[int, float] = {}
    seen = 0
    for word in sorted(factors, key=lambda word: -factors[word]):
        if not total or seen + sizes[word] <= _MOST_POSTINGS:
            seen += sizes[word]
            _add(total, read[word], factors[word], fresh=not total or seen <= _FIRST_POSTINGS)
    return total


def _rarity(found: int, of: int) -> float:
    """What a posting's weight, in 255ths, is to be multiplied by for a word that ``found`` of the chunks have."""
    return math.log(1 + (max(of, found) - found + 0.5) / (found + 0.5)) * (_K1 + 1) / 255


def _add(total: dict[int, float], blobs: list[bytes], factor: float, fresh: bool) -> None:
    """Adds a word's weights to the chunks' scores, to those of ``fresh`` chunks too or only where there is one."""
    score = total.get
    for blob in blobs:
        chunks, weights = unpack(blob)
        if fresh:
            for chunk, weight in zip(chunks, weights, strict=True):
                total[chunk] = score(chunk, 0.0) + factor * weight
        else:
            for chunk, weight in zip(chunks, weights, strict=True):
                if chunk in total:
                    total[chunk] += factor * weight
