"""An HTTP request: where it goes, and what it says on the wire."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field

from flashls import __version__
from flashls.models.connection import Origin
from flashls.models.seam import Refused

_AGENT = f"flashls/{__version__}"


@dataclass(frozen=True, slots=True)
class Request:
    """``method`` and ``target`` are what stands in its first line; the headers hold the key."""

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def lasting(self) -> bool:
        """Whether its connection may be used again."""
        return self.headers.get("connection") != "close"


def where(url: str) -> tuple[str, str, int]:
    """The scheme, host and port of a URL. Raises ``Refused`` for one that is none."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Refused("The base_url is not a valid URL: it looks like https://host:port/path") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused("The base_url is not a valid URL: it looks like https://host:port/path")
    return parts.scheme, parts.hostname, port


def request(origin: Origin, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Request:
    """The request to ``url`` with our usual headers and the caller's, which win.

    One without a body, but for a POST, has no headers about it. Raises ``Refused`` for a URL or a header that cannot
    be sent; the header's value is not shown.
    """
    parts = urllib.parse.urlsplit(url)
    sent = {"host": parts.netloc.rpartition("@")[2], "accept-encoding": "identity", "user-agent": _AGENT}
    if body or method == "POST":
        sent |= {"content-length": str(len(body)), "content-type": "application/json"}
    sent |= {name.lower(): value for name, value in headers.items()}
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if origin.proxy is not None and origin.scheme == "http":
        target = f"http://{sent['host']}{target}"
        if origin.proxy.authorization is not None:
            sent["proxy-authorization"] = origin.proxy.authorization
    for name, value in sent.items():
        if not (value.isascii() and value.isprintable()):
            raise Refused(f"The header {name} holds a character that HTTP cannot carry: check the key for line breaks")
    if not (target.isascii() and target.isprintable() and " " not in target):
        raise Refused("The base_url or the model's name holds a character that a URL cannot carry")
    return Request(method, target, sent, body)
