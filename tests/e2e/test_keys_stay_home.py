"""No key is ever shown or written: a whole run of the command and of the server, against models that answer and fail.

Every key there is stands in the environment. The server that plays the provider repeats in its errors the key that it
was sent. Then everything that was said or written is searched for each of them, in each form it could take.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from flashls.models.answer import Limits
from tests.e2e.bytes_editor import editing_bytes
from tests.e2e.editor import home
from tests.models.fault_rows import BODIES, STATUSES, Fault, streams
from tests.models.servers import Peer, Server, serve
from tests.models.wires import KEY, WIRES, Wire

PASSWORD = "proxy/pass+word-1"
FLASHLS = str(Path(sys.executable).with_name("flashls"))
CODE = "def area(radius):\n    return \n"
URI = "file:///w/a.py"
QUICK = {fault.name: fault for fault in (*STATUSES, *BODIES) if fault.limits == Limits() and fault.seconds is None}
TOLD = ("400", "400 for a key", "401", "401, OpenAI", "403", "422, a field", "200 with words for an error", "reset")


@dataclass(frozen=True, slots=True)
class Row:
    """A provider: its name and wire, a model of it, and the variable that holds its key.

    ``in_url``: its ``base_url`` holds the key instead, as a password and in the query.
    """

    provider: str
    wire: str
    model: str
    variable: str
    more: str = ""
    in_url: bool = False

    @property
    def key(self) -> str:
        """As long as the one that the faults repeat, with characters that a URL would write otherwise."""
        return f"{self.variable[:6]}/key+{len(self.variable):06}".lower()

    @property
    def name(self) -> str:
        return f"{self.provider}/{self.model}"


ROWS = (
    Row("gemini", "gemini", "gemini-3.5-flash-lite", "GEMINI_API_KEY"),
    Row("gemini", "gemini", "gemini-3.5-flash-lite", "GOOGLE_API_KEY"),
    Row("openai", "openai", "gpt-5.4-mini", "OPENAI_API_KEY"),
    Row("xroute", "openai", "gpt-5.4-mini", "XROUTE_API_KEY"),
    Row("anthropic", "anthropic", "claude-haiku-5", "ANTHROPIC_API_KEY"),
    Row("mine", "openai", "own-model", "MY_OWN_KEY", "key_env = 'MY_OWN_KEY'\n"),
    Row("yours", "anthropic", "own-claude", "YOUR_OWN_KEY", "key_env = 'YOUR_OWN_KEY'\nwire = 'anthropic'\n"),
    Row("ollama", "ollama", "qwen2.5-coder:7b", "OLLAMA_KEY", "key_env = 'OLLAMA_KEY'\ndialect = 'chat'\n"),
    Row("llamacpp", "llamacpp", "qwen2.5-coder", "LLAMACPP_KEY", "key_env = 'LLAMACPP_KEY'\ndialect = 'chat'\n"),
    Row("gate", "openai", "own-gated", "INSIDE_THE_URL", in_url=True),
)


@dataclass(slots=True)
class Provider:
    """A model's server: ``fault`` is what the next requests meet, ``keys`` what they brought."""

    server: Server
    fault: Fault | None = None
    keys: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Echo(Peer):
    """Repeats the key that was sent where a fault repeats one."""

    key: str = KEY

    async def send(self, data: bytes) -> None:
        await Peer.send(self, data.replace(KEY.encode(), self.key.encode()))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.variable)
async def test_the_command_keeps_keys_to_itself(row: Row, tmp_path: Path) -> None:
    async with _provider(row) as provider:
        environ = _environ(row, provider, tmp_path)
        target = tmp_path / "work" / "a.py"
        target.write_text(CODE, "utf-8")
        said = []
        for fault, *command in (
            ("", "complete", f"{target}:2:12"),
            ("401", "complete", f"{target}:1:10", "--json"),
            ("200 with words for an error", "explain", f"{target}:2"),
        ):
            provider.fault = QUICK.get(fault)
            said.append(await _run(environ, target.parent, *command))
        assert provider.met == {"", "401", "200 with words for an error"}
        assert set(provider.keys) == {row.key}
    assert b"ok" in said[0]
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    _search(tmp_path, *said)


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        (("config",), ""),
        (("config", "--json"), ""),
        (("doctor",), ""),
        (("doctor", "--json"), ""),
        (("models",), ""),
        (("models", "--json"), ""),
        (("models", "test"), ""),
        (("models", "test"), "401"),
        (("cache",), ""),
        (("context", "a.py:2:12"), ""),
    ],
)
async def test_other_commands_keep_keys_to_themselves(command: tuple[str, ...], fault: str, tmp_path: Path) -> None:
    async with _provider(ROWS[0]) as provider:
        environ = _environ(ROWS[0], provider, tmp_path)
        (tmp_path / "work" / "a.py").write_text(CODE, "utf-8")
        provider.fault = QUICK.get(fault)
        said = await _run(environ, tmp_path / "work", *command)
    _search(tmp_path, said)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.variable)
async def test_the_server_keeps_keys_to_itself(row: Row, tmp_path: Path) -> None:
    async with (
        _provider(row) as provider,
        editing_bytes(_environ(row, provider, tmp_path), tmp_path / "work") as editor,
    ):
        for number, (name, fault) in enumerate(QUICK.items()):
            provider.fault = fault
            await editor.open(URI, f"{CODE}# {name}\n", number)
            at = {"line": 1, "character": 11}
            params = {"textDocument": {"uri": URI}, "position": at, "context": {"triggerKind": 1}}
            await editor.request("textDocument/inlineCompletion", params)
            if name in TOLD:
                whole = {"uri": URI, "range": {"start": {"line": 0, "character": 0}, "end": at}}
                answer = await editor.request("workspace/executeCommand", _command("flashls.explain", whole))
                assert name in provider.met
                assert "error" in answer, name
        provider.fault = None
        await editor.open(URI, f"{CODE}# that is all\n", len(QUICK))
        await editor.request("textDocument/inlineCompletion", params)
        await editor.request("workspace/executeCommand", _command("flashls.status"))
        assert set(provider.keys) == {row.key}
    assert b"flashls/status" in editor.said
    _search(tmp_path, bytes(editor.said), editor.errors)


@pytest.mark.parametrize(
    "form", [str, quote, lambda key: json.dumps(base64.b64encode(f"user:{key}".encode()).decode())]
)
def test_the_search_finds_a_key(form: Any, tmp_path: Path) -> None:
    for row in ROWS:
        (tmp_path / "log").write_text(f"a log with {form(row.key)}", "utf-8")
        with pytest.raises(AssertionError):
            _search(tmp_path)
        (tmp_path / "log").write_text("a log without", "utf-8")
        _search(tmp_path)
        with pytest.raises(AssertionError):
            _search(tmp_path, form(row.key).encode())


def _search(folder: Path, *said: bytes) -> None:
    """Fails where a key, or the proxy's password, is in a file or in something said. The settings' file is ours."""
    files = {
        str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "config.toml"
    }
    places = files | {f"output {number}": text for number, text in enumerate(said)}
    secrets = [*(row.key for row in ROWS), PASSWORD]
    found = [(place, form) for place, text in places.items() for key in secrets for form in _forms(key) if form in text]
    assert not found, found


def _forms(key: str) -> Iterator[bytes]:
    """The key as it is, quoted for a URL, in hexadecimal, and inside of base64 at each of its three offsets."""
    yield from (key.encode(), quote(key, safe="").encode(), quote(key).encode(), key.encode().hex().encode())
    for offset in range(3):
        inner = base64.b64encode(b"." * offset + key.encode())
        yield inner[4 if offset else 0 :][: (len(key) - 3) // 3 * 4]


@asynccontextmanager
async def _provider(row: Row) -> AsyncGenerator[Provider]:
    wire = WIRES[row.wire]

    async def handler(peer: Peer) -> None:
        echo = _Echo(peer.server, peer.reader, peer.writer, peer.number)
        while True:
            echo.key = _sent(await echo.request())
            provider.keys.append(echo.key)
            provider.met.add(provider.fault.name if provider.fault else "")
            if not await _answer(echo, wire, provider.fault):
                return

    async with serve(handler) as server:
        provider = Provider(server)
        yield provider


async def _answer(peer: Peer, wire: Wire, fault: Fault | None) -> bool:
    return await (fault.does if fault else streams(0, 1))(peer, wire)


def _sent(head: str) -> str:
    headers = dict(line.partition(": ")[::2] for line in head.splitlines()[1:])
    values = [headers[name] for name in ("x-goog-api-key", "x-api-key", "authorization") if name in headers]
    scheme, _, key = "".join(values).rpartition(" ")
    return base64.b64decode(key).decode().partition(":")[2] if scheme == "Basic" else key


def _environ(row: Row, provider: Provider, folder: Path) -> dict[str, str]:
    """A user's environment with all keys but those that come before this one for the same provider."""
    (folder / "work").mkdir()
    own = json.dumps([row.name])
    url = f"{provider.server.url}/v1" if row.wire == "openai" else provider.server.url
    if row.in_url:
        secret = quote(row.key, safe="")
        url = url.replace("//", f"//me:{secret}@") + f"?token={secret}"
    config = (
        f"[models]\ncomplete = {own}\nexplain = {own}\n[complete]\ndebounce_ms = 0\n"
        f"[network]\nproxy = 'http://user:{PASSWORD}@127.0.0.1:9'\n"
        f"[providers.{row.provider}]\nbase_url = '{url}'\n{row.more}"
    )
    others = (each for each in ROWS if each is row or each.provider != row.provider)
    keys = {each.variable: each.key for each in others if not each.in_url}
    return home(folder, config) | keys | {"FLASHLS_LOG": "DEBUG"}


async def _run(environ: dict[str, str], folder: Path, *command: str) -> bytes:
    """Everything that a command says."""
    process = await asyncio.create_subprocess_exec(
        FLASHLS,
        *command,
        env=environ,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        said, _ = await process.communicate()
    assert b"Traceback" not in said, said.decode()
    return said


def _command(name: str, *arguments: Any) -> dict[str, Any]:
    return {"command": name, "arguments": list(arguments)}
