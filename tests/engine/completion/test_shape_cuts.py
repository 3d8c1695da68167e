"""Whatever a model says anywhere in real files: what is shown adds no syntax error, says nothing twice, and only grows.

The same with thousands of files: ``python -m tests.bench cuts``.
"""

from __future__ import annotations

import random
import textwrap
from itertools import islice
from pathlib import Path

import pytest

from flashls.syntax.languages import language_id_of
from tests.engine.completion.cuts import cases, faults

_SAMPLES = [*sorted((Path(__file__).parent / "samples").iterdir()), Path(textwrap.__file__)]
_A_FILE = 50
_LONGEST = 6000


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: language_id_of(path))
def test_what_is_shown_of_any_reply_fits(path: Path) -> None:
    text = path.read_text("utf-8")[:_LONGEST]
    for case in islice(cases(path.name, text, random.Random(path.name)), _A_FILE):
        assert faults(case) == [], (case.before[-200:], case.after[:200], case.reply)
