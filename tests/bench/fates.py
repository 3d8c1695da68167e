"""What following suggestions adds to a key press: the answer noted, and the edit looked at.

The yardstick is the two calls that place such an edit in the text. Expected: under 20 microseconds together; rows are
handed out a second later and written in the ledger's own thread.
"""

from __future__ import annotations

import asyncio
import time
from statistics import median, quantiles

from flashls.engine.completion.ghost import Shown
from flashls.engine.completion.steps import Steps
from flashls.engine.session import Session
from flashls.types import Cursor, Ghost
from tests.bench.harness import table

HEADER = ("what", "p50 µs", "p95 µs")
URI = "file:///w/a.txt"
_KEYS, _LENGTH, _AT = 3_000, 200, 15_000


def rows() -> list[tuple[str, ...]]:
    """A row for the yardstick and for each thing that is done."""
    return asyncio.run(_measure())


def main() -> None:
    """Prints the table."""
    print(table("Following suggestions, a key press", HEADER, rows()))


async def _measure() -> list[tuple[str, ...]]:
    session = Session()
    snapshot = session.documents.open(URI, "text", 1, "x = 1\n" * 5_000)
    lines, cursor = snapshot.lines, Cursor(snapshot, _AT)
    took = dict[str, list[float]]({"yardstick: place an edit": [], "note an answer": [], "follow an edit": []})
    for number in range(_KEYS):
        if number % _LENGTH == 0:
            shown = Shown(cursor, Ghost(1, _AT, _AT, "a" * (_LENGTH + 1)))
            session.track(URI).shown = shown
        steps = Steps()
        at = [time.perf_counter()]
        lines.offset(2_500, 0), lines.offset(2_500, 0)
        at.append(time.perf_counter())
        steps.mark("check")
        steps.mark("advance")
        session.answered(cursor, shown.ghost, steps, explicit=False)
        at.append(time.perf_counter())
        place = _AT + number % _LENGTH
        session.fates.changed(URI, lines, place, place, "a")
        at.append(time.perf_counter())
        for times, begin, end in zip(took.values(), at, at[1:], strict=False):
            times.append(end - begin)
        await asyncio.sleep(0)
    session.close_all()
    both = [a + b for a, b in zip(took["note an answer"], took["follow an edit"], strict=True)]
    return [_row(name, times) for name, times in (*took.items(), ("both", both))]


def _row(name: str, times: list[float]) -> tuple[str, ...]:
    return name, *(f"{seconds * 1e6:.1f}" for seconds in (median(times), quantiles(times, n=20)[18]))


if __name__ == "__main__":
    main()
