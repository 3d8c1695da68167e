"""What of a line of code the index keeps."""

from __future__ import annotations

import pytest

from flashls.index.redacted import redacted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('KEY = "sk-0123456789abcdefghij"', 'KEY = "…"'),
        ("x = f('ghp_16C7e42F292c6912E7710c838347Ae178B4a')", "x = f('…')"),
        ('aws = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"', 'aws = "…"'),
        ("const t = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x`", "const t = `…`"),
        ("password = 'letmein'", 'password = "…"'),
        ('  "client_secret": "a b",', '  "client_secret": "…",'),
        ("DB_PASSWORD: str = 'x y z'", 'DB_PASSWORD: str = "…"'),
        ('url = "postgres://me:letmein@host/db"', 'url = "postgres://…@host/db"'),
        ("// see https://me:letmein@host/x", "// see https://…@host/x"),
        ("def f(a, b=1):", "def f(a, b=1):"),
        ('x: Literal["a", "b"] = "a"', 'x: Literal["a", "b"] = "a"'),
        ('root = "src/test/resources/Ops.java"', 'root = "src/test/resources/Ops.java"'),
        ("def token(self) -> str:", "def token(self) -> str:"),
        ("see https://host/path/2716", "see https://host/path/2716"),
        ('NAME = "a_rather_long_name_of_something"', 'NAME = "a_rather_long_name_of_something"'),
        ("", ""),
    ],
)
def test_what_may_be_secret_is_cut(text: str, expected: str) -> None:
    assert redacted(text) == expected
