"""The folders of one run of VS Code: projects, settings, tools, and a server that records what it is sent."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.editors.vscode.wheel import write_wheel

ROOT = Path(__file__).resolve().parents[3]
RIGS = ROOT / ".rigs"
NODE = RIGS / "node/bin"
UV = RIGS / "uv/bin/uv"

USER_SETTINGS = {
    "workbench.startupEditor": "none",
    "workbench.enableExperiments": False,
    "workbench.tips.enabled": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": True,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "extensions.ignoreRecommendations": True,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "workbench.welcomePage.walkthroughs.openOnInstall": False,
    "git.openRepositoryInParentFolders": "never",
    "git.autofetch": False,
    "editor.minimap.enabled": False,
    # The list of words would take Tab, and is not what is looked at here.
    "editor.wordBasedSuggestions": "off",
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "editor.accessibilitySupport": "off",
    "terminal.integrated.gpuAcceleration": "off",  # drawn as text, which can be read
}


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one run, and the wire: all that was sent to the server."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def untrusted(self) -> Path:
        return self.root / "untrusted"

    @property
    def quiet(self) -> Path:
        return self.root / "quiet"

    @property
    def workspace(self) -> Path:
        return self.root / "all.code-workspace"

    @property
    def bin(self) -> Path:
        """The first folder on PATH: the tools that scenarios need, and none that another run has put there."""
        return self.root / "bin"

    @property
    def evil_was_run(self) -> Path:
        return self.root / "evil-was-run"

    @property
    def weights(self) -> Path:
        """Where the server looks for the embedded model's weights."""
        return self.root / "home/flashls-data/models/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"

    @property
    def wire(self) -> Path:
        return self.root / "wire.log"

    @property
    def server(self) -> Path:
        return self.root / "home/.local/bin/flashls"

    @property
    def pid(self) -> Path:
        return self.root / "server.pid"

    @property
    def server_settings(self) -> Path:
        return self.root / "config.toml"

    @property
    def machine_settings(self) -> Path:
        return self.data / "Machine" / "settings.json"


def furnish(place: Place, files: Mapping[str, str], replies: list[dict[str, object]], gemini: str) -> None:
    """Writes the projects, the settings of VS Code and of the server, and a server that records what it is sent.

    ``gemini`` is the address under which Gemini is to be found.
    """
    write(place.root / "replies.json", json.dumps(replies))
    write(
        place.server_settings,
        '[models]\ncomplete = ["scripted/test", "scripted/other"]\nexplain = ["scripted/test"]\n'
        f"[providers.scripted]\nreplies = {json.dumps(str(place.root / 'replies.json'))}\n"
        f"[providers.gemini]\nbase_url = {json.dumps(gemini)}\n",
    )
    write(place.data / "User/settings.json", json.dumps(USER_SETTINGS))
    write(place.machine_settings, json.dumps({"flashls.server.path": str(place.server)}))
    flashls = os.environ.get("FLASHLS_PROGRAM", str(Path(sys.executable).with_name("flashls")))
    _program(place.root / "recorder", _RECORDER.format(pid=place.pid, wire=place.wire, flashls=flashls))
    place.server.parent.mkdir(parents=True)
    place.server.symlink_to(place.root / "recorder")
    for name, text in files.items():
        write(place.project / name, text)
    for name in ("area.py", "second.py"):
        write(place.untrusted / name, files["area.py"])
    write(place.quiet / "quiet.py", files["area.py"])
    write(place.quiet / ".flashls.toml", "[complete]\nenabled = false\n")
    folders = [{"path": str(folder)} for folder in (place.project, place.untrusted, place.quiet)]
    write(place.workspace, json.dumps({"folders": folders}))
    for folder in (place.project, place.untrusted):
        evil = _program(folder / "evil", f"#!/bin/sh\ntouch {place.evil_was_run}\n")
        own = {"flashls.server.path": str(evil), "flashls.models.complete": ["scripted/test", "scripted/other"]}
        write(folder / ".vscode/settings.json", json.dumps(own if folder == place.untrusted else {}))
    _equip(place)


# Commits the project, stages one more file, and gives PATH a linter, a Python, and uv.
def _equip(place: Place) -> None:
    place.bin.mkdir()
    # VS Code asks a login shell for the environment.
    write(place.root / "home/.profile", f"export PATH={shlex.quote(_search_path(place))}\n")
    (place.bin / "ruff").symlink_to(Path(sys.executable).with_name("ruff"))
    (place.bin / "python3").symlink_to(Path(sys.executable).resolve())
    (place.bin / "uv").symlink_to(UV)
    write_wheel(place.root / "wheels", place.root / "recorder")
    write(place.project / "note.txt", "A note.\n")
    for command in (["init", "-q"], ["add", "*.py"], [*_AUTHOR, "commit", "-q", "-m", "Begin"], ["add", "note.txt"]):
        subprocess.run(["git", *command], cwd=place.project, env=environment(place), check=True)


_AUTHOR = ["-c", "user.name=A", "-c", "user.email=a@example.com"]

# Its process is the server's own, so that it can be killed.
_RECORDER = """#!/bin/bash
[ "$1" = serve ] || exec '{flashls}' "$@"
echo $$ >'{pid}'
exec '{flashls}' "$@" < <(exec tee -a '{wire}')
"""


def environment(place: Place) -> dict[str, str]:
    """The environment of code-server and of all that it starts: a home of its own, and no marketplace."""
    return {
        "PATH": _search_path(place),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(place.root / "wheels"),
        "UV_OFFLINE": "1",
        "UV_FIND_LINKS": str(place.root / "wheels"),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_CONFIG": "1",
        "SCENARIOS": os.environ.get("SCENARIOS", ""),
        "LANG": "C.UTF-8",
        "HOME": str(place.root / "home"),
        "XDG_CONFIG_HOME": str(place.root / "home/.config"),
        "XDG_DATA_HOME": str(place.root / "home/.local/share"),
        "XDG_CACHE_HOME": str(place.root / "home/.cache"),
        "FLASHLS_CONFIG": str(place.server_settings),
        "FLASHLS_DATA": str(place.root / "home/flashls-data"),
        "FLASHLS_CACHE": str(place.root / "home/flashls-cache"),
        # No marketplace: a port where nobody listens.
        "EXTENSIONS_GALLERY": '{"serviceUrl":"http://127.0.0.1:9/none"}',
    }


def _search_path(place: Place) -> str:
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if not (Path(folder) / "flashls").exists()]
    return os.pathsep.join([str(place.bin), str(NODE), *path])


def write(path: Path, text: str) -> None:
    """Writes a file, and the folders on the way to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _program(path: Path, text: str) -> Path:
    write(path, text)
    path.chmod(0o755)
    return path
