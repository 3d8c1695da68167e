"""Proxies: which one, if any, the environment names for a host."""

from __future__ import annotations

import base64
import ipaddress
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from flashls.models.seam import Unreachable


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy: where it listens, whether it speaks TLS itself, and its ``Proxy-Authorization`` header."""

    host: str
    port: int
    tls: bool = False
    authorization: str | None = field(default=None, repr=False)


def proxy_for(scheme: str, host: str, port: int) -> Proxy | None:
    """The proxy for one origin by ``http_proxy``, ``https_proxy``, ``all_proxy`` and ``no_proxy``.

    None for this machine itself, whatever the variables say: the embedded model's secret, and code that was not to
    leave, would go out. On macOS and Windows the system's settings count when the environment says nothing
    (``urllib.request``), which may ask the name service: call it off the event loop. Raises ``Unreachable`` for a
    proxy that cannot be used.
    """
    if _is_loopback(host):
        return None
    named = urllib.request.getproxies()
    url = named.get(scheme) or named.get("all")
    if not url or urllib.request.proxy_bypass(f"{host}:{port}"):
        return None
    return _parse(url if "://" in url else f"http://{url}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost" or host.lower().endswith(".localhost")


def _parse(url: str) -> Proxy:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unreachable(f"A {parts.scheme} proxy cannot be used: set the proxy variable to http://host:port")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise Unreachable("The proxy variable holds no valid port: set it to http://host:port")
    tls = parts.scheme == "https"
    return Proxy(parts.hostname, port or (443 if tls else 80), tls, _authorization(parts))


def _authorization(parts: urllib.parse.SplitResult) -> str | None:
    if parts.username is None:
        return None
    user, password = urllib.parse.unquote(parts.username), urllib.parse.unquote(parts.password or "")
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
