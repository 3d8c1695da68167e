"""The folder of all workspaces' databases: how much there is, and what nobody has used for long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from flashls.index.schema import version
from flashls.store.locks import held
from flashls.store.private import files
from flashls.store.private import size as size_of

DAYS = 30.0
"""After so many days without use a workspace's database is removed."""


def size(folder: Path) -> int:
    """Bytes of all databases."""
    return sum(size_of(db) for db in _databases(folder))


def clear(folder: Path) -> int:
    """Removes every database; how many. One in use is made anew by the process that keeps it."""
    return sum(_removed(db) for db in _databases(folder))


def sweep(folder: Path, days: float = DAYS, now: float | None = None) -> int:
    """Removes the databases that no process has kept for so many days; how many. ``now`` in seconds of the clock.

    Those of another version of what is extracted go at once where no process keeps them: nothing of this version
    reads them, and by older rules they may hold what is taken out of code today.
    """
    until = (time.time() if now is None else now) - days * 86_400
    count = 0
    for db in _databases(folder):
        with suppress(OSError):
            if not db.stem.endswith(f"-{version()}") or db.stat().st_mtime < until:
                with held(db.with_suffix(".lock")) as ours:
                    count += ours and _removed(db)
    return count


def _databases(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from sorted(folder.glob("*.db"))


def _removed(db: Path) -> bool:
    """Whether the database is gone. Its lock stays: without it two processes could hold two files of one name."""
    with suppress(OSError):
        for path in (*files(db), db.with_suffix(".log"), db.with_suffix(".anew")):
            path.unlink(missing_ok=True)
        return True
    return False
