"""flashls fix: a diff for people and pipes, a file that is written only if it still is what was mended."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flashls.engine.checks.findings import from_gnu
from flashls_cli.patch import patch
from tests.cli.command_line import CommandLine

CODE = "import sys\n\n\ndef total(xs):\n    s = 0\n    for x in xs:\n        s += y\n    return s\n"
MENDED = CODE.replace("s += y", "s += x").removeprefix("import sys\n")


def replies(flashls: CommandLine, *pairs: tuple[str, str], text: str = "") -> None:
    """Lets the model answer with these edits, or with a text of another form."""
    edits = [{"old": old, "new": new} for old, new in pairs]
    reply = text or json.dumps({"explanation": "`y` is `x`.", "edits": edits})
    (flashls.config.parent / "replies.json").write_text(json.dumps([{"task": "fix", "text": reply}]), "utf-8")


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ruff is the one tool that is installed; git is there for what it makes of a diff."""
    assert shutil.which("ruff", path=str(Path(sys.executable).parent))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))


BOTH = (("s += y", "s += x"), ("import sys\n", ""))


def test_what_the_tools_find_is_mended_and_shown_as_a_diff(flashls: CommandLine) -> None:
    flashls.file(CODE)
    replies(flashls, *BOTH)
    said = flashls("fix", "a.py")
    assert said.status == 0
    assert said.out.startswith("--- a/a.py\n+++ b/a.py\n@@ ")
    assert "-        s += y\n+        s += x\n" in said.out
    assert said.err == "flashls: checked with ruff\n`y` is `x`.\n"
    assert (flashls.folder / "a.py").read_text() == CODE


def test_it_is_written_when_asked_for(flashls: CommandLine) -> None:
    flashls.file(CODE.replace("\n", "\r\n"))
    replies(flashls, *BOTH)
    said = flashls("fix", "a.py", "--write")
    assert (said.status, said.out) == (0, "")
    assert (flashls.folder / "a.py").read_bytes() == MENDED.replace("\n", "\r\n").encode()


def test_one_line_is_mended_alone(flashls: CommandLine) -> None:
    flashls.file(CODE)
    replies(flashls, ("s += y", "s += x"))
    said = flashls("fix", "a.py:7", "--json")
    assert said.status == 0
    assert (said.json["state"], said.json["how"], said.json["written"]) == ("verified", "checked with ruff", False)
    assert [(one["line"], one["code"], one["source"]) for one in said.json["problems"]] == [(7, "F821", "ruff")]
    assert said.json["diff"].count("\n-") == 1


def test_lines_in_which_no_tool_finds_anything_are_left_to_the_model(flashls: CommandLine) -> None:
    flashls.file("def last(xs):\n    return xs[len(xs)]\n")
    replies(flashls, ("xs[len(xs)]", "xs[-1]"))
    said = flashls("fix", "a.py:2", "--json")
    assert (said.status, said.json["state"], said.json["how"]) == (0, "unverified", "ruff finds nothing new")
    assert said.json["problems"] == []


def test_a_problem_in_words(flashls: CommandLine) -> None:
    flashls.file("def last(xs):\n    return xs[len(xs)]\n")
    replies(flashls, ("xs[len(xs)]", "xs[-1]"))
    said = flashls("fix", "a.py::last", "--diagnostic", "IndexError: list index out of range")
    assert said.status == 0
    assert "+    return xs[-1]\n" in said.out
    assert said.err.startswith("flashls: not verified: ")


@pytest.mark.parametrize(
    "row",
    [
        "a.py:7:14: F821 Undefined name `y`",
        "/else/where/a.py:7:14: error: F821 [*] Undefined name `y`",
        "noise\nb.py:1:1: E501 long\na.py:7: F821 Undefined name `y`",
    ],
)
@pytest.mark.parametrize("listed", ["log", "-"])
def test_a_tools_own_output(flashls: CommandLine, row: str, listed: str) -> None:
    flashls.file(CODE)
    flashls.file(row, "log")
    replies(flashls, ("s += y", "s += x"))
    said = flashls("fix", "a.py", f"--from={listed}", "--json", stdin=row)
    (problem,) = said.json["problems"]
    assert (problem["line"], problem["code"], problem["message"]) == (7, "F821", "Undefined name `y`")
    assert (said.status, said.json["state"]) == (0, "verified")


def test_nothing_to_mend_is_status_1(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    replies(flashls, ("x", "y"))
    said = flashls("fix", "a.py")
    assert (said.status, said.out) == (1, "")
    assert "find nothing at a.py" in said.err
    flashls.file("b.py:1:1: E501 long", "log")
    assert "log tells of nothing at a.py" in flashls("fix", "a.py", "--from", "log").err


def test_a_fix_that_does_not_hold_is_not_shown(flashls: CommandLine) -> None:
    flashls.file(CODE)
    replies(flashls, ("s += y", "s += z"))
    said = flashls("fix", "a.py:7", "--write")
    assert (said.status, said.out) == (1, "")
    assert "ruff finds something new" in said.err
    assert (flashls.folder / "a.py").read_text() == CODE


@pytest.mark.parametrize("text", ["no JSON", '{"edits": 1}'])
def test_a_reply_of_another_form_is_status_1(flashls: CommandLine, text: str) -> None:
    flashls.file(CODE)
    replies(flashls, text=text)
    said = flashls("fix", "a.py:7")
    assert (said.status, said.out) == (1, "")
    assert "JSON" in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("-", "--write"),
        ("a.py", "--diagnostic", "x", "--from", "log"),
        ("a.py", "--from", "none"),
        ("none.py",),
    ],
)
def test_wrong_usage_is_status_2(flashls: CommandLine, arguments: tuple[str, ...]) -> None:
    flashls.file(CODE)
    said = flashls("fix", *arguments)
    assert (said.status, said.out) == (2, "")
    as_json = flashls("fix", *arguments, "--json")
    assert (as_json.status, as_json.json["state"]) == (2, "error")


def test_standard_input(flashls: CommandLine) -> None:
    replies(flashls, ("s += y", "s += x"))
    said = flashls("fix", "--language", "python", "--diagnostic", "no y", "-", stdin=CODE)
    assert said.status == 0
    assert said.out.startswith("--- a/stdin\n+++ b/stdin\n")


def test_bytes_that_are_no_utf8_are_not_written_over(flashls: CommandLine) -> None:
    data = CODE.encode() + b"# caf\xe9\n"
    flashls.file(data)
    replies(flashls, *BOTH)
    said = flashls("fix", "a.py", "--write")
    assert said.status == 1
    assert "nothing was written" in said.err
    assert (flashls.folder / "a.py").read_bytes() == data


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\n", "a\nc\n"),
        ("a\nb", "a\nc"),
        ("a\n", "a"),
        ("a\r\nb\r\n", "a\r\nx\r\nb\r\n"),
        ("a\x0cb\u2028c\n", "a\x0cb\u2028d\n"),
        ("", "a\n"),
        ("a\n", ""),
    ],
)
def test_git_applies_a_patch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> None:
    monkeypatch.undo()
    file = tmp_path / "a.txt"
    file.write_bytes(before.encode())
    diff = patch("a.txt", before, after)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff.encode(), check=True)
    assert file.read_bytes() == after.encode()


def test_a_file_is_written_whole_through_its_link_and_keeps_its_rights(flashls: CommandLine) -> None:
    flashls.file("x = y\nprint(x)\n", "real.py")
    real, link = flashls.folder / "real.py", flashls.folder / "a.py"
    real.chmod(0o754)
    link.symlink_to(real)
    replies(flashls, ("x = y", "x = 1"))
    said = flashls("fix", "a.py:1", "--diagnostic", "no y", "--write")
    assert said.status == 0, said
    assert (link.is_symlink(), real.read_text(), real.stat().st_mode & 0o777) == (True, "x = 1\nprint(x)\n", 0o754)
    assert sorted(path.name for path in flashls.folder.iterdir()) == ["a.py", "real.py"]


def test_no_change_is_no_patch() -> None:
    assert patch("a", "x\n", "x\n") == ""


def test_rows_about_other_files_are_told_apart() -> None:
    assert [one.row for one in from_gnu("a.go:3:1: x\nvet: ./b.go:2:1: y\n", "a.go")] == [2, -1]
