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
    ],
)
def test_wrong_usage_is_told(explaining: CommandLine, arguments: tuple[str, ...]) -> None:
    assert explaining("explain", *arguments).status == 2


def test_all_files_are_explained_though_one_fails(explaining: CommandLine) -> None:
    explaining.file("boom = 1\n", "b.py")
    explaining.file("c = 1\n", "c.py")
    said = explaining("explain", "--all", "--brief")
    assert (said.status, said.out) == (1, "# a.py\n\nIn short.\n\n# c.py\n\nIn short.\n\n")
    assert said.err == "flashls: b.py: out of order\n"
    found = explaining("explain", ".", "--all", "--json").json["files"]
    assert [(one["path"], bool(one["trouble"])) for one in found] == [("a.py", False), ("b.py", True), ("c.py", False)]
