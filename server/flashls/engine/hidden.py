"""Hidden files: those no model may see, whatever is asked."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote

from pathspec import GitIgnoreSpec

from flashls.index.ignores import ALWAYS_HIDDEN, ignored
from flashls.text.uris import path_of

_URI = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)")  # RFC 3986, appendix B: the path


def hidden(uri: str, root: str | None, patterns: tuple[str, ...]) -> bool:
    """Whether a document is kept from all models.

    By its name, by ``paths.off`` (gitignore patterns), or by an ``.aiexclude``, ``.copilotignore``, ``.cursorignore``
    or ``.flashlsignore`` on the way to it. ``root`` is the workspace's folder as a path; patterns are matched against
    the path below it, or the whole path.
    """
    return _by_name(uri, root, patterns) or _by_file(uri, root)


@lru_cache(maxsize=4096)
def _by_name(uri: str, root: str | None, patterns: tuple[str, ...]) -> bool:
    path, below = _path(uri), _below(uri, root)
    shown = below or path.lstrip("/")
    return _spec(ALWAYS_HIDDEN).match_file(shown.lower()) or _spec(patterns).match_file(shown)


def _by_file(uri: str, root: str | None) -> bool:
    """Of a file outside the workspace the files in its own folder and repository count."""
    below = _below(uri, root)
    if root and below:
        return ignored(root, below)
    folder, _, name = _path(uri).rpartition("/")
    return bool(folder and name) and ignored(folder, name)


def _path(uri: str) -> str:
    """The whole path, for any scheme: a diff view's ``git:/w/.env?…`` too."""
    found = _URI.match(uri)
    return path_of(uri) if uri.startswith("file:") or not found else unquote(found[1])


@lru_cache(maxsize=4096)
def _below(uri: str, root: str | None) -> str:
    """The path below the workspace's folder, "" where it is not in it."""
    folder, path = root.replace("\\", "/") if root else None, PurePosixPath(_path(uri))
    return str(path.relative_to(folder)) if folder and path.is_relative_to(folder) else ""


@lru_cache(maxsize=8)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(patterns)
