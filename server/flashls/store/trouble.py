"""What can be wrong with a SQLite file, told apart by SQLite's own error names."""

from __future__ import annotations

from typing import Literal

Trouble = Literal["busy", "full", "unusable", "damaged", "deleted"]


def trouble(error: Exception) -> Trouble:
    """The kind of trouble that an exception of SQLite or of the file system means; what is not known is damage."""
    name = str(getattr(error, "sqlite_errorname", ""))
    if type(error).__name__ == "Timeout" or name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "busy"
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return "full"
    unusable = isinstance(error, OSError | ImportError | MemoryError)
    if unusable or name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return "unusable"
    return "damaged"
