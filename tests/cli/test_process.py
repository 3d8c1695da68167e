"""The installed command as a process: what only a process can get wrong."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.editor import home, scripted

FLASHLS = str(Path(sys.executable).with_name("flashls"))


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    replies: list[dict[str, Any]] = [{"task": "explain", "text": "word " * 40_000, "piece_size": 4096}, {"text": "1"}]
    return home(tmp_path, scripted(tmp_path, replies)) | more


def ran(tmp_path: Path, *command: str, stdin: bytes = b"", **more: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    done = subprocess.run(
        command, env=environment(tmp_path, **more), cwd=tmp_path, input=stdin, capture_output=True, timeout=30
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_standard_input_and_output_are_the_commands(tmp_path: Path) -> None:
    assert ran(tmp_path, FLASHLS, "complete", "-", "-l", "python", stdin=b"x = ") == (0, "1\n", "")


def test_an_output_without_unicode_gets_what_it_can_hold(tmp_path: Path) -> None:
    status, out, err = ran(tmp_path, FLASHLS, "doctor", PYTHONIOENCODING="ascii")
    assert (status, err) == (0, "")
    assert "? everything: asks scripted/demo\n" in out


@pytest.mark.parametrize("arguments", [["--frob"], ["--tcp"], ["--tcp", "here"], ["--tcp", "localhost:port"], ["x"]])
def test_serve_with_other_arguments_says_how(tmp_path: Path, arguments: list[str]) -> None:
    status, out, err = ran(tmp_path, FLASHLS, "serve", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("usage: flashls serve")


def test_serve_says_when_a_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, _, err = ran(tmp_path, FLASHLS, "serve", "--tcp", f"127.0.0.1:{taken.getsockname()[1]}")
    assert status == 2
    assert "Traceback" not in err
    assert "in use" in err


@pytest.mark.parametrize("command", [(FLASHLS, "serve"), (sys.executable, "-m", "flashls", "--stdio")])
def test_serve_without_a_client_ends(tmp_path: Path, command: tuple[str, ...]) -> None:
    assert ran(tmp_path, *command) == (1, "", "")


def test_a_log_level_that_is_none_is_said_and_does_not_stop_the_server(tmp_path: Path) -> None:
    status, _, err = ran(tmp_path, FLASHLS, "serve", FLASHLS_LOG="loud")
    assert status == 1
    assert "Traceback" not in err
    assert "FLASHLS_LOG" in err


@pytest.mark.skipif(os.name == "nt", reason="a broken pipe is a POSIX matter")
def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    process = subprocess.Popen(
        [FLASHLS, "explain", "a.py"],
        env=environment(tmp_path),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.read(4) == b"word"
        process.stdout.close()
        assert process.wait(30) == 0
        assert process.stderr.read() == b""
