"""Edges: where a document may be cut so that nothing is cut in two. Half a secret cannot be told from code."""

from __future__ import annotations

import re

from flashls.types import Lines

_TOKEN = re.compile(r"[^\s\"'`,;()\[\]{}<>|]*")
_LONGEST = 4000


def head(lines: Lines, wanted: int, limit: int) -> int:
    """The first row's start at or after offset ``wanted``, if anything stands between it and ``limit``.

    Else the first place where no token is cut.
    """
    if wanted <= 0:
        return 0
    row, column = lines.point(wanted)
    start = lines.offset(row + 1, 0) if column else wanted
    if start <= limit and (column == 0 or lines.before(limit, limit - start).strip()):
        return start
    inside = _token_length(lines.before(wanted, 1)) > 0
    return min(limit, wanted + _token_length(lines.after(wanted, _LONGEST))) if inside else wanted


def tail(lines: Lines, wanted: int, limit: int) -> int:
    """The last row's start at or before offset ``wanted``; before ``limit``, the last place where no token is cut."""
    if wanted >= lines.length:
        return lines.length
    row, _ = lines.point(wanted)
    start = lines.offset(row, 0)
    if start > limit:
        return start
    inside = _token_length(lines.after(wanted, 1)) > 0
    return max(limit, wanted - _token_length(lines.before(wanted, _LONGEST)[::-1])) if inside else wanted


def _token_length(text: str) -> int:
    found = _TOKEN.match(text)
    return len(found[0]) if found else 0
