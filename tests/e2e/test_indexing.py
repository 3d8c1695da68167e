"""The index of a real server: its progress shown to the editor, and what cancelling it leaves."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import psutil
from lsprotocol import types as lsp

from tests.e2e.editor import Editor, editing, scripted

NEEDED = "def total_of_cart(cart, exchange_rate):\n    return cart.net * exchange_rate\n"
MAIN = "from shop.cart import total_of_cart\n\n\ndef shown(cart):\n    return total_of_cart(\n"


def workspace(root: Path, modules: int) -> Path:
    """A project whose files are many; the one that is needed is looked at among the first."""
    (root / "shop").mkdir(parents=True)
    (root / "shop" / "cart.py").write_text(NEEDED)
    (root / "main.py").write_text(MAIN)
    body = "".join(f"    def method_{n}(self, value_{n}):\n        return value_{n} + {n}\n\n" for n in range(150))
    for n in range(modules):
        (root / "shop" / f"deep_{n:04}").mkdir()
        (root / "shop" / f"deep_{n:04}" / "module.py").write_text(f"class Module{n}:\n{body}")
    return root


def indexers(editor: Editor) -> list[psutil.Process]:
    found = psutil.Process(editor.process.pid).children(recursive=True)
    return [each for each in found if each.is_running() and "flashls.index" in _command(each)]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


async def page(editor: Editor, root: Path) -> str:
    place = {"uri": (root / "main.py").as_uri(), "position": {"line": 4, "character": 25}}
    return str(await editor.command("flashls.showContext", place))


def bars(editor: Editor) -> list[Any]:
    return [params for method, params in editor.client.inbox if method == lsp.PROGRESS]


async def test_cancelling_leaves_what_is_indexed_and_a_change_of_settings_begins_anew(tmp_path: Path) -> None:
    root = workspace(tmp_path / "w", modules=1500)
    async with editing(tmp_path, scripted(tmp_path, []), root=root) as editor:
        await editor.state("ready")
        editor.open(MAIN, (root / "main.py").as_uri())
        async with asyncio.timeout(60):
            while not any(bar["value"]["kind"] == "report" for bar in bars(editor)):
                await asyncio.sleep(0.05)
            while "def total_of_cart(cart, exchange_rate):" not in await page(editor, root):
                await asyncio.sleep(0.05)
        token = bars(editor)[0]["token"]
        assert indexers(editor)
        editor.client.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(token))
        await editor.until(lambda: any(bar["value"]["kind"] == "end" for bar in bars(editor)))
        await editor.until(lambda: not indexers(editor))
        assert "def total_of_cart(cart, exchange_rate):" in await page(editor, root)
        assert [bar["value"]["kind"] for bar in bars(editor)].count("end") == 1
        editor.client.set_configuration({"flashls": {"paths": {"off": ["/never/"]}}})
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(None))
        await editor.until(lambda: indexers(editor))
        editor.client.inbox.clear()
