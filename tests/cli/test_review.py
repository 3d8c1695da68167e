"""flashls review: what it finds, in each format, and its exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest

from tests.cli.command_line import CommandLine, Said
from tests.context.test_git import git
from tests.engine.reviewing.check_review import finding, reply

CODE = "def mean(xs):\n    return sum(xs) / len(xs)\n\n\ndef last(xs):\n    return xs[-1]\n"
DIVIDES = finding(
    "sum(xs) / len(xs)",
    severity="error",
    title="An empty list divides by zero",
    explanation="`mean([])` raises.\nCheck for it.",
    related=[{"quote": "def mean(xs):", "note": "Nothing says that xs holds something."}],
)
HINT = finding("xs[-1]", severity="hint", kind="clarity", title="An empty list: what then?")


def script(flashls: CommandLine, *rows: dict[str, Any]) -> None:
    """Has the scripted model answer with other rows; all else with no findings."""
    replies = [{"task": "review", **row} for row in rows] + [{"task": "review", "text": reply()}]
    (flashls.folder.parent / "replies.json").write_text(json.dumps(replies))


@pytest.fixture
def reviewing(flashls: CommandLine) -> CommandLine:
    script(
        flashls, {"when": "def mean", "text": reply(DIVIDES, finding("nowhere"))}, {"when": "xs", "text": reply(HINT)}
    )
    return flashls


def test_findings_are_written_as_compilers_write_them(reviewing: CommandLine) -> None:
    reviewing.file(CODE)
    said = reviewing("review", "a.py")
    assert said.out.splitlines() == [
        "a.py:2:12: error: An empty list divides by zero [bug]",
        "  | `mean([])` raises.",
        "  | Check for it.",
        "  | a.py:1:1: Nothing says that xs holds something.",
    ]
    assert said.err == ("flashls: 1 finding in 1 file, 1 more dropped: no one place in the code is what they quote\n")


STATUS = [
    ("error", "error", 1),
    ("warning", "error", 1),
    ("never", "error", 0),
    ("warning", "hint", 0),
    ("hint", "hint", 1),
]


@pytest.mark.parametrize(("fail_on", "severity", "status"), STATUS)
def test_the_exit_status_is_for_what_is_grave_enough(
    flashls: CommandLine, fail_on: str, severity: str, status: int
) -> None:
    flashls.file(CODE)
    script(flashls, {"text": reply(finding("xs[-1]", severity=severity))})
    assert flashls("review", "a.py", "--fail-on", fail_on).status == status


def test_nothing_found_is_success(flashls: CommandLine) -> None:
    flashls.file(CODE)
    script(flashls)
    said = flashls("review", "a.py")
    assert (said.status, said.out, said.err) == (0, "", "flashls: 0 findings in 1 file\n")


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("a.py:6", "<|start|>    return xs[-1]<|end|>"),
        ("a.py::last", "<|start|>def last(xs):\n    return xs[-1]<|end|>"),
    ],
)
def test_a_piece_is_reviewed_alone(flashls: CommandLine, target: str, asked: str) -> None:
    flashls.file(CODE)
    script(
        flashls,
        {"when": re.escape(asked), "text": reply(HINT, DIVIDES)},
    )
    found = flashls("review", target, "--json").json["files"]
    assert [(f["path"], [one["kind"] for one in f["findings"]], f["outside"]) for f in found] == [
        ("a.py", ["clarity"], 1)
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "what is to be reviewed"),
        (("a.py", "--diff", "HEAD", "--all"), "exclude one another"),
        (("--diff", "HEAD"), "no git repository"),
        (("none.py",), "no such file"),
        (("none", "--all"), "no such file"),
        (("--all", "--jobs", "0"), "--jobs"),
        (("a.py", "--fail-on", "fatal"), ""),
        (("a.py", "--format", "xml"), ""),
    ],
)
def test_wrong_usage_is_told(reviewing: CommandLine, arguments: tuple[str, ...], told: str) -> None:
    reviewing.file(CODE)
    said = reviewing("review", *arguments)
    assert (said.status, said.out) == (2, "")
    assert told in said.err


# --- what was changed


@pytest.fixture
def repository(reviewing: CommandLine) -> CommandLine:
    git(reviewing.folder, "init")
    reviewing.file(CODE)
    reviewing.file("y = 1\n", "other.py")
    reviewing.file("KEY=1\n", ".env")
    git(reviewing.folder, "add", "-f", ".")
    git(reviewing.folder, "commit", "-m", "first")
    return reviewing


def paths(said: Said) -> list[str]:
    return [each["path"] for each in said.json["files"]]


def test_only_what_was_changed_is_reviewed(repository: CommandLine) -> None:
    repository.file(
        CODE.replace("sum(xs) /", "sum(xs)  /").replace("  /", " /") + "\n\ndef first(xs):\n    return xs[0]\n"
    )
    repository.file("xs = 2\n", "new.py")
    repository.file("KEY=2\n", ".env")
    git(repository.folder, "add", "new.py")
    script(
        repository,
        {"when": r"(?s)\+def first\(xs\):", "text": reply(DIVIDES, finding("xs[0]"))},
        {"when": "Review it", "text": reply(finding("xs = 2"))},
    )
    said = repository("review", "--diff", "HEAD", "--json")
    assert said.status == 1
    assert paths(said) == ["a.py", "new.py"]
    first, second = said.json["files"]
    assert [(one["place"]["line"], first["outside"]) for one in first["findings"]] == [(10, 1)]
    assert [one["place"]["line"] for one in second["findings"]] == [1]
    assert paths(repository("review", "new.py", "--diff", "HEAD", "--json")) == ["new.py"]
    assert paths(repository("review", "--staged", "--json")) == ["new.py"]
    assert repository("review", "--diff", "HEAD", "/etc/passwd").status == 2


@pytest.mark.parametrize("which", [("--diff", "HEAD"), ("--staged",)])
@pytest.mark.parametrize(
    ("target", "status", "told"),
    [
        ("aa.py", 2, "flashls: aa.py: no such file or directory\n"),
        ("d/none.py", 2, "flashls: d/none.py: no such file or directory\n"),
        ("", 2, "flashls: the TARGET is empty\n"),
        ("a.py", 0, "flashls: 0 findings in 0 files\n"),
        (".", 0, "flashls: 0 findings in 0 files\n"),
        ("gone.py", 0, "flashls: 0 findings in 0 files\n"),
        ("d/gone.py", 0, "flashls: 0 findings in 0 files\n"),
        ("d", 0, "flashls: 0 findings in 0 files\n"),
    ],
)
def test_a_mistyped_file_has_no_changes_but_a_deleted_one_has(
    repository: CommandLine, which: tuple[str, ...], target: str, status: int, told: str
) -> None:
    (repository.folder / "d").mkdir()
    for name in ("gone.py", "d/gone.py"):
        repository.file("z = 1\n", name)
    git(repository.folder, "add", ".")
    git(repository.folder, "commit", "-m", "second")
    git(repository.folder, "rm", "-r", "gone.py", "d")
    said = repository("review", *which, target)
    assert (said.status, said.out, said.err) == (status, "", told)


def test_no_change_is_success(repository: CommandLine) -> None:
    said = repository("review", "--diff", "HEAD")
    assert (said.status, said.out, said.err) == (0, "", "flashls: 0 findings in 0 files\n")
    assert repository("review", "--diff", "HEAD~1").status == 2


# --- formats


def test_sarif_is_as_the_published_schema_says(reviewing: CommandLine) -> None:
    validate = fastjsonschema.compile(
        json.loads((Path(__file__).parent / "sarif" / "sarif-2.1.0.json").read_text()), use_default=False
    )
    (reviewing.folder / "a b").mkdir()
    reviewing.file(CODE, "a b/ü.py")
    script(
        reviewing,
        {
            "when": "def mean",
            "text": reply(DIVIDES, finding("xs[-1]", severity="hint", explanation="See [x](http://y) {0}.")),
        },
        {"when": "boom", "fail": "out of order"},
    )
    said = reviewing("review", "a b/ü.py", "--format", "sarif", "--fail-on", "never")
    log = said.json
    validate(log)
    (run,) = log["runs"]
    first, second = run["results"]
    where = first["locations"][0]["physicalLocation"]
    assert where["artifactLocation"] == {"uri": "a%20b/%C3%BC.py", "uriBaseId": "%SRCROOT%"}
    assert where["region"] == {"startLine": 2, "startColumn": 12, "endLine": 2, "endColumn": 29}
    assert (first["level"], first["ruleId"], second["level"]) == ("error", "bug", "note")
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "bug"
    assert first["relatedLocations"][0]["message"]["text"] == "Nothing says that xs holds something."
    assert second["message"]["text"] == "It is wrong. See \\[x\\](http://y) {{0}}."
    assert first["partialFingerprints"] != second["partialFingerprints"]
    assert run["invocations"] == [{"executionSuccessful": True}]
    reviewing.file("boom = 1\n")
    failed = reviewing("review", "a.py", "--format", "sarif", "--fail-on", "never")
    validate(failed.json)
    assert failed.status == 1
    (told,) = failed.json["runs"][0]["invocations"]
    assert (told["executionSuccessful"], told["toolExecutionNotifications"][0]["message"]["text"]) == (
        False,
        "out of order",
    )


def test_fingerprints_outlive_a_move(reviewing: CommandLine) -> None:
    prints = []
    for text in (CODE, "import os\n\n\n" + CODE):
        reviewing.file(text)
        (one,) = reviewing("review", "a.py", "--json").json["files"][0]["findings"]
        prints.append(one["fingerprint"])
    assert prints[0] == prints[1]


def test_github_gets_annotations(reviewing: CommandLine) -> None:
    reviewing.file(CODE)
    said = reviewing("review", "a.py", "--format", "github")
    assert said.out == (
        "::error file=a.py,line=2,endLine=2,col=12,endColumn=29,title=flashls%3A An empty list divides by zero"
        "::`mean([])` raises.%0ACheck for it.\n"
    )


HOSTILE = "50%,\n::stop-commands::x\r::add-mask::y\x1b[2J\x1b]0;title\x07\u202e"


@pytest.mark.parametrize("form", ["text", "github"])
def test_what_a_model_writes_is_no_command_to_who_reads_it(flashls: CommandLine, form: str) -> None:
    flashls.file(CODE)
    hostile = finding("xs[-1]", title=HOSTILE, explanation=HOSTILE, related=[{"quote": "def last", "note": HOSTILE}])
    script(flashls, {"text": reply(hostile)})
    said = flashls("review", "a.py", "--format", form)
    rows = said.out.splitlines()
    assert not any(row.lstrip().startswith(("::stop", "::add")) for row in rows)
    assert not any(char in said.out for char in "\x1b\r\x07\u202e")
    assert len(rows) == (1 if form == "github" else 5)


# --- many files


def test_all_files_of_a_folder_are_reviewed_though_one_fails(flashls: CommandLine) -> None:
    (flashls.folder / "src" / "node_modules").mkdir(parents=True)
    git(flashls.folder, "init")
    for name, text in {
        ".gitignore": "skipped.py\n",
        "src/a.py": CODE,
        "src/b.py": "boom = 1\n",
        "src/c.go": "package c // xs\n",
        "src/skipped.py": "xs = 1\n",
        "src/node_modules/d.js": "xs\n",
        "src/data.json": "{}\n",
        "src/made.py": "# @generated\nxs = 1\n",
        "src/x.min.js": "xs\n",
        "elsewhere.py": "xs = 1\n",
    }.items():
        flashls.file(text, name)
    script(flashls, {"when": "boom", "fail": "out of order"}, {"when": "def mean", "text": reply(HINT)})
    said = flashls("review", "src", "--all", "--fail-on", "never")
    assert said.status == 1
    assert "src/b.py: out of order" in said.err
    assert "1 finding in 2 files; 1 file could not be reviewed" in said.err
    assert paths(flashls("review", "src", "--all", "--json")) == ["src/a.py", "src/b.py", "src/c.go"]
    assert paths(flashls("review", "--all", "--json"))[0] == "elsewhere.py"
