"""--batch-api, ended: what was sent is sent and paid for once, whatever becomes of the command or of the batch."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.batches import batches, ledger, no_entry
from tests.cli.command_line import CommandLine
from tests.e2e.editor import home
from tests.models.gemini_server import error

FLASHLS = str(Path(sys.executable).with_name("flashls"))
FILES = 40


def test_a_batch_whose_answer_was_lost_is_found_and_not_sent_again(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    with batches(flashls, lost=True) as server:
        said = flashls("explain", "--all", "--batch-api")
        assert (said.status, server.made) == (0, 1)


def test_where_nobody_knows_whether_it_was_taken_the_same_command_finds_out(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    with batches(flashls, lost=True) as server:
        server.refused = []
        taken = server.answer

        def once(request: Any) -> Any:
            answer = taken(request)
            server.refused = [error(403, "PERMISSION_DENIED", "no")]
            return answer

        assert server.wire is not None
        server.wire.answer = once
        said = flashls("explain", "--all", "--batch-api")
        assert said.status == 1
        assert "was taken is not known: the same command finds out" in said.err
        server.wire.answer, server.refused = taken, []
        assert flashls("explain", "--all", "--batch-api").status == 0
        assert server.made == 1


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("more", ["", "[budget]\ndaily_usd = 1.0\n"])
def test_a_batch_that_nothing_asks_for_any_more_is_settled_before_it_is_forgotten(
    flashls: CommandLine, named: bool, more: str
) -> None:
    flashls.file("x = 1\n")
    with batches(flashls, more=more, lost=not named) as server:
        with no_entry(server, "GET"):
            assert flashls("explain", "--all", "--batch-api").status == 1
        flashls.file("")
        asked = len(server.requests)
        said = flashls("explain", "--all", "--batch-api")
        told = ["GET /v1beta/batches/b1", "DELETE /v1beta/batches/b1"]
        assert server.requests[asked:] == ([] if named else ["GET /v1beta/batches"]) + told
        assert (said.status, server.made) == (1, 1)
        assert "no files of code" in said.err
    (row,) = ledger(flashls)
    assert (row.outcome, row.held) == ("stop", row.cost)
    assert row.cost is not None and row.cost > 0
    assert not list((flashls.folder.parent / "data" / "batches").glob("*.posts"))


def test_a_batch_that_nothing_asks_for_and_that_is_not_over_is_left_for_later(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    with batches(flashls, looks=1000) as server:
        with no_entry(server, "GET"):
            assert flashls("explain", "--all", "--batch-api").status == 1
        flashls.file("")
        said = flashls("explain", "--all", "--batch-api")
        assert (said.status, list(server.batches)) == (1, ["batches/b1"])
        assert "batches/b1 is still at work, though nothing needs its replies" in said.err
        server.batches["batches/b1"].left = 0
        assert flashls("explain", "--all", "--batch-api").status == 1
        assert server.batches == {}
    assert [row.outcome for row in ledger(flashls)] == ["stop"]


@pytest.mark.parametrize("asked", [True, False])
def test_a_batch_that_the_provider_no_longer_has_stops_one_command_at_most(flashls: CommandLine, asked: bool) -> None:
    flashls.file("x = 1\n")
    with batches(flashls, more="[budget]\ndaily_usd = 1.0\n") as server:
        with no_entry(server, "GET"):
            flashls("explain", "--all", "--batch-api")
        server.batches.clear()
        if not asked:
            flashls.file("")
        said = flashls("explain", "--all", "--batch-api")
        assert said.status == 1
        assert "batches/b1: Gemini has no such batch under this key, or not any more; what it cost is not" in said.err
        again = flashls("explain", "--all", "--batch-api")
        assert (again.status, server.made) == (int(not asked), 1 + asked)
    lost, *others = ledger(flashls)
    assert (lost.outcome, lost.cost, bool(lost.held)) == ("NotFound", None, True)
    assert [row.outcome for row in others] == ["stop"] * asked


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_command_that_was_ended_finds_its_batch_again(flashls: CommandLine, how: signal.Signals) -> None:
    for n in range(FILES):
        flashls.file(f"x = {n}\n", f"f{n:03}.py")
    with batches(flashls, looks=1000) as server:
        environ = home(flashls.folder.parent, flashls.config.read_text()) | {"GEMINI_API_KEY": "key-of-mine"}
        command = [FLASHLS, "explain", "--all", "--batch-api"]
        process = subprocess.Popen(
            command, cwd=flashls.folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        until = time.monotonic() + 60
        while len(server.requests) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(how)
        out, err = process.communicate(timeout=30)
        assert out == b""
        if how == signal.SIGINT:
            assert process.returncode == 130
            assert b"stopped waiting; batches/b1 goes on at the provider" in err
            assert b"Traceback" not in err
        server.batches["batches/b1"].left = 0
        done = subprocess.run(command, cwd=flashls.folder, env=environ, capture_output=True, timeout=100, check=False)
        assert (done.returncode, server.made) == (0, 1)
    assert done.stdout.decode() == "".join(f"# f{n:03}.py\n\nThis is f{n:03}.py.\n\n" for n in range(FILES))
    assert b"the batch cost US$" in done.stderr


def test_the_same_command_elsewhere_is_waited_for_by_nobody(flashls: CommandLine) -> None:
    flashls.file("x = 1\n")
    with batches(flashls, looks=1000) as server:
        environ = home(flashls.folder.parent, flashls.config.read_text()) | {"GEMINI_API_KEY": "key-of-mine"}
        command = [FLASHLS, "explain", "--all", "--batch-api"]
        with subprocess.Popen(command, cwd=flashls.folder, env=environ, stdout=subprocess.PIPE) as process:
            until = time.monotonic() + 60
            while len(server.requests) < 2 and time.monotonic() < until:
                time.sleep(0.01)
            said = flashls("explain", "--all", "--batch-api")
            process.kill()
        assert (said.status, server.made) == (1, 1)
    assert "the same command is at work elsewhere" in said.err
