"""Indexing: the workspace's index for an engine, and the process that keeps it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any, BinaryIO

import msgspec

from flashls.index.database import Database
from flashls.index.files import MOST_BYTES
from flashls.index.indexer import Order, Progress
from flashls.index.schema import database

_PATIENCE = 2.0  # seconds for the process to end when told
_RESTARTS = (1.0, 15.0, 120.0)  # seconds to wait before each new start of a process that failed

# What the process needs of the environment: to run, and to find the settings of git. No keys.
_PASSED = (
    "PATH", "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "TMPDIR",
    "LANG", "LC_ALL", "LC_CTYPE", "XDG_CONFIG_HOME", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
)  # fmt: skip


def unfit(root: Path | None) -> str:
    """Why a folder is not indexed, "" if it may be: there is none, or it is far more than a project."""
    if root is None:
        return "no folder is open"
    found = Path(os.path.realpath(root))
    if not found.is_dir():
        return f"{root} is no folder"
    if found == found.parent:
        return f"{root} is the root of a file system: open a project's folder instead"
    home = Path(os.path.realpath(Path.home()))
    if found == home or found in home.parents:
        return f"{root} holds your home folder: open a project's folder instead"
    return ""


class Indexing:
    """The index of the workspace at ``root``, kept in ``folder`` (or, where nothing can be written, for now only).

    ``off`` is ``paths.off``. ``report`` hears of progress, on the event loop. ``index`` answers at once with what an
    earlier session left, before and without ``start``.
    """

    def __init__(
        self,
        root: Path,
        folder: Path,
        off: tuple[str, ...] = (),
        most_bytes: int = MOST_BYTES,
        report: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self._root, self._off, self._most_bytes, self._report = root, off, most_bytes, report
        self._real = PurePath(os.path.realpath(root))
        self._db, self._own_folder = _place(database(folder, root))
        self.index = Database(self._db, self._damaged)
        self.progress = Progress("waiting")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._watched: bool | None = None
        self._told = asyncio.Event()

    def start(self) -> None:
        """Starts the process, on the running event loop, and again should it fail; does nothing the second time."""
        if self._task is None:
            self._loop = asyncio.get_running_loop()
            self._task = self._loop.create_task(self._keep(), name="indexing")

    async def ready(self, patience: float) -> bool:
        """Waits until all files have been looked at since ``start``; whether that is so after ``patience`` seconds.

        With another process at work on the same workspace, what that has done so far counts.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._told.wait()
        return self._told.is_set() and self.progress.state != "failed"

    def changed(self, paths: Iterable[str]) -> None:
        """Tells of files (absolute paths) that were saved, made, renamed or deleted; those elsewhere are left out."""
        below = [path for path in map(self._below, paths) if path]
        if below:
            self._order(Order(changed=below))

    def watched(self, all_changes: bool) -> None:
        """Says whether ``changed`` will tell of all changes, so that the process need look less often itself."""
        self._watched = all_changes
        self._order(Order(watched=all_changes))

    async def stop(self) -> None:
        """Ends the process; what it has done stays. ``start`` may follow."""
        task, self._task = self._task, None
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self.index.close()
        if self._own_folder:
            shutil.rmtree(self._own_folder, ignore_errors=True)

    async def _keep(self) -> None:
        for pause in _RESTARTS:
            try:
                await self._run()
            except OSError as error:
                self._hear(Progress("failed", reason=f"the indexer cannot be started: {error}"))
            await asyncio.sleep(pause)
        log = self._db.with_suffix(".log")
        self._hear(Progress("failed", reason=f"the indexer ended {len(_RESTARTS)} times by itself: see {log}"))

    async def _run(self) -> None:
        """Runs the process once, from its start to its end."""
        with self._log() as log:
            process = await self._started(log)
        self._process = process
        try:
            if self._watched is not None:
                self._order(Order(watched=self._watched))
            assert process.stdout is not None
            async for line in process.stdout:
                with suppress(msgspec.DecodeError):
                    self._hear(msgspec.json.decode(line, type=Progress))
        finally:
            self._process = None
            await _end(process)

    async def _started(self, log: BinaryIO) -> Process:
        """The process; one that was still starting when it was not wanted any more is ended, not left behind."""
        starting = asyncio.ensure_future(
            asyncio.create_subprocess_exec(
                *self._command(), stdin=PIPE, stdout=PIPE, stderr=log, cwd=self._db.parent, **_apart()
            )
        )
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            with suppress(OSError):
                await _end(await starting)
            raise

    def _command(self) -> list[str]:
        options = [f"--off={pattern}" for pattern in self._off] + [f"--most-bytes={self._most_bytes}"]
        return [sys.executable, "-P", "-m", "flashls.index", *options, "--", str(self._root.absolute()), str(self._db)]

    def _log(self) -> BinaryIO:
        self._db.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._db.with_suffix(".log"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        return os.fdopen(descriptor, "wb")

    def _hear(self, progress: Progress) -> None:
        self.progress = progress
        if progress.state in ("ready", "failed", "waiting"):
            self._told.set()
        self._report(progress)

    def _order(self, order: Order) -> None:
        process = self._process
        if process and process.stdin and not process.stdin.is_closing():
            process.stdin.write(msgspec.json.encode(order) + b"\n")

    def _damaged(self) -> None:
        """Called by whoever asks the index, in any thread."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._order, Order(anew=True))

    def _below(self, path: str) -> str:
        for root in (self._root.absolute(), self._real):
            with suppress(ValueError):
                return PurePath(path).relative_to(root).as_posix()
        return ""


def _place(db: Path) -> tuple[Path, Path | None]:
    """The database, or, where its folder cannot be written, one in a folder of its own, given too."""
    with suppress(OSError):
        db.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if db.parent.is_dir() and os.access(db.parent, os.W_OK):
        return db, None
    own = Path(tempfile.mkdtemp(prefix="flashls-index-"))
    return own / db.name, own


def _apart() -> dict[str, Any]:
    """Apart from the terminal's interrupts, and without keys in its environment."""
    environment = {name: os.environ[name] for name in _PASSED if name in os.environ}
    if sys.platform == "win32":
        flags = subprocess.IDLE_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
        return {"env": environment, "creationflags": flags}
    return {"env": environment, "start_new_session": True}


async def _end(process: Process) -> None:
    """Tells the process to end, ends it if it does not, and closes its pipes while there is a loop to do so.

    Until all pipes are closed asyncio's wait may not see that the process has ended (github.com/python/cpython,
    issue 119710).
    """
    if process.stdin:
        process.stdin.close()
    await _ended(process)
    with suppress(ProcessLookupError):
        process.kill()
    process._transport.close()  # type: ignore[attr-defined]  # asyncio has no public way, and warns if nobody does
    await _ended(process)
    await asyncio.sleep(0)


async def _ended(process: Process) -> None:
    """Waits for the process, but not for ever."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await process.wait()
