"""The region around a place that is parsed to tell whether code fits there."""

from __future__ import annotations

import pytest

from flashls.syntax.languages import language_of
from flashls.syntax.region import region
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of

ROWS = "".join(f"x{n:02} = {n:02}\n" for n in range(20))  # nine characters each
CASES = {
    "whole siblings": ("python", ROWS, 90, 20, 20, ROWS[72:107], ("", "")),
    "all of it": ("python", "a = 1\nb = 2\n", 6, 500, 500, "a = 1\nb = 2", ("", "")),
    "not into a string": ("python", 'a = 1\nb = """\nc\nd\n"""\n', 5, 500, 10, "a = 1\n", ("", "")),
    "rows of a list": (
        *("python", "xs = [\n" + "    1,\n" * 9 + "]\n", 40, 16, 16),
        *("1,\n" + "    1,\n" * 3 + "    1,", ("[", "]")),
    ),
}


@pytest.mark.parametrize(("language", "text", "at", "before", "after", "wanted", "around"), CASES.values(), ids=CASES)
def test_region(
    language: str, text: str, at: int, before: int, after: int, wanted: str, around: tuple[str, str]
) -> None:
    found = region(parsed(language_of(language), text), lines_of(text), at, before, after)
    assert found is not None
    assert text[found.start : found.end] == wanted
    assert (found.lead, found.tail) == around


@pytest.mark.parametrize(
    ("language", "text", "at"),
    [("plaintext", "a b", 1), ("python", '"""' + "word " * 200 + '"""\n', 500)],
    ids=["plain text", "one long token"],
)
def test_there_is_none(language: str, text: str, at: int) -> None:
    assert region(parsed(language_of(language), text), lines_of(text), at, 50, 50) is None
