"""What a figure was expected to be, said beside it: a row that misses it is seen without knowing the numbers."""

from __future__ import annotations


def at_most(found: float, most: float, unit: str = "") -> str:
    """A cell such as "≤ 500 µs", with "MISSED" before it where the figure is more than that."""
    return _cell(found <= most, f"≤ {most:g}", unit)


def at_least(found: float, least: float, unit: str = "") -> str:
    """A cell such as "≥ 2", with "MISSED" before it where the figure is less than that."""
    return _cell(found >= least, f"≥ {least:g}", unit)


def _cell(kept: bool, rule: str, unit: str) -> str:
    return " ".join(filter(None, ("" if kept else "MISSED", rule, unit)))
