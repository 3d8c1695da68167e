"""What one file's question may show of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashls.engine.hidden import hidden
from flashls.engine.visible import sees, visible
from flashls.text.lines import lines_of
from flashls.types import Diagnostic, Edited, Snapshot, Snippet, Workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    for name in ("a.py", "sub/b.py", ".env", "secret/c.py", "ignored/d.py", "excluded.py", "node_modules/m/e.js"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x = 1\n")
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("ignored/\n")
    (folder / ".aiexclude").write_text("excluded.py\n")
    (tmp_path / "outside.py").write_text("x = 1\n")
    (folder / "linked.py").symlink_to(tmp_path / "outside.py")
    (folder / "up").symlink_to(tmp_path)
    return folder


SHOWN = ["a.py", "sub/b.py", "not saved yet.py"]
HIDDEN = [
    ".env", "secret/c.py", "ignored/d.py", "excluded.py", "linked.py", "up/outside.py", "../outside.py",
    "node_modules/m/e.js",
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), [(n, True) for n in SHOWN] + [(n, False) for n in HIDDEN])
def test_a_file_is_shown_if_it_is_the_workspaces_own_and_nothing_hides_it(
    root: Path, name: str, expected: bool
) -> None:
    uri = (root / name).as_uri() if not name.startswith("..") else (root.parent / name[3:]).as_uri()
    lines = lines_of("x")
    workspace = Workspace(
        (Snapshot(uri, "python", 1, lines), Snapshot("untitled:u", "python", 1, lines)),
        str(root),
        edits=(Edited(uri, lines, lines, 0, 1, 1, 0.0),),
        changes=(Snippet(name, "x", "diff", 1.0, ""),),
        diagnostics=(Diagnostic(uri, 0, 0, "error", "wrong"),),
    )
    found = visible(workspace, ("/secret/",))
    assert "untitled:u" in [s.uri for s in found.snapshots]
    assert [uri in [s.uri for s in found.snapshots], *map(bool, (found.edits, found.changes, found.diagnostics))] == [
        expected
    ] * 4
    assert found.visible(name) is expected
    assert sees(str(root), ("/secret/",), str(root / name)) is expected


@pytest.mark.parametrize(
    ("within", "name"), [("", "sub/private/x.py"), ("sub", "private/x.py"), ("sub/private", "x.py")]
)
def test_what_a_folder_within_hides_is_hidden_from_those_around_it_and_inside(
    root: Path, within: str, name: str
) -> None:
    (root / "sub" / "private").mkdir()
    (root / "sub" / ".flashls.toml").write_text('[paths]\noff = ["private/"]\n')
    folder = str(root / within)
    uri = (root / "sub" / "private" / "x.py").as_uri()
    assert not sees(folder, (), name)
    assert hidden(uri, folder, ())
    assert visible(Workspace((Snapshot(uri, "python", 1, lines_of("x")),), folder), ()).snapshots == ()
    assert sees(str(root), (), "sub/b.py")


def test_without_a_folder_all_is_shown_but_files_of_secrets() -> None:
    assert sees(None, (), "/anywhere/a.py")
    assert not sees(None, (), "/anywhere/.env")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("node_modules/m/e.js", True), ("node_modules/m/.env", False), ("node_modules/own/e.js", False),
     ("node_modules/off/e.js", False)],
)  # fmt: skip
def test_of_installed_packages_what_no_rule_of_the_users_hides(root: Path, name: str, expected: bool) -> None:
    (root / ".cursorignore").write_text("node_modules/own/\n")
    (root / ".gitignore").write_text("node_modules/\n")
    workspace = visible(Workspace((), str(root)), ("/node_modules/off/",))
    assert workspace.allowed(name) is expected
    assert workspace.allowed((root / name).as_posix()) is expected
    assert not workspace.visible(name)
