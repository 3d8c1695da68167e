"""Folded: a value that stands in the lines below its name, or is put together over some, as one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from flashls.text.secretguesses import HINTS, OPENS, PREFIX

_MOST = 8  # lines
_ENDS = frozenset("=(:>|+-.&\\\"'`")
_LITERAL = rf"\s*[+.&]?\s*{PREFIX}([\"'`])[^\"'`\s]{{1,500}}\1\s*([+.&\\]?)\s*[)\];,]{{0,3}}\s*"
_OPENER = r"(?:\(|[>|][+-]?\d?|\\)\s*$"
_PUT_TOGETHER = r"[\"'`]\s*$"
_BEGINS = rf"\s*{PREFIX}[\"'`]"


def may_open(line: str) -> bool:
    """Whether a line ends as one does whose value, or the rest of it, is in the next ones."""
    return line.rstrip()[-1:] in _ENDS


def opens(line: str) -> bool:
    """Whether a line names a secret, too, whose value is there."""
    if not may_open(line):
        return False
    lowered = line.lower()
    return any(hint in lowered for hint in HINTS) and _compiled(OPENS).search(line) is not None


def unfolded(text: str, start: int, end: int) -> str:
    """Such a line, from ``start`` to ``end``, as one with those that belong to it; each character keeps its place."""
    whole = _blanked(_OPENER, text[start:end])
    for _ in range(_MOST):
        if end >= len(text):
            break
        at, end = end + 1, text.find("\n", end + 1)
        end = end if end >= 0 else len(text)
        row = text[at:end]
        literal = _compiled(_LITERAL).fullmatch(row)
        if literal is None and _compiled(_PUT_TOGETHER).search(whole):
            break
        side_by_side = _compiled(_PUT_TOGETHER).search(whole) and _compiled(_BEGINS).match(row)
        whole += ("+" if side_by_side else " ") + _blanked(r"\\\s*$", row)
        if literal is None or row.rstrip()[-1:] in ",;)]":
            break
    return whole


def most_below(lines: list[str], last: int) -> int:
    """How many lines behind the one with index ``last`` - 1 may go on with what that one opens."""
    return _MOST if 0 < last < len(lines) and may_open(lines[last - 1]) else 0


def _blanked(pattern: str, line: str) -> str:
    blanks: Callable[[re.Match[str]], str] = lambda found: " " * len(found[0])  # noqa: E731
    return _compiled(pattern).sub(blanks, line)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
