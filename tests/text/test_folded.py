"""Which lines go on below, and what they are as one line: as long, so that a place in it is one in the text."""

from __future__ import annotations

import pytest

from flashls.text.folded import may_open, most_below, opens, unfolded


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ('token = (\n    "a1"\n)\n', 'token =       "a1"'),
        ("password: >-\n  a1\nuser: x\n", "password:      a1"),
        ("secret: |\r\n  a1\r\n", "secret:      a1\r"),
        ("API_TOKEN=\\\na1\n", "API_TOKEN=  a1"),
        ('key = {}\nauthToken =\n  "a1";\nx = 1\n', 'authToken =   "a1";'),
        ('token = "a" +\n  "b" +\n  "c"\n', 'token = "a" +   "b" +   "c"'),
        ("token = 'a'\n  + 'b';\n", "token = 'a'   + 'b';"),
        ('token = ("a"\n  b"b")\n', 'token = ("a"+  b"b")'),
        ('token = ("a"\n  F"b")\n', 'token = ("a"+  F"b")'),
        ('token = "a"\nuse(token)\n', 'token = "a"'),
        ("token =", "token ="),
        ("token =\n", "token = "),
    ],
)
def test_lines_become_one(text: str, whole: str) -> None:
    start = max(text.find(name) for name in ("token", "password", "secret", "API", "authToken") if name in text)
    start = text.rfind("\n", 0, start) + 1
    assert unfolded(text, start, text.find("\n", start) if "\n" in text else len(text)) == whole


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("token =", True),
        ("    password: str = (", True),
        ("  secret: >-", True),
        ("  secret: |2", False),
        ("export API_TOKEN=\\", True),
        ('String apiKey = "abc" +', True),
        ('token = "abc"', True),
        ("tokens = lexer.tokens(", False),
        ("value =", False),
        ("# a token", False),
        ("if token == other:", False),
    ],
)
def test_which_lines_go_on_below(line: str, expected: bool) -> None:
    assert opens(line) is expected
    assert may_open(line) or not expected


def test_only_a_line_that_may_go_on_takes_others_along() -> None:
    lines = ["a = 1", "token =", '"x"', "b = 2"]
    assert [most_below(lines, last) > 0 for last in range(6)] == [False, False, True, True, False, False]
