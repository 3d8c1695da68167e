"""An HTTP request: where it goes, and what it says on the wire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from flashls import __version__
from flashls.models.addresses import basic, secrets, split
from flashls.models.origin import Origin
from flashls.models.proxies import is_loopback
from flashls.models.seam import ModelError, Unusable

_AGENT = f"flashls/{__version__}"
_SECRET = re.compile("key|auth|token")
_SHORTEST = 8  # characters; shorter ones are placeholders for servers that take any, such as "ollama"


@dataclass(frozen=True, slots=True)
class Request:
    """``method`` and ``target`` are what stands in its first line; the headers hold the key.

    ``hidden``: what else of it is secret.
    """

    method: str
    target: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)

    @property
    def lasting(self) -> bool:
        """Whether its connection may be used again."""
        return self.headers.get("connection") != "close"

    def hide(self, error: ModelError) -> None:
        """Takes the keys and passwords out of an error's text: some servers repeat what they were sent."""
        text = str(error)
        keys = [value.rpartition(" ")[2] for name, value in self.headers.items() if _SECRET.search(name)]
        for key in sorted({*keys, *self.hidden}, key=len, reverse=True):
            if len(key) >= _SHORTEST:
                text = text.replace(key, "…")
        if text != str(error):
            error.args = (text,)


@lru_cache(maxsize=64)
def where(url: str, plain_http: bool = False) -> tuple[str, str, int]:
    """The scheme, host and port of a URL.

    Raises ``Unusable`` for one that is none, and for http to another machine unless ``plain_http`` allows it.
    """
    parts = split(url)
    host = parts.hostname or ""
    if parts.scheme == "http" and not (plain_http or is_loopback(host)):
        raise Unusable(
            f"{host} would be asked without TLS, where others can read key and code: use https in base_url, "
            "or allow it with plain_http = true under [network] in config.toml"
        )
    return parts.scheme, host, parts.port or (443 if parts.scheme == "https" else 80)


def request(origin: Origin, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Request:
    """The request to ``url`` with our usual headers and the caller's, which win.

    One without a body, but for a POST, has no headers about it. A user and a password in the URL go into
    ``Authorization``. Raises ``Unusable`` for a URL or a header that cannot be sent, and where a key is to go into that
    header, too; neither is shown.
    """
    parts = split(url)
    sent = {"host": parts.netloc.rpartition("@")[2], "accept-encoding": "identity", "user-agent": _AGENT}
    if body or method == "POST":
        sent |= {"content-length": str(len(body)), "content-type": "application/json"}
    sent |= {name.lower(): value for name, value in headers.items()}
    if (login := basic(parts)) is not None and sent.setdefault("authorization", login) != login:
        raise Unusable("There is a key, and base_url holds a user or password, for the same header: leave one out")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if origin.proxy is not None and origin.scheme == "http":
        target = f"http://{sent['host']}{target}"
        if origin.proxy.authorization is not None:
            sent["proxy-authorization"] = origin.proxy.authorization
    for name, value in sent.items():
        if not (value.isascii() and value.isprintable()):
            raise Unusable(f"The header {name} holds a character that HTTP cannot carry: check the key for line breaks")
    if not (target.isascii() and target.isprintable() and " " not in target):
        raise Unusable("The base_url or the model's name holds a character that a URL cannot carry")
    return Request(method, target, sent, body, tuple(secrets(parts)))
