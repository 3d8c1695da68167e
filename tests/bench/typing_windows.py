"""Typing in short sessions: each a part of a recorded one or of one made, where nothing is known of the user at first.

``python -m tests.bench typing_windows --trace rustcode.json.gz --keys 250 --places 30`` tells for each share of wrong
pieces how many of the sessions meet both targets of ``typing``, and which are the furthest from them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.harness import table
from tests.bench.typing import OURS, RIVALS, Replayed, options, replay, session
from tests.bench.typing_trace import Stretch, windows

_SOON_S = 0.05
_TIMES_AS_OFTEN = 1.5
_WORST = 8


@dataclass(frozen=True, slots=True)
class Margins:
    """One short session: where it begins, the requests made and allowed, the keys with a suggestion and those needed.

    ``harm`` is flicker, stale answers and requests without answer.
    """

    place: int
    requests: int
    allowed: int
    soon: int
    needed: float
    harm: int

    @property
    def spent(self) -> float:
        """Requests by those of the thriftiest yardstick; at most 1 is wanted."""
        return self.requests / max(self.allowed, 1)

    @property
    def reached(self) -> float:
        """Keys with a suggestion within 50 ms by those needed; at least 1 is wanted."""
        return self.soon / max(self.needed, 1)

    @property
    def is_met(self) -> bool:
        """Whether both targets are."""
        return self.requests <= self.allowed and self.soon >= self.needed


def margins(part: Stretch, share: float, seed: int, language: str, late: float = 0.03) -> Margins:
    """Replays a session with each policy."""
    ours = replay(OURS, [part], share, seed, language, late)
    others = [replay(policy, [part], share, seed, language, late) for policy in RIVALS]
    return Margins(
        part.strokes[0].place,
        len(ours.model.asked),
        min(len(each.model.asked) for each in others),
        _soon(ours),
        _TIMES_AS_OFTEN * max(map(_soon, others)),
        ours.screen.flicker + ours.screen.stale + ours.screen.unanswered,
    )


def main() -> None:
    """Prints the tables."""
    chosen = options("typing_windows", 250, 30, [0.0, 0.1, 0.3])
    parts = windows(session(chosen), chosen.keys, chosen.places, chosen.seed)
    for share in chosen.wrong:
        found = list[Margins]()
        for number, part in enumerate(parts, 1):
            print(f"{share:g} wrong: {number} of {len(parts)} ...", end="\r", file=sys.stderr, flush=True)
            found.append(margins(part, share, chosen.seed, chosen.language, chosen.late))
        print(_summary(share, chosen.keys, found), _worst(found), sep="\n\n", end="\n\n", flush=True)


def _summary(share: float, keys: int, found: Sequence[Margins]) -> str:
    spent, reached = [each.spent for each in found], [each.reached for each in found]
    rows = [
        [
            "requests, of the allowed",
            _percent([each <= 1 for each in spent]),
            *_spread(spent),
            _pooled(found, "requests"),
        ],
        [
            "within 50 ms, of the needed",
            _percent([each >= 1 for each in reached]),
            *_spread(reached),
            _pooled(found, ""),
        ],
        ["both", _percent([each.is_met for each in found]), "", "", "", ""],
    ]
    harm = sum(each.harm for each in found)
    title = f"{len(found)} sessions of {keys} keys, {share:g} of the pieces wrong; flicker, stale, unanswered: {harm}"
    return table(title, ["", "met %", "least", "median", "most", "all together"], rows)


def _worst(found: Sequence[Margins]) -> str:
    def far(each: Margins) -> float:
        return min(1 / max(each.spent, 0.01), each.reached)

    rows = [
        [str(each.place), f"{each.requests} of {each.allowed}", f"{each.soon} of {each.needed:g}"]
        for each in sorted(found, key=far)[:_WORST]
    ]
    return table("the furthest from them", ["from edit", "requests", "keys within 50 ms"], rows)


def _pooled(found: Sequence[Margins], what: str) -> str:
    if what == "requests":
        return f"{sum(each.requests for each in found) / max(sum(each.allowed for each in found), 1):.2f}"
    return f"{sum(each.soon for each in found) / max(sum(each.needed for each in found), 1):.2f}"


def _spread(values: Sequence[float]) -> list[str]:
    return [f"{each:.2f}" for each in (min(values), median(values), max(values))]


def _percent(met: Sequence[bool]) -> str:
    return f"{100 * sum(met) / len(met):.0f}"


def _soon(of: Replayed) -> int:
    return sum(key.within(_SOON_S) for key in of.screen.keys)


if __name__ == "__main__":
    main()
