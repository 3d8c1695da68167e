"""Positions: an editor's units and columns in code points, either way.

Editors count UTF-16 units by default, UTF-8 bytes or code points if that was agreed on (LSP 3.17, "Position").
"""

from __future__ import annotations

from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]


def column(line: str, units: int, encoding: Encoding) -> int:
    """The column, in code points, that an editor calls ``units``.

    Past the end of the line it is the line's end before its ``\\n``, ``\\r\\n`` or ``\\r`` (LSP 3.17, "Position");
    inside a surrogate pair or a UTF-8 sequence it is that character's start; below zero it is zero.
    """
    return min(fit(line, units, encoding), _content(line))


def units(line: str, column: int, encoding: Encoding) -> int:
    """What an editor calls ``column`` (in code points); clamped to the line without its line end."""
    return width(line[: max(0, min(column, _content(line)))], encoding)


def width(text: str, encoding: Encoding) -> int:
    """How many units ``text`` has. A lone surrogate counts as one UTF-16 unit and three UTF-8 bytes."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit(text: str, units: int, encoding: Encoding) -> int:
    """How many of the first code points of ``text`` fit into so many units.

    Halves the text and measures the halves: linear in all, at the codec's speed, and right for any string, where
    decoding a cut would join lone surrogates that stand side by side.
    """
    low, high = 0, max(0, min(units, len(text)))
    if encoding == "utf-32" or text.isascii():
        return high
    while low < high:
        middle = (low + high + 1) // 2
        taken = width(text[low:middle], encoding)
        if taken <= units:
            low, units = middle, units - taken
        else:
            high = middle - 1
    return low


def _content(line: str) -> int:
    """The line's length without its line end."""
    if line.endswith("\r\n"):
        return len(line) - 2
    return len(line) - line.endswith(("\n", "\r"))
