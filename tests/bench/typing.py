"""Typing: a recorded session replayed through the product and through other tools' pace, on a virtual clock.

``python -m tests.bench typing --trace rustcode.json.gz`` prints a table for each share of wrong pieces in the model's
replies. Expected at .1 and at .3: no more requests than the thriftiest yardstick, and a suggestion within 50 ms at
least 1.5 times as often as with the quickest; no flicker, no stale answer, every request answered.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.bench.harness import table
from tests.bench.typing_causes import causes
from tests.bench.typing_clock import run
from tests.bench.typing_model import Foreseeing
from tests.bench.typing_ours import Product, engine_around
from tests.bench.typing_rivals import AdaptiveWithLookAhead, FixedWithPrefixCache, NoDebounce, Place, Policy
from tests.bench.typing_screen import Screen
from tests.bench.typing_trace import Stretch, Stroke, applied, load, stretches, trace_path

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
_WITHIN_S = (0.05, 0.2, 0.5, math.inf)
_SETTLE_S = 20.0

Answer = tuple[str, str]
"""A suggestion, or "" and why there is none."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one policy."""

    policy: str
    screen: Screen
    model: Foreseeing


def replay(policy: str, parts: Sequence[Stretch], share: float, seed: int) -> Replayed:
    """Replays stretches of a session with a policy of ``RIVALS`` or with ``OURS``."""
    model, screen = Foreseeing(share, seed), Screen()
    run(_ours(parts, model, screen) if policy == OURS else _rival(RIVALS[policy](model), parts, model, screen))
    return Replayed(policy, screen, model)


def main() -> None:
    """Prints the tables."""
    chosen = _options(sys.argv[1:])
    parts = stretches(load(trace_path(chosen.trace)), chosen.keys, chosen.places, chosen.seed)
    keys = sum(part.keys for part in parts)
    for share in chosen.wrong:
        found = list[Replayed]()
        for policy in (*RIVALS, OURS):
            print(f"{share:g} wrong: {policy} ...", end="\r", file=sys.stderr, flush=True)
            found.append(replay(policy, parts, share, chosen.seed))
        print(
            table(
                f"{keys} keys, {share:g} of the pieces wrong; requests and tokens per 100 keys",
                HEADER,
                map(_row, found),
            )
        )
        print(causes(found[-1].screen.keys, found[-1].model.asked), flush=True)
        print(
            f"{found[-1].model.lost} requests were for a place that is nowhere near\n" if found[-1].model.lost else ""
        )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench typing")
    parser.add_argument("--trace", help="the recorded session, or its folder; else $FLASHLS_TRACES")
    parser.add_argument("--keys", type=int, default=1500, help="key presses in all (%(default)s)")
    parser.add_argument("--places", type=int, default=6, help="parts of the session they are from (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn (%(default)s)")
    parser.add_argument("--wrong", type=float, nargs="+", default=[0.0, 0.1, 0.3], help="shares of wrong pieces")
    return parser.parse_args([argument for argument in arguments if argument != "typing"])


def _row(of: Replayed) -> tuple[str, ...]:
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


async def _ours(parts: Sequence[Stretch], model: Foreseeing, screen: Screen) -> None:
    async with engine_around(model) as engine:
        for part in parts:
            product = Product(engine, part.text)
            await product.ready()

            def edited(stroke: Stroke, product: Product = product) -> None:
                product.edited(stroke.patches)

            def ask(stroke: Stroke, _: Place, product: Product = product) -> Awaitable[Answer]:
                return product.complete(stroke.cursor)

            await _play(part, model, screen, edited, ask, cancels=False)
            product.close()


async def _rival(policy: Policy, parts: Sequence[Stretch], model: Foreseeing, screen: Screen) -> None:
    for part in parts:
        await _play(part, model, screen, lambda _: None, lambda _, place: _of(policy.complete(place)), cancels=True)


async def _play(
    part: Stretch,
    model: Foreseeing,
    screen: Screen,
    edited: Callable[[Stroke], None],
    ask: Callable[[Stroke, Place], Awaitable[Answer]],
    cancels: bool,
) -> None:
    """Types a stretch. ``cancels``: a request is cancelled by the next, as yardsticks need it; else only by an edit
    that asks for nothing."""
    loop, text = asyncio.get_running_loop(), part.text
    screen.begin()
    began, asked = loop.time(), None
    for stroke in part.strokes:
        await asyncio.sleep(max(0.0, began + stroke.at - loop.time()))
        text = applied(text, stroke.patches)
        place = Place(text[: stroke.cursor], text[stroke.cursor :])
        model.typed(stroke, place.before)
        if asked is not None and (cancels or stroke.foreseen is None):
            asked.cancel()
        edited(stroke)
        screen.stroke(stroke, loop.time())
        earlier = asked
        if stroke.foreseen is not None:
            asked = asyncio.create_task(_answered(ask(stroke, place), screen, stroke))
        await asyncio.sleep(0.001)
        screen.unanswered += earlier is not None and earlier is not asked and not earlier.done()
    await asyncio.sleep(_SETTLE_S)
    screen.unanswered += asked is not None and not asked.done()


async def _answered(answer: Awaitable[Answer], screen: Screen, stroke: Stroke) -> None:
    text, why_not = await answer
    screen.answer(stroke.place, text, asyncio.get_running_loop().time(), why_not)


async def _of(text: Awaitable[str]) -> Answer:
    return await text, ""


if __name__ == "__main__":
    main()
