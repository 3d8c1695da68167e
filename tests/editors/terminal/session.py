"""A real editor in a terminal, the real server and scripted replies: keys in, the screen and the file out."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.editors.neovim.session import REPLIES, ROOT, until

_SECONDS = 30.0


@dataclass
class Terminal:
    """A terminal of 100 columns and 30 rows in which an editor runs on ``file``."""

    file: Path
    socket: Path

    def keys(self, *keys: str) -> None:
        """Presses keys by tmux's names, such as Escape or C-x."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Types a text as it is."""
        self._tmux("send-keys", "-l", text)

    @property
    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def see(self, text: str) -> None:
        """Waits until a text is on the screen."""
        until(lambda: text in self.screen, lambda: f"{text!r} is not on the screen:\n{self.screen}", _SECONDS)

    def written(self, text: str) -> None:
        """Waits until the file on the disk is this."""
        until(lambda: self.file.read_text() == text, lambda: f"{self.file.read_text()!r}\n{self.screen}", _SECONDS)

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", str(self.socket), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS).stdout


@contextlib.contextmanager
def editing(
    folder: Path, editor: Sequence[str | Path], text: str, own: dict[str, str], models: str = "scripted/test"
) -> Iterator[Terminal]:
    """An editor with a Python file of this text open; ``own`` is its environment besides ours."""
    assert shutil.which(str(editor[0])), f"{editor[0]} is missing: run tools/editors.sh"
    file = folder / "main.py"
    file.write_text(text)
    # A socket's path may have about 100 characters only.
    with tempfile.TemporaryDirectory(prefix="tmux-") as sockets:
        terminal = Terminal(file, Path(sockets) / "s")
        # tmux gives a window the PATH of its own server, whatever -e says.
        inside = ["env", *(f"{name}={value}" for name, value in (environment(folder, models) | own).items())]
        command = ["tmux", "-S", str(terminal.socket), "-f", "/dev/null", "new-session", "-d", "-x100", "-y30"]
        subprocess.run([*command, *inside, *map(str, editor), str(file)], check=True, cwd=folder, timeout=_SECONDS)
        try:
            yield terminal
        finally:
            subprocess.run(["tmux", "-S", str(terminal.socket), "kill-server"], check=False, capture_output=True)


def environment(folder: Path, models: str = "scripted/test") -> dict[str, str]:
    """What an editor and its server need to know to keep to ``folder``, and to answer from the script."""
    replies, config = folder / "replies.json", folder / "config.toml"
    replies.write_text(json.dumps(REPLIES))
    config.write_text(
        f"[models]\ncomplete = ['{models}']\nexplain = ['{models}']\n"
        f"[providers.scripted]\nreplies = {json.dumps(str(replies))}\n"
    )
    binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    flashls = {
        f"FLASHLS_{name}": str(folder / path)
        for name, path in {"CONFIG": "config.toml", "DATA": "data", "CACHE": "cache"}.items()
    }
    homes = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    return {"PATH": binaries, "HOME": str(folder), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"} | flashls | homes


def editors(name: str) -> Path:
    """The folder of an editor's configuration, as users take it from here."""
    return ROOT / "editors" / name
