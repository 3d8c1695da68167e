"""Files cut off anywhere are indexed and asked about: a small part of ``python -m tests.bench truncated``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.bench.truncated import truncated
from tests.context.workspace import shop


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    for path, text in shop()[0].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.mark.parametrize("seed", range(4))
def test_a_file_cut_off_anywhere_is_indexed_and_asked_about(root: Path, seed: int) -> None:
    run = truncated(root, random.Random(seed), seconds=3_600, most=60)
    assert run.raised == []
    assert (run.indexed, run.asked) == (60, 30)
