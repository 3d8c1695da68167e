"""Test run: new tests run in a copy of the workspace, where the user trusts it. The workspace itself is not touched."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flashls.engine.checks.check import is_trusted
from flashls.engine.checks.program import Command, NotRun, Output, program, run
from flashls.engine.testing.framework import Framework
from flashls.settings import Settings

_LEFT_OUT = {".git", ".hg", ".svn", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", "target", "dist"}
_LINKED = {"node_modules", ".venv", "venv"}
_MOST_FILES = 5_000
_MOST_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Ran:
    """``how`` in words for the user; ``output`` is what the run printed, for the model that is to mend the tests."""

    state: Literal["passed", "failed", "unrun"]
    how: str
    output: str = ""


async def run_tests(
    framework: Framework, path: Path, text: str, names: Sequence[str], root: Path | None, settings: Settings
) -> Ran:
    """Runs tests of those names, with ``text`` as the file ``path``, in a copy of the workspace that is then deleted.

    Tests run the workspace's code: only where ``[trust] roots`` allows that, and within ``[fix] timeout_s``. The copy
    leaves out what tools have made; installed packages are linked to.
    """
    command = _COMMANDS.get(framework.name)
    chosen = [n for n in names if framework.name not in _BY_PREFIX or n.lower().startswith("test")]
    if root is None or not is_trusted(root, settings):
        return Ran("unrun", "not run: [trust] roots does not name this workspace")
    if command is None or not chosen or not path.is_relative_to(root):
        return Ran("unrun", f"not run: flashls does not run {framework.name}")
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="flashls-test-"))
    try:
        below = path.relative_to(root)
        await asyncio.to_thread(_copy, root, folder / root.name)
        copied = folder / root.name / below
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(text.encode("utf-8", "surrogatepass"))
        output = await _run(_command(command, below, chosen), root, folder / root.name, settings.fix.timeout_s)
    except (NotRun, OSError) as error:
        return Ran("unrun", f"not run: {error if isinstance(error, NotRun) else 'the workspace cannot be copied'}")
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    printed = f"{output.stdout}\n{output.stderr}".replace(str(folder / root.name), ".").strip()
    if output.status == 0:
        return Ran("passed", f"run with {framework.name}: passed")
    if f"No module named {framework.name}" in output.stderr:
        return Ran("unrun", f"not run: {framework.name} is not installed")
    return Ran("failed", f"run with {framework.name}: failed", printed)


async def _run(command: tuple[str, ...], root: Path, folder: Path, timeout_s: float) -> Output:
    name, *arguments = command
    own = tuple(root / below for below in ("node_modules/.bin", ".venv/bin", ".venv/Scripts", "venv/bin"))
    found = program(name, root, own) or (program("python3", root, own) if name == "python" else None)
    if found is None:
        raise NotRun(f"{name} is not installed")
    return await run(found, Command(tuple(arguments), folder), root, timeout_s)


def _copy(root: Path, to: Path) -> None:
    """Copies a workspace. Raises NotRun for one that is too large. Of links only those to packages are made."""
    count = size = 0
    for folder, folders, files in os.walk(root):
        target = to / Path(folder).relative_to(root)
        target.mkdir(parents=True, exist_ok=True)
        for name in folders:
            if name in _LINKED:
                (target / name).symlink_to(Path(folder) / name, target_is_directory=True)
        folders[:] = [n for n in folders if n not in _LEFT_OUT | _LINKED and not (Path(folder) / n).is_symlink()]
        for name in files:
            file = Path(folder) / name
            if file.is_symlink() or not file.is_file():
                continue
            count, size = count + 1, size + file.stat().st_size
            if count > _MOST_FILES or size > _MOST_BYTES:
                raise NotRun("the workspace is too large to be copied")
            with suppress(PermissionError):
                shutil.copy2(file, target / name)


def _command(form: Sequence[str], path: Path, names: Sequence[str]) -> tuple[str, ...]:
    """A row's command with the file and the tests put in; an argument with a name comes once for each test."""
    told = {"path": path.as_posix(), "folder": path.parent.as_posix(), "names": "|".join(names)}
    return tuple(
        argument.format(**told, name=name)
        for argument in form
        for name in (names if "{name}" in argument else names[:1])
    )


_COMMANDS: dict[str, tuple[str, ...]] = {
    "pytest": ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "{path}::{name}"),
    "unittest": ("python", "-m", "unittest", "{path}"),
    "vitest": ("vitest", "run", "{path}"),
    "jest": ("jest", "--runTestsByPath", "{path}"),
    "node:test": ("node", "--test", "{path}"),
    "go test": ("go", "test", "-run", "^({names})$", "./{folder}"),
    "cargo test": ("cargo", "test", "--offline", "--quiet", "--", "{name}"),
}
_BY_PREFIX = ("pytest", "go test")  # what is not called a test is none, and cannot be run as one
