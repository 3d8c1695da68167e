"""Documents' URIs as the paths that people, patterns and models read."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit


def path_of(uri: str) -> str:
    """A file's path with forward slashes, a drive letter as in ``c:/x``; any other URI (untitled, remote) as it is."""
    if not uri.startswith("file:"):
        return uri
    path = unquote(urlsplit(uri).path)
    return path[1:] if re.match(r"/[A-Za-z]:", path) else path


@lru_cache(maxsize=1024)
def shown_path(uri: str, root: str | None) -> str:
    """The path relative to the workspace's folder; of a file elsewhere only its name, which tells no home folder."""
    path = PurePosixPath(path_of(uri))
    if root and path.is_relative_to(root.replace("\\", "/")):
        return str(path.relative_to(root.replace("\\", "/")))
    return path.name if uri.startswith("file:") else uri
