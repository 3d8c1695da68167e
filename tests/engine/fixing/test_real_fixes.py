"""Sixty broken files with their tools' real diagnostics: the right edit is verified wherever the tool is installed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from flashls.engine.checks.tools import TOOLS
from flashls.settings import Settings
from tests.broken.cases import SUFFIXES, Case, cases
from tests.engine.fixing.check_fix import Found, check_fix, edits

CASES = cases()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace; on the path is what is installed here, ruff at least."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    (tmp_path / "w").mkdir()
    return tmp_path / "w"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}: {case.name}")
async def test_the_right_edit_is_verified(case: Case, root: Path) -> None:
    program = next(tool.program for tool in TOOLS if tool.name == case.tool)
    installed = shutil.which(program) is not None
    state, how = ("verified", f"checked with {case.tool}") if installed else ("unverified", "is not installed")
    found = [Found(case.row, case.message, case.tool, case.code)]
    await check_fix(
        case.text, edits((case.old, case.new)), case.text.replace(case.old, case.new), state, how, found,
        case.language, Settings(), root, f"a{SUFFIXES[case.language]}",
    )  # fmt: skip


def test_there_are_sixty_of_three_languages() -> None:
    assert {language: sum(case.language == language for case in CASES) for language in SUFFIXES} == {
        "python": 20,
        "typescript": 20,
        "go": 20,
    }
    assert all(case.text.count(case.old) == 1 for case in CASES)
