"""The indexer as a process: what it is told and what it tells, line by line."""

from __future__ import annotations

import json
import selectors
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from flashls.index.database import Database
from flashls.index.writer import Writer
from flashls.store.locks import held


@contextmanager
def running(tmp_path: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """An indexer of the folder ``w``."""
    command = [sys.executable, "-m", "flashls.index", *options, str(tmp_path / "w"), str(tmp_path / "index.db")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _until(process: subprocess.Popen[str], state: str) -> dict[str, Any]:
    """Reads to the first line that tells of a state."""
    assert process.stdout is not None
    for line in process.stdout:
        told: dict[str, Any] = json.loads(line)
        if told["state"] == state:
            return told
        assert told["state"] != "ready"
    raise AssertionError(f"it ended without {state}")


def _tell(process: subprocess.Popen[str], *lines: str) -> None:
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in lines))
    process.stdin.flush()


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path) -> Path:
    root = tmp_path / "w"
    root.mkdir()
    for name in "abc":
        (root / f"{name}.py").write_text(f"def {name}(): pass\n")
    return root


def test_takes_orders_and_passes_over_what_is_none(workspace: Path, tmp_path: Path) -> None:
    with running(tmp_path, "--check-every=1000") as process:
        assert _until(process, "scanning") == {"state": "scanning"}
        assert _until(process, "ready") == {"state": "ready", "total": 3}
        (workspace / "d.py").write_text("def d(): pass\n")
        _tell(
            process, "garbage", "[]", '{"changed": 7}', "", '{"unknown": 1}', '{"watched": true, "changed": ["d.py"]}'
        )
        assert _until(process, "ready")["total"] == 4
        _tell(process, '{"stop": true}')
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_ends_with_standard_input_and_keeps_what_it_has(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        assert process.stdin is not None
        _until(process, "ready")
        process.stdin.close()
        assert process.wait(20) == 0
    index = Database(tmp_path / "index.db")
    assert index.folder("") == ("a.py", "b.py", "c.py")
    index.close()


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_time_the_next_one_goes_on(seed: int, workspace: Path, tmp_path: Path) -> None:
    for number in range(700):
        (workspace / f"f{number}.py").write_text(f"def f{number}(): return word{number}\n" * 3)
    with running(tmp_path) as process:
        _until(process, "scanning")
        time.sleep(0.1 * seed)
        process.kill()
    with running(tmp_path) as process:
        assert _until(process, "ready")["total"] == 703
    index = Database(tmp_path / "index.db")
    for number in (0, 350, 699):
        assert [match.path for match in index.search({f"word{number}": 1.0}, 3)] == [f"f{number}.py"]
    index.close()


def test_told_to_begin_anew_it_does(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        _until(process, "ready")
        with closing(sqlite3.connect(tmp_path / "index.db")) as other:
            other.execute("CREATE TABLE mark(x)")
        _tell(process, '{"anew": true}')
        assert _until(process, "ready")["total"] == 3
        with closing(sqlite3.connect(tmp_path / "index.db")) as other:
            assert not other.execute("SELECT 1 FROM sqlite_master WHERE name = 'mark'").fetchall()


def test_a_folder_without_code_is_waited_in_until_there_is_some(workspace: Path, tmp_path: Path) -> None:
    for file in workspace.iterdir():
        file.unlink()
    with running(tmp_path, "--check-every=1000") as process:
        assert "total" not in _until(process, "ready")
        (workspace / "first.py").write_text("def first(): pass\n")
        _tell(process, '{"changed": ["first.py"]}')
        assert _until(process, "ready")["total"] == 1


def test_a_process_that_waits_passes_on_that_the_database_is_damaged(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        _until(first, "ready")  # the second starts only now: whoever comes first keeps the database
        with running(tmp_path) as second:
            _until(second, "waiting")
            with closing(sqlite3.connect(tmp_path / "index.db")) as other:
                other.execute("CREATE TABLE mark(x)")
            _tell(second, '{"anew": true}')
            assert _until(first, "ready")["total"] == 3
    with closing(sqlite3.connect(tmp_path / "index.db")) as other:
        assert not other.execute("SELECT 1 FROM sqlite_master WHERE name = 'mark'").fetchall()
    assert not (tmp_path / "index.anew").exists()


def test_that_it_waits_is_told_when_another_process_has_looked_at_all(tmp_path: Path) -> None:
    db = tmp_path / "index.db"
    writer = Writer(db)
    with held(db.with_suffix(".lock")) as ours, running(tmp_path) as process:
        assert ours
        assert process.stdout is not None
        with selectors.DefaultSelector() as told:
            told.register(process.stdout, selectors.EVENT_READ)
            assert not told.select(1.5)
        writer.look_through()
        assert _until(process, "waiting") == {"state": "waiting"}
    writer.close()


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "index.db").mkdir()
    with running(tmp_path) as process:
        assert str(tmp_path) in _until(process, "failed")["reason"]


def test_wrong_usage_is_told() -> None:
    done = subprocess.run([sys.executable, "-m", "flashls.index"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "root" in done.stderr
