"""What a real server gathers and sends: asserted on what arrives at a model's address."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.e2e.editor import Editor, editing
from tests.models.gemini_server import GeminiServer, serve

TOKEN = "gh" + "p_" + "q7Rk2Zt9Yw4Xv6Ub8Nc1Md3Le5Kf7Jg9Hh0S"
AWS = "AK" + "IA" + "QX7RZ2M4KD9TW5YB"
PRIVATE = "this_must_not_leave_the_machine"
FILES = {
    "shop/cart.py": "def total_of_cart(cart, rate):\n    return cart.net * rate\n",
    "shop/keys.py": f'TOKEN = "{TOKEN}"\n\n\ndef connect_to_cart(cart, rate):\n    return cart, rate, TOKEN\n',
    ".env": f"SECRET={PRIVATE}_env\ncart rate total\n",
    "server.pem": f"{PRIVATE}_pem cart rate total\n",
    "private/cart.py": f"def total_of_cart(cart, rate):\n    return {PRIVATE}_off\n",
    "excluded/cart.py": f"def total_of_cart(cart, rate):\n    return {PRIVATE}_excluded\n",
    ".aiexclude": "/excluded/\n",
    "ignored/cart.py": f"def total_of_cart(cart, rate):\n    return {PRIVATE}_ignored\n",
    ".gitignore": "/ignored/\n",
    ".flashls.toml": '[paths]\noff = ["/private/"]\n',
    "main.py": "import os\nfrom shop.cart import total_of_cart\nfrom shop.keys import connect_to_cart\n\n"
    f"KEY = '{AWS}'\n"
    "def shown(cart, rate):\n    value = \n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    outside = tmp_path / "outside.py"
    outside.write_text(f"def total_of_cart(cart, rate):\n    return {PRIVATE}_outside\n")
    (folder / "linked.py").symlink_to(outside)
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": os.devnull}
    names = ("-c", "user.name=A", "-c", "user.email=a@b.c")
    for command in (["init"], ["add", "."], ["commit", "-m", "first"]):
        subprocess.run(["git", *names, *command], cwd=folder, env=environ, check=True, capture_output=True)
    for name in (".env", "server.pem", "private/cart.py", "excluded/cart.py"):
        (folder / name).write_text(FILES[name] + f"# {PRIVATE}_changed since the commit\n")
    return folder


@asynccontextmanager
async def asking(tmp_path: Path, root: Path) -> AsyncGenerator[tuple[Editor, GeminiServer]]:
    """An editor in the workspace, and the server that its completions and explanations go to."""
    async with serve("1\n") as server:
        config = (
            '[models]\ncomplete = ["gemini/gemini-3.5-flash-lite"]\nexplain = ["gemini/gemini-3.5-flash-lite"]\n'
            f'[complete]\ndebounce_ms = 50\n[cache]\nenabled = false\n[providers.gemini]\nbase_url = "{server.url}"\n'
        )
        async with editing(tmp_path, config, root=root, GEMINI_API_KEY="test-key") as editor:
            await editor.state("ready")
            yield editor, server


def sent(server: GeminiServer) -> str:
    """Everything that arrived."""
    return "\n".join(str(request.body) + str(request.headers) for request in server.requests)


def opened(editor: Editor, root: Path, *names: str) -> None:
    for name in names:
        language = "python" if name.endswith(".py") else "plaintext"
        editor.open((root / name).read_text(), (root / name).as_uri(), language)


async def test_nothing_that_no_model_may_see_is_in_any_request(tmp_path: Path, root: Path) -> None:
    async with asking(tmp_path, root) as (editor, server):
        opened(editor, root, *(name for name in FILES if not name.startswith(".") or name == ".env"), "linked.py")
        uri = (root / "main.py").as_uri()
        for n, hidden in enumerate((".env", "server.pem", "private/cart.py", "excluded/cart.py"), 2):
            editor.change(n, (0, 0, 0, 0, f"{PRIVATE}_typed "), uri=(root / hidden).as_uri())
            assert await editor.inline(0, 3, (root / hidden).as_uri(), explicit=True) == []
            await everything_at(editor, (root / hidden).as_uri(), 0, 1)
        assert server.requests == []
        editor.change(2, (0, 0, 0, 0, "import sys\n"), uri=(root / "shop/cart.py").as_uri())
        diagnose(editor, uri, f"the token {TOKEN} is wrong")
        for n, key in enumerate("tota(", 2):
            editor.change(n, (6, 10 + n, 6, 10 + n, key), uri=uri)
            await editor.inline(6, 11 + n, uri, explicit=key == "(")
        await asyncio.sleep(0.2)  # for what is gathered after an edit
        editor.change(9, (6, 17, 6, 17, " + "), uri=uri)
        await editor.inline(6, 20, uri, explicit=True)
        for name in ("main.py", "shop/keys.py"):
            await everything_at(editor, (root / name).as_uri(), 0, 6)
        editor.client.inbox.clear()
        everything = sent(server)
        assert len(server.requests) >= 3
        assert "total_of_cart" in everything
        assert "REDACTED_SECRET_1" in everything
        assert "+import sys" in everything
        assert PRIVATE not in everything
        assert TOKEN not in everything
        assert AWS not in everything
        assert str(root.parent) not in everything


async def everything_at(editor: Editor, uri: str, first: int, last: int) -> None:
    """Every command that the server has, at some rows of a document; those that refuse may."""
    can = editor.initialized.capabilities.execute_command_provider
    assert can is not None
    place = {"start": {"line": first, "character": 0}, "end": {"line": last, "character": 0}}
    where = {"uri": uri, "range": place, "position": place["start"], "instruction": "Do it.", "question": "What is it?"}
    for name in can.commands:
        with suppress(JsonRpcException):
            await editor.command(name, where)


def diagnose(editor: Editor, uri: str, message: str) -> Any:
    """A request for code actions that tells of an error in row 5; its answer is not waited for."""
    place = lsp.Range(lsp.Position(5, 0), lsp.Position(5, 5))
    found = [lsp.Diagnostic(place, message, severity=lsp.DiagnosticSeverity.Error, source="checker")]
    params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(uri), place, lsp.CodeActionContext(found))
    return asyncio.ensure_future(editor.request(lsp.TEXT_DOCUMENT_CODE_ACTION, params))


async def test_the_command_shows_what_would_be_sent_and_sends_nothing(tmp_path: Path, root: Path) -> None:
    async with asking(tmp_path, root) as (editor, server):
        opened(editor, root, "shop/keys.py", ".env", "main.py")
        place = {"uri": (root / "main.py").as_uri(), "position": {"line": 6, "character": 12}}
        async with asyncio.timeout(20):  # the workspace is being indexed
            while "| shop/keys.py |" not in (page := await editor.command("flashls.showContext", place)):
                await asyncio.sleep(0.1)
        assert "# What gemini/gemini-3.5-flash-lite would be sent" in page
        assert "- open file `.env`: no model may see it" in page
        assert re.search(r"- `REDACTED_SECRET_[12]` in .*main\.py", page)
        assert "value = <|cursor|>" in page
        assert TOKEN not in page
        assert AWS not in page
        assert server.requests == []
        for wrong in ([], [{"uri": "file:///nowhere"}], [{"uri": place["uri"], "position": 5}]):
            with pytest.raises(JsonRpcException, match=r"flashls\.showContext takes"):
                await editor.command("flashls.showContext", *wrong)


async def test_clients_that_can_are_asked_to_tell_of_changed_files(tmp_path: Path, root: Path) -> None:
    async with asking(tmp_path, root) as (editor, server):
        (asked,) = editor.read(lsp.CLIENT_REGISTER_CAPABILITY)
        (registration,) = asked["registrations"]
        assert registration["method"] == lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
        globs = [watcher["globPattern"] for watcher in registration["register_options"]["watchers"]]
        assert any("py" in glob for glob in globs)
        change = lsp.FileEvent((root / ".aiexclude").as_uri(), lsp.FileChangeType.Changed)
        opened(editor, root, "main.py")
        await editor.inline(6, 12, (root / "main.py").as_uri(), explicit=True)
        (root / ".aiexclude").write_text("main.py\n")
        editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
        asked_before = len(server.requests)
        editor.change(2, (6, 12, 6, 12, "a + "), uri=(root / "main.py").as_uri())
        assert await editor.inline(6, 16, (root / "main.py").as_uri(), explicit=True) == []
        assert (await editor.reasons())[-1] == "path off"
        assert len(server.requests) == asked_before


LONG = "a" * 250 + TOKEN
ALSO = "gh" + "p_" + "Zt9Yw4Xv6Ub8Nc1Md3Le5Kf7Jg9Hh0Sq7Rk2"
MORE = {
    "shop/hidden.py": f"def total_of_hidden(cart, {PRIVATE}_rate):\n    return cart\n",
    "shop/off.py": f"def total_off(cart, {PRIVATE}_off):\n    return cart\n",
    "shop/local.py": f"def total_local(cart, {PRIVATE}_local):\n    return cart\n",
    "shop/later.py": "def total_later(cart, rate_of_later):\n    return cart\n",
    "shop/long.py": "def charge_cart(cart, rate):\n    total_of_hidden(cart)\n"
    f"    value = '{LONG}', rate\n    return value\n",
    "shop/two.py": "def charge_two(cart, rate):\n    total_later(cart)\n"
    f"    pair = '{TOKEN}', '{ALSO}'\n    return pair\n",
    ".aiexclude": "/shop/hidden.py\n",
    ".gitignore": "/shop/local.py\n/node_modules/\n",
    ".flashls.toml": '[paths]\noff = ["/shop/off.py"]\n',
    "main.py": "from shop.hidden import total_of_hidden\nfrom .shop.hidden import total_of_hidden\n"
    "from .shop.off import total_off\nfrom .shop.local import total_local\n"
    "from shop.later import total_later\nfrom shop.long import charge_cart\n\n\n"
    "def shown(cart, rate):\n    total_off(cart), total_local(cart), total_later(cart), charge_cart(cart, rate)\n"
    "    value = total_of_hidden(\n",
    "main.ts": "import { hiddenRate } from 'sly';\nimport { own } from './shop/own';\nhiddenRate(own(\n",
    "node_modules/sly/index.d.ts": f"export function hiddenRate({PRIVATE}_n: number): void;\n",
    "shop/own.ts": f"export function own({PRIVATE}_n: number): void {{}}\n",
    ".cursorignore": "node_modules/sly/\nshop/own.ts\n",
}


async def test_hidden_files_that_are_imported_and_cut_rows_and_what_is_excluded_later(tmp_path: Path) -> None:
    root = tmp_path / "w"
    for name, text in MORE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / ".git").mkdir()
    async with asking(tmp_path, root) as (editor, server):
        opened(editor, root, "main.py")
        editor.open(MORE["main.ts"], (root / "main.ts").as_uri(), "typescript")
        uri, version, typed = (root / "main.py").as_uri(), 1, 0

        async def ask() -> str:
            """What a key press at the end of main.py has sent."""
            nonlocal version, typed
            version, typed, before = version + 1, typed + 1, len(server.requests)
            editor.change(version, (10, 27 + typed, 10, 27 + typed, "c"), uri=uri)
            await editor.inline(10, 28 + typed, uri, explicit=True)
            return "\n".join(str(request.body) for request in server.requests[before:])

        now, shown = "", ("rate_of_later", "def charge_cart(", "pair = ")
        async with asyncio.timeout(30):  # the workspace is being indexed
            while not all(each in now for each in shown):
                now = await ask()
        assert "total_of_hidden(cart)" in now
        await editor.inline(2, 15, (root / "main.ts").as_uri(), explicit=True)
        everything = sent(server)
        assert "hiddenRate(own(" in everything
        for secret in (PRIVATE, "aaaaaa", TOKEN, TOKEN[:12], ALSO, ALSO[:12]):
            assert secret not in everything
        (root / ".aiexclude").write_text("/shop/hidden.py\n/shop/later.py\n")
        change = lsp.FileEvent((root / ".aiexclude").as_uri(), lsp.FileChangeType.Changed)
        editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
        for _ in range(3):
            now = await ask()
            assert "total_of_hidden(" in now
            assert "rate_of_later" not in now
        editor.client.inbox.clear()
