"""Typing: a recorded session replayed through the product and through other tools' pace, on a virtual clock.

``python -m tests.bench typing --trace rustcode.json.gz`` prints a table for each share of wrong pieces in the model's
replies. Expected at .1 and at .3: no more requests than the thriftiest yardstick, and a suggestion within 50 ms at
least 1.5 times as often as with the quickest; no flicker, no stale answer, every request answered. ``--made
REPOSITORY`` replays typing made from a repository's history instead; there the quickest has a suggestion at half of the
keys and more, and 1.5 times as many are not to be had.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile
from pathlib import Path

from tests.bench.harness import table
from tests.bench.typing_causes import causes
from tests.bench.typing_clock import run
from tests.bench.typing_made import made
from tests.bench.typing_model import Foreseeing
from tests.bench.typing_ours import Product, engine_around
from tests.bench.typing_play import Answer, Editor, Place, play
from tests.bench.typing_rivals import AdaptiveWithLookAhead, FixedWithPrefixCache, NoDebounce, Policy
from tests.bench.typing_screen import Screen
from tests.bench.typing_trace import Stretch, Stroke, Trace, load, stretches, trace_path

HEADER = (
    "policy", "requests", "tokens", "≤ 50 ms %", "≤ 200 ms %", "≤ 500 ms %", "ever %", "right chars a key", "flicker",
    "stale", "unanswered",
)  # fmt: skip
OURS = "flashls"
RIVALS: dict[str, Callable[[Foreseeing], Policy]] = {
    "no debounce": NoDebounce,
    "fixed 350 ms, prefix cache": FixedWithPrefixCache,
    "adaptive, 50 ahead": AdaptiveWithLookAhead,
}
_EDITS_MADE = 25_000
_WITHIN_S = (0.05, 0.2, 0.5, math.inf)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one policy."""

    policy: str
    screen: Screen
    model: Foreseeing


def replay(
    policy: str, parts: Sequence[Stretch], share: float, seed: int, language: str = "rust", late: float = 0.03
) -> Replayed:
    """Replays stretches of a session with a policy of ``RIVALS`` or ``OURS``; ``late`` as ``Foreseeing`` has it."""
    model, screen = Foreseeing(share, seed, late), Screen()
    run(
        _ours(parts, model, screen, language) if policy == OURS else _rival(RIVALS[policy](model), parts, model, screen)
    )
    return Replayed(policy, screen, model)


def main() -> None:
    """Prints the tables."""
    chosen = options("typing", 1500, 6, [0.0, 0.1, 0.3])
    parts = stretches(session(chosen), chosen.keys, chosen.places, chosen.seed)
    keys = sum(part.keys for part in parts)
    for share in chosen.wrong:
        found = list[Replayed]()
        for policy in (*RIVALS, OURS):
            print(f"{share:g} wrong: {policy} ...", end="\r", file=sys.stderr, flush=True)
            found.append(replay(policy, parts, share, chosen.seed, chosen.language, chosen.late))
        print(
            table(
                f"{keys} keys, {share:g} of the pieces wrong; requests and tokens per 100 keys",
                HEADER,
                map(row, found),
            )
        )
        print(causes(found[-1].screen.keys, found[-1].model.asked), flush=True)
        print(
            f"{found[-1].model.lost} requests were for a place that is nowhere near\n" if found[-1].model.lost else ""
        )


def options(name: str, keys: int, places: int, wrong: Sequence[float]) -> argparse.Namespace:
    """What the command line says to a bench of that name, by default so."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.bench {name}")
    parser.add_argument("--trace", help="the recorded session, or its folder; else $FLASHLS_TRACES")
    parser.add_argument("--made", type=Path, metavar="REPOSITORY", help="make a session of its history instead")
    parser.add_argument("--files", default=r"\.py$", help="of files there whose paths match (%(default)s)")
    parser.add_argument("--language", default="rust", help="the language of the document (%(default)s)")
    parser.add_argument("--keys", type=int, default=keys, help="key presses in all (%(default)s)")
    parser.add_argument("--places", type=int, default=places, help="parts of the session they are from (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn (%(default)s)")
    parser.add_argument("--wrong", type=float, nargs="+", default=wrong, help="shares of wrong pieces")
    parser.add_argument("--gap", type=float, default=0.09, help="seconds between keys, beyond .06 (%(default)s)")
    parser.add_argument("--late", type=float, default=0.03, help="share of replies that begin late (%(default)s)")
    return parser.parse_args([*dropwhile(lambda argument: not argument.startswith("-"), sys.argv[1:])])


def session(chosen: argparse.Namespace) -> Trace:
    """The session that the command line names, recorded or made."""
    if chosen.made is None:
        found = load(trace_path(chosen.trace))
    else:
        found = made(chosen.made, chosen.files, _EDITS_MADE, chosen.seed)
    return replace(found, gap_s=chosen.gap)


def row(of: Replayed) -> tuple[str, ...]:
    """The cells under ``HEADER``."""
    keys, screen = of.screen.keys, of.screen
    soon = [sum(key.within(limit) for key in keys) for limit in _WITHIN_S]
    right = sum(key.right for key in keys)
    return (
        of.policy,
        f"{100 * len(of.model.asked) / len(keys):.1f}",
        f"{100 * of.model.tokens / len(keys):.0f}",
        *(f"{100 * count / len(keys):.1f}" for count in soon),
        f"{right / len(keys):.2f}",
        *(str(count) for count in (screen.flicker, screen.stale, screen.unanswered)),
    )


async def _ours(parts: Sequence[Stretch], model: Foreseeing, screen: Screen, language: str) -> None:
    async with engine_around(model) as engine:
        for part in parts:
            product = Product(engine, part.text, language)
            await product.ready()
            await play(part, model, screen, Editor(product.edited, product.complete))
            product.close()


async def _rival(policy: Policy, parts: Sequence[Stretch], model: Foreseeing, screen: Screen) -> None:
    async def ask(_: Stroke, place: Place) -> Answer:
        return await policy.complete(place), ""

    for part in parts:
        await play(part, model, screen, Editor(lambda *_: None, ask, cancels=True))


if __name__ == "__main__":
    main()
