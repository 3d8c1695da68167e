"""Alike: code elsewhere that speaks of the same things as the code at the cursor, found by its identifiers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from flashls.context.place import Place
from flashls.index.facts import Index, Match

LATELY = 0.3
"""How much more a chunk counts that stands in the document used last; one used before that in proportion.

At 704 places in the last commits of eight projects, by what else was changed in the same commit and in its author's
last ones: identifier recall in 1,500 tokens .428 to .438 (better at 27, worse at 11), in 512 .209 to .214 (23, 13).
"""

_MOST_WORDS = 60
_MORE = 8  # chunks looked at besides, for one that comes close may be of a document used lately
_MOST_EXPECTED = 120
_NOTHING: Mapping[str, float] = MappingProxyType({})


class Found(msgspec.Struct, frozen=True, gc=False):
    """A chunk of a file with its rank: 1 is the likest one's, the others' in proportion, more for those used lately."""

    match: Match
    strength: float


def alike(place: Place, index: Index, lately: Mapping[str, float] = _NOTHING, n: int = 8) -> tuple[Found, ...]:
    """The chunks in other files that hold most of what is named near the cursor, by BM25, the rare counting most.

    ``lately``: how lately documents were used, by path (see ``recent_files``): of two chunks alike theirs come first.
    """
    matches = index.search(_query(place), n + _MORE if lately else n, without=(place.path,))
    scored = [(match.score * (1 + LATELY * lately.get(match.path, 0)), match) for match in matches]
    best = max((match.score for match in matches), default=0)
    ranked = sorted(scored, key=lambda each: -each[0])[:n]
    return tuple(Found(match, score / best) for score, match in ranked if score > 0)


def own(place: Place, shown: tuple[int, int], n: int = 4) -> tuple[Found, ...]:
    """The same in the file itself, outside the rows that the window shows."""
    query, chunks = _query(place), place.facts.chunks
    spread = Counter(word for chunk in chunks for word in query.keys() & chunk.words.keys())
    rarity = {word: query[word] * math.log(1 + len(chunks) / count) for word, count in spread.items()}
    first, last = shown
    scored = [
        (sum(rarity[word] for word in query.keys() & chunk.words.keys()) / (20 + len(chunk.words)), chunk)
        for chunk in chunks
        if chunk.end_row < first or chunk.row > last
    ]
    best = sorted(scored, key=lambda pair: -pair[0])[:n]
    return tuple(
        Found(Match(place.path, chunk.row, chunk.end_row, score), score / best[0][0]) for score, chunk in best if score
    )


def _query(place: Place) -> Mapping[str, float]:
    ranked = sorted(place.near.items(), key=lambda item: -item[1])
    return dict(ranked[:_MOST_WORDS])


def expected(found: Sequence[tuple[float, Iterable[str]]], place: Place) -> Mapping[str, float]:
    """The names that stand in similar code and not near the cursor, with how much of that code holds them."""
    weights: dict[str, float] = {}
    total = sum(strength for strength, _ in found) or 1
    for strength, names in found:
        share = strength / total
        for word in names:
            if word not in place.near:
                weights[word] = weights.get(word, 0) + share
    return dict(sorted(weights.items(), key=lambda item: -item[1])[:_MOST_EXPECTED])
