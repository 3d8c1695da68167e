"""What a small model really said wrongly at holes in real code, in fifteen languages, and what of it is shown.

The rows are those of ``tests/corpora/recorded.jsonl``: made with ``tests.corpora.record``, those from Python's own
library kept from the benchmark ``infilling``, and then read by people.
"""

from __future__ import annotations

import pytest

from tests.corpora.recorded import Recorded, recorded
from tests.engine.completion.cuts import Case, faults, shown

_ROWS = recorded()


def _name(row: Recorded) -> str:
    return f"{row.language}, {row.kind}: {row.source.rpartition('/')[2]}"


@pytest.mark.parametrize("row", _ROWS, ids=_name)
def test_what_is_shown(row: Recorded) -> None:
    case = Case(row.source.rpartition("/")[2], row.before, row.after, row.reply, row.reason)
    assert shown(case) == row.shown
    assert faults(case) == []


def test_there_are_rows_of_many_languages() -> None:
    assert len(_ROWS) >= 300
    assert len({row.language for row in _ROWS}) >= 12
