"""An origin: where a connection leads to, how it is made, and why it could not be."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass

from flashls.models.connection import Connection, HungUp
from flashls.models.proxies import Proxy
from flashls.models.seam import Unreachable

_HAPPY_EYEBALLS = 0.25  # seconds, RFC 8305 section 5


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a connection leads to, and the proxy on the way."""

    scheme: str
    host: str
    port: int
    proxy: Proxy | None = None

    @property
    def shown(self) -> str:
        """The host, and the port where it is not the usual one: on one machine, it tells servers apart."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"


async def connect(origin: Origin, context: ssl.SSLContext | None) -> Connection:
    """Opens a connection, through TLS for https and through the origin's proxy if it has one.

    Raises ``Unreachable``. The caller sets the time limit.
    """
    try:
        return await (_direct(origin, context) if origin.proxy is None else _proxied(origin, origin.proxy, context))
    except HungUp:
        raise Unreachable(f"The proxy hung up on the way to {origin.host}: check {_named(origin)}") from None
    except (OSError, UnicodeError) as error:
        raise Unreachable(_why(origin, error)) from error


async def _direct(origin: Origin, context: ssl.SSLContext | None) -> Connection:
    tls = context if origin.scheme == "https" else None
    return await _dial(origin.host, origin.port, tls)


async def _dial(host: str, port: int, tls: ssl.SSLContext | None) -> Connection:
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, host, port, ssl=tls, happy_eyeballs_delay=_HAPPY_EYEBALLS)
    return connection


async def _proxied(origin: Origin, proxy: Proxy, context: ssl.SSLContext | None) -> Connection:
    tunnel = await _dial(proxy.host, proxy.port, context if proxy.tls else None)
    if origin.scheme == "http":
        return tunnel
    assert context is not None
    try:
        await _ask_for_tunnel(tunnel, origin, proxy)
        return await tunnel.secure(context, origin.host)
    except BaseException:
        tunnel.drop()
        raise


async def _ask_for_tunnel(tunnel: Connection, origin: Origin, proxy: Proxy) -> None:
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    headers = {"host": f"{host}:{origin.port}"}
    if proxy.authorization is not None:
        headers["proxy-authorization"] = proxy.authorization
    tunnel.send("CONNECT", headers["host"], headers)
    status, _ = await tunnel.head()
    if not 200 <= status < 300:
        hint = f"check the user and password in {proxy.named}" if status == 407 else f"check {proxy.named}"
        raise Unreachable(f"The proxy {proxy.host} refused the way to {origin.host} (status {status}): {hint}")


def _named(origin: Origin) -> str:
    return origin.proxy.named if origin.proxy else "base_url"


def _why(origin: Origin, error: Exception) -> str:
    via = f" through the proxy {origin.proxy.host}" if origin.proxy else ""
    where = f"No connection to {origin.host}{via}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{where}: {_distrust(error)}"
    if isinstance(error, ssl.SSLError):
        return f"{where}: it speaks no TLS that is known here; check the port and https in {_named(origin)}"
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"{where}: the name is not known; check the network and {_named(origin)}"
    if isinstance(error, ConnectionRefusedError):
        port = origin.proxy.port if origin.proxy else origin.port
        return f"{where}: nothing listens on port {port}; start it, or check {_named(origin)}"
    return f"{where}: {type(error).__name__}; check the network"


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    """By OpenSSL's numbers (X509_V_ERR_…); macOS and Windows have others, and get the general line."""
    if error.verify_code in (62, 63, 64):
        return "its certificate is for another name; check base_url, and the network: somebody may listen in"
    if error.verify_code in (9, 10):
        return "its certificate is not valid today; check this machine's clock"
    return "its certificate is not trusted; behind a company's proxy set [network] ca_bundle or $SSL_CERT_FILE"
