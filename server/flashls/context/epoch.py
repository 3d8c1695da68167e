"""Epoch: what was shown last stays as it was and where it was, while it still holds what is wanted now.

A model that keeps what it has read reads anew from the first character that differs, so a snippet that came again with
one line less, or one place further down, would cost the reading of all behind it.
"""

from __future__ import annotations

from collections.abc import Sequence

from flashls.types import Snippet


def settled(fresh: Sequence[Snippet], last: Sequence[Snippet], characters: int) -> tuple[Snippet, ...]:
    """The fresh snippets in the order of the last ones, what is new behind them; at most ``characters`` in all.

    Where the last snippet of a file holds all lines of the fresh one, and there is room, it is taken in its place.
    """
    before = {(one.path, one.kind): n for n, one in reversed(list(enumerate(last)))}
    order = sorted(range(len(fresh)), key=lambda n: (before.get((fresh[n].path, fresh[n].kind), len(last)), n))
    room = characters - sum(len(one.text) for one in fresh)
    found = []
    for one in (fresh[n] for n in order):
        place = before.get((one.path, one.kind))
        old = last[place] if place is not None else None
        if old is not None and len(old.text) - len(one.text) <= room and _holds(old.text, one.text):
            room -= len(old.text) - len(one.text)
            one = Snippet(one.path, old.text, one.kind, one.score, one.why)
        found.append(one)
    return tuple(found)


def _holds(old: str, new: str) -> bool:
    return old == new or set(new.split("\n")) <= set(old.split("\n"))
