"""What is kept of an index's answers: as much as several places need, and no more."""

from __future__ import annotations

import pytest

from flashls.context.resolve.memo import Memo
from flashls.index.facts import Facts


@pytest.mark.parametrize(("files", "kept"), [(0, 0), (300, 300), (10_000, 0)])
def test_of_many_files_nothing_is_kept_for_the_next_place(files: int, kept: int) -> None:
    memo = Memo()
    for n in range(files):
        memo.facts[f"{n}.py"] = Facts(f"{n}.py", "python")
    memo.trim()
    assert len(memo.facts) == kept
