"""Locks between processes: a file that one process at a time holds, freed by the system when that process ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _seize(descriptor: int, _shared: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _seize(descriptor: int, shared: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


@contextmanager
def held(path: Path, patience: float = 0.0) -> Iterator[bool]:
    """Holds the lock inside the block; gives False when another process still has it after ``patience`` seconds.

    The file is made if it is missing, 0600, and never removed: removing it would let two processes hold two files
    of one name. Raises ``OSError`` when it cannot be opened.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        yield _locked(descriptor, time.monotonic() + patience)
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock. Looking takes it for a moment: whoever locks should have some patience."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _try(descriptor, shared=True)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, until: float) -> bool:
    while not _try(descriptor, shared=False):
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)
    return True


def _try(descriptor: int, shared: bool) -> bool:
    try:
        _seize(descriptor, shared)
    except OSError:
        return False
    return True
