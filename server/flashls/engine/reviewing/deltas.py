"""Deltas: what was changed in a file, as a model is shown it, and where that is in the file as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from flashls.context.history import Changed, Hunk
from flashls.engine.masked import masked_rows

Span = tuple[int, int]

_CONTEXT = 3  # rows, as git shows them


@dataclass(frozen=True, slots=True)
class Delta:
    """What was changed: ``text`` in git's form, and the ranges of it in the file as it is now, as offsets, in order.

    An empty range is a place at which something was removed.
    """

    text: str
    ranges: tuple[Span, ...]


def deltas(changed: Changed, most: int) -> tuple[Delta, ...]:
    """What was changed in a file, in parts: the text of one, and the rows that it spans, have about ``most``
    characters at most. Secrets are out of the texts. Empty for a file that is gone, or is no text.
    """
    if changed.after is None:
        return ()
    before, after = masked_rows(changed.before or ""), masked_rows(changed.after)
    starts = [0, *accumulate(len(row) + 1 for row in changed.after.split("\n"))]
    found, group, size = list[Delta](), list[Hunk](), 0
    for hunk in changed.hunks:
        text = _shown(hunk, before, after)
        if group and (size + len(text) > most or starts[hunk.new_end] - starts[group[0].new] > most):
            found.append(_delta(group, before, after, starts))
            group, size = [], 0
        group.append(hunk)
        size += len(text)
    return (*found, _delta(group, before, after, starts)) if group else tuple(found)


def diff_of(changed: Changed, most: int) -> str:
    """A whole file's changes in git's form, in at most ``most`` characters: as many hunks as fit, and how many do not.

    Secrets are out of it.
    """
    before, after = masked_rows(changed.before or ""), masked_rows(changed.after or "")
    shown, left = list[str](), most
    for n, hunk in enumerate(changed.hunks):
        text = _shown(hunk, before, after)
        if len(text) > left:
            return "\n".join((*shown, f"({len(changed.hunks) - n} more changes are not shown)"))
        shown.append(text)
        left -= len(text) + 1
    return "\n".join(shown)


def _delta(hunks: Sequence[Hunk], before: Sequence[str], after: Sequence[str], starts: Sequence[int]) -> Delta:
    end = starts[-1] - 1
    ranges = tuple((min(starts[hunk.new], end), min(starts[hunk.new_end], end)) for hunk in hunks)
    return Delta("\n".join(_shown(hunk, before, after) for hunk in hunks), ranges)


def _shown(hunk: Hunk, before: Sequence[str], after: Sequence[str]) -> str:
    first, last = max(0, hunk.new - _CONTEXT), min(len(after), hunk.new_end + _CONTEXT)
    lead, trail = hunk.new - first, last - hunk.new_end
    rows = (
        f"@@ -{hunk.old - lead + 1},{hunk.old_end - hunk.old + lead + trail} +{first + 1},{last - first} @@",
        *_marked(" ", after[first : hunk.new]),
        *_marked("-", before[hunk.old : hunk.old_end]),
        *_marked("+", after[hunk.new : hunk.new_end]),
        *_marked(" ", after[hunk.new_end : last]),
    )
    return "\n".join(rows)


def _marked(mark: str, rows: Sequence[str]) -> Iterator[str]:
    return (mark + row for row in rows)
