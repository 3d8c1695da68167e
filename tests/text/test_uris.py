"""URIs as paths."""

from __future__ import annotations

import pytest

from flashls.text.uris import path_below, path_of, place_of, shown_path


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


@pytest.mark.parametrize(
    ("uri", "place", "below"),
    [
        ("file:///w/b/a%20b.py", "/w/b/a b.py", "b/a b.py"),
        ("vscode-notebook-cell:/w/b/n.ipynb#W0", "/w/b/n.ipynb", "b/n.ipynb"),
        ("git:/w/.env?%7B%22ref%22%3A%22HEAD%22%7D", "/w/.env", ".env"),
        ("vscode-remote://ssh+box/w/a.py", "/w/a.py", "a.py"),
        ("untitled:Untitled-1", "Untitled-1", ""),
        ("file:///wide/a.py", "/wide/a.py", ""),
    ],
)
def test_places_are_told_for_any_scheme(uri: str, place: str, below: str) -> None:
    assert place_of(uri) == place
    assert path_below(uri, "/w") == below


def test_a_notebook_on_a_drive() -> None:
    assert path_below("vscode-notebook-cell:/c%3A/w/n.ipynb#W0", "c:\\w") == "n.ipynb"
