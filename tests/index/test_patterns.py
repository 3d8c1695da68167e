"""Single patterns, each against what git says of it in its manual; whole trees are compared with git itself."""

from __future__ import annotations

import pytest

from flashls.index.patterns import patterns


@pytest.mark.parametrize(
    ("text", "path", "is_folder", "expected"),
    [
        ("a.py", "a.py", False, True),
        ("a.py", "deep/down/a.py", False, True),
        ("a.py", "b.py", False, None),
        ("/a.py", "deep/a.py", False, None),
        ("*.py", "deep/a.py", False, True),
        ("*.py", "a.pyc", False, None),
        ("build/", "build", True, True),
        ("build/", "build", False, None),
        ("a/*.py", "a/b.py", False, True),
        ("a/*.py", "a/b/c.py", False, None),
        ("a/*.py", "x/a/b.py", False, None),
        ("a/**/b", "a/b", True, True),
        ("a/**/b", "a/x/y/b", False, True),
        ("a/**", "a", True, None),
        ("a/**", "a/x", False, True),
        ("**/a", "x/y/a", False, True),
        ("a?c", "abc", False, True),
        ("[ab].py", "b.py", False, True),
        ("[!ab].py", "b.py", False, None),
        ("*.py\n!a.py", "a.py", False, False),
        ("!a.py\n*.py", "a.py", False, True),
        ("a.py\n!*.py\na.*", "a.py", False, True),
        ("# a.py", "# a.py", False, None),
        ("\\#a", "#a", False, True),
        ("\\!a", "!a", False, True),
        ("a ", "a", False, True),
        ("a\\ ", "a ", False, True),
        ("a\\  ", "a ", False, True),
        ("a\\\\ ", "a\\", False, True),
        ("a\t", "a\t", False, True),
        ("a\u00a0", "a", False, None),
        ("[[:alpha:]].py", "b.py", False, True),
        ("[[:alpha:]].py", "1.py", False, None),
        ("[![:digit:]x]", "1", False, None),
        ("[![:digit:]x]", "y", False, True),
        ("v[[:digit:][:punct:]]", "v_", False, True),
        ("v[[:nothing:]]", "vn", False, None),
        ("[" * 50_000, "a", False, None),
        ("a[" * 50_000, "a", False, None),
        ("[" * 50_000 + "]", "[", False, True),
        ("a.py\r\nb.py\r\n", "a.py", False, True),
        ("\ufeffa.py", "a.py", False, True),
        ("[\n\\\n\n/\na.py", "a.py", False, True),
        ("", "a.py", False, None),
    ],
)
def test_the_last_pattern_that_matches_decides(text: str, path: str, is_folder: bool, expected: bool | None) -> None:
    assert patterns(text).decide(path, path.rpartition("/")[2], is_folder) is expected
