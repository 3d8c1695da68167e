"""Typing: a recorded session replayed through the product and through other tools' pace, on a virtual clock.

``python -m tests.bench typing --trace rustcode.json.gz`` prints a table for each share of wrong pieces in the model's
replies. Expected at .1 and at .3: no more requests than the thriftiest yardstick, and a suggestion within 50 ms at
least 1.5 times as often as with the quickest; no flicker, no stale answer, every request answered.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.bench.harness import table
from tests.bench.typing_clock import run
from tests.bench.typing_model import Foreseeing
from tests.bench.typing_ours import Product, engine_around
from tests.bench.typing_rivals import AdaptiveWithLookAhead, FixedWithPrefixCache, NoDebounce, Place, Policy
from tests.bench.typing_screen import Figures, Screen
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
_SETTLE_S = 20.0


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one policy."""

    policy: str
    figures: Figures
    model: Foreseeing


def replay(policy: str, parts: Sequence[Stretch], share: float, seed: int) -> Replayed:
    """Replays stretches of a session with a policy of ``RIVALS`` or with ``OURS``."""
    model, figures = Foreseeing(share, seed), Figures()
    run(_ours(parts, model, figures) if policy == OURS else _rival(RIVALS[policy](model), parts, model, figures))
    return Replayed(policy, figures, model)


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
        print("\n".join(_causes(found[-1])), flush=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench typing")
    parser.add_argument("--trace", help="the recorded session, or its folder; else $FLASHLS_TRACES")
    parser.add_argument("--keys", type=int, default=1500, help="key presses in all (%(default)s)")
    parser.add_argument("--places", type=int, default=6, help="parts of the session they are from (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn (%(default)s)")
    parser.add_argument("--wrong", type=float, nargs="+", default=[0.0, 0.1, 0.3], help="shares of wrong pieces")
    return parser.parse_args([argument for argument in arguments if argument != "typing"])


def _row(of: Replayed) -> tuple[str, ...]:
    figures, keys = of.figures, of.figures.keys / 100
    return (
        of.policy,
        f"{of.model.requests / keys:.1f}",
        f"{of.model.tokens / keys:.0f}",
        *(f"{soon / keys:.1f}" for soon in (*figures.soon, figures.ever)),
        f"{figures.right / figures.keys:.2f}",
        *(str(count) for count in (figures.flicker, figures.stale, figures.unanswered)),
    )


def _causes(of: Replayed) -> list[str]:
    figures = of.figures
    lines = [f"- {figures.keys - figures.possible} keys have nothing to foresee: the session jumps or deletes next"]
    lines += [f"- {count} requests shown nothing: {why}" for why, count in figures.causes.most_common()]
    return [*lines, f"- {of.model.ahead} requests were for text not there yet, {of.model.lost} for no place known", ""]


async def _ours(parts: Sequence[Stretch], model: Foreseeing, figures: Figures) -> None:
    async with engine_around(model) as engine:
        for part in parts:
            product = Product(engine, part.text)
            await product.ready()

            def edited(stroke: Stroke, product: Product = product) -> None:
                product.edited(stroke.patches)

            def ask(stroke: Stroke, _: Place, product: Product = product) -> Awaitable[str]:
                return product.complete(stroke.cursor)

            await _play(part, model, figures, edited, ask, cancels=False)
            figures.causes.update(product.silences)
            product.close()


async def _rival(policy: Policy, parts: Sequence[Stretch], model: Foreseeing, figures: Figures) -> None:
    for part in parts:
        await _play(part, model, figures, lambda _: None, lambda _, place: policy.complete(place), cancels=True)


async def _play(
    part: Stretch,
    model: Foreseeing,
    figures: Figures,
    edited: Callable[[Stroke], None],
    ask: Callable[[Stroke, Place], Awaitable[str]],
    cancels: bool,
) -> None:
    """Types a stretch. ``cancels``: a request is cancelled by the next, as yardsticks need it; else only by an edit
    that asks for nothing."""
    loop, screen, text = asyncio.get_running_loop(), Screen(figures), part.text
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
        figures.unanswered += earlier is not None and earlier is not asked and not earlier.done()
    await asyncio.sleep(_SETTLE_S)
    figures.unanswered += asked is not None and not asked.done()


async def _answered(answer: Awaitable[str], screen: Screen, stroke: Stroke) -> None:
    text = await answer
    screen.answer(stroke.place, text, asyncio.get_running_loop().time())


if __name__ == "__main__":
    main()
