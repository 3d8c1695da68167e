"""Here: a cursor, and what of its text is looked at again for each suggestion that may go on there."""

from __future__ import annotations

from dataclasses import dataclass, field

from flashls.types import Cursor

_READ = 1200  # code points before the cursor: more than most suggestions and what was typed behind them


@dataclass(slots=True)
class Here:
    """A cursor with its row; ``here_at`` makes it.

    Some thirty suggestions are compared with the text before one cursor: it is read once, and so is each row's start.
    """

    cursor: Cursor
    row: int
    _read: str
    _since: dict[tuple[int, int], int] = field(default_factory=dict)

    def before(self, n: int) -> str:
        """At most ``n`` code points that end at the cursor."""
        if n <= len(self._read):
            return self._read[len(self._read) - n :]
        return self.cursor.snapshot.before(self.cursor.offset, n)

    def since(self, row: int, column: int) -> int:
        """How many code points stand between a row and column and the cursor; negative where that is further on.

        Out of range they are as ``Lines.offset`` has it.
        """
        found = self._since.get((row, column))
        if found is None:
            found = self._since[row, column] = self.cursor.offset - self.cursor.snapshot.lines.offset(row, column)
        return found


def here_at(cursor: Cursor) -> Here:
    """A cursor as suggestions are compared with it."""
    row, _ = cursor.snapshot.lines.point(cursor.offset)
    return Here(cursor, row, cursor.snapshot.before(cursor.offset, _READ))
