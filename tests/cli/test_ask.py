"""flashls ask: answers from the workspace, what the whole of it costs, and what is kept with the provider meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.command_line import CommandLine
from tests.cli.served import served
from tests.models import gemini_server

PRICED = "\n[providers.scripted.prices]\ndemo = { input = 1.0, output = 2.0 }\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def asking(flashls: CommandLine) -> CommandLine:
    (flashls.folder / ".git").mkdir()
    flashls.file("def area(r):\n    return 3 * r * r\n", "geo.py")
    flashls.file("KEY=1\n", ".env")
    rows: list[dict[str, Any]] = [
        {"task": "ask", "when": "KEY=1", "text": "leaked"},
        {"task": "ask", "when": "Why", "text": "Because of \x1b[2J geo.py:2."},
        {"task": "ask", "when": "boom", "fail": "out of order"},
        {"task": "ask", "when": "nothing", "text": ""},
        {"task": "ask", "text": "See geo.py:1 and geo.py:9."},
    ]
    (flashls.folder.parent / "replies.json").write_text(json.dumps(rows))
    return flashls


def test_an_answer_with_its_places_checked(asking: CommandLine) -> None:
    said = asking("ask", "Where is the area computed?")
    assert (said.status, said.out, said.err) == (0, "See geo.py:1 and ~~geo.py:9~~.\n", "")


def test_several_questions_are_answered_one_after_the_other(asking: CommandLine) -> None:
    said = asking("ask", "Where is area?", "Why is area?")
    assert said.out.count("geo.py:") == 3
    assert "\x1b" not in said.out
    found = asking("ask", "Where is area?", "Why is area?", "--json").json
    assert [answer["question"] for answer in found["answers"]] == ["Where is area?", "Why is area?"]
    assert (found["model"], found["files"]) == ("scripted/demo", ["geo.py"])


def test_a_question_that_fails_takes_no_answer_along(asking: CommandLine) -> None:
    said = asking("ask", "Where is area?", "boom", "--json")
    assert said.status == 1
    assert [answer["text"] for answer in said.json["answers"]] == ["See geo.py:1 and ~~geo.py:9~~."]
    assert "out of order" in said.json["error"]


def test_a_question_about_a_target(asking: CommandLine) -> None:
    asking.file("x = 1\n", "other.py")
    assert asking("ask", "What of it?", "--at", "other.py:1", "--json").json["files"] == ["other.py"]
    assert asking("ask", "What of it?", "--at", ".env").status == 1


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ((), 2, "what do you want to know"),
        (("boom",), 1, "out of order"),
        (("nothing",), 1, ""),
        ((" ",), 2, "what do you want to know"),
        (("Where?", ""), 2, "what do you want to know"),
        (("What?", "--image", "none.png"), 2, "none.png: no such file"),
        (("What?", "--image", "geo.py"), 2, "no picture"),
        (("What?", "--image", "a.png", "--model", "local/qwen2.5-coder-0.5b"), 1, "takes no pictures"),
    ],
)
def test_what_cannot_be_asked_is_told(asking: CommandLine, arguments: tuple[str, ...], status: int, told: str) -> None:
    asking.file(PNG, "a.png")
    said = asking("ask", *arguments)
    assert said.status == status
    assert told in said.err


def test_a_picture_goes_with_the_question(asking: CommandLine) -> None:
    asking.file(PNG, "a.png")
    assert asking("ask", "Why does this show?", "--image", "a.png").out == "Because of [2J geo.py:2.\n"


def test_what_the_whole_repository_costs_is_said_and_must_be_agreed_to(asking: CommandLine) -> None:
    free = asking("ask", "Where?", "--whole")
    assert (free.status, "it costs nothing" in free.err) == (0, True)
    asking.config.write_text(asking.config.read_text() + PRICED)
    said = asking("ask", "Where?", "--whole")
    assert (said.status, said.out) == (2, "")
    assert "1 files, about" in said.err
    assert "at most about US$ 0.00" in said.err
    assert "--yes" in said.err
    agreed = asking("ask", "Where?", "--whole", "--yes")
    assert (agreed.status, agreed.out) == (0, "See geo.py:1 and ~~geo.py:9~~.\n")


def test_code_that_several_questions_share_is_kept_with_the_provider_meanwhile(asking: CommandLine) -> None:
    asking.file("def area(r):\n    return 3 * r * r\n" * 1000, "long.py")
    asking.monkeypatch.setenv("GEMINI_API_KEY", "AIza-test")
    with served(lambda: gemini_server.serve("In long.py:3.")) as server:
        asking.config.write_text(
            f'[models]\nask = ["gemini/gemini-3.8-flash"]\n[providers.gemini]\nbase_url = "{server.url}"\n'
        )
        said = asking("ask", "Where?", "Why?", "--whole", "--yes")
        assert (said.status, said.out.count("In long.py:3.")) == (0, 2)
        assert [request.method for request in server.requests] == [
            "create", "streamGenerateContent", "streamGenerateContent", "delete",
        ]  # fmt: skip
        assert server.stored == {}
        assert all("def area" not in json.dumps(request.body) for request in server.requests[1:])
        assert "US$" in said.err
        assert asking("ask", "When?", "--whole", "--yes").status == 0
        assert [request.method for request in server.requests[4:]] == ["streamGenerateContent"]
