"""URIs as paths."""

from __future__ import annotations

import pytest

from flashls.text.uris import path_of, shown_path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///w/a.py", "/w/a.py"),
        ("file:///w/a%20b/%C3%A4.py", "/w/a b/ä.py"),
        ("file:///c%3A/w/a.py", "c:/w/a.py"),
        ("file://host/share/a.py", "/share/a.py"),
        ("untitled:Untitled-1", "untitled:Untitled-1"),
        ("vscode-notebook-cell:/w/n.ipynb#X1", "vscode-notebook-cell:/w/n.ipynb#X1"),
    ],
)
def test_path_of(uri: str, path: str) -> None:
    assert path_of(uri) == path


@pytest.mark.parametrize(
    ("uri", "root", "shown"),
    [
        ("file:///home/ada/w/src/a.py", "/home/ada/w", "src/a.py"),
        ("file:///home/ada/other/a.py", "/home/ada/w", "a.py"),
        ("file:///home/ada/a.py", None, "a.py"),
        ("file:///c%3A/w/a.py", "c:\\w", "a.py"),
        ("untitled:Untitled-1", "/home/ada/w", "untitled:Untitled-1"),
    ],
)
def test_shown_path_tells_no_home_folder(uri: str, root: str | None, shown: str) -> None:
    assert shown_path(uri, root) == shown
