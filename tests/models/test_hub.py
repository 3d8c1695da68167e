"""Downloads: by the same proxy and certificates as the models, whatever hosts a redirect leads to."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import trustme

from flashls.models.hub import NoFile, download
from flashls.settings import Network
from tests.models.servers import OK, Handler, Peer, certificate, serve

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def polite(peer: Peer) -> None:
    while True:
        await peer.request()
        await peer.send(OK)


def redirect(url: str) -> Handler:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.send(f"HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode())

    return handler


async def got(url: str, folder: Path, network: Network | None = None) -> bytes:
    """What is downloaded from ``url``, in a thread as the command does it."""
    target = folder / "file"
    await asyncio.to_thread(download, url, target, 2, lambda _done, _size: None, network)
    return target.read_bytes()


async def test_through_the_proxy_of_the_settings(tmp_path: Path) -> None:
    async with serve(polite) as proxy:
        network = Network(proxy=f"http://user:pass@127.0.0.1:{proxy.port}")
        assert await got("http://hub.test/file", tmp_path, network) == b"ok"
    assert proxy.heads[0].startswith("GET http://hub.test/file HTTP/1.1")
    assert "proxy-authorization: basic" in proxy.heads[0].lower()


async def test_a_redirect_to_this_machine_needs_no_proxy(tmp_path: Path) -> None:
    async with serve(polite) as store, serve(redirect(f"{store.url}/x")) as proxy:
        assert await got("http://hub.test/file", tmp_path, Network(proxy=proxy.url)) == b"ok"
        assert (proxy.accepted, store.accepted) == (1, 1)


async def test_through_the_proxy_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(polite) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert await got("http://hub.test/file", tmp_path) == b"ok"


async def test_own_certificates(tmp_path: Path) -> None:
    authority = trustme.CA()
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    async with serve(polite, tls=certificate(authority)[0]) as server:
        with pytest.raises(NoFile, match="could not be read"):
            await got(server.url, tmp_path)
        assert await got(server.url, tmp_path, Network(ca_bundle=str(bundle))) == b"ok"


@pytest.mark.parametrize(
    ("network", "text"),
    [
        (Network(ca_bundle="/nowhere/at.pem"), r"\[network\] ca_bundle: .*at\.pem cannot be read"),
        (Network(proxy="socks5://proxy:1"), r"set \[network\] proxy to http://host:port"),
    ],
)
async def test_settings_that_cannot_be_used(network: Network, text: str, tmp_path: Path) -> None:
    with pytest.raises(NoFile, match=text):
        await got("https://hub.test/file", tmp_path, network)
