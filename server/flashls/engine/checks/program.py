"""Programs: found where no workspace has put them, and run without what they need not know."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# What programs get of the environment: never keys, and nothing that makes them load other code.
_KEPT = (
    "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "TMPDIR", "LANG",
    "LC_ALL", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "GOCACHE", "GOMODCACHE", "GOPATH", "GOROOT",
)  # fmt: skip
_MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Command:
    """How to run a program: arguments after its name, the folder it runs in, what it reads, variables of its own."""

    arguments: tuple[str, ...]
    folder: Path
    stdin: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Output:
    """What a program wrote, and the status it ended with."""

    stdout: str
    stderr: str
    status: int


class NotRun(Exception):
    """A program was not run, or not to its end; the message says why in a few words."""


def program(name: str, root: Path | None, own: Iterable[Path] = ()) -> Path | None:
    """Where a program is on ``$PATH``, outside the workspace; None if it is not there.

    ``own`` are folders that are looked into first: those of a workspace whose code may be run.
    """
    for folder in own:
        if found := shutil.which(name, path=str(folder)):
            return Path(found)
    found = shutil.which(name, path=search_path(root))
    return Path(found) if found and Path(found).is_absolute() and not _within(Path(found), root) else None


def search_path(root: Path | None) -> str:
    """``$PATH`` without relative folders and those of the workspace, in which it could have put anything."""
    folders = (Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep))
    return os.pathsep.join(str(folder) for folder in folders if folder.is_absolute() and not _within(folder, root))


async def run(found: Path, command: Command, root: Path | None, timeout_s: float) -> Output:
    """Runs a program to its end. Raises NotRun if it cannot be started, takes too long, or says too much.

    It and all that it has started end with it, and when this is cancelled.
    """
    environ = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environ |= {"PATH": search_path(root), **command.environ}
    try:
        process = await asyncio.create_subprocess_exec(
            str(found), *command.arguments, cwd=command.folder, env=environ, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, start_new_session=sys.platform != "win32",
        )  # fmt: skip
    except OSError as error:
        raise NotRun(f"{found.name} cannot be started ({type(error).__name__})") from None
    try:
        async with asyncio.timeout(timeout_s):
            stdout, stderr = await process.communicate(command.stdin.encode("utf-8", "replace"))
    except TimeoutError:
        raise NotRun(f"{found.name} took longer than {timeout_s:g} s") from None
    finally:
        await _ended(process)
    if len(stdout) + len(stderr) > _MOST_BYTES:
        raise NotRun(f"{found.name} said too much")
    return Output(stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace"), process.returncode or 0)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Ends a process and its children, if they still run."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform != "win32":
            os.killpg(process.pid, signal.SIGKILL)
        elif process.returncode is None:
            process.kill()
    if process.returncode is None:
        await asyncio.shield(process.wait())


def _within(path: Path, root: Path | None) -> bool:
    try:
        return root is not None and (path.is_relative_to(root) or path.resolve().is_relative_to(root.resolve()))
    except (OSError, RuntimeError):
        return True
