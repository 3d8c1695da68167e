"""Here: a cursor, and what of its text is looked at again for each suggestion that may go on there."""

from __future__ import annotations

from dataclasses import dataclass, field

from flashls.types import Cursor

_READ = 1200  # code points before the cursor: more than most suggestions and what was typed behind them


@dataclass(slots=True)
class Here:
    """A cursor, the document's URI and number of rows, and the cursor's row; ``here_at`` makes it.

    ``stayed``: the last request was made in this row, too: what was edited beside it was not edited by going there.
    Some thirty suggestions are compared with the text before one cursor: it is read once, and so is each row's start.
    """

    cursor: Cursor
    uri: str
    rows: int
    row: int
    _read: str
    stayed: bool = True
    _since: dict[tuple[int, int], int] = field(default_factory=dict)
    _typed: dict[tuple[int, int], str | None] = field(default_factory=dict)

    def before(self, n: int) -> str:
        """At most ``n`` code points that end at the cursor."""
        if n <= len(self._read):
            return self._read[len(self._read) - n :]
        return self.cursor.snapshot.before(self.cursor.offset, n)

    def text_since(self, row: int, column: int) -> str | None:
        """The text between a row and column and the cursor; None where that is long, or the place further on."""
        place = row, column
        if place not in self._typed:
            length = self.since(row, column)
            self._typed[place] = self.before(length) if 0 <= length <= len(self._read) else None
        return self._typed[place]

    def since(self, row: int, column: int) -> int:
        """How many code points stand between a row and column and the cursor; negative where that is further on.

        Out of range they are as ``Lines.offset`` has it.
        """
        found = self._since.get((row, column))
        if found is None:
            found = self._since[row, column] = self.cursor.offset - self.cursor.snapshot.lines.offset(row, column)
        return found


def here_at(cursor: Cursor, last: Here | None = None) -> Here:
    """A cursor as suggestions are compared with it; ``last`` is that of the request before."""
    snapshot, lines = cursor.snapshot, cursor.snapshot.lines
    rows, row = len(lines), lines.point(cursor.offset)[0]
    stayed = last is None or row == last.row or rows - row == last.rows - last.row
    return Here(cursor, snapshot.uri, rows, row, lines.before(cursor.offset, _READ), stayed)
