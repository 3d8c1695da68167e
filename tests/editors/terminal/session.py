"""A real editor in a terminal, the real server and scripted replies: keys in, the screen and the file out."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.editors.neovim.session import REPLIES, until
from tests.editors.terminal.editors import Editor
from tests.editors.terminal.picture import leave_picture

_SECONDS = 60.0
_AGAIN = 5.0  # seconds after which keys that seem lost are pressed again, each time twice as many


@dataclass
class Terminal:
    """A terminal in which an editor runs on ``file``."""

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

    def press_until(self, text: str, *keys: str, seconds: float = 120) -> None:
        """Presses keys until a text is on the screen, again now and then, and Escape before that.

        What is asked for while the server or the editor is still starting may be lost.
        """
        self._search(re.escape(text), lambda: self.keys(*keys), self._escape, seconds)

    def offers(self, editor: Editor, seconds: float = 120) -> str:
        """Waits until the editor offers a suggestion, asking for one again now and then; what it offers."""
        found = self._search(
            editor.offer, lambda: self.keys(*editor.ask) if editor.ask else None, lambda: None, seconds
        )
        return found[1].strip()

    def _search(
        self, pattern: str, ask: Callable[[], None], leave: Callable[[], None], seconds: float
    ) -> re.Match[str]:
        """Asks, and leaves and asks again where nothing has come; ever later, for asking may end what is under way."""
        end, patience = time.monotonic() + seconds, _AGAIN
        ask()
        again = time.monotonic() + patience
        while not (found := re.search(pattern, self.screen, re.MULTILINE)):
            assert time.monotonic() < end, f"{pattern} is not on the screen:\n{self.screen}"
            if time.monotonic() > again:
                leave()
                ask()
                patience *= 2
                again = time.monotonic() + patience
            time.sleep(0.05)
        return found

    def _escape(self) -> None:
        self.keys("Escape")
        time.sleep(0.5)  # an editor takes a key that follows at once for one with Alt

    def picture(self, name: str) -> Path:
        """Leaves a picture of the screen as it is, colours and all, to be looked at."""
        cursor = self._tmux("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return leave_picture(name, self._tmux("capture-pane", "-p", "-e", "-N"), (int(cursor[0]), int(cursor[1])))

    def written(self, text: str) -> None:
        """Waits until the file on the disk is this."""
        until(lambda: self._saved() == text, lambda: f"{self._saved()!r}\n{self.screen}", _SECONDS)

    def holds(self, text: str) -> None:
        """Waits until the file on the disk begins with this."""
        until(lambda: self._saved().startswith(text), lambda: f"{self._saved()!r}\n{self.screen}", _SECONDS)

    def _saved(self) -> str:
        """The file as it lies on the disk; Helix moves it away for the moment in which it writes the new one."""
        try:
            return self.file.read_text()
        except FileNotFoundError:
            return ""

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", str(self.socket), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS).stdout


@contextlib.contextmanager
def editing(
    folder: Path, editor: Sequence[str | Path], text: str, own: dict[str, str], size: tuple[int, int] = (100, 30)
) -> Iterator[Terminal]:
    """An editor with a Python file of this text open, in a terminal of so many columns and rows.

    ``own`` is its environment besides ours.
    """
    assert shutil.which(str(editor[0])), f"{editor[0]} is missing: run tools/editors.sh"
    file = folder / "main.py"
    file.write_text(text)
    # A socket's path may have about 100 characters only.
    with tempfile.TemporaryDirectory(prefix="tmux-") as sockets:
        terminal = Terminal(file, Path(sockets) / "s")
        # tmux gives a window the PATH of its own server, whatever -e says.
        inside = ["env", *(f"{name}={value}" for name, value in (environment(folder) | own).items())]
        command = [
            "tmux",
            "-S",
            str(terminal.socket),
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            f"-x{size[0]}",
            f"-y{size[1]}",
        ]
        subprocess.run([*command, *inside, *map(str, editor), str(file)], check=True, cwd=folder, timeout=_SECONDS)
        try:
            yield terminal
        finally:
            subprocess.run(["tmux", "-S", str(terminal.socket), "kill-server"], check=False, capture_output=True)


def environment(folder: Path) -> dict[str, str]:
    """What an editor and its server need to know to keep to ``folder``, and to answer from the script."""
    replies, config = folder / "replies.json", folder / "config.toml"
    replies.write_text(json.dumps(REPLIES))
    config.write_text(
        "[models]\ncomplete = ['scripted/test']\nexplain = ['scripted/test']\n"
        f"[providers.scripted]\nreplies = {json.dumps(str(replies))}\n"
    )
    binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    flashls = {
        f"FLASHLS_{name}": str(folder / path)
        for name, path in {"CONFIG": "config.toml", "DATA": "data", "CACHE": "cache"}.items()
    }
    homes = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    return (
        {"PATH": binaries, "HOME": str(folder), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        | flashls
        | homes
        | {"COLORTERM": "truecolor"}
    )
