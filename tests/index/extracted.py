"""What is read from a text."""

from __future__ import annotations

from flashls.index.extract import extract
from flashls.index.facts import Facts
from flashls.syntax.languages import language_of


def facts(language: str, text: str) -> Facts:
    """The facts of a file, by its language's name."""
    row = language_of(language)
    assert row is not None
    return extract("a", row, text.encode())
