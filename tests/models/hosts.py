"""Hosts for tests: a folder with weights in it, and the end of the processes that were started there."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import msgspec
import psutil

from flashls.models.host import Host
from flashls.models.weights import WEIGHTS, find
from flashls.sources import data_path


@contextmanager
def ended(run: Path) -> Iterator[Path]:
    """Ends whatever host was started with the folder ``run``, when the block ends."""
    try:
        yield run
    finally:
        for state in run.glob("*.json"):
            kill(msgspec.json.decode(state.read_bytes(), type=Host).pid)


@contextmanager
def furnished(folder: Path, name: str) -> Iterator[Path]:
    """The folder with the real weights of a model in it, as a data folder; its host ends with the block."""
    weights = find(name, data_path(os.environ) / "models")
    assert weights is not None, f"flashls models pull {name}"
    (folder / "models").mkdir()
    (folder / "models" / WEIGHTS[name].file).symlink_to(weights)
    with ended(folder / "run"):
        yield folder


def kill(pid: int, sign: int = signal.SIGTERM) -> None:
    """Ends one host and waits until it is gone."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        assert "flashls.models.llama_host" in process.cmdline()
        os.kill(pid, sign)
        with suppress(psutil.TimeoutExpired):
            process.wait(10)


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended but was not waited for does not."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def idle(host: Host, patience: float) -> bool:
    """Whether all of a host's slots are free within ``patience`` seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        slots = httpx.get(
            f"http://127.0.0.1:{host.port}/slots",
            headers={"authorization": f"Bearer {host.secret}"},
            timeout=20,
            trust_env=False,
        ).json()
        if not any(slot["is_processing"] for slot in slots):
            return True
        time.sleep(1.2)  # llama.cpp looks for clients that hung up after a second without news, and this is news
    return False
