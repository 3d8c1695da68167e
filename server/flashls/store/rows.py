"""What a row of the reply cache may be: text under a text key, in the database itself.

diskcache reads rows with pickle and keeps long values in files that a row names, so that whoever can write a row can
run code, or have a file outside the cache read or removed (CVE-2025-69872; no release has a fix, and ``JSONDisk`` goes
through the same code). Here both are refused, whatever the row says.
"""

from __future__ import annotations

from typing import Any, NoReturn

from diskcache import UNKNOWN, Disk

from flashls.store.textcache import LONGEST

_INLINE = 1  # diskcache's MODE_RAW: the value is in the row


class RowRefused(Exception):
    """A row holds something else than text in place. The message never holds what the row says."""


class TextDisk(Disk):  # type: ignore[misc]
    """diskcache's serializer, narrowed to text in place: no pickle is read or written, no file opened or removed."""

    def put(self, key: object) -> tuple[str, bool]:
        """A key as the database has it. Raises ``TypeError`` unless it is text."""
        if type(key) is not str:
            raise TypeError("keys of the reply cache are text")
        return key, True

    def get(self, key: object, raw: bool) -> str:
        """A key as it was put. Raises ``RowRefused`` for a pickled one."""
        if not raw or type(key) is not str:
            raise RowRefused("a row with a key that is not text")
        return key

    def store(self, value: object, read: bool, key: object = UNKNOWN) -> tuple[int, int, None, str]:  # noqa: ARG002
        """A value as the columns size, mode, filename and value. Raises ``TypeError`` or ``ValueError``."""
        if read or type(value) is not str:
            raise TypeError("values of the reply cache are text")
        if len(value) > LONGEST:
            raise ValueError(f"a value longer than {LONGEST} characters")
        return 0, _INLINE, None, value

    def fetch(self, mode: object, filename: object, value: object, read: bool) -> str:
        """A value as it was stored. Raises ``RowRefused`` for pickles, for files and for anything but text."""
        if read or mode != _INLINE or filename is not None or type(value) is not str:
            raise RowRefused("a row that is not text in place")
        return value

    def filename(self, key: object = UNKNOWN, value: object = UNKNOWN) -> NoReturn:  # noqa: ARG002
        """Raises ``RowRefused``: no value is kept in a file."""
        raise RowRefused("a row that wants a file")

    def remove(self, file_path: Any) -> None:
        """Removes nothing: no row of ours owns a file, so a row that names one was not written here."""
