"""Proxies from the settings and the environment: which is chosen, and the way through one."""

from __future__ import annotations

import asyncio

import pytest

from flashls.models.answer import Limits
from flashls.models.proxies import Proxy, proxy_for
from flashls.models.seam import ModelError, Unreachable
from flashls.models.slots import Slots
from flashls.settings import Network
from flashls.types import Call
from tests.models.servers import OK, Handler, Peer, Server, certificate, serve

CALL = Call("1", "complete")
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
SECRET = "dXNlcjpwYSBzcw=="  # user:pa ss


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("variables", "scheme", "proxy"),
    [
        ({}, "https", None),
        ({"https_proxy": "http://proxy:3128"}, "https", Proxy("proxy", 3128)),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "https", Proxy("proxy", 3128)),
        ({"https_proxy": "http://proxy:3128"}, "http", None),
        ({"http_proxy": "proxy:3128"}, "http", Proxy("proxy", 3128)),
        ({"all_proxy": "http://proxy"}, "https", Proxy("proxy", 80)),
        ({"all_proxy": "http://[::1]:3128"}, "https", Proxy("::1", 3128)),
        ({"https_proxy": "https://proxy"}, "https", Proxy("proxy", 443, tls=True)),
        ({"https_proxy": "http://user:pa%20ss@proxy:1"}, "https", Proxy("proxy", 1, authorization=f"Basic {SECRET}")),
        ({"https_proxy": "http://proxy:1", "no_proxy": "host"}, "https", None),
        ({"https_proxy": "http://proxy:1", "no_proxy": ".example.org"}, "https", Proxy("proxy", 1)),
        ({"https_proxy": "http://proxy:1", "no_proxy": "*"}, "https", None),
        ({"https_proxy": "http://proxy:1", "no_proxy": "host:443"}, "https", None),
    ],
)
def test_which_proxy(
    variables: dict[str, str], scheme: str, proxy: Proxy | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(scheme, "host", 443) == proxy


@pytest.mark.parametrize(
    ("setting", "variables", "proxy"),
    [
        ("http://own:1", {}, Proxy("own", 1, named="[network] proxy")),
        ("own:1", {"https_proxy": "http://proxy:2"}, Proxy("own", 1, named="[network] proxy")),
        ("http://own:1", {"no_proxy": "host"}, None),
        ("http://own:1", {"no_proxy": "host", "https_proxy": "http://proxy:2"}, None),
        ("http://own:1", {"no_proxy": "other"}, Proxy("own", 1, named="[network] proxy")),
        ("", {"https_proxy": "http://proxy:2"}, Proxy("proxy", 2)),
    ],
)
def test_the_setting_wins(
    setting: str, variables: dict[str, str], proxy: Proxy | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for("https", "host", 443, setting) == proxy
    assert proxy_for("https", "127.0.0.1", 443, setting) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.9", "::1", "[::1]", "localhost", "LOCALHOST", "api.localhost"])
def test_this_machine_is_never_asked_through_a_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://proxy:3128")
    assert (proxy_for("http", host, 80), proxy_for("https", host, 443)) == (None, None)


@pytest.mark.parametrize(
    "url",
    ["socks5://proxy:1080", "http://:3128", "http://proxy:abc", "http://proxy:99999", "http://proxy:0", "http://[::1"],
)
def test_proxies_that_cannot_be_used(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreachable, match=r"set \[network\] proxy to http://host:port"):
        proxy_for("https", "host", 443, url)
    monkeypatch.setenv("https_proxy", url)
    with pytest.raises(Unreachable, match="set the proxy variable to http://host:port"):
        proxy_for("https", "host", 443)


def test_a_password_is_not_shown() -> None:
    assert SECRET not in repr(Proxy("proxy", 1, authorization=SECRET))


async def polite(peer: Peer) -> None:
    while True:
        await peer.request()
        await peer.send(OK)


def tunnel(to: Server, status: int = 200, after: asyncio.Event | None = None) -> Handler:
    """A proxy that grants CONNECT (``after`` an event) and passes bytes on."""

    async def handler(peer: Peer) -> None:
        await peer.request()
        if after is not None:
            await after.wait()
        await peer.send(f"HTTP/1.1 {status} Status\r\n\r\n".encode())
        if status == 200:
            reader, writer = await asyncio.open_connection("127.0.0.1", to.port)
            await asyncio.gather(_pipe(peer.reader, writer), _pipe(reader, peer.writer))

    return handler


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(4096):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def ask(slots: Slots, url: str) -> bytes:
    async with slots.post(f"{url}/v1/x?y=z", {"x-goog-api-key": "AIza-key"}, b"{}", CALL) as answer:
        return await answer.read()


async def test_plain_http_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(polite) as proxy:
        monkeypatch.setenv("http_proxy", f"http://user:pa%20ss@127.0.0.1:{proxy.port}")
        slots = Slots(Limits(spares=0), network=Network(plain_http=True))
        assert await ask(slots, "http://example.test:81") == b"ok"
        await slots.aclose()
    line, *headers = proxy.heads[0].split("\r\n")
    assert line == "POST http://example.test:81/v1/x?y=z HTTP/1.1"
    assert {"host: example.test:81", f"proxy-authorization: Basic {SECRET}"} <= set(headers)


@pytest.mark.parametrize("said_by", ["setting", "environment"])
async def test_https_through_a_proxy_shows_it_nothing(said_by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = certificate()
    async with serve(polite, tls=theirs) as server, serve(tunnel(server)) as proxy:
        address = f"http://user:pa%20ss@127.0.0.1:{proxy.port}"
        monkeypatch.setenv("https_proxy", "http://127.0.0.1:1" if said_by == "setting" else address)
        slots = Slots(Limits(spares=0), ours, Network(proxy=address if said_by == "setting" else ""))
        for _ in range(3):
            assert await ask(slots, f"https://server.test:{server.port}") == b"ok"
        assert (proxy.accepted, server.asked_on) == (1, [1, 1, 1])
        await slots.aclose()
    head = proxy.heads[0]
    assert head.startswith(f"CONNECT server.test:{server.port} HTTP/1.1\r\n")
    assert f"proxy-authorization: Basic {SECRET}" in head
    assert "AIza" not in head


async def test_a_proxy_that_speaks_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = certificate()
    async with serve(polite, tls=theirs) as server, serve(tunnel(server), tls=theirs) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        slots = Slots(Limits(spares=0), ours)
        assert await ask(slots, f"https://server.test:{server.port}") == b"ok"
        await slots.aclose()


@pytest.mark.parametrize(("status", "text"), [(407, "user and password"), (403, "status 403"), (502, "status 502")])
async def test_a_proxy_that_refuses(status: int, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = certificate()
    async with serve(polite, tls=theirs) as server, serve(tunnel(server, status)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://user:pa%20ss@127.0.0.1:{proxy.port}")
        slots = Slots(context=ours)
        with pytest.raises(Unreachable, match=text) as caught:
            await ask(slots, f"https://server.test:{server.port}")
        assert "pa ss" not in str(caught.value)
        assert slots.open == 0
        await slots.aclose()


async def test_a_proxy_that_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs_up(peer: Peer) -> None:
        await peer.request()

    async with serve(hangs_up) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        slots = Slots(context=certificate()[1])
        with pytest.raises(ModelError, match="proxy"):
            await ask(slots, "https://example.test")
        await slots.aclose()


async def test_a_connection_outlives_the_request_it_was_made_for(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = certificate()
    granted = asyncio.Event()
    async with serve(polite, tls=theirs) as server, serve(tunnel(server, after=granted)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        slots = Slots(context=ours)
        task = asyncio.create_task(ask(slots, f"https://server.test:{server.port}"))
        async with asyncio.timeout(5):
            while not proxy.heads:
                await asyncio.sleep(0.001)
            task.cancel()
            await asyncio.wait([task])
            granted.set()
            while not slots.idle:
                await asyncio.sleep(0.001)
        assert await ask(slots, f"https://server.test:{server.port}") == b"ok"
        assert server.asked_on == [1]
        await slots.aclose()


async def test_closing_while_a_connection_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = certificate()
    never = asyncio.Event()
    async with serve(polite, tls=theirs) as server, serve(tunnel(server, after=never)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        slots = Slots(context=ours)
        url = f"https://server.test:{server.port}"
        tasks = [asyncio.create_task(slots.warm(url)), asyncio.create_task(ask(slots, url))]
        async with asyncio.timeout(5):
            while not proxy.heads:
                await asyncio.sleep(0.001)
            await slots.aclose()
            for task in tasks:
                with pytest.raises(Unreachable, match="shutting down"):
                    await task
        assert slots.open == 0
        never.set()
