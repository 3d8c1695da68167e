"""Question: which stretches of a workspace's code a question in words is about, by its index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from flashls.index.extract_chunks import COMMON, WORD
from flashls.index.facts import Index
from flashls.types import Workspace

_CHUNKS = 40
_DEFINITIONS = 12
_LONGEST = 60  # rows of a definition
_NAMED, _PAIR, _WORD, _VARIANT = 3.0, 2.0, 1.0, 0.6
# Words of questions, which tell nothing of the code.
_FILLERS = frozenset(
    (  # noqa: SIM905 - as a list it would fill a page
        "how what where when why who which whose does did do done can could should would will may might must is "
        "are was were be been being has have had this that these those there here then than with without about all "
        "any some into its on of by from at or not no you your we our they them their it me my i a an please tell "
        "show explain describe find happens happen work works used using use get gets code file files function "
        "functions class classes method methods program project repository called call calls made make makes"
    ).split()
)
_NAME = re.compile(r"_|[a-z][A-Z]|^[A-Z]\w*[a-z]\w*$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows ``row`` to ``end_row`` of a file (both included), how much they have to do with it, and why."""

    path: str
    row: int
    end_row: int
    score: float
    why: str = ""


def stretches(question: str, workspace: Workspace) -> tuple[Stretch, ...]:
    """The stretches of code that a question is about, best first, those of one file that meet put together.

    Empty without an index. Some milliseconds: not for the key path.
    """
    index: Index | None = workspace.index
    if index is None:
        return ()
    weights = _weights(question)
    found = [*_defined(index, weights), *_alike(index, weights)]
    shown: dict[str, bool] = {}
    for one in found:
        shown.setdefault(one.path, workspace.visible(one.path))
    return tuple(sorted(_joined(one for one in found if shown[one.path]), key=lambda one: -one.score))


def _defined(index: Index, weights: Mapping[str, float]) -> Iterator[Stretch]:
    """What is named in the question, its definition as a whole."""
    ranked = sorted(index.defined(weights), key=lambda one: (-weights[one.name], one.path, one.row))
    for one in ranked[:_DEFINITIONS]:
        yield Stretch(
            one.path, one.row, min(one.end_row, one.row + _LONGEST), 1 + weights[one.name], f"defines {one.name}"
        )


def _alike(index: Index, weights: Mapping[str, float]) -> Iterator[Stretch]:
    matches = index.search(weights, _CHUNKS) if weights else ()
    best = max((match.score for match in matches), default=0)
    for match in matches:
        if match.score > 0:
            yield Stretch(match.path, match.row, match.end_row, 2 * match.score / best)


def _weights(question: str) -> dict[str, float]:
    """The identifiers to look for, with their weights: names in the question, its words, and names made of these."""
    named = [word for word in WORD.findall(question) if word.lower() not in _FILLERS and word not in COMMON]
    weights = dict[str, float]()
    for word in named:
        for each, weight in _variants(word):
            weights[each] = max(weights.get(each, 0), weight)
    for first, second in pairwise(word.lower() for word in named):
        pair = (f"{first}_{second}", f"{first}{second.title()}", f"{first.title()}{second.title()}", first + second)
        weights.update((each, _PAIR) for each in pair if each not in weights)
    return weights


def _variants(word: str) -> Iterator[tuple[str, float]]:
    """A word as it may be written elsewhere: in other letters, in the singular or plural, without an ending."""
    yield word, _NAMED if _NAME.search(word) else _WORD
    lower = word.lower()
    stem = re.sub(r"(?:ing|ed|es|s)$", "", lower) if len(lower) > 4 else lower
    for each in {lower, lower.title(), lower.upper(), stem, stem + "s", stem + "e", stem.title()} - {word}:
        yield each, _VARIANT


def _joined(found: Iterable[Stretch]) -> list[Stretch]:
    """Stretches of one file that overlap or touch, as one: its score is the best one's."""
    joined = list[Stretch]()
    for one in sorted(found, key=lambda one: (one.path, one.row)):
        last = joined[-1] if joined else None
        if last is None or last.path != one.path or one.row > last.end_row + 1:
            joined.append(one)
            continue
        why = ", ".join(dict.fromkeys(filter(None, (last.why, one.why))))
        end, score = max(last.end_row, one.end_row), max(last.score, one.score)
        joined[-1] = Stretch(one.path, last.row, end, score, why)
    return joined
