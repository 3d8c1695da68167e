"""Alike: code elsewhere that speaks of the same things as the code at the cursor, found by its identifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flashls.context.place import Place
from flashls.index.facts import Index, Match
from flashls.index.memory import Memory

_MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A chunk of a file with its rank: 1 is the best chunk's, the others' in proportion."""

    match: Match
    strength: float


def alike(place: Place, index: Index, n: int = 24) -> tuple[Found, ...]:
    """The chunks in other files that hold most of what is named near the cursor, by BM25, the rare counting most."""
    matches = index.search(_query(place), n, without=(place.path,))
    best = max((match.score for match in matches), default=0)
    return tuple(Found(match, match.score / best) for match in matches if match.score > 0)


def own(place: Place, shown: tuple[int, int], n: int = 6) -> tuple[Found, ...]:
    """The same in the file itself, outside the rows that the window shows."""
    matches = Memory((place.facts,)).search(_query(place), n + 12)
    first, last = shown
    outside = [m for m in matches if m.end_row < first or m.row > last][:n]
    best = max((match.score for match in outside), default=0)
    return tuple(Found(match, match.score / best) for match in outside if match.score > 0)


def _query(place: Place) -> Mapping[str, float]:
    ranked = sorted(place.near.items(), key=lambda item: -item[1])
    return dict(ranked[:_MOST_WORDS])


def expected(found: Sequence[tuple[float, Mapping[str, int]]], place: Place) -> Mapping[str, float]:
    """The names that stand in similar code and not near the cursor, with how much of that code holds them."""
    weights: dict[str, float] = {}
    total = sum(strength for strength, _ in found) or 1
    for strength, counted in found:
        for word in counted:
            if word not in place.near:
                weights[word] = weights.get(word, 0) + strength / total
    return weights
