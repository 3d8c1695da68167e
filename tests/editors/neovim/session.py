"""A real Neovim with the plugin, the real server and scripted replies."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pynvim

ROOT = Path(__file__).parents[3]
OLD = Path(sys.executable).with_name("nvim")
NEW = ROOT / ".rigs" / "neovim" / "nvim"

_FIX = {"explanation": "`y` is not defined.", "edits": [{"old": "t = y", "new": "t = 1"}]}
_TEST = {"name": "test_price", "code": "def test_price():\n    assert price(2) == 6"}
_TESTS = {"imports": ["from main import price"], "tests": [_TEST]}
_FINDING = {"quote": "xs[-1]", "severity": "warning", "kind": "bug", "title": "Empty lists", "explanation": "Raises."}
SLOW = {"task": "complete", "when": r"slow = $", "text": "too_late()", "delay": 2.5}
REPLIES: list[dict[str, object]] = [
    {"task": "complete", "when": r"total = $", "text": "sum(values)"},
    {"task": "complete", "when": r"cost = $", "text": "sum(map(prices.get, basket))"},
    {"task": "complete", "when": r"first = $", "text": "values[0]"},
    {"task": "complete", "when": r"def area\(r\):\n    $", "text": "square = r * r\n    return 3.14 * square"},
    {"task": "complete", "when": r"print\($", "text": "values)"},
    SLOW,
    {"task": "complete", "when": r"slow = 4$", "text": "2 + 1"},
    {"task": "fix", "text": json.dumps(_FIX)},
    {"task": "document", "text": json.dumps({"comments": [{"symbol": 1, "summary": "Does 😀."}]})},
    {"task": "generate", "text": json.dumps({"code": "def twice(x):\n    return 2 * x"})},
    {"task": "test", "text": json.dumps(_TESTS)},
    {"task": "review", "text": json.dumps({"findings": [_FINDING | {"related": list[str]()}]})},
    {"task": "ask", "text": "`price` makes it (`main.py:1`)."},
    {"task": "commit", "text": json.dumps({"subject": "Price things", "body": "Thrice."})},
    {"task": "explain", "when": "forever", "text": "It never ends. ", "stall": True},
    {"task": "explain", "when": "broken", "text": "It", "fail": "the model is away"},
    {"task": "explain", "when": "", "text": "# Sum\n\nAdds **all** `values`.\n", "delay": 0.05},
]


@dataclass
class Neovim:
    """A running Neovim with a file open and the server attached."""

    api: Any
    log: Path

    def type(self, keys: str) -> None:
        self.api.input(keys)

    def lua(self, code: str, *arguments: object) -> Any:
        self._answers()
        return self.api.exec_lua(code, *arguments)

    @property
    def lines(self) -> list[str]:
        self._answers()
        return list(self.api.current.buffer[:])

    @property
    def ghost(self) -> list[Any] | None:
        found: list[Any] | None = self.lua("return eyes.ghost()")
        return found

    @property
    def screen(self) -> list[str]:
        return list(self.lua("return eyes.screen()"))

    def sent(self, what: str) -> int:
        """How many messages that hold ``what`` went to the server, by Neovim's own log."""
        return sum('"rpc.send"' in line and what in line for line in self.log.read_text().splitlines())

    @property
    def wire(self) -> str:
        """The end of Neovim's own log of the messages."""
        return self.log.read_text()[-2000:]

    def reads(self, row: int, line: str) -> None:
        """Waits until a line of the buffer is this."""
        until(lambda: self.lines[row] == line, lambda: f"line {row} to be {line!r} in {self.lines}")

    def see(self, ghost: str) -> None:
        """Waits until the suggestion is drawn, all of it."""
        until(lambda: (self.ghost or [0, 0, None])[2] == ghost, lambda: f"ghost text {ghost!r}, not {self.ghost}")
        for line in ghost.split("\n"):
            assert any(line in row for row in self.screen), self.screen

    def _answers(self) -> None:
        """At a prompt, after an error for instance, Neovim would let us wait for ever."""
        if self.api.api.get_mode()["blocking"]:
            self.api.input("<CR>")
            raise AssertionError(self.api.command_output("messages"))


@contextlib.contextmanager
def running(folder: Path, binary: Path, **options: object) -> Iterator[Neovim]:
    """A Neovim in ``folder``, ready to be typed into; the options are those of the plugin."""
    assert binary.exists(), f"{binary} is missing: run tools/editors.sh"
    path, file = folder / "nvim.sock", folder / "main.py"
    file.write_text("values = [1]\nend = 1\n")
    with subprocess.Popen(
        [binary, "--headless", "--listen", path, "-u", Path(__file__).with_name("init.lua"), file],
        env=_environment(folder, options),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        # A Neovim that waits for an answer to a prompt would wait for ever.
        watchdog = threading.Timer(240, process.kill)
        watchdog.start()
        try:
            until(lambda: _listens(path), lambda: "no socket")
            with pynvim.attach("socket", path=str(path)) as api, _quitting(api, process):
                api.ui_attach(80, 24, rgb=True)
                said = "return require('flashls').status()"
                until(lambda: api.exec_lua(said) == "flashls: ready", lambda: f"no server: {api.exec_lua(said)}", 120)
                yield Neovim(api, folder / "state" / "nvim" / "lsp.log")
        finally:
            watchdog.cancel()
            process.kill()


@contextlib.contextmanager
def _quitting(api: Any, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Waiting for the answer that never comes lets pynvim see the end of the connection and close it."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError, EOFError):
            api.command("qall!")
        process.wait(10)


def until(reached: Callable[[], object], seen: Callable[[], object], seconds: float = 30) -> None:
    """Waits for something to come true; what is seen instead is the failure's message."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, seen()
        time.sleep(0.02)


def _listens(path: Path) -> bool:
    """The socket's file is there a moment before anyone answers."""
    with socket.socket(socket.AF_UNIX) as probe:
        return path.exists() and probe.connect_ex(str(path)) == 0


def _environment(folder: Path, options: dict[str, object]) -> dict[str, str]:
    replies, config = folder / "replies.json", folder / "config.toml"
    replies.write_text(json.dumps(REPLIES))
    config.write_text(
        "[models]\ncomplete = ['scripted/test']\nexplain = ['scripted/test']\n"
        f"[providers.scripted]\nreplies = {json.dumps(str(replies))}\n"
    )
    server = [sys.executable, "-m", "flashls_cli", "serve"]
    own = {
        "FLASHLS_CONFIG": config,
        "FLASHLS_DATA": folder / "data",
        "FLASHLS_CACHE": folder / "cache",
        "FLASHLS_TEST_PLUGIN": ROOT / "editors" / "neovim",
        "FLASHLS_TEST_SETUP": json.dumps({"cmd": server} | options),
        "HOME": folder,
    } | {f"XDG_{name}_HOME": folder / name.lower() for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLASHLS_", "NVIM", "XDG_"))}
    return kept | {name: str(value) for name, value in own.items()}
