"""Plots: what is drawn stays within the picture, and an axis says nothing twice."""

from __future__ import annotations

import re

import pytest

from flashls_cli.intervals import Estimate
from flashls_cli.stats_plots import columns, shares, spans

WIDTH = 720
_TEXT = re.compile(r'<text class="(\w+)" x="([\d.-]+)" y="[\d.-]+"(?: text-anchor="(\w+)")?>([^<]*)</text>')


def texts(plot: str, kind: str) -> list[tuple[float, float, str]]:
    """The texts of a class: where each begins and ends, at 6.6 units a letter, and what it says."""
    found = list[tuple[float, float, str]]()
    for of, x, anchor, text in _TEXT.findall(plot):
        width = 6.6 * len(text)
        start = float(x) - {"": 0, "middle": width / 2, "end": width}[anchor]
        if of == kind:
            found.append((start, start + width, text))
    return found


@pytest.mark.parametrize("ms", [(1, 1, 1), (149, 149, 149), (90, 900, 9_000), (5_000, 6_000, 999_000), (0.2, 0.3, 5)])
@pytest.mark.parametrize("name", ["fix, m", "document, xroute/deepseek-ai/deepseek-coder-v3-instruct-of-a-long-name"])
def test_names_and_marks_of_latencies_stay_within_the_picture(ms: tuple[float, float, float], name: str) -> None:
    plot = spans([(name, ms), ("complete, m", (100, 200, 400))], "about")
    for start, end, _ in texts(plot, "label"):
        assert start >= 0
        assert end <= WIDTH
    assert 2 <= len(texts(plot, "axis")) <= 12
    assert all(0 <= float(x) <= WIDTH for x in re.findall(r' (?:x1|x2|cx)="([\d.-]+)"', plot))


@pytest.mark.parametrize(
    ("values", "marks"),
    [([0.0, 1.0], ["0", "1"]), ([2.0], ["0", "1", "2"]), ([0.0], ["0", "1"]), ([9.0], ["0", "4", "9"])],
)
def test_an_axis_of_counts_says_each_once(values: list[float], marks: list[str]) -> None:
    plot = columns([""] * len(values), [("one", values)], lambda n: f"{n:,.0f}", "about")
    assert [text for _, _, text in texts(plot, "axis") if text] == marks


@pytest.mark.parametrize(("high", "most"), [(0.05, "20%"), (0.2, "20%"), (0.21, "40%"), (1.0, "100%")])
def test_shares_have_a_round_scale_that_holds_them(high: float, most: str) -> None:
    plot = shares([("a", Estimate(high / 2, 0.0, high))], "about")
    assert texts(plot, "axis")[-1][2] == most
    assert all(0 <= float(x) <= WIDTH for x in re.findall(r' (?:x1|x2|cx)="([\d.-]+)"', plot))
