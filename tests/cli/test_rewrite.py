"""flashls doc and flashls generate: diffs, files, JSON, standard input, and what each says when it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import CommandLine

CODE = "def area(r):\n    return 3 * r * r\n\n\n# doubles x\n"
DOCUMENTED = 'def area(r):\n    """Measure."""\n    return 3 * r * r\n\n\n# doubles x\n'
TWICE = "def twice(x):\n    return 2 * x"
REPLIES = [
    {"task": "document", "when": "boom", "text": "no json"},
    {"task": "document", "text": json.dumps({"comments": [{"symbol": 1, "summary": "Measure."}]})},
    {"task": "generate", "when": "boom", "fail": "the model is out of order"},
    {"task": "generate", "when": "all users", "text": json.dumps({"code": "SELECT * FROM users;", "note": "All."})},
    {"task": "generate", "text": json.dumps({"code": TWICE, "note": "Numbers only."})},
]


@pytest.fixture
def rewriting(flashls: CommandLine, tmp_path: Path) -> CommandLine:
    """The command line of a user whose model documents and generates; replies are sought in the whole question."""
    (tmp_path / "replies.json").write_text(json.dumps(REPLIES))
    flashls.file(CODE)
    return flashls


def test_doc_prints_a_diff(rewriting: CommandLine) -> None:
    for target in ("a.py::area", "a.py", "a.py:2", "a.py:1:5"):
        said = rewriting("doc", target)
        assert (said.status, said.err) == (0, "")
        assert said.out == (
            '--- a/a.py\n+++ b/a.py\n@@ -1,4 +1,5 @@\n def area(r):\n+    """Measure."""\n     return 3 * r * r\n \n \n'
        )
    assert (rewriting.folder / "a.py").read_text() == CODE


def test_doc_writes_the_file(rewriting: CommandLine) -> None:
    said = rewriting("doc", "a.py", "--all", "--write")
    assert (said.status, said.out) == (0, "")
    assert "wrote" in said.err
    assert (rewriting.folder / "a.py").read_text() == DOCUMENTED
    said = rewriting("doc", "a.py", "--all", "--write")
    assert (said.status, said.out) == (1, "")
    assert "Everything here is documented" in said.err


def test_doc_as_json(rewriting: CommandLine) -> None:
    found = rewriting("doc", "a.py::area", "--json").json
    assert (found["symbols"], found["left"], found["written"]) == (["area"], [], False)
    assert '+    """Measure."""' in found["diff"]
    assert found["model"] == "scripted/demo"
    assert rewriting("doc", "a.py::area", "--json", "--write").json["written"] is True
    assert (rewriting.folder / "a.py").read_text() == DOCUMENTED


def test_doc_filters_standard_input(rewriting: CommandLine) -> None:
    said = rewriting("doc", "-", "--language", "python", stdin=CODE)
    assert (said.status, said.out) == (0, DOCUMENTED)
    assert rewriting("doc", "-", "--language", "python", "--diff", stdin=CODE).out.startswith("--- a/stdin\n")


def test_doc_says_what_it_leaves_out(rewriting: CommandLine) -> None:
    rewriting.file("def f(): return 1\n\n\ndef g():\n    pass\n")
    said = rewriting("doc", "a.py", "--all")
    assert said.status == 0
    assert "no comment for f: its body stands on the row of its header" in said.err


def test_doc_over_a_folder_writes_what_it_can(rewriting: CommandLine) -> None:
    for name, text in {
        "b/c.py": "def boom():\n    pass\n",
        "b/d.py": CODE,
        "b/e.py": DOCUMENTED,
        "b/n.md": "x",
    }.items():
        (rewriting.folder / name).parent.mkdir(exist_ok=True)
        rewriting.file(text, name)
    said = rewriting("doc", ".", "--all")
    assert said.status == 1
    assert said.out.count("--- a/") == 2
    assert "flashls: b/c.py: The reply holds no JSON" in said.err
    assert "2 symbols documented in 4 files" in said.err
    assert (rewriting.folder / "a.py").read_text() == CODE
    said = rewriting("doc", "a.py", "b", "--all", "--write")
    assert (said.status, said.out) == (1, "")
    assert [(rewriting.folder / name).read_text() for name in ("a.py", "b/d.py", "b/e.py")] == [DOCUMENTED] * 3
    found = rewriting("doc", "--all", "--json").json
    assert [bool(row["trouble"]) for row in found["files"]] == [False, True, False, False]
    assert [row["symbols"] for row in found["files"]] == [[], [], [], []]


def test_generate_from_an_instruction_and_from_a_comment(rewriting: CommandLine) -> None:
    said = rewriting("generate", "a.py:5", "--write")
    assert (said.status, said.err.splitlines()[-1]) == (0, "flashls: Numbers only.")
    assert (rewriting.folder / "a.py").read_text() == f"{CODE}{TWICE}\n"
    rewriting.file(CODE)
    said = rewriting("generate", "a.py::area", "--instruction", "as twice")
    assert "-    return 3 * r * r" in said.out
    assert "+def twice(x):" in said.out
    assert rewriting("generate", "a.py::area", "as twice").out == said.out


def test_generate_sql_from_words_alone(rewriting: CommandLine) -> None:
    said = rewriting("generate", "-", "--language", "sql", "-i", "all users", stdin="")
    assert (said.status, said.out) == (0, "SELECT * FROM users;")
    assert rewriting("generate", "-", "all users", "-l", "sql", stdin="").out == said.out
    found = rewriting("generate", "-", "-l", "sql", "-i", "all users", "--json", stdin="").json
    assert (found["code"], found["note"]) == ("SELECT * FROM users;", "All.")
    assert found["how"].startswith("not checked")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("doc", "a.py", "--write", "--diff"), 2, "--write and --diff exclude each other"),
        (("doc", "none.py"), 2, "none.py"),
        (("doc", "none", "--all"), 2, "none"),
        (("doc", "a.py::none"), 1, "no symbol"),
        (("doc", "b.txt"), 1, "no convention"),
        (("doc", "boom.py"), 1, "no JSON"),
        (("generate", "a.py:1"), 2, "Say what is wanted"),
        (("generate", "a.py:1", " "), 2, "Say what is wanted"),
        (("generate", "boom.py", "-i", "x"), 1, "out of order"),
        (("generate", "a.py:1", "x", "-i", "x"), 2, "say what is wanted once"),
        (("test", "empty.py"), 1, "There is nothing to test here"),
        (("doc", ".env"), 1, "kept from all models"),
        (("generate", ".env", "-i", "x"), 1, "kept from all models"),
    ],
)
def test_what_cannot_be_done_is_said(
    rewriting: CommandLine, arguments: tuple[str, ...], status: int, told: str
) -> None:
    for name, text in {"b.txt": "x\n", "boom.py": "def boom():\n    pass\n", ".env": "A=1\n", "empty.py": "\n"}.items():
        rewriting.file(text, name)
    said = rewriting(*arguments)
    assert (said.status, said.out) == (status, "")
    assert told in said.err
    as_json: Any = rewriting(*arguments, "--json")
    assert as_json.status == status
    if not {"--diff", "--all"} & set(arguments):
        assert told in as_json.json["error"]
