"""Plots as inline SVG, drawn in the colours of the page's style sheet; each names its numbers in titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from math import log10

from flashls_cli.intervals import Estimate

_WIDTH, _HEIGHT, _LEFT, _BELOW, _ABOVE = 720, 200, 84, 24, 8
_LETTER, _LONGEST_NAME = 6.6, 330  # units of a letter of 12 units, and those left for a name
_MANY = 2_000  # from the shortest to the longest time: where there is more between, only powers of ten are marked


def columns(
    names: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], said: Callable[[float], str], about: str
) -> str:
    """A column for each name; ``series`` are (class of the colour, values), the first one behind, the others before it.

    ``said`` turns a value into a few letters; ``about`` is what a reader hears who cannot see it.
    """
    most = max((value for _, values in series for value in values), default=0) or 1
    step = (_WIDTH - _LEFT) / max(len(names), 1)
    parts = [part for part in (0, 0.5, 1) if part in (0, 1) or said(most * part) not in (said(0), said(most))]
    floor, room = _HEIGHT - _BELOW, _HEIGHT - _BELOW - _ABOVE
    shapes = [
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="axis" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(said(most * part))}</text>'
        for part in parts
        for y in (floor - part * room,)
    ]
    for number, name in enumerate(names):
        x, told = _LEFT + number * step, "; ".join(said(values[number]) for _, values in series)
        bars = "".join(_bar(kind, x, step, floor, values[number] / most * room) for kind, values in series)
        shapes.append(f"<g><title>{escape(name)}: {escape(told)}</title>{bars}</g>")
    every = max(len(names) // 6, 1)
    for number in range(0, len(names), every):
        x = _LEFT + (number + 0.5) * step
        name = escape(names[number])
        shapes.append(f'<text class="axis" x="{x:.1f}" y="{_HEIGHT - 6}" text-anchor="middle">{name}</text>')
    return _svg(_HEIGHT, about, shapes)


def spans(rows: Sequence[tuple[str, tuple[float, float, float]]], about: str) -> str:
    """For each row (name, p50, p90 and p99 in ms) a line on a scale of powers of ten, with a dot at the median."""
    least = min((low for _, (low, _, _) in rows), default=1.0)
    marks = [step * 10**n for n in range(7) for step in (1, 2, 5)]
    most = max((high for _, (_, _, high) in rows), default=1.0)
    low = max((mark for mark in marks if mark <= least), default=1)
    high = max(min((mark for mark in marks if mark >= most), default=marks[-1]), low * 5)
    height = 34 * len(rows) + _BELOW + _ABOVE

    def at(ms: float) -> float:
        return 24 + (_WIDTH - 64) * (log10(max(ms, low)) - log10(low)) / (log10(high) - log10(low))

    shapes = [
        f'<line class="grid" x1="{at(mark):.1f}" x2="{at(mark):.1f}" y1="0" y2="{height - _BELOW}"/>'
        f'<text class="axis" x="{at(mark):.1f}" y="{height - 6}" text-anchor="middle">{_time(mark)}</text>'
        for mark in marks
        if low <= mark <= high and (high / low <= _MANY or str(mark)[0] == "1")
    ]
    for number, (name, (p50, p90, p99)) in enumerate(rows):
        y, room = _ABOVE + 34 * number + 22, len(name) * _LETTER
        left = min(max(at(p50) - 5, 0), max(_WIDTH - room, 0))
        told = f"{name}: half within {p50:,.0f} ms, nine tenths {p90:,.0f} ms, 99 in 100 {p99:,.0f} ms"
        shapes.append(
            f"<g><title>{escape(told)}</title>"
            f'<text class="label" x="{left:.1f}" y="{y - 8}">{escape(name)}</text>'
            f'<line class="far" x1="{at(p90):.1f}" x2="{at(p99):.1f}" y1="{y}" y2="{y}"/>'
            f'<line class="near" x1="{at(p50):.1f}" x2="{at(p90):.1f}" y1="{y}" y2="{y}"/>'
            f'<circle class="dot" cx="{at(p50):.1f}" cy="{y}" r="5"/></g>'
        )
    return _svg(height, about, shapes)


def bars(rows: Sequence[tuple[str, int]], kind: str, about: str) -> str:
    """A bar for each row, its name to the left, its number and share to the right."""
    total, most = sum(n for _, n in rows) or 1, max((n for _, n in rows), default=0) or 1
    left = min(max((len(name) for name, _ in rows), default=0) * _LETTER + 20, _LONGEST_NAME)
    room = _WIDTH - left - 110
    shapes = []
    for number, (name, n) in enumerate(rows):
        y, width = 26 * number + 4, max(n / most * room, 2 if n else 0)
        shapes.append(
            f'<text class="label" x="{left - 10}" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect class="{kind}" x="{left}" y="{y}" width="{width:.1f}" height="18" rx="3"/>'
            f'<text class="axis" x="{left + width + 8:.1f}" y="{y + 14}">{n:,} · {n / total:.0%}</text>'
        )
    return _svg(26 * len(rows) + 6, about, shapes)


def shares(rows: Sequence[tuple[str, Estimate]], about: str) -> str:
    """A dot for each row's share on a scale in percent, and a line as long as its interval."""
    left = min(max(len(name) for name, _ in rows) * _LETTER + 20, _LONGEST_NAME)
    most = next(scale for scale in (0.2, 0.4, 0.6, 0.8, 1.0) if scale >= max(found.high for _, found in rows))
    height = 28 * len(rows) + _BELOW + _ABOVE

    def at(part: float) -> float:
        return left + (_WIDTH - left - 30) * part / most

    shapes = [
        f'<line class="grid" x1="{at(most * n / 4):.1f}" x2="{at(most * n / 4):.1f}" y1="0" y2="{height - _BELOW}"/>'
        f'<text class="axis" x="{at(most * n / 4):.1f}" y="{height - 6}" text-anchor="middle">{most * n / 4:.0%}</text>'
        for n in range(5)
    ]
    for number, (name, found) in enumerate(rows):
        y = _ABOVE + 28 * number + 14
        told = f"{name}: {found.value:.1%}, from {found.low:.1%} to {found.high:.1%} by chance"
        shapes.append(
            f"<g><title>{escape(told)}</title>"
            f'<text class="label" x="{left - 12}" y="{y + 4}" text-anchor="end">{escape(name)}</text>'
            f'<line class="near" x1="{at(found.low):.1f}" x2="{at(found.high):.1f}" y1="{y}" y2="{y}"/>'
            f'<circle class="dot" cx="{at(found.value):.1f}" cy="{y}" r="5"/></g>'
        )
    return _svg(height, about, shapes)


def _bar(kind: str, x: float, step: float, floor: float, height: float) -> str:
    gap = min(step * 0.15, 4)
    return (
        f'<rect class="{kind}" x="{x + gap:.1f}" y="{floor - height:.1f}" width="{step - 2 * gap:.1f}"'
        f' height="{height:.1f}" rx="2"/>'
        if height > 0
        else ""
    )


def _time(ms: int) -> str:
    return f"{ms} ms" if ms < 1000 else f"{ms // 1000} s"


def _svg(height: float, about: str, shapes: Sequence[str]) -> str:
    size = f'viewBox="0 0 {_WIDTH} {height:.0f}"'
    return f'<svg {size} role="img" aria-label="{escape(about)}">{"".join(shapes)}</svg>'
