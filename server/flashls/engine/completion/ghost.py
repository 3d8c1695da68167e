"""Ghosts that live on: what the user typed since a suggestion was made, and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass

from flashls.types import Cursor, Ghost

_TYPED = 400
_AROUND = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion and the cursor it was made for."""

    cursor: Cursor
    ghost: Ghost


def advance(shown: Shown | None, cursor: Cursor) -> Ghost | None:
    """What is left of a suggestion at a later cursor, if all that was typed since is its own beginning."""
    if shown is None:
        return None
    typed = typed_since(shown.cursor, cursor)
    text = shown.ghost.text
    if typed is None or not text.startswith(typed) or len(typed) >= len(text):
        return None
    kept = shown.ghost.end - shown.ghost.start
    return Ghost(cursor.snapshot.version, cursor.offset, cursor.offset + kept, text[len(typed) :])


def typed_since(earlier: Cursor, later: Cursor) -> str | None:
    """The text inserted at the earlier cursor, up to the later one; None if the text around is not the same.

    Looks at 200 code points on either side: what an edit further away changes, a suggestion need not mind.
    """
    n = later.offset - earlier.offset
    if later.snapshot.uri != earlier.snapshot.uri or not 0 <= n <= _TYPED:
        return None
    typed = later.snapshot.before(later.offset, n)
    if later.snapshot is earlier.snapshot:
        return typed if n == 0 else None
    same = later.snapshot.before(earlier.offset, _AROUND) == earlier.snapshot.before(
        earlier.offset, _AROUND
    ) and later.snapshot.after(later.offset, _AROUND) == earlier.snapshot.after(earlier.offset, _AROUND)
    return typed if same else None
