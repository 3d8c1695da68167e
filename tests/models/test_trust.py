"""Trust: whose certificates are accepted, and who may be asked without any."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
import truststore

from flashls.models.answer import Limits
from flashls.models.seam import ModelError, Unreachable, Unusable
from flashls.models.slots import Slots
from flashls.models.trust import trust
from flashls.settings import Network
from flashls.types import Call
from tests.models.servers import OK, Peer, certificate, serve

CALL = Call("1", "complete")


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


async def polite(peer: Peer) -> None:
    while True:
        await peer.request()
        await peer.send(OK)


async def ask(slots: Slots, url: str) -> bytes:
    async with slots.post(f"{url}/v1", {"x-goog-api-key": "AIza-key"}, b"{}", CALL) as answer:
        return await answer.read()


def written(authority: trustme.CA, folder: Path) -> Path:
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


@pytest.mark.parametrize("way", ["setting", "variable", "both"])
async def test_own_certificates(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    theirs, _ = certificate(authority)
    file = written(authority, tmp_path)
    if way == "variable":
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    elif way == "both":
        (tmp_path / "other").mkdir()
        monkeypatch.setenv("SSL_CERT_FILE", str(written(trustme.CA(), tmp_path / "other")))
    async with serve(polite, tls=theirs) as server:
        slots = Slots(Limits(spares=0), network=Network(ca_bundle="" if way == "variable" else str(file)))
        assert await ask(slots, server.url) == b"ok"
        await slots.aclose()


async def test_a_bundle_is_found_from_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    written(authority, tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    async with serve(polite, tls=certificate(authority)[0]) as server:
        slots = Slots(Limits(spares=0), network=Network(ca_bundle="~/authority.pem"))
        assert await ask(slots, server.url) == b"ok"
        await slots.aclose()


def test_a_bundle_takes_nothing_away(tmp_path: Path) -> None:
    alone, more = trust(Network()), trust(Network(ca_bundle=str(written(trustme.CA(), tmp_path))))
    assert more.cert_store_stats()["x509_ca"] == alone.cert_store_stats()["x509_ca"] + 1


@pytest.mark.skipif("sys.platform in ('win32', 'darwin')", reason="the system judges by itself there")
def test_without_a_list_of_the_systems_there_is_mozillas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl.SSLContext.set_default_verify_paths", lambda _self: None)
    monkeypatch.setattr("ssl.SSLContext.load_default_certs", lambda _self, _purpose=None: None)
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: type("Paths", (), {"capath": str(tmp_path)}))
    assert trust(Network()).cert_store_stats()["x509_ca"] > 50


@pytest.mark.parametrize(("trusted", "says"), [(True, "ok"), (False, "its certificate is not trusted")])
async def test_what_windows_and_macos_get_works_over_these_connections(
    trusted: bool, says: str, tmp_path: Path
) -> None:
    ours, theirs = trustme.CA(), trustme.CA()
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(written(ours, tmp_path))
    async with serve(polite, tls=certificate(ours if trusted else theirs)[0]) as server:
        slots = Slots(Limits(spares=0), context)
        try:
            answer = (await ask(slots, server.url)).decode()
        except Unreachable as error:
            answer = str(error)
        assert says in answer
        await slots.aclose()


def _missing(folder: Path) -> str:
    return str(folder / "missing.pem")


def _folder(folder: Path) -> str:
    return str(folder)


def _empty(folder: Path) -> str:
    (folder / "empty.pem").touch()
    return str(folder / "empty.pem")


def _junk(folder: Path) -> str:
    (folder / "junk.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    return str(folder / "junk.pem")


def _relative(folder: Path) -> str:
    return "authority.pem"


@pytest.mark.parametrize(
    ("bundle", "text"),
    [
        (_missing, r"missing\.pem cannot be read \("),
        (_folder, r"cannot be read \("),
        (_empty, r"empty\.pem holds no certificates in PEM"),
        (_junk, r"junk\.pem holds no certificates in PEM"),
        (_relative, "give the file's whole path"),
    ],
)
async def test_a_bundle_that_cannot_be_used(
    bundle: Callable[[Path], str], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(trustme.CA(), tmp_path)
    async with serve(polite, tls=certificate()[0]) as server:
        slots = Slots(Limits(spares=0), network=Network(ca_bundle=bundle(tmp_path)))
        for _ in range(2):
            with pytest.raises(Unusable, match=rf"^\[network\] ca_bundle.*{text}"):
                await ask(slots, server.url)
        assert (server.accepted, slots.open) == (0, 0)
        await slots.aclose()


@pytest.mark.parametrize(("host", "name"), [("127.0.0.1", "server.test"), ("localhost", "server.test")])
async def test_a_certificate_for_another_name(host: str, name: str, tmp_path: Path) -> None:
    authority = trustme.CA()
    theirs, _ = certificate(authority, name)
    async with serve(polite, tls=theirs) as server:
        slots = Slots(network=Network(ca_bundle=str(written(authority, tmp_path))))
        with pytest.raises(Unreachable, match="certificate is for another name; check base_url"):
            await ask(slots, f"https://{host}:{server.port}")
        await slots.aclose()


async def test_an_unknown_authority() -> None:
    async with serve(polite, tls=certificate()[0]) as server:
        slots = Slots()
        with pytest.raises(Unreachable, match=r"not trusted; behind a company's proxy set \[network\] ca_bundle"):
            await ask(slots, server.url)
        await slots.aclose()


async def test_a_server_without_tls() -> None:
    async def shouts(peer: Peer) -> None:
        await peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await peer.gone()

    async with serve(shouts) as server:
        slots = Slots()
        with pytest.raises(Unreachable, match="speaks no TLS that is known here; check the port and https"):
            await ask(slots, f"https://127.0.0.1:{server.port}")
        await slots.aclose()


@pytest.mark.parametrize("url", ["http://192.0.2.1:8080", "http://gateway.test", "http://[2001:db8::1]:80"])
async def test_no_plain_http_to_other_machines(url: str) -> None:
    slots = Slots()
    for way in (ask(slots, url), slots.warm(url)):
        with pytest.raises(Unusable, match=r"without TLS.*plain_http = true under \[network\] in config\.toml"):
            await way
    assert slots.open == 0
    await slots.aclose()


async def test_plain_http_where_it_is_allowed() -> None:
    slots = Slots(Limits(connect=0.2), network=Network(plain_http=True))
    with pytest.raises(ModelError) as caught:  # as far as looking for the host
        await ask(slots, "http://gateway.invalid")
    assert "plain_http" not in str(caught.value)
    await slots.aclose()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_plain_http_to_this_machine(host: str) -> None:
    async with serve(polite) as server:
        slots = Slots(Limits(spares=0))
        assert await ask(slots, f"http://{host}:{server.port}") == b"ok"
        await slots.aclose()
