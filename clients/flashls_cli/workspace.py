"""The workspace's folder: whose ``.flashls.toml`` holds, and from where paths are matched and shown."""

from __future__ import annotations

from pathlib import Path

_MARKS = (".flashls.toml", ".git")


def root_of(folder: Path) -> Path:
    """The nearest folder from ``folder`` upwards that holds ``.flashls.toml`` or ``.git``.

    Where there is none it is the current folder for all that lies below it, and ``folder`` itself elsewhere.
    """
    folder, here = folder.resolve(), Path.cwd().resolve()
    for candidate in (folder, *folder.parents):
        if any((candidate / mark).exists() for mark in _MARKS):
            return candidate
    return here if folder.is_relative_to(here) else folder
