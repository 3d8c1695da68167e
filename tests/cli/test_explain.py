"""flashls explain: errors that were pasted, depths, and many files at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.command_line import CommandLine

TRACE = """\
Traceback (most recent call last):
  File "/nowhere/x.py", line 3, in <module>
  File "a.py", line 2, in f
ValueError
"""


@pytest.fixture
def explaining(flashls: CommandLine) -> CommandLine:
    (flashls.folder / ".git").mkdir()
    flashls.file("def f():\n    return 1 / 0\n")
    rows: list[dict[str, Any]] = [
        {
            "task": "explain",
            "when": r"(?s)<\|start\|>def f.*<\|end\|>.*<problem>.*ValueError",
            "text": "It divides: a.py:7.",
        },
        {"task": "explain", "when": r"in depth", "text": "Deeply."},
        {"task": "explain", "when": r"boom", "fail": "out of order"},
        {"task": "explain", "when": r"one or two sentences", "text": "In short."},
        {"task": "explain", "text": "It is."},
    ]
    (flashls.folder.parent / "replies.json").write_text(json.dumps(rows))
    return flashls


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("--error", "-"), TRACE),
        (("--error", TRACE), ""),
        (("a.py:2:5", "--error", "ValueError"), ""),
        (("--error", "a.py:2: ValueError"), ""),
    ],
)
def test_an_error_is_explained_where_it_came_up(
    explaining: CommandLine, arguments: tuple[str, ...], stdin: str
) -> None:
    said = explaining("explain", *arguments, stdin=stdin)
    assert (said.status, said.out, said.err) == (0, "It divides: ~~a.py:7~~.\n", "")


MOVED = TRACE.replace('"a.py"', '"src/b.py"')


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MOVED, "the error names src/b.py:2, which is not here: give a TARGET, or run it where the paths begin"),
        (
            "nope.py:3: boom",
            "the error names nope.py:3, which is not here: give a TARGET, or run it where the paths begin",
        ),
        (f'File "{"x" * 9000}", line 1', "which is not here: give a TARGET"),
        ('File "\x1b[2J\n.py", line 1', "the error names [2J .py:1, which is not here"),
        ("boom", "the error names no file: give a TARGET"),
        ("", "the error names no file: give a TARGET"),
    ],
)
def test_an_error_that_names_no_file_here_needs_a_target(explaining: CommandLine, error: str, told: str) -> None:
    for said in (explaining("explain", "--error", error), explaining("explain", "--error", "-", stdin=error)):
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith("flashls: the error names ")
        assert told in said.err
    assert explaining("explain", "--error", error, "--json").json["detail"] in said.err


def test_depths(explaining: CommandLine) -> None:
    assert explaining("explain", "a.py::f", "--deep").out == "Deeply.\n"
    assert explaining("explain", "a.py::f", "--brief").out == "In short.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--error", "nothing here"),
        ("a.py", "b.py"),
        ("a.py", "--brief", "--deep"),
        ("--all", "--deep"),
        ("none", "--all"),
        ("", "--all"),
        ("a.py", "--jobs", "0"),
        ("--all", "--jobs", "0"),
    ],
)
def test_wrong_usage_is_told(explaining: CommandLine, arguments: tuple[str, ...]) -> None:
    said = explaining("explain", *arguments)
    assert (said.status, said.out) == (2, "")
    as_json = explaining("explain", *arguments, "--json")
    assert as_json.status == 2
    assert f"flashls: {as_json.json.get('error', as_json.json.get('detail'))}\n" == said.err


def test_all_files_are_explained_though_one_fails(explaining: CommandLine) -> None:
    explaining.file("boom = 1\n", "b.py")
    explaining.file("c = 1\n", "c.py")
    said = explaining("explain", "--all", "--brief")
    assert (said.status, said.out) == (1, "# a.py\n\nIn short.\n\n# c.py\n\nIn short.\n\n")
    assert said.err == "flashls: b.py: out of order\n"
    found = explaining("explain", ".", "--all", "--json").json["files"]
    assert [(one["path"], bool(one["trouble"])) for one in found] == [("a.py", False), ("b.py", True), ("c.py", False)]
