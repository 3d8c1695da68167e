"""Diffs that git applies as they are, and files that are replaced as a whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flashls_cli.patch import print_patch
from flashls_cli.rewritten import Rewritten
from flashls_cli.trouble import Trouble

TEXTS = [
    ("a\nb\n", "a\nc\n"),
    ("a\nb", "a\nc"),
    ("a\n", "a"),
    ("a", "a\n"),
    ("", "a\n"),
    ("a\r\nb\r\n", "a\r\nc\r\n"),
    ("a\x0cb\u2028c\n1\n", "a\x0cb\u2028c\n2\n"),
    ("😀\n" * 20, "😀\n" * 9 + "x\n" + "😀\n" * 11),
]


@pytest.mark.parametrize(("before", "after"), TEXTS)
def test_git_applies_the_diff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], before: str, after: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "src" / "a b.py"
    path.parent.mkdir()
    path.write_bytes(before.encode())
    print_patch(Rewritten(path, before, after).diff)
    diff = capsysbinary.readouterr().out
    subprocess.run(["git", "init", "-q"], check=True, timeout=20)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=diff, check=True, timeout=20)
    assert path.read_bytes() == after.encode()


def test_a_new_file_is_one_in_the_diff_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    diff = Rewritten(tmp_path / "a.py", None, "x = 1\n").diff
    assert diff == "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1 @@\n+x = 1\n"
    assert Rewritten(None, "a\n", "a\n").diff == ""


@pytest.mark.parametrize(("before", "after"), TEXTS)
def test_a_file_is_written_as_it_is(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(before.encode())
    path.chmod(0o750)
    Rewritten(path, before, after).write()
    assert path.read_bytes() == after.encode()
    assert list(tmp_path.iterdir()) == [path]
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o750


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_one(tmp_path: Path) -> None:
    path, link = tmp_path / "a.py", tmp_path / "b.py"
    path.write_text("1")
    link.symlink_to(path)
    Rewritten(link, "1", "2").write()
    assert (link.is_symlink(), path.read_text()) == (True, "2")


@pytest.mark.parametrize("there", [b"other\n", b"a\r\n", b"\xff\n"])
def test_a_file_that_is_another_now_is_left_alone(tmp_path: Path, there: bytes) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(there)
    with pytest.raises(Trouble, match="changed meanwhile"):
        Rewritten(path, "a\n" if there != b"\xff\n" else "\ufffd\n", "b\n").write()
    assert path.read_bytes() == there


def test_a_new_file_overwrites_nothing_and_gets_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.py"
    Rewritten(path, None, "1").write()
    assert path.read_text() == "1"
    with pytest.raises(Trouble, match="exists already"):
        Rewritten(path, None, "2").write()
    assert path.read_text() == "1"
