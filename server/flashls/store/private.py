"""Files that only their owner can read: one SQLite database, its -wal and -shm, and the folder they are in."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path


def make_private(db: Path) -> None:
    """Makes folder and file if they are missing, 0700 and 0600 whatever the umask; narrows them if they are wider.

    SQLite gives its -wal and -shm files the database's own mode, so the file has to be there before SQLite opens it.
    Raises ``OSError``, for a symbolic link too.
    """
    db.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(db, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600))
    for path in (db.parent, *files(db)):
        with suppress(FileNotFoundError):
            mode = path.stat().st_mode & 0o777
            if mode & 0o077 and sys.platform != "win32":
                path.chmod(mode & 0o700)


def files(db: Path) -> tuple[Path, Path, Path]:
    """The database and the two files SQLite keeps beside it, which may be missing."""
    return db, db.with_name(f"{db.name}-wal"), db.with_name(f"{db.name}-shm")


def size(db: Path) -> int:
    """Bytes of all three files together."""
    total = 0
    for path in files(db):
        with suppress(OSError):
            total += path.stat().st_size
    return total


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one of the same name (device and inode); None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
