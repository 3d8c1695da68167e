"""Intervals: how sure a share, a median or a mean is, at 95 %, where what is counted comes in sessions.

Suggestions of one session are alike, so a hundred of them tell less than a hundred of as many sessions. Each figure is
therefore reckoned with the number of independent ones that would vary as much as the sessions do: the design effect
(L. Kish, "Survey Sampling", 1965), by the linearised variance of a ratio. A single session tells nothing of how
sessions vary: what it holds counts as independent, and the interval is too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the bounds of its interval."""

    value: float
    low: float
    high: float


def share_of(groups: Sequence[tuple[int, int]]) -> Estimate | None:
    """The share of successes among trials, given (successes, trials) of each session; None without trials.

    Wilson's interval (E. Wilson, "Probable Inference", 1927) at the effective number of trials.
    """
    groups = [(hits, trials) for hits, trials in groups if trials]
    n = sum(trials for _, trials in groups)
    if not n:
        return None
    p = sum(hits for hits, _ in groups) / n
    m = _effective(p, [(float(hits), trials) for hits, trials in groups])
    centre, spread = p + _Z**2 / (2 * m), _Z * math.sqrt(p * (1 - p) / m + _Z**2 / (4 * m * m))
    low, high = ((centre + sign * spread) / (1 + _Z**2 / m) for sign in (-1, 1))
    return Estimate(p, max(0.0, low) if p else 0.0, min(1.0, high) if p < 1 else 1.0)


def median_of(groups: Sequence[Sequence[float]]) -> Estimate | None:
    """The median of the values of all sessions; None without any.

    Its interval reaches between the values at the bounds of the share that lies below it (R. Woodruff, "Confidence
    Intervals for Medians", 1952).
    """
    values = sorted(value for group in groups for value in group)
    n = len(values)
    if not n:
        return None
    middle = values[math.ceil(n / 2) - 1]
    below = [(float(sum(value <= middle for value in group)), len(group)) for group in groups if group]
    spread = _Z * math.sqrt(0.25 / _effective(0.5, below))
    low, high = (values[min(max(math.ceil((0.5 + sign * spread) * n) - 1, 0), n - 1)] for sign in (-1, 1))
    return Estimate(middle, low, high)


def mean_of(groups: Sequence[tuple[float, int]]) -> Estimate | None:
    """The mean of a quantity, given (its sum, how many) of each session; None unless two sessions have any.

    The interval is the normal one of a ratio.
    """
    some = [(total, count) for total, count in groups if count]
    if len(some) < 2:
        return None
    mean = sum(total for total, _ in some) / sum(count for _, count in some)
    spread = _Z * math.sqrt(_variance(mean, some))
    return Estimate(mean, mean - spread, mean + spread)


def difference(one: Estimate, other: Estimate) -> Estimate:
    """How much greater a share is than another one of other sessions.

    Newcombe's interval (R. Newcombe, "Interval Estimation for the Difference", 1998, method 10).
    """
    low = math.hypot(one.value - one.low, other.high - other.value)
    high = math.hypot(one.high - one.value, other.value - other.low)
    value = one.value - other.value
    return Estimate(value, value - low, value + high)


def _effective(p: float, groups: Sequence[tuple[float, int]]) -> float:
    """The number of independent trials that vary as much; never more than there are."""
    n = sum(count for _, count in groups)
    variance = _variance(p, groups) if len(groups) > 1 else 0.0
    return float(n) if not variance else max(1.0, min(n, p * (1 - p) / variance))


def _variance(ratio: float, groups: Sequence[tuple[float, int]]) -> float:
    """The variance of the ratio of two sums over sessions (W. Cochran, "Sampling Techniques", 1977, section 6.3)."""
    k, n = len(groups), sum(count for _, count in groups)
    return k / (k - 1) * sum((total - ratio * count) ** 2 for total, count in groups) / n**2
