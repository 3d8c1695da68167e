"""What a model gets to see holds what the author went on to name: the same measures as for real projects, in small."""

from __future__ import annotations

from pathlib import PurePosixPath
from statistics import mean

import pytest

from tests.context.workspace import Case, Shown, measured, shop


@pytest.fixture(scope="module")
def shown() -> list[tuple[Case, Shown]]:
    return list(measured())


def test_a_small_part_of_the_shop_is_shown() -> None:
    assert sum(map(len, shop()[0].values())) > 30 * 700


@pytest.mark.parametrize("key", [".py", ".ts", ".go", ".java", ".rs", "imported", "member", "qualified", "package"])
def test_what_is_needed_next_is_shown(key: str, shown: list[tuple[Case, Shown]]) -> None:
    found = [one for case, one in shown if key in (case.kind, PurePosixPath(case.path).suffix)]
    assert mean(one.recall for one in found) >= 0.9
    assert mean(one.file for one in found) >= 0.95
    assert mean(one.row for one in found) >= 0.95
