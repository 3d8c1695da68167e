"""A terminal: a real pseudo-terminal for the process, and what its user finds on the screen and in the scrollback."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

_CONTROL = re.compile(r"\x1b\[(?P<n>[0-9;?]*)(?P<what>[A-Za-z])|\x1b\][^\x1b\a]*(?:\x1b\\|\a)|[\r\n]|[^\x1b\r\n]+")


def shown(command: list[str], environment: dict[str, str], folder: Path, rows: int = 24) -> str:
    """All that a command wrote to a terminal, as it stands there at the end, what has scrolled away included."""
    return screen(written(command, environment, folder, rows), rows)


def written(command: list[str], environment: dict[str, str], folder: Path, rows: int = 24, columns: int = 80) -> str:
    """All that a command wrote to a terminal, controls included."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = environment | {"TERM": "xterm-256color"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=folder)
    os.close(theirs)
    data = b""
    try:
        while piece := _read(ours):
            data += piece
    finally:
        process.kill()
        process.wait(10)
        os.close(ours)
    return data.decode()


def screen(text: str, rows: int) -> str:
    """What a terminal of so many rows makes of what was written. It cannot reach what has scrolled away."""
    lines, row, column = [""], 0, 0
    for found in _CONTROL.finditer(text):
        if found["what"] == "A":
            row = max(row - int(found["n"] or 1), len(lines) - rows, 0)
        elif found["what"] == "K":
            lines[row] = "" if found["n"] == "2" else lines[row][:column]
        elif found[0] == "\n":
            row += 1
            lines += [""] * (row - len(lines) + 1)
        elif found[0] == "\r":
            column = 0
        elif not found[0].startswith("\x1b"):
            lines[row] = lines[row][:column].ljust(column) + found[0] + lines[row][column + len(found[0]) :]
            column += len(found[0])
        else:
            assert found["what"] in {"m", "h", "l", None}, found[0]
    return "\n".join(line.rstrip() for line in lines)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side is closed
        return b""
