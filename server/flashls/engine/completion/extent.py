"""Extent: how much of a suggestion is wanted at a place, one row or more."""

from __future__ import annotations

from flashls.syntax.excerpt import plain
from flashls.syntax.languages import language_of
from flashls.syntax.place import place
from flashls.types import Cursor, Extent


def extent_at(cursor: Cursor) -> Extent:
    """How much is wanted: a block where a statement, a body or a row of a list begins, and nothing stands to the right.

    One row in strings and comments. Elsewhere the statement, which is mostly its row.
    """
    snapshot = cursor.snapshot
    here = place(snapshot.tree, snapshot.lines, language_of(snapshot.language), cursor.offset)
    if here in ("comment", "string"):
        return "row"
    if plain(snapshot.after(cursor.offset, 200)).split("\n", 1)[0].strip():
        return "statement"
    row, column = snapshot.lines.point(cursor.offset)
    begins = here in ("empty body", "statement start") or not snapshot.lines[row][:column].strip()
    return "block" if begins else "statement"
