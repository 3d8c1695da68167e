"""flashls test: a diff of the test file, the file itself, JSON, and tests that were run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine

CODE = "def area(r):\n    return 3 * r * r\n"
TEST = "def test_area():\n    assert area(1) == 3"
NEW = f"from area import area\n\n\n{TEST}\n"
OLD = "def test_zero():\n    pass\n"


def reply(code: str = TEST) -> str:
    return json.dumps({"imports": ["from area import area"], "tests": [{"name": "test_area", "code": code}]})


@pytest.fixture
def testing(flashls: CommandLine, tmp_path: Path) -> CommandLine:
    """The command line of a user whose model writes tests."""
    (tmp_path / "replies.json").write_text(json.dumps([{"task": "test", "text": reply()}]))
    flashls.file("", ".flashls.toml")
    flashls.file(CODE, "area.py")
    return flashls


def test_a_diff_makes_the_new_file(testing: CommandLine) -> None:
    for target in ("area.py::area", "area.py", "area.py:1"):
        said = testing("test", target)
        assert said.status == 0
        assert said.out.startswith("--- /dev/null\n+++ b/tests/test_area.py\n@@ -0,0 +1,5 @@\n+from area import area\n")
        assert said.err == "flashls: 1 test, not run: [trust] roots does not name this workspace\n"
    assert not (testing.folder / "tests").exists()


def test_a_file_is_written_once_and_extended_after_that(testing: CommandLine, tmp_path: Path) -> None:
    assert testing("test", "area.py", "--write").status == 0
    path = testing.folder / "tests" / "test_area.py"
    assert path.read_text() == NEW
    said = testing("test", "area.py", "--write")
    assert (said.status, path.read_text()) == (1, NEW)
    assert "same name already: test_area" in said.err
    path.write_text(OLD)
    assert testing("test", "area.py", "--write").status == 0
    assert path.read_text() == f"from area import area\n\n{OLD}\n\n{TEST}\n"


def test_as_json(testing: CommandLine) -> None:
    found = testing("test", "area.py", "--json").json
    assert (found["names"], found["framework"], found["state"]) == (["test_area"], "pytest", "unrun")
    assert (found["new"], found["written"]) == (True, False)
    assert found["path"] == str(testing.folder / "tests" / "test_area.py")


def test_tests_that_fail_are_shown_and_not_written(testing: CommandLine, tmp_path: Path) -> None:
    with testing.config.open("a") as config:
        config.write(f"[trust]\nroots = [{json.dumps(str(testing.folder))}]\n")
    (tmp_path / "replies.json").write_text(json.dumps([{"task": "test", "text": reply(TEST.replace("3", "4"))}]))
    said = testing("test", "area.py", "--write")
    if "not run" in said.err:
        pytest.skip(said.err)
    assert said.status == 1
    assert "assert 3 == 4" in said.err
    assert "failed; nothing is written" in said.err
    assert not (testing.folder / "tests").exists()
    (tmp_path / "replies.json").write_text(json.dumps([{"task": "test", "text": reply()}]))
    said = testing("test", "area.py", "--write")
    assert (said.status, (testing.folder / "tests" / "test_area.py").read_text()) == (0, NEW)
    assert "1 test, run with pytest: passed" in said.err


@pytest.mark.parametrize(
    ("target", "status", "told"),
    [("-", 1, "Save the file first"), ("a.sql", 1, "no place for tests"), ("no.py", 2, "no.py")],
)
def test_what_cannot_be_tested_is_said(testing: CommandLine, target: str, status: int, told: str) -> None:
    testing.file("SELECT 1;\n", "a.sql")
    said = testing("test", target, stdin="x = 1\n")
    assert (said.status, said.out) == (status, "")
    assert told in said.err
