"""Steady: snippets that stay put from one request to the next, for models that keep what they have read.

A prefix cache ends at the first character that differs. So what was shown last stays where it was and what
matters now is appended; when there is no room left for more, an epoch ends, and all is chosen anew.
"""

from __future__ import annotations

from dataclasses import replace

from flashls.context.pack import PER_FILE
from flashls.types import Snippet

BEGIN, CORE = 0.75, 0.35
"""Shares of the room: how much an epoch begins with, and how much of what is best now must be shown within one."""


_PASSING = ("edit", "diff", "diagnostic")  # what holds for a moment only, and comes last


def steady(
    last: tuple[Snippet, ...], core: tuple[Snippet, ...], fresh: tuple[Snippet, ...], characters: int
) -> tuple[Snippet, ...]:
    """What lasts of ``last``, what ``core`` adds to it, and what is passing in ``fresh``, within so many characters.

    Where that is too much, all of ``fresh``: an epoch ends. ``core`` is what is best now, in ``CORE`` of the room: all
    its rows are in the result, but for those passing.
    """
    held = tuple(each for each in last if each.kind not in _PASSING)
    shown: dict[str, set[str]] = {}
    for each in held:
        shown.setdefault(each.path, set()).update(each.text.split("\n"))
    added = (_without(each, shown.get(each.path, set())) for each in core if each.kind not in _PASSING)
    passing = (each for each in fresh if each.kind in _PASSING)
    together = (*held, *(each for each in added if each.text.strip()), *passing)
    return together if held and sum(map(_size, together)) <= characters else fresh


def _without(snippet: Snippet, shown: set[str]) -> Snippet:
    rows = [row for row in snippet.text.split("\n") if row not in shown]
    return snippet if len(rows) == snippet.text.count("\n") + 1 else replace(snippet, text="\n".join(rows))


def _size(snippet: Snippet) -> int:
    return len(snippet.text) + len(snippet.path) + PER_FILE
