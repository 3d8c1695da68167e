"""The host: one llama.cpp process for each user and model, found and started from here, shared by every client.

``llama_host`` is what runs in it. The two meet in a folder that only the user can read: a lock that the process
holds while it lives, and a file that says where it listens and with what secret. A file without its lock is stale.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from flashls import __version__
from flashls.models.seam import NotFound, Overloaded, Stalled
from flashls.store.locks import is_held

IDLE = 600.0
"""Seconds without a request after which the process ends by itself."""

CONTEXT = 8192
"""Tokens that one request may hold, prompt and reply."""

FIM_SLOT, CHAT_SLOT = 0, 1
"""Each kind of task keeps its own slot: a slot's cache holds the prompt it read last, and the next key's is like it."""

SLOTS = 2

_LOOK = 0.05  # seconds between two looks while it starts


class Host(msgspec.Struct, frozen=True):
    """A running llama.cpp server, on the loopback interface. ``secret`` is its API key."""

    pid: int
    port: int
    secret: str
    weights: str
    version: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Host(pid={self.pid}, port={self.port}, weights={self.weights!r})"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a host and its clients meet. Another version of flashls starts a process of its own."""

    folder: Path
    stem: str

    @property
    def state(self) -> Path:
        """The file that holds a ``Host`` as JSON, 0600."""
        return self.folder / f"{self.stem}.json"

    @property
    def lock(self) -> Path:
        """Held by the process as long as it lives."""
        return self.folder / f"{self.stem}.lock"

    @property
    def log(self) -> Path:
        """What the process says; no prompts."""
        return self.folder / f"{self.stem}.log"


def place(weights: Path, folder: Path) -> Place:
    """The meeting place for a file of weights, in ``folder``."""
    return Place(folder, f"{weights.stem}-{__version__}")


async def ensure(weights: Path, folder: Path, idle: float = IDLE, patience: float = 120.0) -> Host:
    """The host for ``weights``, started if there is none.

    ``folder`` is made, or narrowed, to 0700. Loading takes 2 to 5 s for half a gigabyte; a start that was begun goes
    on when the caller is cancelled. Raises ``NotFound`` without the runtime, ``Overloaded`` when the process fails,
    ``Stalled`` after ``patience`` seconds.
    """
    where = place(weights, folder)
    try:
        return running(where) or await _started(weights, where, idle, patience)
    except OSError as error:
        raise Overloaded(f"The embedded model cannot be started in {folder}: {error.strerror or error}") from None


def running(where: Place) -> Host | None:
    """The host that runs there now, or None. A file that others could have read or written does not count."""
    try:
        about = where.state.stat(follow_symlinks=False)
        if sys.platform != "win32" and (about.st_uid != os.getuid() or about.st_mode & 0o177):
            return None
        if not is_held(where.lock):
            return None
        return msgspec.json.decode(where.state.read_bytes(), type=Host)
    except (OSError, msgspec.DecodeError):
        return None


async def _started(weights: Path, where: Place, idle: float, patience: float) -> Host:
    if importlib.util.find_spec("xllamacpp") is None:
        raise NotFound("The embedded model needs its runtime: pip install 'flashls[local]'")
    _make_private(where.folder)
    until = time.monotonic() + patience
    process: subprocess.Popen[bytes] | None = None
    while (host := running(where)) is None:
        code = process.poll() if process else 0
        if code:
            raise Overloaded(f"The embedded model could not be started: see the end of {where.log}")
        if code == 0 and not is_held(where.lock):
            process = _spawn(weights, where, idle)
        if time.monotonic() > until:
            raise Stalled(f"The embedded model did not start in {patience:g} s: see {where.log}")
        await asyncio.sleep(_LOOK)
    return host


def _spawn(weights: Path, where: Place, idle: float) -> subprocess.Popen[bytes]:
    log = os.open(where.log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        return _detached(weights, where, idle, log)
    finally:
        os.close(log)


def _detached(weights: Path, where: Place, idle: float, log: int) -> subprocess.Popen[bytes]:
    """Starts the process so that it outlives this one; ``-P`` and the folder keep a workspace's modules out of it."""
    command = [sys.executable, "-P", "-m", "flashls.models.llama_host"]
    command += ["--weights", str(weights.absolute()), "--folder", str(where.folder.absolute()), "--idle", str(idle)]
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=where.folder,
        env=_environment(),
        start_new_session=True,
        creationflags=flags,
    )
    threading.Thread(target=process.wait, daemon=True, name="llama host's end").start()
    return process


def _environment() -> dict[str, str]:
    """GOMP_SPINCOUNT: how long llama.cpp's threads spin for each other before they sleep (GNU OpenMP).

    By default they spin long; where something else wants a core too, generation then falls behind a single thread's.
    Two threads on two cores, tokens a second of prompt and reply: alone 128–162 and 39–44 by default, 141 and 37
    with 1000; beside one busy core 61–65 and 12–18 by default, 88 and 19 with 1000.
    """
    return {"GOMP_SPINCOUNT": "1000"} | dict(os.environ)


def _make_private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if sys.platform != "win32" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
