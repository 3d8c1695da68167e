"""What is wrong with a file, by what SQLite and the file system raise."""

from __future__ import annotations

import sqlite3

import pytest

from flashls.store.trouble import Trouble, trouble


def raised(name: str) -> Exception:
    error = sqlite3.OperationalError("a message")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (raised("SQLITE_BUSY"), "busy"),
        (raised("SQLITE_BUSY_SNAPSHOT"), "busy"),
        (raised("SQLITE_LOCKED_SHAREDCACHE"), "busy"),
        (raised("SQLITE_FULL"), "full"),
        (raised("SQLITE_IOERR_WRITE"), "full"),
        (raised("SQLITE_READONLY_DBMOVED"), "unusable"),
        (raised("SQLITE_CANTOPEN"), "unusable"),
        (raised("SQLITE_PERM"), "unusable"),
        (PermissionError("no"), "unusable"),
        (MemoryError(), "unusable"),
        (raised("SQLITE_CORRUPT"), "damaged"),
        (raised("SQLITE_NOTADB"), "damaged"),
        (ValueError("odd"), "damaged"),
    ],
    ids=lambda each: getattr(each, "sqlite_errorname", type(each).__name__),
)
def test_the_kinds_of_trouble(error: Exception, kind: Trouble) -> None:
    assert trouble(error) == kind
