"""A session made from a repository's history: what is typed in it, and what of the product it shows."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from tests.bench.typing import OURS, replay
from tests.bench.typing_made import Typist, made
from tests.bench.typing_trace import applied, stretches

FIRST = '''"""Areas."""


def square(a):
    return a * a


def name(shape):
    return "shape " + shape
'''
SECOND = '''"""Areas and lengths of figures, all of them in meters."""

import math


def square(side):
    return side * side


def circle(radius):
    """The area of a circle with a radius."""
    if radius < 0:
        raise ValueError("a radius is at least 0, but this is " + str(radius))
    return math.pi * radius * radius


def circumference(radius):
    """The length around a circle with a radius."""
    return 2 * math.pi * radius


def name(figure, plural=False):
    return "figure " + figure + ("s" if plural else "")
'''


def _git(folder: Path, *command: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    _git(tmp_path, "init", "-q")
    for text in (FIRST, SECOND):
        (tmp_path / "areas.py").write_text(text)
        (tmp_path / "notes.txt").write_text(text.upper())
        _git(tmp_path, "add", ".")
        _git(tmp_path, "commit", "-q", "-m", "change")
    return tmp_path


@pytest.mark.parametrize("seed", range(20))
def test_a_typist_comes_to_the_text_whatever_he_mistypes(seed: int) -> None:
    typist, text = Typist(random.Random(seed)), ""
    for before, after in (("", FIRST), (FIRST, SECOND), (SECOND, FIRST), (FIRST, "")):
        typist.rewrites(before, after)
    for edit in typist.edits:
        text = applied(text, edit)
    assert text == ""
    assert typist.seconds == sorted(typist.seconds)


def test_of_a_history_the_files_that_match_are_typed_key_by_key(repository: Path) -> None:
    trace = made(repository, r"\.py$", 10_000, seed=1)
    text = ""
    for edit in trace.edits:
        text = applied(text, edit)
    assert text == SECOND
    assert sum(len(edit[0][2]) == 1 for edit in trace.edits) > 300


def test_a_folder_without_such_a_history_is_refused(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no changes of files"):
        made(repository, r"\.rs$", 100, seed=1)


def test_the_product_asks_no_more_often_there_than_who_waits_for_a_pause_and_shows_more(repository: Path) -> None:
    parts = stretches(made(repository, r"\.py$", 10_000, seed=1), 300, 1, 1)
    ours, fixed = (replay(policy, parts, 0.1, 1, "python") for policy in (OURS, "fixed 350 ms, prefix cache"))
    assert len(ours.model.asked) <= len(fixed.model.asked)
    soon = [sum(key.within(0.05) for key in each.screen.keys) for each in (ours, fixed)]
    assert soon[0] > soon[1]
    assert (ours.screen.flicker, ours.screen.stale, ours.screen.unanswered) == (0, 0, 0)
