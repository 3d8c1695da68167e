"""Documents' URIs as the paths that people, patterns and models read."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

_URI = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)")  # RFC 3986, appendix B: the path


def path_of(uri: str) -> str:
    """A file's path with forward slashes, a drive letter as in ``c:/x``; any other URI (untitled, remote) as it is."""
    if not uri.startswith("file:"):
        return uri
    return _with_drive(unquote(urlsplit(uri).path))


def place_of(uri: str) -> str:
    """The whole path in a URI of any scheme: a notebook's cell or a diff view stands where its file does."""
    found = _URI.match(uri)
    return path_of(uri) if uri.startswith("file:") or not found else _with_drive(unquote(found[1]))


@lru_cache(maxsize=4096)
def path_below(uri: str, root: str | None) -> str:
    """The path of a URI of any scheme below a folder, "" where it is not in it."""
    folder, path = root.replace("\\", "/").rstrip("/") if root else None, str(PurePosixPath(place_of(uri)))
    return path[len(folder) + 1 :] if folder is not None and path.startswith(f"{folder}/") else ""


@lru_cache(maxsize=1024)
def own_path(uri: str, root: str | None) -> str:
    """The path that no other document has: as ``shown_path``, but of a file elsewhere all of it, behind ``../``."""
    shown = shown_path(uri, root)
    elsewhere = uri.startswith("file:") and root is not None and not path_below(uri, root)
    return f"../{path_of(uri).lstrip('/')}" if elsewhere else shown


@lru_cache(maxsize=1024)
def shown_path(uri: str, root: str | None) -> str:
    """The path relative to the workspace's folder; of a file elsewhere only its name, which tells no home folder."""
    path = PurePosixPath(path_of(uri))
    if root and path.is_relative_to(root.replace("\\", "/")):
        return str(path.relative_to(root.replace("\\", "/")))
    return path.name if uri.startswith("file:") else uri


def file_uri(path: str) -> str:
    """The URI of a file by its whole path, with forward slashes."""
    return f"file://{quote(path if path.startswith('/') else f'/{path}')}"


def _with_drive(path: str) -> str:
    path = f"/{path.lstrip('/')}" if path.startswith("//") else path
    return path[1:] if re.match(r"/[A-Za-z]:", path) else path
