"""How long the event loop stands still while a 50,000-line document is opened, edited and closed.

A ticker runs beside the document's own work and notes the longest time between two of its turns, by the clock and by
the processor time that this thread had in it: on a busy machine the clock counts other processes too. The yardstick
is the parse in one call that opening would cost without steps. Expected: no stall over 12 ms of processor time, but
after Python's quotes at the top: all below them is read in a state of its own, and the library frees it in one piece.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

from flashls.engine.documents import Documents
from flashls.syntax.languages import language_of
from flashls.syntax.trees import parsed
from flashls.text.edits import Change
from tests.bench.harness import table

HEADER = ("what happens", "longest stall ms", "of it processor ms", "until parsed ms", "parse in one call ms")
URI = "file:///bench"
_ROWS = 50_000
_PYTHON = "class C{0}:\n    def f(self, a, b=1):\n        return [x for x in a if x > b + {0}]\n\n"
_TYPESCRIPT = (
    "export class C{0} {{\n  f(a: number[], b = 1): number[] {{\n"
    "    return a.filter((x) => x > b && `${{x}}` !== '{0}');\n  }}\n}}\n"
)


@dataclass(slots=True)
class _Longest:
    """The longest time between two turns of the ticker, in seconds."""

    clock: float = 0.0
    processor: float = 0.0


def rows() -> list[tuple[str, ...]]:
    """A row a language and event: the longest stall by clock and processor, the time to a fresh tree, the yardstick."""
    kinds = (("python", _PYTHON, '"""'), ("typescript", _TYPESCRIPT, "`"), ("typescript", _TYPESCRIPT, "/*"))
    return [row for language, unit, breaker in kinds for row in asyncio.run(_of(language, unit, breaker))]


def main() -> None:
    """Prints the table."""
    print(table(f"Event loop, {_ROWS:,} lines", HEADER, rows()))


async def _of(language: str, unit: str, breaker: str) -> list[tuple[str, ...]]:
    text = "".join(unit.format(n) for n in range(_ROWS // unit.count("\n")))
    once = _in_one_call(language, text)
    documents = Documents()
    await _settled(documents, language)
    gc.collect()
    gc.freeze()
    middle, top, inside = len(text) // 2, 0, text.index("> b", len(text) // 2) + 3
    events: list[tuple[str, Callable[[], object]]] = [
        ("open", lambda: documents.open(URI, language, 0, text)),
        ("a letter in the middle", lambda: _type(documents, inside, 0, "x")),
        (f"{breaker} in the middle", lambda: _type(documents, middle, 0, breaker)),
        (f"{breaker} gone again", lambda: _type(documents, middle, len(breaker), "")),
        (f"{breaker} at the top", lambda: _type(documents, top, 0, breaker)),
        ("text replaced as a whole", lambda: documents.change(URI, 9, [Change(None, None, text[: len(text) // 2])])),
        ("close", lambda: documents.close(URI)),
    ]
    found = []
    for name, event in events:
        longest, took = await _watched(documents, event)
        cells = (longest.clock, longest.processor, took, once)
        found.append((f"{language}: {name}", *(f"{seconds * 1000:.1f}" for seconds in cells)))
    gc.unfreeze()
    return found


async def _watched(documents: Documents, event: Callable[[], object]) -> tuple[_Longest, float]:
    """Runs an event and waits until its document is parsed; the longest stall meanwhile, and how long that took."""
    longest = _Longest()
    ticker = asyncio.create_task(_tick(longest))
    await asyncio.sleep(0.05)
    start = time.perf_counter()
    longest.clock = longest.processor = 0.0
    event()
    if documents.get(URI) is not None:
        await documents.parsed(URI)
    took = time.perf_counter() - start
    await asyncio.sleep(1.0)  # Trees are let go of in the background.
    ticker.cancel()
    return longest, took


async def _tick(longest: _Longest) -> None:
    while True:
        clock, processor = time.perf_counter(), time.thread_time()
        await asyncio.sleep(0)
        longest.clock = max(longest.clock, time.perf_counter() - clock)
        longest.processor = max(longest.processor, time.thread_time() - processor)


def _type(documents: Documents, offset: int, deleted: int, text: str) -> None:
    snapshot = documents[URI]
    start, end = snapshot.lines.point(offset), snapshot.lines.point(offset + deleted)
    documents.change(URI, snapshot.version + 1, [Change(start, end, text)])


def _in_one_call(language: str, text: str) -> float:
    start = time.perf_counter()
    parsed(language_of(language), text)
    return time.perf_counter() - start


async def _settled(documents: Documents, language: str) -> None:
    """Loads the grammar, which is done once in a process."""
    documents.open(URI, language, 0, "x")
    await documents.parsed(URI)
    documents.close(URI)


if __name__ == "__main__":
    main()
