"""flashls commit: a message for what is staged, and nothing is committed."""

from __future__ import annotations

import json

import pytest

from tests.cli.command_line import CommandLine
from tests.context.test_git import git


@pytest.fixture
def repository(flashls: CommandLine) -> CommandLine:
    said = json.dumps({"subject": "Count to two", "body": "One was too few."})
    rows = [
        {"task": "commit", "when": r"KEY=2", "text": "leaked"},
        {"task": "commit", "when": r"(?s)Begin.*\+x = 2", "text": said},
        {"task": "commit", "when": "boom", "fail": "out of order"},
    ]
    (flashls.folder.parent / "replies.json").write_text(json.dumps(rows))
    git(flashls.folder, "init")
    flashls.file("x = 1\n")
    flashls.file("KEY=1\n", ".env")
    git(flashls.folder, "add", "-f", ".")
    git(flashls.folder, "commit", "-m", "Begin")
    return flashls


def test_the_message_for_what_is_staged(repository: CommandLine) -> None:
    repository.file("x = 2\n")
    repository.file("KEY=2\n", ".env")
    git(repository.folder, "add", "-f", ".")
    said = repository("commit")
    assert (said.status, said.out, said.err) == (0, "Count to two\n\nOne was too few.\n", "")
    found = repository("commit", "--json").json
    assert (found["subject"], found["body"], found["cost_usd"]) == ("Count to two", "One was too few.", 0)
    repository.file("# git's own remarks\n", "message")
    assert repository("commit", "--write", "message").out == ""
    text = (repository.folder / "message").read_text()
    assert text == "Count to two\n\nOne was too few.\n# git's own remarks\n"


@pytest.mark.parametrize(("text", "told"), [("x = 1\n", "Nothing is staged"), ("boom\n", "out of order")])
def test_what_cannot_be_told_is_an_error(repository: CommandLine, text: str, told: str) -> None:
    repository.file(text)
    git(repository.folder, "add", ".")
    said = repository("commit")
    assert (said.status, said.out) == (1, "")
    assert told in said.err


def test_the_message_of_the_first_commit(flashls: CommandLine) -> None:
    said = json.dumps({"subject": "Begin with x", "body": ""})
    rows = [{"task": "commit", "when": r"(?s)a new file.*\+x = 1", "text": said}]
    (flashls.folder.parent / "replies.json").write_text(json.dumps(rows))
    git(flashls.folder, "init")
    assert "Nothing is staged" in flashls("commit").err
    flashls.file("x = 1\n")
    git(flashls.folder, "add", ".")
    found = flashls("commit")
    assert (found.status, found.out, found.err) == (0, "Begin with x\n", "")


def test_without_a_repository_that_is_said(flashls: CommandLine) -> None:
    said = flashls("commit")
    assert (said.status, said.out) == (2, "")
    assert "no git repository" in said.err
