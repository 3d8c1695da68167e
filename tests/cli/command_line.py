"""The command line of a user with nothing but a config.toml, in this process."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flashls_cli.commands import run

REPLIES = [
    {"when": "Answer with the one word", "text": "ready"},
    {"task": "explain", "when": "(?s)Explain it in one or two.*", "text": "Briefly: *pi*."},
    {"task": "explain", "when": "boom", "text": "It b", "fail": "the model is out of order"},
    {"task": "explain", "when": "nothing", "text": ""},
    {"task": "explain", "text": "It *multiplies*."},
    {"when": r"boom = \Z", "fail": "the model is out of order"},
    {"when": r"(= |return )\Z", "text": "3.14 * r * r"},
]
MODELS = '[models]\ncomplete = ["scripted/demo"]\nexplain = ["scripted/demo"]\n'


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A working folder and a config.toml to write."""

    folder: Path
    config: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str, stdin: str | bytes = "") -> Said:
        """Runs one command."""
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        status = run(arguments)
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(status, out, err)

    def file(self, text: str | bytes, name: str = "a.py") -> str:
        """Writes a file in the working folder; its name."""
        (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name


def command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], more: str = ""
) -> CommandLine:
    """A command line whose tasks ask a scripted model."""
    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    config, folder, replies = tmp_path / "config.toml", tmp_path / "w", tmp_path / "replies.json"
    folder.mkdir()
    replies.write_text(json.dumps(REPLIES))
    config.write_text(f"{MODELS}[providers.scripted]\nreplies = {str(replies)!r}\n{more}")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FLASHLS_CONFIG", str(config))
    monkeypatch.setenv("FLASHLS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FLASHLS_CACHE", str(tmp_path / "cache"))
    return CommandLine(folder, config, capsys, monkeypatch)
