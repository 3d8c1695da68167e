"""A workspace's index, kept by a process of its own: what befalls files, the database and the processes."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from flashls.engine.indexing import Indexing, unfit
from flashls.index.indexer import Progress
from flashls.index.schema import database
from flashls.store.private import files

_PATIENCE = 30.0


async def until(true: Callable[[], object]) -> None:
    """Waits until something holds."""
    async with asyncio.timeout(_PATIENCE):
        while not true():
            await asyncio.sleep(0.02)


def _write(root: Path, path: str, name: str) -> str:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"def {name}(): return 1\n")
    return str(file)


def _defines(indexing: Indexing, path: str) -> str:
    """The first name that a file defines, "" if it is not indexed."""
    found = indexing.index.facts(path)
    return found.definitions[0].name if found and found.definitions else ""


def _children() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if _is_indexer(p)]


def _is_indexer(process: psutil.Process) -> bool:
    try:
        return "flashls.index" in process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    _write(folder, "a.py", "a")
    _write(folder, "b/c.py", "c")
    return folder


@pytest.fixture
async def indexing(root: Path, tmp_path: Path) -> AsyncIterator[Indexing]:
    one = Indexing(root, tmp_path / "cache")
    one.start()
    assert await one.ready(_PATIENCE)
    yield one
    await one.stop()
    assert not _children()


async def test_indexes_tells_and_follows_changes(root: Path, tmp_path: Path) -> None:
    heard: list[Progress] = []
    indexing = Indexing(root, tmp_path / "cache", off=("b/",), report=heard.append)
    assert not indexing.index.known("a.py")
    indexing.start()
    indexing.start()
    assert await indexing.ready(_PATIENCE)
    assert len(_children()) == 1
    assert (heard[0].state, heard[-1]) == ("scanning", Progress("ready", total=1))
    assert (_defines(indexing, "a.py"), _defines(indexing, "b/c.py")) == ("a", "")
    indexing.changed([_write(root, "a.py", "x"), _write(root, "new name.py", "y"), _write(tmp_path, "out.py", "z")])
    await until(lambda: _defines(indexing, "a.py") == "x" and _defines(indexing, "new name.py") == "y")
    (root / "a.py").rename(root / "moved.py")
    indexing.changed([str(root / "a.py"), str(root / "moved.py")])
    await until(lambda: _defines(indexing, "moved.py") == "x" and not indexing.index.known("a.py"))
    await indexing.stop()
    assert not _children()
    assert _defines(indexing, "moved.py") == "x"
    indexing.index.close()


async def test_a_second_session_starts_with_what_the_first_left(indexing: Indexing, root: Path, tmp_path: Path) -> None:
    await indexing.stop()
    (root / "a.py").unlink()
    again = Indexing(root, tmp_path / "cache")
    assert _defines(again, "b/c.py") == "c"
    again.start()
    assert await again.ready(_PATIENCE)
    assert not again.index.known("a.py")
    await again.stop()


async def test_notices_by_itself_what_nobody_tells(root: Path, tmp_path: Path) -> None:
    db = tmp_path / "cache" / "index.db"
    command = [sys.executable, "-m", "flashls.index", "--check-every=0.2", str(root), str(db)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    async with asyncio.timeout(_PATIENCE):
        while b"ready" not in await process.stdout.readline():
            pass
        _write(root, "unseen.py", "unseen")
        while b'"total":3' not in await process.stdout.readline():
            pass
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), _PATIENCE) == 0


async def test_a_checkout_is_noticed_by_git_s_own_files(root: Path, tmp_path: Path) -> None:
    (root / ".git").mkdir()
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    indexing = Indexing(root, tmp_path / "cache")
    indexing.start()
    assert await indexing.ready(_PATIENCE)
    _write(root, "a.py", "other")
    (root / ".git" / "HEAD").write_text("ref: refs/heads/other\n")
    await until(lambda: _defines(indexing, "a.py") == "other")
    await indexing.stop()


async def test_a_database_deleted_or_damaged_is_made_anew(indexing: Indexing, root: Path, tmp_path: Path) -> None:
    db = database(tmp_path / "cache", root)
    for path in files(db):
        path.unlink(missing_ok=True)
    await until(lambda: indexing.index.version and _defines(indexing, "a.py") == "a")
    await indexing.stop()
    db.write_bytes(b"garbage " * 10_000)
    again = Indexing(root, tmp_path / "cache")
    again.start()
    assert await again.ready(_PATIENCE)
    await until(lambda: again.index.version and _defines(again, "a.py") == "a")
    await again.stop()


async def test_the_whole_cache_may_be_deleted(indexing: Indexing, root: Path, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "cache")
    await until(lambda: indexing.index.version and _defines(indexing, "a.py") == "a")
    second = Indexing(root, tmp_path / "cache")
    second.start()
    assert await second.ready(_PATIENCE)
    assert second.progress.state == "waiting"
    await second.stop()


async def test_one_that_was_killed_is_started_again(indexing: Indexing, root: Path) -> None:
    [first] = _children()
    first.kill()
    await until(lambda: [p.pid for p in _children() if p.pid != first.pid])
    indexing.changed([_write(root, "a.py", "after")])
    await until(lambda: _defines(indexing, "a.py") == "after")


async def test_of_two_editors_one_writes_and_the_other_follows(indexing: Indexing, root: Path, tmp_path: Path) -> None:
    second = Indexing(root, tmp_path / "cache")
    second.start()
    assert await second.ready(_PATIENCE)
    assert second.progress.state == "waiting"
    assert _defines(second, "a.py") == "a"
    second.changed([_write(root, "a.py", "told by the second".replace(" ", "_"))])
    await until(lambda: _defines(indexing, "a.py") == _defines(second, "a.py") == "told_by_the_second")
    await indexing.stop()
    await until(lambda: second.progress.state == "ready")
    second.changed([_write(root, "a.py", "alone")])
    await until(lambda: _defines(second, "a.py") == "alone")
    await second.stop()


async def test_its_process_ends_with_ours(root: Path, tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom flashls.engine.indexing import Indexing\n"
        "async def main():\n    one = Indexing(Path(sys.argv[1]), Path(sys.argv[2]))\n    one.start()\n"
        "    await one.ready(60)\n    print(one._process.pid, flush=True)\n    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", code, str(root), str(tmp_path / "cache")]
    ours = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert ours.stdout is not None
    indexer = psutil.Process(int(await asyncio.wait_for(ours.stdout.readline(), _PATIENCE)))
    ours.kill()
    await ours.wait()
    await until(lambda: not indexer.is_running() or indexer.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
async def test_the_process_gives_way_and_knows_no_key(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "a key")
    indexing = Indexing(root, tmp_path / "cache")
    indexing.start()
    assert await indexing.ready(_PATIENCE)
    [process] = _children()
    assert process.nice() == 19
    assert "GEMINI_API_KEY" not in process.environ()
    assert {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "cache").iterdir()} == {0o600}
    await indexing.stop()


async def test_works_for_now_where_nothing_can_be_written(root: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    indexing = Indexing(root, tmp_path / "cache")
    indexing.start()
    assert await indexing.ready(_PATIENCE)
    assert _defines(indexing, "a.py") == "a"
    await indexing.stop()
    assert (tmp_path / "cache").read_text() == "no folder"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
async def test_one_that_hangs_is_ended(root: Path, tmp_path: Path) -> None:
    indexing = Indexing(root, tmp_path / "cache")
    indexing.start()
    assert await indexing.ready(_PATIENCE)
    [process] = _children()
    os.kill(process.pid, signal.SIGSTOP)
    await asyncio.wait_for(indexing.stop(), _PATIENCE)
    assert not _children()


def test_what_is_more_than_a_project_is_not_indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home" / "me"
    (home / "project").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    assert unfit(None) == "no folder is open"
    assert "no folder" in unfit(tmp_path / "missing")
    assert "root of a file system" in unfit(Path(tmp_path.anchor))
    assert "home folder" in unfit(home)
    assert "home folder" in unfit(home.parent)
    assert unfit(home / "project") == ""
