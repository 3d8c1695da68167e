"""What a user can get wrong: one clear message, the right exit status, no traceback."""

from __future__ import annotations

import json

import pytest

from tests.cli.command_line import CommandLine

AREA = "def area(r):\n    return \n\n\nclass Disc:\n    def size(self):\n        nothing = 1\n"
AT = "a.py:2:12"

WRONG = {
    "no target": (["complete"], "TARGET"),
    "unknown command": (["frobnicate"], "frobnicate"),
    "unknown option": (["complete", "a.py", "--frob"], "--frob"),
    "unknown option before the target": (["complete", "--frob", "a.py"], "--frob"),
    "unknown option instead of the target": (["context", "--frob"], "--frob"),
    "unknown option and standard input": (["explain", "--frob", "-"], "--frob"),
    "no such file": (["complete", "none.py"], "none.py: no such file"),
    "no such file with a place": (["explain", "none.py:3:1"], "none.py: no such file"),
    "a folder": (["complete", "."], "directory"),
    "no such line": (["complete", "a.py:99"], "lines 1 to "),
    "line zero": (["complete", "a.py:0"], "lines 1 to "),
    "lines the wrong way round": (["explain", "a.py:3-2"], "a.py:3-2: it ends before it begins"),
    "lines the wrong way round past the end": (["explain", "a.py:99-3"], "a.py:99-3: it ends before it begins"),
    "no line's number": (["explain", "a.py:abc"], "a.py:abc: 'abc' is no line: after a.py: comes LINE, "),
    "a symbol behind one colon": (["explain", "a.py:area"], "or a.py::area for a symbol"),
    "nothing behind the colon": (["explain", "a.py:"], "'' is no line"),
    "no line's end": (["explain", "a.py:2-"], "'2-' is no line"),
    "three numbers": (["explain", "a.py:2:1:1"], "'2:1:1' is no line"),
    "a range and a column": (["explain", "a.py:2-3:1"], "'2-3:1' is no line"),
    "a line of many digits": (["explain", "a.py:" + "9" * 5000], "is no line"),
    "a column past the line's end": (["complete", "a.py:2:999"], "a.py:2:999: line 2 has columns 1 to 12"),
    "column zero": (["complete", "a.py:2:0"], "a.py:2:0: line 2 has columns 1 to 12"),
    "a column in an empty line": (["complete", "a.py:3:2"], "a.py:3:2: line 3 has column 1 only"),
    "an empty target": (["explain", ""], "flashls: the TARGET is empty\n"),
    "an empty target for a completion": (["complete", ""], "flashls: the TARGET is empty\n"),
    "an empty target among others": (["review", "a.py", ""], "flashls: the TARGET is empty\n"),
    "an empty target of all": (["doc", "--all", ""], "flashls: the TARGET is empty\n"),
    "an empty place of a question": (["ask", "What?", "--at", ""], "flashls: the TARGET is empty\n"),
    "a folder's line": (["explain", "d:3"], "d: is a directory"),
    "a symbol without a name": (["explain", "a.py::"], "a.py::: the symbol's name is missing"),
    "a long target of all": (["explain", "--all", "x" * 9000], "no such file"),
    "a long target of all comments": (["doc", "--all", "x" * 9000], "x: "),
    "a long target with a line": (["explain", "x" * 9000 + ":3"], "file name too long"),
    "a long target": (["explain", "x" * 9000], "file name too long"),
    "no jobs": (["doc", "a.py", "--jobs", "0"], "--jobs must be at least 1"),
    "no jobs for a review": (["review", "a.py", "--jobs", "-1"], "--jobs must be at least 1"),
    "no place": (["context"], "which place?"),
    "setting of another form": (["config", "--set", "x"], "section.key=value"),
    "unknown setting": (["config", "--set", "complete.x=1"], "there is no setting complete.x"),
    "setting out of range": (["complete", "a.py", "--set", "complete.max_tokens=0"], "complete.max_tokens"),
    "no such model": (["complete", "a.py", "--model", "gpt"], "'gpt' is not provider/model"),
    "no such action": (["cache", "explode"], "explode"),
    "a binary": (["explain", "b.bin"], "binary"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_status_2_and_one_clear_message(flashls: CommandLine, arguments: list[str], said: str) -> None:
    flashls.file(AREA)
    flashls.file(b"\x7fELF\0\0", "b.bin")
    (flashls.folder / "d").mkdir()
    found = flashls(*arguments)
    assert found.status == 2
    assert said in found.err


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("a.py:1", "one"),
        ("a.py:1:2", "two"),
        ("a.py:1:2:1", "two"),
        ("d:x/b.py:1", "three"),
        ("d:x/b.py", "three"),
        ("a.py:1-9", "one"),
        ("a.py:1:4", "one"),
    ],
)
def test_a_file_may_have_colons_in_its_name(flashls: CommandLine, target: str, text: str) -> None:
    (flashls.folder / "d:x").mkdir()
    for name, code in {"a.py": "one\n", "a.py:1:2": "two\n", "d": "", "d:x/b.py": "three\n"}.items():
        flashls.file(code, name)
    (flashls.folder.parent / "replies.json").write_text(
        json.dumps([{"task": "explain", "when": text, "text": f"It is {text}."}])
    )
    assert flashls("explain", target).out == f"It is {text}.\n"


def test_a_symbol_that_is_not_there_is_status_1_and_names_those_that_are(flashls: CommandLine) -> None:
    flashls.file(AREA)
    said = flashls("explain", "a.py::volume")
    assert said.status == 1
    assert "area" in said.err
    assert "Disc.size" in said.err


def test_without_a_model_each_command_says_what_to_set(flashls: CommandLine) -> None:
    flashls.config.write_text("")
    flashls.file(AREA)
    for arguments in (("complete", AT), ("complete", AT, "--json"), ("explain", "a.py"), ("context", AT)):
        said = flashls(*arguments)
        assert said.status == 2, arguments
        assert "GEMINI_API_KEY" in said.err + said.out
    assert flashls("models").status == 1
    assert flashls("doctor").status == 1


def test_a_setting_may_stand_before_the_target(flashls: CommandLine) -> None:
    flashls.file(AREA)
    said = flashls("complete", "--set", "complete.multiline=false", AT, "--set", "complete.max_tokens=9")
    assert (said.status, said.out) == (0, "3.14 * r * r\n")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("review", "Exit status: 0 nothing was found that is as grave as --fail-on says, 1 something was"),
        ("explain", "Exit status: 0 done, 1 nothing found or the model could not answer"),
        ("fix", "Shows the changes as a diff, which git apply and patch -p1 take"),
        ("test", "not written if they fail still"),
        ("commit", "flashls commit | git commit --edit --file=-"),
    ],
)
def test_help_says_what_a_command_ends_with_and_does(flashls: CommandLine, command: str, told: str) -> None:
    said = flashls(command, "--help")
    assert said.status == 0
    assert told in " ".join(said.out.split())
