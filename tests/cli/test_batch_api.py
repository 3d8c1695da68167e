"""--batch-api: many questions through the provider's batches, at half the price, as far as the budget reaches."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from tests.cli.batches import MODEL, batches, echo, ledger, text_of
from tests.cli.command_line import CommandLine
from tests.models.gemini_server import Reply, error


def test_files_are_explained_by_one_batch_at_half_the_price(flashls: CommandLine) -> None:
    for name in ("a.py", "b.py"):
        flashls.file("x = 1\n", name)
    with batches(flashls) as server:
        said = flashls("explain", "--all", "--batch-api")
        assert (said.status, said.out) == (0, "# a.py\n\nThis is a.py.\n\n# b.py\n\nThis is b.py.\n\n")
        assert server.requests == [
            "POST /v1beta/models/gemini-3.8-flash:batchGenerateContent",
            "GET /v1beta/batches/b1",
            "DELETE /v1beta/batches/b1",
        ]
    assert re.search(r"2 questions are with gemini/gemini-3.8-flash as batches/b1, for at most US\$ 0\.\d+:", said.err)
    rows = ledger(flashls)
    assert [(row.task, row.model, row.outcome) for row in rows] == [("explain", MODEL, "stop")] * 2
    for row in rows:
        assert row.cost == pytest.approx((row.usage.input * 1.0 + row.usage.output * 10.0) / 2e6, abs=1e-9)
        assert row.held == row.cost
    assert not list((flashls.folder.parent / "data" / "batches").glob("*.posts"))
    assert "key-of-mine" not in said.err


def test_comments_are_written(flashls: CommandLine) -> None:
    flashls.file("def area(r):\n    return 3 * r * r\n")
    reply = json.dumps({"comments": [{"symbol": 1, "summary": "The area of a disc."}]})
    with batches(flashls, lambda _: reply):
        said = flashls("doc", "--all", "--batch-api", "--write")
    assert said.status == 0
    assert '"""The area of a disc."""' in (flashls.folder / "a.py").read_text()


def test_a_long_file_is_reviewed_by_one_batch(flashls: CommandLine) -> None:
    text = "".join(f"def f{n}():\n    return {n} / 0\n\n\n" for n in range(3000))
    flashls.file(text)

    def reply(request: dict[str, Any]) -> str:
        (first, *_) = re.findall(r"def f(\d+)\(", text_of(request).partition("<|start|>")[2]) or ["0"]
        finding = {"quote": f"return {first} / 0", "severity": "error", "kind": "bug", "title": "Divides by zero"}
        return json.dumps({"findings": [finding | {"explanation": "It fails.", "related": []}]})

    with batches(flashls, reply) as server:
        said = flashls("review", "a.py", "--batch-api", "--json")
        assert server.made == 1
        asked = ledger(flashls)
    assert len(asked) > 2
    assert len(said.json["files"][0]["findings"]) == len(asked)
    assert said.status == 1


def test_a_question_that_fails_is_asked_again_by_the_next_command_and_no_other_is(flashls: CommandLine) -> None:
    for name in ("a.py", "b.py", "c.py"):
        flashls.file("x = 1\n", name)
    asked = Counter[str]()
    wrong = {"code": 13, "message": "Internal error"}

    def reply(request: dict[str, Any]) -> str | dict[str, Any]:
        told = echo(request)
        asked[told] += 1
        return wrong if "b.py" in told and asked[told] == 1 else told

    with batches(flashls, reply) as server:
        first = flashls("explain", "--all", "--batch-api")
        assert first.status == 1
        assert "b.py: Gemini is overloaded or has trouble (status 500)" in first.err
        assert "# a.py" in first.out
        second = flashls("explain", "--all", "--batch-api")
        assert server.made == 2
    assert (second.status, second.out.count("# ")) == (0, 3)
    assert asked == {"This is a.py.": 1, "This is b.py.": 2, "This is c.py.": 1}
    assert sorted(row.outcome for row in ledger(flashls)) == ["Overloaded", "stop", "stop", "stop"]


def test_what_is_done_is_shown_though_the_rest_cannot_be_sent(flashls: CommandLine) -> None:
    for name in ("a.py", "b.py", "c.py"):
        flashls.file("x = 1\n", name)

    def reply(request: dict[str, Any]) -> str | dict[str, Any]:
        return {"code": 13, "message": "Internal error"} if "b.py" in echo(request) else echo(request)

    with batches(flashls, reply) as server:
        flashls("explain", "--all", "--batch-api")
        server.refused = [error(403, "PERMISSION_DENIED", "no")] * 2
        said = flashls("explain", "--all", "--batch-api")
        found = flashls("explain", "--all", "--batch-api", "--json")
    assert (said.status, said.out) == (1, "# a.py\n\nThis is a.py.\n\n# c.py\n\nThis is c.py.\n\n")
    assert (found.status, [bool(row["text"]) for row in found.json["files"]]) == (1, [True, False, True])
    assert found.json["files"][1]["trouble"] == found.json["error"] == said.err.removeprefix("flashls: ").rstrip()


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ("EXPIRED", "batches/b1 was given up after two days without an answer"),
        ("CANCELLED", "batches/b1 was cancelled"),
        ("FAILED", "batches/b1 failed: Gemini is overloaded or has trouble (status 500)"),
    ],
)
def test_a_batch_that_comes_to_nothing_costs_nothing_and_is_sent_again(
    flashls: CommandLine, ends: str, told: str
) -> None:
    flashls.file("x = 1\n")
    with batches(flashls, more="[budget]\ndaily_usd = 1.0\n", ends=ends, why={"code": 13, "message": "x"}) as server:
        said = flashls("explain", "--all", "--batch-api")
        assert (said.status, said.out) == (1, "")
        assert told in said.err
        assert said.err.endswith("the same command sends again what has no reply\n")
        server.ends = "SUCCEEDED"
        assert flashls("explain", "--all", "--batch-api").status == 0
    rows = ledger(flashls)
    assert [(row.outcome, row.held == row.cost) for row in rows] == [("Overloaded", True), ("stop", True)]
    assert rows[0].cost == 0


def test_a_batch_that_the_budget_has_no_room_for_is_not_sent(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    with batches(flashls, more="[budget]\ndaily_usd = 0.0001\n") as server:
        said = flashls("explain", "--all", "--batch-api")
        assert (said.status, server.requests) == (1, [])
    assert "The daily budget of $0.0001 ([budget] daily_usd) is less than this request alone can cost" in said.err


def test_what_the_budget_has_reserved_is_free_again_when_the_batch_is_refused(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    refused = [error(429, "RESOURCE_EXHAUSTED", "Too many batches")]
    with batches(flashls, more="[budget]\ndaily_usd = 1.0\n", refused=refused) as server:
        said = flashls("explain", "--all", "--batch-api")
        assert (said.status, server.made) == (1, 0)
    assert "Too many requests to Gemini" in said.err
    assert [(row.outcome, row.held) for row in ledger(flashls)] == [("RateLimited", 0.0)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("explain", "a.py", "--batch-api"), "--batch-api goes with --all"),
        (("doc", "a.py", "--batch-api"), "--batch-api goes with --all and several files or a folder"),
        (("explain", "--all", "--batch-api", "--model", "openai/gpt-5"), "openai/gpt-5 has no batch interface"),
    ],
)
def test_wrong_usage(flashls: CommandLine, arguments: tuple[str, ...], told: str) -> None:
    flashls.file("x = 1\n")
    with batches(flashls):
        said = flashls(*arguments)
    assert (said.status, said.out) == (2, "")
    assert told in said.err


def test_a_blocked_reply_and_one_that_is_too_long_are_told_of(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    with batches(flashls, lambda _: Reply(blocked="SAFETY")):
        said = flashls("explain", "--all", "--batch-api")
    assert said.status == 1
    assert said.err.count("a.py: the model had nothing to say") == 1


def test_all_questions_of_a_file_go_with_one_batch(flashls: CommandLine) -> None:
    """Thirty symbols are asked about in four questions."""
    flashls.file("".join(f"def f{n}():\n    return {n}\n\n\n" for n in range(30)))
    said = json.dumps({"comments": [{"symbol": n, "summary": "Is."} for n in range(1, 9)]})
    with batches(flashls, lambda _: said) as server:
        assert flashls("doc", "--all", "--batch-api", "--write").status == 0
        assert server.made == 1
    assert len(ledger(flashls)) == 4
    assert (flashls.folder / "a.py").read_text().count('"""Is."""') == 30


def test_without_a_place_to_write_down_what_is_sent_nothing_is(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    (flashls.folder.parent / "data").write_text("no folder")
    with batches(flashls) as server:
        said = flashls("explain", "--all", "--batch-api")
        assert (said.status, server.requests) == (1, [])
    assert "data" in said.err
