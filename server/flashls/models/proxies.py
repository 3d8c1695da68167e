"""Proxies: which one, if any, leads to a host, by the settings or by the environment."""

from __future__ import annotations

import base64
import ipaddress
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from flashls.models.seam import Unreachable


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy: where it listens, whether it speaks TLS itself, its ``Proxy-Authorization`` header, and what
    named it."""

    host: str
    port: int
    tls: bool = False
    authorization: str | None = field(default=None, repr=False)
    named: str = "the proxy variable"


def proxy_for(scheme: str, host: str, port: int, setting: str = "") -> Proxy | None:
    """The proxy for one origin: ``setting``, else by ``http_proxy``, ``https_proxy`` and ``all_proxy``; ``no_proxy``
    names hosts that need none.

    None for this machine itself, whatever is said: the embedded model's secret, and code that was not to leave, would
    go out. On macOS and Windows the system's settings count when the environment says nothing (``urllib.request``),
    which may ask the name service: call it off the event loop. Raises ``Unreachable`` for a proxy that cannot be used.
    """
    if is_loopback(host):
        return None
    known = {} if setting else urllib.request.getproxies()
    url = setting or known.get(scheme) or known.get("all")
    if not url or urllib.request.proxy_bypass(f"{host}:{port}"):
        return None
    named = "[network] proxy" if setting else "the proxy variable"
    return _parse(url if "://" in url else f"http://{url}", named)


def is_loopback(host: str) -> bool:
    """Whether a host, by its name or address, is this machine."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost" or host.lower().endswith(".localhost")


def _parse(url: str, named: str) -> Proxy:
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unreachable(f"The proxy's address or port is not valid: set {named} to http://host:port") from None
    if parts.scheme not in ("http", "https"):
        raise Unreachable(f"A {parts.scheme} proxy cannot be used: set {named} to http://host:port")
    if not parts.hostname or port == 0:
        raise Unreachable(f"The proxy's address or port is not valid: set {named} to http://host:port")
    tls = parts.scheme == "https"
    return Proxy(parts.hostname, port or (443 if tls else 80), tls, _authorization(parts), named)


def _authorization(parts: urllib.parse.SplitResult) -> str | None:
    if parts.username is None:
        return None
    user, password = urllib.parse.unquote(parts.username), urllib.parse.unquote(parts.password or "")
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
