"""Addresses: the URL of a request, from an endpoint's ``base_url`` and a path; and what of a URL may be shown.

A ``base_url`` may hold secrets: a user and a password before its host, a key in its query.
"""

from __future__ import annotations

import base64
import re
import urllib.parse
from collections.abc import Iterator
from functools import lru_cache

from flashls.models.proxies import is_loopback
from flashls.models.seam import Unusable

_SHAPE = "The base_url is not a valid URL: it looks like https://host:port/path"
_HARMLESS = re.compile("version|alt", re.IGNORECASE)


def split(url: str) -> urllib.parse.SplitResult:
    """The parts of a URL that a request can be sent to. Raises ``Unusable`` for anything else; it is not shown."""
    try:
        parts = urllib.parse.urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = None
    if not usable:
        raise Unusable(_SHAPE)
    return parts


@lru_cache(maxsize=64)
def joined(base_url: str, path: str, *less: str) -> str:
    """The URL of a path at an endpoint, or from its host's root where it begins with a slash.

    The query of ``base_url`` stays (Azure wants ``?api-version=…`` with each request); the path's own follows it.
    Of ``less``, what ``base_url`` ends with is left out there. Raises ``Unusable``.
    """
    base = split(base_url)
    place, _, query = path.partition("?")
    if not place.startswith("/"):
        start = base.path.rstrip("/")
        place = f"{start.removesuffix(next(filter(start.endswith, less), ''))}/{place}"
    return urllib.parse.urlunsplit((base.scheme, base.netloc, place, "&".join(filter(None, (base.query, query))), ""))


def shown(url: str) -> str:
    """A URL without what may be secret in it; empty for one that is none."""
    try:
        parts = split(url)
    except Unusable:
        return ""
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def leads_here(url: str) -> bool:
    """Whether a URL leads to this machine."""
    try:
        return is_loopback(urllib.parse.urlsplit(url).hostname or "")
    except ValueError:
        return False


def basic(parts: urllib.parse.SplitResult) -> str | None:
    """The ``Authorization`` header for a URL's user and password (RFC 7617); None where it has none."""
    if parts.username is None:
        return None
    user, password = urllib.parse.unquote(parts.username), urllib.parse.unquote(parts.password or "")
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def secrets(parts: urllib.parse.SplitResult) -> Iterator[str]:
    """What a URL holds that is not to be shown, as it is written there and as it is meant."""
    for each in (parts.username, parts.password):
        if each:
            yield from (each, urllib.parse.unquote(each))
    for name, _, value in (field.partition("=") for field in parts.query.split("&")):
        if value and not _HARMLESS.search(name):
            yield from (value, urllib.parse.unquote_plus(value))
