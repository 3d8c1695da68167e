"""The reply cache as its users see it, on real files: what is kept, what is refused, and what trouble does."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from flashls.store.disk import Replies

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions and limits")

TEXTS = ["", "x", "a\nb\r\n\tc", "grüße 😀 \u2028", "nul \0 inside", "q" * 200_000]


@asynccontextmanager
async def opened(folder: Path, **limits: float) -> AsyncIterator[Replies]:
    replies = Replies(folder, **limits)  # type: ignore[arg-type]
    try:
        yield replies
    finally:
        await replies.aclose(10)


async def kept(folder: Path, key: str = "k") -> str | None:
    """What another process would find: nothing is in memory yet."""
    async with opened(folder) as replies:
        return await replies.get(key)


async def keep(folder: Path, key: str = "k", text: str = "text") -> None:
    async with opened(folder) as replies:
        replies.put(key, text)


def rows(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "cache.db", isolation_level=None)) as connection:
        connection.execute(statement, values)


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_a_text_outlives_the_process(tmp_path: Path, text: str) -> None:
    await keep(tmp_path / "c", "k", text)
    assert await kept(tmp_path / "c") == text


async def test_a_miss_is_none_and_the_last_put_wins(tmp_path: Path) -> None:
    async with opened(tmp_path) as replies:
        assert await replies.get("k") is None
        replies.put("k", "one")
        replies.put("k", "two")
        assert await replies.get("k") == "two"
    assert await kept(tmp_path) == "two"


@pytest.mark.parametrize("text", ["x" * ((1 << 20) + 1), "half \ud83d"], ids=["too long", "half a surrogate pair"])
async def test_what_cannot_be_kept_is_dropped_alone(tmp_path: Path, text: str) -> None:
    async with opened(tmp_path) as replies:
        replies.put("good", "g")
        replies.put("bad", text)
    assert await kept(tmp_path, "bad") is None
    assert await kept(tmp_path, "good") == "g"


async def test_texts_expire(tmp_path: Path) -> None:
    async with opened(tmp_path, ttl=0.0) as replies:
        replies.put("k", "old")
    assert await kept(tmp_path) is None


async def test_the_oldest_go_when_the_file_is_full(tmp_path: Path) -> None:
    cap = 1 << 20
    async with opened(tmp_path, cap_bytes=cap) as replies:
        for number in range(200):
            replies.put(f"k{number}", f"{number:05}" * 4000)
            if number % 50 == 0:
                await replies.stats()
    assert (tmp_path / "cache.db").stat().st_size < 1.5 * cap
    assert await kept(tmp_path, "k0") is None
    assert await kept(tmp_path, "k199") is not None


async def test_memory_holds_few_texts_and_the_disk_the_rest(tmp_path: Path) -> None:
    async with opened(tmp_path, hot=2) as replies:
        for key in "abcd":
            replies.put(key, key)
        assert [await replies.get(key) for key in "abcd"] == list("abcd")


async def test_clear_and_stats(tmp_path: Path) -> None:
    async with opened(tmp_path) as replies:
        for number in range(250):
            replies.put(str(number), "some code")
        before = await replies.stats()
        assert (before.entries, before.path, before.trouble) == (250, tmp_path, None)
        assert before.bytes >= (tmp_path / "cache.db").stat().st_size > 0
        assert await replies.clear() == 250
        assert (await replies.stats()).entries == 0
        assert await replies.get("7") is None
        assert b"some code" not in content(tmp_path)


async def test_closing_twice_or_unused_is_fine(tmp_path: Path) -> None:
    unused = Replies(tmp_path / "never")
    await unused.aclose()
    assert not (tmp_path / "never").exists()
    replies = Replies(tmp_path)
    replies.put("k", "v")
    await replies.aclose()
    await replies.aclose()
    replies.put("k2", "late")
    assert await replies.get("k2") is None


async def test_many_processes_share_one_folder(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path; from flashls.store.disk import Replies\n"
        "async def main(name):\n"
        "    replies = Replies(Path(sys.argv[1]))\n"
        "    for n in range(50):\n"
        "        replies.put(f'{name}{n}', name * n)\n"
        "    await replies.aclose(30)\n"
        "asyncio.run(main(sys.argv[2]))\n"
    )
    command = [sys.executable, "-W", "error", "-c", script, str(tmp_path)]
    processes = [await asyncio.create_subprocess_exec(*command, name, stderr=subprocess.PIPE) for name in "abc"]
    assert [(await process.communicate())[1] for process in processes] == [b"", b"", b""]
    async with opened(tmp_path) as replies:
        found = {name: [await replies.get(f"{name}{n}") for n in range(50)] for name in "abc"}
    for name, texts in found.items():  # a busy moment may cost a text, never mix two up
        assert all(text in (None, name * n) for n, text in enumerate(texts))
        assert any(texts)


@posix_only
@pytest.mark.parametrize("wide", [False, True], ids=["new", "was wide open"])
async def test_only_the_owner_can_read(tmp_path: Path, wide: bool) -> None:
    folder = tmp_path / "deep" / "cache"
    before = os.umask(0o022)
    try:
        if wide:
            await keep(folder)
            for path in (folder, *folder.iterdir()):
                path.chmod(0o777)
        async with opened(folder) as replies:
            replies.put("k", "v")
            await replies.stats()
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    finally:
        os.umask(before)
    assert {"cache.db", "cache.db-wal", "cache.db-shm", "cache"} <= set(modes)
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes


# --- rows that nobody here wrote -------------------------------------------------------------------------------------


class Touch:
    """Pickles to something that writes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def _pickled_value(bait: Path) -> tuple[str, tuple[object, ...]]:
    return "UPDATE Cache SET mode = 4, value = ?", (pickle.dumps(Touch(bait.with_name("ran"))),)


def _pickled_file(bait: Path) -> tuple[str, tuple[object, ...]]:
    bait.write_bytes(pickle.dumps(Touch(bait.with_name("ran"))))
    return "UPDATE Cache SET mode = 4, value = NULL, filename = ?", (str(bait),)


def _file(bait: Path) -> tuple[str, tuple[object, ...]]:
    return "UPDATE Cache SET mode = 3, value = NULL, filename = ?", (f"../{bait.name}",)


def _binary_file(bait: Path) -> tuple[str, tuple[object, ...]]:
    return "UPDATE Cache SET mode = 2, value = NULL, filename = ?", (str(bait),)


def _text_and_file(bait: Path) -> tuple[str, tuple[object, ...]]:
    return "UPDATE Cache SET filename = ?", (str(bait),)


def _blob(bait: Path) -> tuple[str, tuple[object, ...]]:
    return "UPDATE Cache SET value = ?", (b"00000000bytes",)


def _other_text(bait: Path) -> tuple[str, tuple[object, ...]]:
    return "UPDATE Cache SET value = ?", ("00000000not what was put",)


def _number(bait: Path) -> tuple[str, tuple[object, ...]]:
    return "UPDATE Cache SET value = ?", (17,)


def _pickled_key(bait: Path) -> tuple[str, tuple[object, ...]]:
    return "UPDATE Cache SET raw = 0, key = ?", (pickle.dumps(Touch(bait.with_name("ran"))),)


CRAFTED = [
    _pickled_value, _pickled_file, _file, _binary_file, _text_and_file, _blob, _other_text, _number, _pickled_key,
]  # fmt: skip


async def _get(replies: Replies) -> None:
    assert await replies.get("k") is None


async def _overwrite(replies: Replies) -> None:
    replies.put("k", "new")
    await replies.stats()


async def _expire(replies: Replies) -> None:
    rows(replies_folder(await replies.stats()), "UPDATE Cache SET expire_time = 1")
    replies.put("other", "x")
    await replies.stats()


async def _clear(replies: Replies) -> None:
    assert await replies.clear() >= 1


def replies_folder(stats: object) -> Path:
    path = getattr(stats, "path")  # noqa: B009
    assert isinstance(path, Path)
    return path


@pytest.mark.parametrize("act", [_get, _overwrite, _expire, _clear])
@pytest.mark.parametrize("craft", CRAFTED)
async def test_a_crafted_row_runs_reads_and_removes_nothing(
    tmp_path: Path,
    craft: Callable[[Path], tuple[str, tuple[object, ...]]],
    act: Callable[[Replies], object],
) -> None:
    folder, bait = tmp_path / "cache", tmp_path / "bait"
    bait.write_text("private")
    await keep(folder)
    statement, values = craft(bait)
    rows(folder, statement, *values)
    before = bait.read_bytes()
    async with opened(folder) as replies:
        await act(replies)  # type: ignore[misc]
    assert bait.read_bytes() == before
    assert not bait.with_name("ran").exists()
    await keep(folder, "k", "after")
    assert await kept(folder) == "after"


async def test_the_oldest_row_that_names_a_file_is_culled_without_it(tmp_path: Path) -> None:
    folder, bait = tmp_path / "cache", tmp_path / "bait"
    bait.write_text("private")
    await keep(folder, "k", "x" * 100_000)
    rows(folder, "UPDATE Cache SET filename = '../bait', mode = 3")
    async with opened(folder, cap_bytes=1) as replies:
        replies.put("other", "y")
        assert (await replies.stats()).entries == 0
    assert bait.read_text() == "private"


async def test_the_same_crafted_row_does_run_in_plain_diskcache(tmp_path: Path) -> None:
    """Proves that the rows above are live ammunition."""
    import diskcache

    bait = tmp_path / "bait"
    await keep(tmp_path / "cache")
    statement, values = _pickled_value(bait)
    rows(tmp_path / "cache", statement, *values)
    with closing(diskcache.Cache(str(tmp_path / "cache"))) as cache:
        cache.get("k")
    assert bait.with_name("ran").exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [("_directory", "/nowhere/at/all"), ("disk_fetch", 1), ("get", "x"), ("eviction_policy", "no such"),
     ("sqlite_temp_store_directory", "/"), ("size_limit", "much")],
)  # fmt: skip
async def test_crafted_settings_are_damage(tmp_path: Path, key: str, value: object) -> None:
    await keep(tmp_path)
    rows(tmp_path, "INSERT OR REPLACE INTO Settings VALUES (?, ?)", key, value)
    async with opened(tmp_path) as replies:
        assert await replies.get("k") is None
        replies.put("k", "new")
    assert await kept(tmp_path) == "new"


# --- trouble ---------------------------------------------------------------------------------------------------------


def _garbage(db: Path) -> None:
    db.write_bytes(os.urandom(8192))


def _half(db: Path) -> None:
    db.write_bytes(db.read_bytes()[: db.stat().st_size // 2])


def _cut_inside_a_page(db: Path) -> None:
    db.write_bytes(db.read_bytes()[:5000])


def _scrambled(db: Path) -> None:
    content = db.read_bytes()
    third = len(content) // 3
    db.write_bytes(content[:third] + bytes(255 - byte for byte in content[third : 2 * third]) + content[2 * third :])


def _other_schema(db: Path) -> None:
    db.unlink()
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("CREATE TABLE Cache (other)")


@pytest.mark.parametrize("while_open", [False, True], ids=["before opening", "while open"])
@pytest.mark.parametrize("damage", [_garbage, _half, _cut_inside_a_page, _scrambled, _other_schema])
async def test_a_damaged_file_is_a_miss_one_line_and_made_anew(
    tmp_path: Path, damage: Callable[[Path], None], while_open: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with opened(tmp_path) as replies:
        for number in range(60):
            replies.put(f"k{number}", "some code " * 100)
    async with opened(tmp_path, hot=0) as replies:
        if while_open:
            await replies.stats()
        damage(tmp_path / "cache.db")
        found = [await replies.get(f"k{number}") for number in range(60)]
        assert set(found) <= {None, "some code " * 100}
        replies.put("new", "n")
        assert await replies.get("new") == "n"
    assert len([record for record in caplog.records if "made anew" in record.message]) <= 1
    assert len(caplog.records) <= 2
    assert "some code" not in caplog.text
    assert await kept(tmp_path, "new") == "n"


async def test_an_emptied_file_is_a_silent_miss(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    await keep(tmp_path)
    (tmp_path / "cache.db").write_bytes(b"")
    assert await kept(tmp_path) is None
    assert caplog.records == []


@posix_only
async def test_a_deleted_folder_is_a_miss_one_line_and_made_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "cache"
    async with opened(folder, hot=0) as replies:
        replies.put("k", "v")
        await replies.stats()
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        assert await replies.get("k") is None
        replies.put("new", "n")
        await replies.stats()
    assert await kept(folder, "new") == "n"
    assert len(caplog.records) == 1


@posix_only
async def test_a_file_replaced_by_another_process_is_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(tmp_path / "a", hot=0) as replies:
        replies.put("k", "old")
        await replies.stats()
        await keep(tmp_path / "b", "k", "new")
        (tmp_path / "b" / "cache.db").replace(tmp_path / "a" / "cache.db")
        for side in ("-wal", "-shm"):
            (tmp_path / "a" / f"cache.db{side}").unlink(missing_ok=True)
        assert await replies.get("k") == "new"
    assert caplog.records == []


async def test_a_locked_file_drops_what_it_must_with_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(tmp_path, hot=0) as replies:
        replies.put("k", "v")
        await replies.stats()
        with closing(sqlite3.connect(tmp_path / "cache.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            for number in range(20):
                replies.put(f"n{number}", "x")
            assert await replies.get("k") == "v"
            assert (await replies.stats()).trouble == "busy"
        assert len(caplog.records) == 1


async def test_a_file_locked_from_the_start_is_a_miss(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    await keep(tmp_path)
    with closing(sqlite3.connect(tmp_path / "cache.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        async with opened(tmp_path) as replies:
            assert [await replies.get("k") for _ in range(5)] == [None] * 5
    assert len(caplog.records) == 1
    assert await kept(tmp_path) == "text"


@pytest.mark.parametrize("where", ["under a file", "a folder in place of the file"])
async def test_a_place_that_cannot_be_used_is_a_miss_and_one_line(
    tmp_path: Path, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "f"
    if where == "under a file":
        folder.write_text("")
        folder = folder / "cache"
    else:
        (folder / "cache.db").mkdir(parents=True)
    async with opened(folder, hot=0) as replies:
        replies.put("k", "v")
        assert [await replies.get("k") for _ in range(3)] == [None] * 3
        assert await replies.clear() == 0
        assert (await replies.stats()).trouble == "unusable"
    assert len(caplog.records) == 1


@posix_only
def test_a_read_only_folder_is_a_miss_and_one_line(tmp_path: Path) -> None:
    script = "os.chmod(folder, 0o500); os.chmod(folder / 'cache.db', 0o400)"
    assert run_apart(tmp_path, script) == "miss, 1 line"


@posix_only
def test_a_full_disk_is_a_miss_and_one_line(tmp_path: Path) -> None:
    script = "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))"
    assert run_apart(tmp_path, script) == "miss, 1 line"


def run_apart(tmp_path: Path, trouble: str) -> str:
    """Keeps one text, makes trouble, keeps a hundred more; in a process of its own, and not as root."""
    script = f"""
import asyncio, logging, os, resource, sys
import diskcache, encodings.idna, flashls.store.rows  # before it may no longer read them
from pathlib import Path
from flashls.store.disk import Replies

class Count(logging.Handler):
    lines = 0
    def emit(self, record):
        Count.lines += 1

async def main(folder):
    logging.getLogger().addHandler(Count())
    replies = Replies(folder, hot=0, patience=30)
    replies.put("first", "f")
    await replies.stats()
    await replies.aclose(30)
    {trouble}
    replies = Replies(folder, hot=0, patience=30)
    for number in range(100):
        replies.put(f"k{{number}}", os.urandom(10_000).hex())
    print("hit" if await replies.get("k99") else "miss", Count.lines, sep=", ", end=" line")
    await replies.aclose(30)

if os.geteuid() == 0:
    os.chown(sys.argv[1], 65534, 65534)
    os.seteuid(65534)
asyncio.run(main(Path(sys.argv[1])))
"""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", script, folder]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        Path(folder).chmod(0o700)
    assert done.stderr == ""
    return done.stdout


# --- the event loop --------------------------------------------------------------------------------------------------


async def test_a_slow_disk_is_a_miss_until_it_is_through(tmp_path: Path) -> None:
    async with opened(tmp_path, hot=1, patience=0.02) as replies:
        replies.put("k", "v")
        await replies.stats()
        with closing(sqlite3.connect(tmp_path / "cache.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            replies.put("hot", "in memory")  # the disk is busy with this for a quarter of a second
            assert await replies.get("k") is None
            assert await replies.get("hot") == "in memory"
        await replies.stats()
        assert await replies.get("k") == "v"


async def test_a_cancelled_get_leaves_the_rest_working(tmp_path: Path) -> None:
    await keep(tmp_path)
    async with opened(tmp_path, hot=0) as replies:
        for _ in range(20):
            task = asyncio.create_task(replies.get("k"))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert await replies.get("k") == "text"


def test_importing_costs_no_diskcache() -> None:
    script = "import flashls.store.disk, flashls.models.cached, sys; print('diskcache' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


async def test_after_warming_a_miss_asks_no_thread_and_what_was_kept_is_found(tmp_path: Path) -> None:
    await keep(tmp_path / "r", "k", "text")
    async with opened(tmp_path / "r") as replies:
        replies.warm()
        await replies.stats()  # the thread is through with warming
        assert await replies.get("k") == "text"
        missed = asyncio.ensure_future(replies.get("other"))
        await asyncio.sleep(0)
        assert missed.done()
        replies.put("new", "later")
        assert await replies.get("new") == "later"


async def test_warming_in_a_bad_moment_does_not_make_everything_a_miss(tmp_path: Path) -> None:
    await keep(tmp_path)
    async with opened(tmp_path) as replies:
        with closing(sqlite3.connect(tmp_path / "cache.db", isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            replies.warm()
            assert (await replies.stats()).trouble == "busy"
        await asyncio.sleep(1.1)  # it tries again after a second
        assert await replies.get("k") == "text"
