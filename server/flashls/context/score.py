"""Score: how likely a definition is to be named next. One table of weights, and one sum.

The weights are those of a logistic regression over some thousand cursors in open-source projects of five languages:
what the author wrote next named one of the candidates. Its cross-validation left out one project at a time. They are
log-odds: 0.7 doubles the odds, -0.7 halves them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

# By sign: its weight, and how it is told to a reader.
WEIGHTS: dict[str, tuple[float, str]] = {
    "in similar code": (5.9, "similar code uses it"),
    "imported unused": (5.5, "imported and not used yet"),
    "alike": (4.3, "its name is like those at the cursor"),
    "of module at cursor": (3.8, "of the module before the cursor"),
    "of receiver": (1.9, "a member of what is before the cursor"),
    "imported": (2.0, "imported"),
    "named near": (1.1, "named near the cursor"),
    "in similar code elsewhere": (1.5, "similar code uses its name"),
    "used": (0.8, "the file names it"),
    "of package": (0.6, "of the same package"),
    "of type near": (0.5, "a member of a type near the cursor"),
    "type near": (0.7, "a type of what is near the cursor"),
    "typed": (3.0, "begins as what is being typed"),
    "member after a dot": (-0.6, ""),
    "member without a dot": (-1.2, ""),
    "no member after a dot": (-2.0, ""),
    "of module": (-0.4, "of an imported module"),
    "member named near": (-0.6, "a member named near the cursor"),
    "test": (-1.8, ""),
    "near": (-1.7, ""),
    "own": (-2.0, "defined in this file"),
    "type of variable": (-1.8, "the type of a variable"),
}
# Where the signs come from: without any sign of a source a definition is no candidate.
SOURCES: dict[str, tuple[str, ...]] = {
    "imports": ("imported", "imported unused", "of module", "of module at cursor"),
    "what is before the cursor": ("of receiver",),
    "names near the cursor": ("named near", "member named near"),
    "types near the cursor": ("type near", "of type near", "type of variable"),
    "the same package": ("of package",),
    "names in similar code": ("in similar code", "in similar code elsewhere"),
}
_BIAS = -6.6
LOG_ODDS: dict[str, float] = {sign: weight for sign, (weight, _) in WEIGHTS.items()}


def odds(signs: Mapping[str, float]) -> float:
    """What signs speak for a definition together, in log-odds."""
    return sum([LOG_ODDS[sign] * strength for sign, strength in signs.items()])


def chance(log_odds: float) -> float:
    """The chance, 0 to 1, that a definition is named next, by the log-odds of its signs."""
    return 1 / (1 + math.exp(-_BIAS - log_odds))


def without(signs: Mapping[str, float], sources: Iterable[str]) -> dict[str, float]:
    """The signs without those of some sources; none where no other source found the definition."""
    off = {sign for source in sources for sign in SOURCES.get(source, ())}
    left = {sign: strength for sign, strength in signs.items() if sign not in off}
    return left if any(sign in left for source in SOURCES.values() for sign in source) else {}


def why(signs: Mapping[str, float]) -> str:
    """The sign that speaks most for a definition, in words; one that speaks against it only where no other does."""
    best, most = "in the workspace", -math.inf
    for sign, strength in signs.items():
        weight, text = WEIGHTS[sign]
        if text and strength > 0 and (worth := weight * strength - (100 if weight < 0 else 0)) > most:
            best, most = text, worth
    return best
