"""Alike: code elsewhere that speaks of the same things as the code at the cursor, found by its identifiers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flashls.context.place import Place
from flashls.index.facts import Index, Match

_MOST_WORDS = 60
_MOST_EXPECTED = 120


@dataclass(frozen=True, slots=True)
class Found:
    """A chunk of a file with its rank: 1 is the best chunk's, the others' in proportion."""

    match: Match
    strength: float


def alike(place: Place, index: Index, n: int = 8) -> tuple[Found, ...]:
    """The chunks in other files that hold most of what is named near the cursor, by BM25, the rare counting most."""
    matches = index.search(_query(place), n, without=(place.path,))
    best = max((match.score for match in matches), default=0)
    return tuple(Found(match, match.score / best) for match in matches if match.score > 0)


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
