"""JSON with comments and trailing commas, as people write it in configurations."""

from __future__ import annotations

from typing import Any

import pytest

from flashls.context.resolve.jsonc import jsonc


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"a": 1}', {"a": 1}),
        ('{ // why\n "a": [1, 2,], /* and\n how */ }', {"a": [1, 2]}),
        ('{"a": "http://x/*y*/", "b": "\\"//"}', {"a": "http://x/*y*/", "b": '"//'}),
        ("[1]", None),
        ("", None),
        ('{"a": ', None),
        ('{"a": ' + "[" * 100_000, None),
    ],
)
def test_jsonc(text: str, read: Any) -> None:
    assert jsonc(text) == read
