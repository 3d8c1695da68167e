"""What became of an experiment: each arm's acceptance, waiting and cost, and how sure these are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flashls.store.figures import Window
from flashls_cli.intervals import Estimate, difference, mean_of, median_of, share_of
from flashls_cli.money import shown
from flashls_cli.stats_words import milliseconds, share


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm of an experiment, with 95 % intervals that reckon with sessions: see ``intervals``.

    ``share``: of the suggestions seen, those accepted at least in part; ``gain``: how much greater that is than the
    first arm's, None for that one itself. ``wait`` in milliseconds from request to suggestion, ``first`` to a model's
    first token, both medians. ``usd`` in all, ``usd_each`` for each request to a model whose price is known, which
    takes two sessions. None where there is nothing to reckon with.
    """

    experiment: str
    name: str
    sessions: int
    seen: int
    accepted: int
    share: Estimate | None
    gain: Estimate | None
    wait: Estimate | None
    first: Estimate | None
    requests: int
    usd: float
    usd_each: Estimate | None
    unpriced: int


HEADER = (
    "arm", "windows", "seen", "accepted", "than the first", "wait, ms", "first token, ms", "US$", "of 1,000 requests",
)  # fmt: skip
ABOUT_ARMS = (
    "In brackets what the figures may be by chance, 19 times in 20. They are medians but for shares and costs; what "
    "was seen is inferred. Suggestions of one window are alike: a few windows tell little, whatever they hold."
)


def arms(windows: Sequence[Window]) -> tuple[Arm, ...]:
    """The arms of all experiments, each experiment's in the order of their names."""
    found = list[Arm]()
    for name in dict.fromkeys(window.arm for window in windows):
        arm = _arm(name, [window for window in windows if window.arm == name])
        first = next((other for other in found if other.experiment == arm.experiment), None)
        found.append(arm if first is None else _beside(arm, first))
    return tuple(found)


def cells(arm: Arm) -> tuple[str, ...]:
    """What a table says of an arm, in the order of ``HEADER``."""
    return (
        arm.name, f"{arm.sessions:,}", f"{arm.seen:,}",
        _told(arm.share, lambda part: share(part)), _points(arm.gain), _told(arm.wait, milliseconds),
        _told(arm.first, milliseconds), shown(arm.usd).removeprefix("US$ "),
        _told(arm.usd_each, _of_a_thousand),
    )  # fmt: skip


def _arm(name: str, windows: Sequence[Window]) -> Arm:
    experiment, _, arm = name.rpartition("/")
    return Arm(
        experiment, arm, len(windows), sum(w.seen for w in windows), sum(w.accepted for w in windows),
        share_of([(w.accepted, w.seen) for w in windows]), None,
        median_of([w.waits for w in windows]), median_of([w.firsts for w in windows]),
        sum(w.attempts for w in windows), math.fsum(w.cost for w in windows),
        mean_of([(w.cost, w.attempts - w.unpriced) for w in windows]), sum(w.unpriced for w in windows),
    )  # fmt: skip


def _beside(arm: Arm, first: Arm) -> Arm:
    return replace(arm, gain=difference(arm.share, first.share)) if arm.share and first.share else arm


def _told(found: Estimate | None, said: Callable[[float], str]) -> str:
    return "–" if found is None else f"{said(found.value)} ({said(found.low)}…{said(found.high)})"


def _of_a_thousand(usd: float) -> str:
    cost = max(usd, 0) * 1000
    return f"{cost:.2f}" if cost >= 0.1 or not cost else f"{cost:.2g}"


def _points(gain: Estimate | None) -> str:
    """A difference of shares in percentage points."""
    return "" if gain is None else _told(gain, lambda part: f"{part * 100:+.1f}")
