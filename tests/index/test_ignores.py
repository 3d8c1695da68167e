"""What is kept from all models, and by which files of patterns."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from flashls.index.files import files, walk
from flashls.index.ignores import ignored
from tests.index.folders import git, write

_HIDING = {
    ".aiexclude": "a.py\nfolder/",
    ".copilotignore": "*.b.py\n!a.py",
    "deep/.cursorignore": "/c.py",
    "deep/er/.flashlsignore": "*\n!d.py",
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.py", True),
        ("deep/a.py", True),
        ("folder/x.py", True),
        ("deep/folder/x.py", True),
        ("x.b.py", True),
        ("c.py", False),
        ("deep/c.py", True),
        ("deep/er/c.py", True),
        ("deep/er/d.py", False),
        ("deep/er/down/d.py", True),
        ("x.py", False),
        ("git.py", False),
    ],
)
def test_files_kept_from_models(path: str, expected: bool, tmp_path: Path) -> None:
    write(tmp_path, {**_HIDING, ".gitignore": "git.py", path: "x"})
    assert ignored(tmp_path, path) is expected
    listed = [found.path for found in files(walk(tmp_path))]
    assert listed == ([] if expected or path == "git.py" else [path])


_OFF = "[paths]\noff = "


@pytest.mark.parametrize(
    ("settings", "listed"),
    [
        ("", ["in/a.py", "in/private/x.py"]),
        ("[complete]\nenabled = false", ["in/a.py", "in/private/x.py"]),
        (_OFF + "['private/']", ["in/a.py"]),
        (_OFF + "['/private/', '!x.py']", ["in/a.py"]),
        (_OFF + "['/in/a.py', '!a.py']", ["in/a.py", "in/private/x.py"]),
        (_OFF + "'private/'", []),
        (_OFF + "[1]", []),
        ("paths = 3", []),
        ("[paths]\nof = ['private/']", []),
        ("[paths", []),
        ("x = " + "[" * 20_000, []),
        ("#" * 70_000 + "\n" + _OFF + "[]", []),
    ],
)
def test_the_settings_of_a_folder_within_hide_there_what_they_hide_in_it(
    settings: str, listed: list[str], tmp_path: Path
) -> None:
    write(tmp_path, {"in/.flashls.toml": settings, "in/a.py": "", "in/private/x.py": "", "private/y.py": ""})
    found = {found.path for found in files(walk(tmp_path)) if found.language == "python"}
    assert found == {*listed, "private/y.py"}
    assert {path for path in ("in/a.py", "in/private/x.py") if not ignored(tmp_path, path)} == {*listed}


def test_a_changed_file_of_patterns_holds_at_once(tmp_path: Path) -> None:
    write(tmp_path, {"sub/.aiexclude": "a.py"})
    assert ignored(tmp_path, "sub/a.py")
    write(tmp_path, {"sub/.aiexclude": "other.py"})
    assert not ignored(tmp_path, "sub/a.py")


def test_what_the_repository_keeps_from_models_holds_in_a_folder_of_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {".aiexclude": "/sub/a.py", "sub/a.py": "", "sub/b.py": ""})
    assert ignored(tmp_path / "sub", "a.py")
    assert [found.path for found in files(walk(tmp_path / "sub"))] == ["b.py"]


@pytest.mark.parametrize(
    "written",
    [
        codecs.BOM_UTF16_LE + "private/\r\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "private/\n".encode("utf-16-be"),
        codecs.BOM_UTF8 + b"private/",
        b"other/\rprivate/\r",
        b"\xff\nprivate/",
        b"#" * (1 << 20) + b"\nprivate/",
    ],
)
@pytest.mark.parametrize("linked", [False, True])
def test_patterns_hold_however_they_are_written(written: bytes, linked: bool, tmp_path: Path) -> None:
    name = "patterns" if linked else ".aiexclude"
    write(tmp_path / "w", {name: written, "private/x.py": ""})
    if linked:
        (tmp_path / "w" / ".aiexclude").symlink_to(name)
    assert ignored(tmp_path / "w", "private/x.py")
    assert not list(files(walk(tmp_path / "w")))


def test_where_patterns_cannot_be_read_all_is_hidden(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "sub/b.py": ""})
    (tmp_path / "sub" / ".cursorignore").symlink_to("nowhere")
    assert ignored(tmp_path, "sub/b.py")
    assert [found.path for found in files(walk(tmp_path))] == ["a.py"]


def test_what_is_kept_from_models_is_so_in_a_submodule_opened_alone(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {".git/modules/sub/HEAD": "", "sub/.git": "gitdir: ../.git/modules/sub"})
    write(tmp_path, {".aiexclude": "private/\n/sub/a.py", "sub/a.py": "", "sub/b.py": "", "sub/in/private/c.py": ""})
    assert [ignored(tmp_path / "sub", path) for path in ("a.py", "b.py", "in/private/c.py")] == [True, False, True]
