"""Overlap: what a reply says that stands after the cursor already."""

from __future__ import annotations

import re
from collections.abc import Callable

SHORT = 3
CLOSERS = re.compile(r"[\s)\]}>;,'\"`:]*\Z|\s*end\Z")
_OPERATOR, _WORD = re.compile(r"[^\w\s]"), re.compile(r"\w")
_TELLING = 3
_RULE = re.compile(r"([-=*#~_/])\1+")  # of dashes, say: as long as it may be
_NEAR, _LONG = 4, 8  # rows below, characters


def fitted(code: str, after: str, errors: Callable[[str], int]) -> str:
    """Code without what ``after`` says already. In doubt the parse with fewer ``errors`` wins."""
    shorter = without_overlap(code, after)
    dropped = code[len(shorter) :]
    closes = any(bracket in dropped for bracket in ")]}")
    said = tells(dropped) and ("\n" in dropped or dropped.strip() == after.split("\n", 1)[0].strip())
    if shorter == code or said or not (closes or CLOSERS.match(dropped) or len(dropped) < SHORT):
        return shorter
    as_said, without = errors(code), errors(shorter)
    whole = closes and len(dropped) <= SHORT and _balanced(code) and not _balanced(shorter)
    return code if as_said < without or (as_said == without and whole) else shorter


def without_overlap(code: str, after: str) -> str:
    """The code up to where it begins to say what stands after the cursor: on its line, then in the rows below."""
    rest = after.split("\n", 1)[0].strip()
    if rest:
        if len(rest) > SHORT and rest in code:
            code = code[: code.rindex(rest)]
            while code.endswith(rest):
                code = code.removesuffix(rest)
            return code
        said = code.rstrip()
        for n in range(min(len(rest), len(said)), 0, -1):
            if said.endswith(rest[:n]) and _is_told(said[:-n], rest, n):
                return said.rstrip(rest) if _RULE.fullmatch(rest) else said[:-n]
        return code
    return _without_rows_below(code.rstrip(), [row.rstrip() for row in after.split("\n") if row.strip()])


def tells(row: str) -> bool:
    """Whether a row says more than that a block ends."""
    return len(re.findall(r"\w", row)) >= _TELLING and not CLOSERS.match(row)


def _is_told(left: str, rest: str, n: int) -> bool:
    """Whether a reply that ends with the first ``n`` characters of the row's rest, behind ``left``, goes on as that.

    One or two may be there by chance, unless they are closers, begin with an operator, or are a word, as in
    ``len(▮xs)``.
    """
    if n >= SHORT or n == len(rest) or CLOSERS.match(rest[:n]):
        return True
    if _OPERATOR.match(rest):
        return not left.endswith(rest[0])
    return all(map(_WORD.match, rest[:n])) and not _WORD.match(rest[n]) and not _WORD.match(left[-1:])


def _without_rows_below(code: str, below: list[str]) -> str:
    """The code up to where its rows begin to be those below: all that are left, or from one that tells, as it stands.

    Blank rows do not count; the last row may be cut off. A last row that stands a little further down goes, too, as a
    ``return`` that comes after more.
    """
    rows = code.split("\n")
    for n in range(len(rows)):
        if not rows[n].strip():
            continue
        said = [row.strip() for row in rows[n:] if row.strip()]
        there = [row.strip() for row in below[: len(said)]]
        as_it_stands = n > 0 and rows[n].rstrip() in below[:1] and tells(rows[n])
        cut_off = len(said) > 1 and said[:-1] == there[:-1] and there[-1].startswith(said[-1])
        over = n == 0 and len(said) > len(there[:2]) > 1 and said[:2] == there[:2] and all(map(tells, said[:2]))
        if said == there or as_it_stands or cut_off or over:
            return "\n".join(rows[:n]).rstrip()
    if run := _run_below(rows, below):
        return "\n".join(rows[:-run]).rstrip()
    last = rows[-1].rstrip()
    ends_alike = len(rows) > 1 and last in below[:_NEAR] and len(last.strip()) >= _LONG and tells(last)
    return "\n".join(rows[:-1]).rstrip() if ends_alike else code


def _run_below(rows: list[str], below: list[str]) -> int:
    """How many rows at the end, two at least of which one tells, are rows that stand a little further down."""
    there = below[: _NEAR + len(rows)]
    for many in range(min(len(rows) - 1, len(there)), 1, -1):
        run = [row.rstrip() for row in rows[-many:]]
        if any(map(tells, run)) and any(there[at : at + many] == run for at in range(_NEAR)):
            return many
    return 0


def _balanced(code: str) -> bool:
    """Whether the code closes what it opens itself, and nothing else; quotes are not looked into."""
    depth = 0
    for character in code:
        depth += (character in "([{") - (character in ")]}")
        if depth < 0:
            return False
    return depth == 0
