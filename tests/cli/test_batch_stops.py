"""What stops a batch: trouble that all of its files have. What was done before is shown all the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flashls.models.seam import ModelError, Overloaded, Unauthorized, Unreachable
from flashls_cli.batch import Job, batch
from flashls_cli.journal import Entry, Journal, journal_at
from flashls_cli.outcomes import Outcomes
from tests.cli.command_line import CommandLine
from tests.cli.served import served
from tests.models import openai_server
from tests.models.openai_rules import error
from tests.models.wire_server import Request, WireServer

GONE = Unreachable("No connection to example.org")


async def done(*files: ModelError | None, at_once: int = 1, journal: Journal | None = None) -> Outcomes:
    """What comes of files that fail as told, or, None, do not."""

    def job(name: str) -> Job:
        async def work() -> tuple[Any, float | None]:
            error = files[int(name)]
            if error is not None:
                raise error
            return "done", 0.5

        return Job(name, name, work)

    return await batch("doing", [str(n) for n in range(len(files))], job, journal or Journal(), at_once)


async def test_a_file_that_fails_stops_no_other() -> None:
    found = await done(None, Overloaded("busy"), GONE, None, GONE, GONE, None)
    assert found.stopped is None
    assert [each.value for each in found.files] == ["done", None, None, "done", None, None, "done"]
    assert [each.trouble for each in found.files][1:3] == ["busy", "No connection to example.org"]


@pytest.mark.parametrize("at_once", [1, 4])
async def test_without_a_connection_the_rest_is_not_tried(tmp_path: Path, at_once: int) -> None:
    journal = Journal(tmp_path / "journal", entries={("0", "0"): Entry("0", "0", "done")})
    found = await done(*[GONE] * 20, at_once=at_once, journal=journal)
    assert str(found.stopped) == (
        "No connection to example.org (1 of 20 files are done: the same command goes on from there)"
    )
    assert found.stopped is not None and found.stopped.status == 1
    assert [each.value for each in found.files] == ["done"] + [None] * 19
    assert {each.trouble for each in found.files[1:]} == {"No connection to example.org"}
    assert 3 <= len(found.tried) - 1 < 3 + at_once


async def test_a_key_that_is_refused_stops_all(tmp_path: Path) -> None:
    found = await done(None, Unauthorized("wrong key"), None, journal=Journal(tmp_path / "journal"))
    assert str(found.stopped) == "wrong key (1 of 3 files are done: the same command goes on from there)"
    assert [(each.value, each.trouble) for each in found.files] == [
        ("done", ""), (None, "wrong key"), (None, "wrong key"),
    ]  # fmt: skip
    assert found.files[:1] == found.tried


LOST = "wrong key (1 of 2 files are done, which is not kept: the same command asks again)"


@pytest.mark.parametrize("path", ["", "a folder", "no folder/journal"])
async def test_going_on_is_promised_only_where_it_can_be(tmp_path: Path, path: str) -> None:
    (tmp_path / "a folder").mkdir()
    journal = Journal(tmp_path / path) if path else Journal()
    assert str((await done(None, Unauthorized("wrong key"), journal=journal)).stopped) == LOST


async def test_nothing_is_promised_where_nothing_is_done(tmp_path: Path) -> None:
    for journal in (Journal(), Journal(tmp_path / "journal")):
        found = await done(Unauthorized("wrong key"), None, journal=journal)
        assert str(found.stopped) == "wrong key (0 of 2 files are done)"
    assert str((await done(Unauthorized("wrong key"))).stopped) == "wrong key"


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not journal_at(tmp_path / "file", "x").keeps
    assert journal_at(tmp_path / "folder", "x").keeps


# --- as a command


REPLIES = {
    "explain": "It is.",
    "doc": json.dumps({"comments": [{"symbol": 1, "summary": "Measure."}]}),
    "review": json.dumps({"findings": []}),
}


@contextmanager
def refused_after(flashls: CommandLine, command: str, most: int) -> Iterator[WireServer]:
    """Five files, and a model that takes the key for so many questions only."""
    (flashls.folder / ".git").mkdir()
    for n in range(1, 6):
        flashls.file(f"def f{n}():\n    return {n}\n", f"f{n}.py")

    def script(_: Request) -> openai_server.Reply:
        if len(server.requests) > most:
            return openai_server.Reply(status=401, error=error("Incorrect API key provided", "invalid_request_error"))
        return openai_server.Reply(REPLIES[command])

    with served(lambda: openai_server.serve(script)) as server:
        tasks = "".join(f'{task} = ["mine/gpt-4o"]\n' for task in ("explain", "document", "review"))
        flashls.config.write_text(
            f'[models]\n{tasks}[providers.mine]\nbase_url = "{server.url}/v1"\nkey_env = "MINE"\n'
        )
        flashls.monkeypatch.setenv("MINE", "sk-1")
        yield server


SHOWN = {
    "explain": ("# f1.py\n\nIt is.\n\n# f2.py\n\nIt is.\n\n", ""),
    "doc": (
        "".join(
            f"--- a/f{n}.py\n+++ b/f{n}.py\n@@ -1,2 +1,3 @@\n def f{n}():\n"
            f'+    """Measure."""\n     return {n}\n' for n in (1, 2)
        ),
        "flashls: 2 symbols documented in 2 files\n",
    ),
    "review": ("", "flashls: 0 findings in 2 files\n"),
}  # fmt: skip


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("command", SHOWN)
def test_what_is_done_is_shown(flashls: CommandLine, command: str, kept: bool) -> None:
    with refused_after(flashls, command, 2) as server:
        arguments = (command, "--all", "--jobs", "1", "--set", f"cache.enabled={str(kept).lower()}")
        said = flashls(*arguments)
        out, err = SHOWN[command]
        assert (said.status, said.out) == (1, out)
        *before, last = said.err.splitlines(keepends=True)
        assert "".join(before) == err
        assert "(2 of 5 files are done" in last
        assert ("goes on from there" in last, "which is not kept" in last) == (kept, not kept)
        asked = len(server.requests)
        found = flashls(*arguments, "--json")
    assert len(server.requests) - asked == 1
    assert found.status == 1
    told = [(row["path"], bool(row["trouble"])) for row in found.json["files"]]
    done = 2 if kept else 0
    assert told == [(f"f{n}.py", n > done) for n in range(1, 6)]
    assert found.err == f"flashls: {found.json['error']}\n"


@pytest.mark.parametrize(("form", "told"), [("sarif", '"executionSuccessful": false'), ("github", "")])
def test_a_review_that_stops_is_no_success_in_any_form(flashls: CommandLine, form: str, told: str) -> None:
    with refused_after(flashls, "review", 2):
        said = flashls("review", "--all", "--jobs", "1", "--format", form, "--fail-on", "never")
    assert said.status == 1
    assert told in said.out
    assert "(2 of 5 files are done: the same command goes on from there)" in said.err


def test_nothing_is_counted_where_nothing_was_reviewed(flashls: CommandLine) -> None:
    with refused_after(flashls, "review", 0):
        said = flashls("review", "f1.py")
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert "refused the key" in said.err
