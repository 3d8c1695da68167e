"""Each source besides definitions and similar code tells what no other does; so does what more is shown of these."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.context.doings import TELLING, doings, told


@pytest.mark.parametrize("source", TELLING)
def test_what_a_source_tells_is_shown_for_as_long_as_it_is_on(source: str, tmp_path: Path) -> None:
    own = [doing for doing in doings(tmp_path) if doing.source == source]
    others = frozenset(TELLING) - {source}
    assert [told(doing, others) for doing in own] == [True] * len(own)
    assert [told(doing, frozenset({source})) for doing in own] == [False] * len(own)
