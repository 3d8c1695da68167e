"""What is read once of a cursor's text is what the text itself says."""

from __future__ import annotations

import pytest

from flashls.engine.completion.here import here_at
from flashls.text.lines import lines_of
from flashls.types import Cursor, Snapshot

ENDS = ("\n", "\r\n", "\r")
TEXT = "".join(f"row {n} = {'x' * (n % 90)}{ENDS[n % 3]}" for n in range(60)) + "last"
PLACES = [(0, 0), (3, 4), (30, 2), (30, 500), (31, 0), (59, 8), (60, 2), (200, 0)]


@pytest.mark.parametrize("offset", [0, 1, 700, 1_500, len(TEXT) - 1, len(TEXT)])
def test_before_and_since(offset: int) -> None:
    cursor = Cursor(Snapshot("file:///w/a.txt", "plaintext", 1, lines_of(TEXT)), offset)
    here = here_at(cursor)
    assert here.row == cursor.snapshot.lines.point(offset)[0]
    assert [here.before(n) for n in (0, 1, 300, 1_200, 1_201, 9_000)] == [
        TEXT[max(offset - n, 0) : offset] for n in (0, 1, 300, 1_200, 1_201, 9_000)
    ]
    for row, column in PLACES * 2:
        assert here.since(row, column) == offset - cursor.snapshot.lines.offset(row, column)
