"""What every benchmark needs: a median, and a table in Markdown."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from statistics import median


def median_us(fn: Callable[[], object], runs: int) -> float:
    """The median time of ``runs`` calls of ``fn``, in microseconds, after one that is not counted."""
    fn()
    return median(_once_ns(fn) for _ in range(runs)) / 1000


def table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table under a heading; the first column is flush left, the others flush right."""
    rule = ["---"] + ["---:"] * (len(header) - 1)
    lines = [f"| {' | '.join(cells)} |" for cells in (header, rule, *rows)]
    return "\n".join([f"### {title}", "", *lines, ""])


def _once_ns(fn: Callable[[], object]) -> int:
    start = time.perf_counter_ns()
    fn()
    return time.perf_counter_ns() - start
