"""What a user can get wrong: one clear message, the right exit status, no traceback."""

from __future__ import annotations

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
    "lines the wrong way round": (["explain", "a.py:3-2"], "lines 1 to "),
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
    found = flashls(*arguments)
    assert found.status == 2
    assert said in found.err


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
