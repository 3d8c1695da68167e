"""The summary: what the ledger's figures say of some days, as people and programs are told it. Days are UTC's."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from flashls.store.figures import Attempts, Figures, Latencies
from flashls_cli.stats_arms import Arm, arms

# Upper bounds, in milliseconds, of the plots of latencies; the last bar is for what took longer.
BOUNDS = (50, 100, 200, 400, 800, 1600, 3200, 6400)
FATES = ("accepted", "partly accepted", "typed through", "rejected", "unseen")
WAYS = ("advance", "join", "cache", "ask")
_GOOD = ("stop", "length", "enough")
_NO_ERRORS = (*_GOOD, "cancelled", "open", "storage", "blocked")


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds that half, nine tenths and 99 in 100 stay within (the nearest rank), and how many there are.

    ``bars``: how many lie up to each of ``BOUNDS`` and beyond.
    """

    n: int
    p50: float
    p90: float
    p99: float
    bars: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a model was at a task: to its first token, and to the end of a whole reply."""

    task: str
    model: str
    first: Percentiles | None
    whole: Percentiles | None


@dataclass(frozen=True, slots=True)
class Use:
    """What a model was asked, and what that cost; of ``unpriced`` attempts it is not known."""

    model: str
    attempts: int
    input: int
    cached: int
    output: int
    usd: float
    unpriced: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day: attempts, US dollars, suggestions that were seen, and of these those accepted at least in part."""

    day: str
    attempts: int
    usd: float
    seen: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Completions:
    """How requests for completions were answered.

    ``ways``: where the suggestions came from; ``silences``: why there was none, superseded and cancelled requests
    aside; ``within`` 50, 200 and 500 ms: the share of all but these that had a suggestion by then.
    """

    requests: int
    suggested: int
    superseded: int
    ways: dict[str, int]
    silences: dict[str, int]
    within: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What became of suggestions. ``seen`` is inferred; of the accepted ones ``told`` were named by the client.

    ``share``: accepted, at least in part, of those seen. ``kept``: the share of code points that still stood there
    30 s after they were accepted or typed. ``usd_each``: what all completions cost for each accepted one.
    """

    fates: dict[str, int]
    seen: int
    accepted: int
    told: int
    share: float | None
    characters: int
    kept: float | None
    usd_each: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """All of it, for the days ``first`` to ``last``; ``errors`` by name and model; ``arms`` of experiments."""

    first: str
    last: str
    attempts: int
    usd: float
    usd_a_day: float
    unpriced: int
    completions: Completions
    acceptance: Acceptance
    speeds: tuple[Speed, ...]
    uses: tuple[Use, ...]
    errors: tuple[tuple[str, str, int], ...]
    days: tuple[Day, ...]
    arms: tuple[Arm, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened."""
        return not self.attempts and not self.completions.requests and not any(self.acceptance.fates.values())


def summary(figures: Figures, first: date, last: date) -> Summary:
    """What figures say of the days from ``first`` to ``last``."""
    rows = [row for row in figures.attempts if row.outcome != "storage"]
    usd = math.fsum(row.cost for row in figures.attempts)
    days = _days(figures, first, last)
    return Summary(
        first.isoformat(),
        last.isoformat(),
        sum(row.n for row in rows),
        usd,
        usd / len(days),
        sum(row.unpriced for row in rows),
        _completions(figures),
        _acceptance(figures),
        tuple(_speeds(figures)),
        tuple(_uses(figures.attempts)),
        _errors(rows),
        days,
        arms(figures.windows),
    )


def percentiles(ascending: Sequence[float]) -> Percentiles | None:
    """The percentiles of some milliseconds; None if there are none."""
    n = len(ascending)
    if not n:
        return None
    p50, p90, p99 = (ascending[math.ceil(share * n) - 1] for share in (0.5, 0.9, 0.99))
    ends = [0, *(bisect_left(ascending, math.nextafter(bound, math.inf)) for bound in BOUNDS), n]
    return Percentiles(n, p50, p90, p99, tuple(b - a for a, b in pairwise(ends)))


def _speeds(figures: Figures) -> Iterable[Speed]:
    """The most used first."""

    def used(item: tuple[tuple[str, str], Latencies]) -> tuple[int, tuple[str, str]]:
        return -len(item[1].whole), item[0]

    for (task, model), found in sorted(figures.latencies.items(), key=used):
        yield Speed(task, model, percentiles(found.first), percentiles(found.whole))


def _uses(rows: Sequence[Attempts]) -> Iterable[Use]:
    """The most expensive first."""
    models = dict.fromkeys(row.model for row in rows)
    uses = []
    for model in models:
        own = [row for row in rows if row.model == model]
        asked = [row for row in own if row.outcome != "storage"]
        n, taken, cached, given, unpriced = (
            sum(getattr(row, name) for row in asked) for name in ("n", "input", "cached", "output", "unpriced")
        )
        uses.append(Use(model, n, taken, cached, given, math.fsum(row.cost for row in own), unpriced))
    return sorted(uses, key=lambda use: (-use.usd, -use.attempts, use.model))


def _errors(rows: Sequence[Attempts]) -> tuple[tuple[str, str, int], ...]:
    counted = Counter[tuple[str, str]]()
    for row in rows:
        if row.outcome not in _NO_ERRORS:
            counted[row.outcome, row.model] += row.n
    return tuple((name, model, n) for (name, model), n in counted.most_common())


def _completions(figures: Figures) -> Completions:
    ways, silences, superseded = Counter[str](), Counter[str](), 0
    within = dict.fromkeys((50, 200, 500), 0)
    for row in figures.answers:
        if row.outcome == "ghost":
            ways[row.way] += row.n
            for bound in within:
                within[bound] += row.n if 0 < row.within <= bound else 0
        elif row.outcome in ("superseded", "cancelled"):
            superseded += row.n
        else:
            silences[row.outcome] += row.n
    suggested = sum(ways.values())
    waited_for = suggested + sum(silences.values())
    return Completions(
        waited_for + superseded,
        suggested,
        superseded,
        {way: ways[way] for way in WAYS},
        dict(silences.most_common()),
        {str(bound): _share(n, waited_for) for bound, n in within.items()},
    )


def _acceptance(figures: Figures) -> Acceptance:
    rows = figures.fates
    fates = {fate: sum(row.n for row in rows if row.fate == fate) for fate in FATES}
    accepted, seen = fates["accepted"] + fates["partly accepted"], sum(fates.values()) - fates["unseen"]
    usd = math.fsum(row.cost for row in figures.attempts if row.task == "complete")
    return Acceptance(
        fates,
        seen,
        accepted,
        sum(row.told for row in rows if row.fate == "accepted"),
        _share(accepted, seen),
        sum(row.typed + row.taken for row in rows if "accepted" in row.fate),
        _share(sum(row.kept for row in rows), sum(row.watched for row in rows)),
        usd / accepted if accepted else None,
    )


def _days(figures: Figures, first: date, last: date) -> tuple[Day, ...]:
    attempts, seen, accepted = Counter[str](), Counter[str](), Counter[str]()
    usd = dict[str, float]()
    for row in figures.attempts:
        attempts[row.day] += row.n if row.outcome != "storage" else 0
        usd[row.day] = usd.get(row.day, 0.0) + row.cost
    for fate in figures.fates:
        seen[fate.day] += fate.n if fate.fate != "unseen" else 0
        accepted[fate.day] += fate.n if "accepted" in fate.fate else 0
    days = [(first + timedelta(n)).isoformat() for n in range((last - first).days + 1)]
    return tuple(Day(day, attempts[day], usd.get(day, 0.0), seen[day], accepted[day]) for day in days)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
