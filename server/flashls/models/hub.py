"""A big file over HTTPS, continued where an earlier try stopped (RFC 9110, section 14)."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import httpx

from flashls.models.proxies import Proxy, proxy_for
from flashls.models.seam import ModelError
from flashls.models.trust import trust
from flashls.settings import Network

_LIMITS = httpx.Timeout(30.0, connect=5.0)  # seconds; short to connect: some machines reach only a package index


class NoFile(Exception):
    """The file cannot be had from there now; what arrived stays."""


def download(
    url: str, target: Path, size: int, progress: Callable[[int, int], None], network: Network | None = None
) -> None:
    """Gets a file of ``size`` bytes, continuing ``target`` if there is something in it. Raises ``NoFile``."""
    done = target.stat().st_size if target.exists() else 0
    if done > size:
        target.unlink()
        done = 0
    if done == size:
        return
    try:
        with (
            httpx.Client(timeout=_LIMITS, follow_redirects=True, transport=_Ways(network or Network())) as client,
            client.stream("GET", url, headers=_headers(done)) as response,
        ):
            _write(response, target, done, size, progress)
    except ModelError as error:
        raise NoFile(f"{error}.") from None
    except httpx.HTTPError as error:
        raise NoFile(f"{httpx.URL(url).host} could not be read ({type(error).__name__}).") from None
    if target.stat().st_size != size:
        raise NoFile(f"{httpx.URL(url).host} stopped half-way.")


class _Ways(httpx.BaseTransport):
    """The way to each host, as the models go it: a redirect to another host may need another proxy, or none."""

    def __init__(self, network: Network) -> None:
        self._proxy = network.proxy
        self._context = trust(network)
        self._made: dict[Proxy | None, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        proxy = proxy_for(url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80), self._proxy)
        if proxy not in self._made:
            self._made[proxy] = httpx.HTTPTransport(verify=self._context, proxy=_through(proxy, self._context))
        return self._made[proxy].handle_request(request)

    def close(self) -> None:
        for transport in self._made.values():
            transport.close()


def _through(proxy: Proxy | None, context: ssl.SSLContext) -> httpx.Proxy | None:
    if proxy is None:
        return None
    host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    headers = {"proxy-authorization": proxy.authorization} if proxy.authorization else {}
    scheme, tls = ("https", context) if proxy.tls else ("http", None)
    return httpx.Proxy(f"{scheme}://{host}:{proxy.port}", headers=headers, ssl_context=tls)


def _headers(done: int) -> dict[str, str]:
    whole = {"accept-encoding": "identity"}
    return whole | {"range": f"bytes={done}-"} if done else whole


def _write(response: httpx.Response, target: Path, done: int, size: int, progress: Callable[[int, int], None]) -> None:
    """A server that ignores the range sends the whole again, with status 200."""
    if response.status_code not in (200, 206):
        raise NoFile(f"{response.url.host} answered with status {response.status_code}.")
    done = done if response.status_code == 206 else 0
    if int(response.headers.get("content-length", size - done)) != size - done:
        raise NoFile(f"{response.url.host} has a file of another size.")
    with target.open("ab" if done else "wb") as file:
        for chunk in response.iter_raw():
            file.write(chunk)
            done += len(chunk)
            progress(done, size)
