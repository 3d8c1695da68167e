"""The slow, obvious way: a plain string, split by one pattern, measured by encoding it."""

import re
from dataclasses import dataclass

from hypothesis import strategies as st

from flashls.text.positions import Encoding

# ¶ stands for a \r\n, which would otherwise be rare.
SIGNS = "ab( \t\n\r¶\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\0\ufeffé\u0301漢😀👩\u200d🚀"
CODECS: dict[Encoding, tuple[str, int]] = {
    "utf-8": ("utf-8", 1),
    "utf-16": ("utf-16-le", 2),
    "utf-32": ("utf-32-le", 4),
}

texts = st.text(SIGNS, max_size=24).map(lambda text: text.replace("¶", "\r\n"))
places = st.tuples(st.integers(-1, 12), st.integers(-1, 16))
block_sizes = st.sampled_from([1, 2, 3, 5, 8, 4096])


def rows_of(text: str) -> list[str]:
    ended = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)", text)
    return [*ended, text[sum(map(len, ended)) :]]


def content(line: str) -> str:
    return re.sub(r"(?:\r\n|\r|\n)\Z", "", line)


def column_of(line: str, units: int, encoding: Encoding) -> int:
    codec, unit = CODECS[encoding]
    return len(content(line).encode(codec)[: max(0, units) * unit].decode(codec, "ignore"))


def units_of(text: str, encoding: Encoding) -> int:
    codec, unit = CODECS[encoding]
    return len(text.encode(codec)) // unit


def offset_of(text: str, row: int, column: int) -> int:
    rows = rows_of(text)
    if row < 0:
        return 0
    if row >= len(rows):
        return len(text)
    inside = max(0, column) if max(0, column) < len(rows[row]) else len(content(rows[row]))
    return sum(map(len, rows[:row])) + inside


def point_of(text: str, offset: int) -> tuple[int, int]:
    rows = rows_of(text)
    starts = [sum(map(len, rows[:n])) for n in range(len(rows))]
    row = max(n for n, start in enumerate(starts) if start <= offset)
    return row, offset - starts[row]


def bytes_of(text: str) -> int:
    return len(text.encode())


def tree_point_of(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset].encode().split(b"\n")
    return len(before) - 1, len(before[-1])


@dataclass
class Move:
    """One change as an editor tells it: places in its own units."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


moves = st.builds(Move, places, places, texts)
