"""Rows of base64 as private keys have them, in a text that may show nothing else of one: no head, no foot."""

from __future__ import annotations

import base64
import re
from bisect import bisect
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from flashls.text.secretguesses import is_mixed

Span = tuple[int, int]

# A whole row: 64 characters (RFC 7468, PGP, PuTTY) or 70 (OpenSSH), or what somebody made of them, but not MIME's 76.
# What ends an escape (\n, %0A), and a diff's or a comment's sign, is no part of it; no dash else is before it, as in
# `sha384-`.
_WIDTHS = (64, 70)
_ROW = (
    r"(?m)(?:(?<=\\[nrt])|(?<=%0[AaDd])|(?<=\\u000[AaDd])|(?<=^[+-])|(?<=//)(?!/)|(?<![A-Za-z0-9+/=_\\%-])(?!//|^\+))"
    r"[A-Za-z0-9+/]{48,75}+(?![A-Za-z0-9+/_])"
)
_SHORTEST = 48  # characters of such a row
_PART = r"[A-Za-z0-9+/]+={0,2}"
_BETWEEN = 60  # characters at most between two rows: quotes, comment signs, a call's name
PLACEHOLDER = "REDACTED_SECRET_"  # where one stands, what was around it is no nearer than it was
_MARK = r"-{4,5} ?(BEGIN|END) ([A-Z0-9 ]{1,60})-{4,5}"


def bare_rows(text: str) -> list[Span]:
    """Where rows of private keys are in ``text``, in order. Takes time in proportion to its length.

    Two or more in a row, of one length, and none below the head of a certificate or of anything else that is public;
    with what the text's own edges have left of the rows next to them.
    """
    found = [rows for chain in _chains(text) if (rows := _alike_rows(text, chain))]
    if not found:
        return []
    marks = list(_compiled(_MARK).finditer(text))
    starts = [mark.start() for mark in marks]
    secret = (rows for rows in found if not _is_public(marks, bisect(starts, rows[0][0])))
    rows = [row for each in secret if not _is_certificate(text, each) for row in each]
    return [*head_of(text, rows), *rows, *_tail(text, rows)] if rows else []


def rows_in(line: str) -> int:
    """How many such rows a line may hold: where a text has two, ``bare_rows`` may find some."""
    longest = max(map(len, line.split()), default=0)  # four times as fast as a search for a run
    return len(_compiled(_ROW).findall(line)) if longest >= _SHORTEST else 0


def is_coded(run: str) -> bool:
    """Whether a run of base64 looks random, and is no name and no path."""
    if not all(any(map(kind, run)) for kind in (str.isdigit, str.isupper, str.islower)):
        return False
    return len(run) in _WIDTHS or is_mixed(run.replace("+", "").replace("/", "").rstrip("="))


def alike(one: str, other: str) -> bool:
    """Whether two texts, as they stand between rows, are the same but for numbers and blanks."""
    return abs(len(one) - len(other)) <= 8 and shape(one) == shape(other)


def shape(between: str) -> str:
    """A text between rows without what may differ: the number of the row, how far it is indented, the line's end."""
    return re.sub(r"\d+", "0", re.sub(r"[ \t]+", " ", between.replace("\r\n", "\n")))


def _chains(text: str) -> Iterator[list[Span]]:
    """Rows that follow on each other, in one line or in neighbouring ones."""
    chain = list[Span]()
    for row in _compiled(_ROW).finditer(text):
        if not is_coded(row[0]):
            continue
        between = text[chain[-1][1] : row.start()] if chain else ""
        if len(between) > _BETWEEN or between.count("\n") > 1 or PLACEHOLDER in between:
            yield chain
            chain = []
        chain.append(row.span())
    yield chain


def _alike_rows(text: str, chain: list[Span]) -> list[Span]:
    """Those as long as one of the two rows before or behind them, and any between such: an edit's, in a diff.

    None where all are one row, which no key has twice.
    """
    if len({text[start:end] for start, end in chain}) < 2:
        return []
    sizes = [end - start for start, end in chain]
    like = [size in sizes[max(0, n - 2) : n] or size in sizes[n + 1 : n + 3] for n, size in enumerate(sizes)]
    return [row for n, row in enumerate(chain) if like[n] or (0 < n < len(chain) - 1 and like[n - 1] and like[n + 1])]


def _is_public(marks: list[re.Match[str]], after: int) -> bool:
    """Whether the marks around a place, the first behind it being ``after``, say that it is no private key."""
    before = [mark for mark in marks[max(0, after - 1) : after] if mark[1] == "BEGIN"]
    behind = [mark for mark in marks[after : after + 1] if mark[1] == "END"]
    return any("PRIVATE KEY" not in mark[2] for mark in (*before, *behind))


def _is_certificate(text: str, rows: list[Span]) -> bool:
    """Whether the first row begins a sequence that begins with a long sequence: X.509's (RFC 5280), and no key's."""
    start = text[rows[0][0] : rows[0][0] + 8]
    return start.startswith("MII") and base64.b64decode(start)[4:] == b"\x30\x82"


def head_of(text: str, rows: list[Span]) -> list[Span]:
    """What is left, at the text's start, of the row before the first one."""
    part = _compiled(_PART).match(text, 0, rows[0][0])
    return [part.span()] if part and _is_between(text[part.end() : rows[0][0]], text, rows) else []


def _tail(text: str, rows: list[Span]) -> list[Span]:
    """What is left, at the text's end, of the row behind the last one."""
    end = rows[-1][1]
    lead = text[rows[-2][1] : rows[-1][0]] if len(rows) > 1 else ""
    starts = [end + len(lead)] if lead and text.startswith(lead, end) else []
    starts += [part.start() for part in _compiled(_PART).finditer(text, end, end + _BETWEEN + 1)]
    for start in starts:
        if _is_between(text[end:start], text, rows):
            return [(start, len(text))] if _compiled(_PART).fullmatch(text, start) else []
    return []


def _is_between(between: str, text: str, rows: list[Span]) -> bool:
    """Whether a text stands between some of the first or the last rows, too."""
    pairs = (*pairwise(rows[:3]), *pairwise(rows[-3:]))
    return any(alike(between, text[one[1] : other[0]]) for one, other in pairs)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
