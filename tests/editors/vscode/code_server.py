"""VS Code in a folder of its own: code-server with the packaged extension, and the driver that plays in it."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RIGS = ROOT / ".rigs"
NODE = RIGS / "node/bin"
CODE_SERVER = RIGS / "code-server/node_modules/.bin/code-server"
EXTENSION = ROOT / "editors/vscode/flashls.vsix"
SCREENSHOTS = ROOT / "build/screenshots/vscode"
CHROMIUM = "/usr/bin/chromium"

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
    "git.enabled": False,
    "editor.minimap.enabled": False,
    # The list of words would take Tab, and is not what is looked at here.
    "editor.wordBasedSuggestions": "off",
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "editor.accessibilitySupport": "off",
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
    def wire(self) -> Path:
        return self.root / "wire.log"

    @property
    def server(self) -> Path:
        return self.root / "home/.local/bin/flashls"

    @property
    def server_settings(self) -> Path:
        return self.root / "config.toml"

    @property
    def machine_settings(self) -> Path:
        return self.data / "Machine" / "settings.json"


def furnish(place: Place, files: Mapping[str, str], replies: list[dict[str, object]]) -> None:
    """Writes the project, the settings of VS Code and of the server, and a server that records what it is sent."""
    _write(place.root / "replies.json", json.dumps(replies))
    _write(
        place.server_settings,
        '[models]\ncomplete = ["scripted/test"]\nexplain = ["scripted/test"]\n'
        f"[providers.scripted]\nreplies = {json.dumps(str(place.root / 'replies.json'))}\n",
    )
    _write(place.data / "User/settings.json", json.dumps(USER_SETTINGS))
    _write(place.machine_settings, json.dumps({"flashls.server.path": str(place.server)}))
    flashls = shlex.quote(os.environ.get("FLASHLS_PROGRAM", str(Path(sys.executable).with_name("flashls"))))
    _write(place.server, f'#!/bin/sh\ntee -a {shlex.quote(str(place.wire))} | exec {flashls} "$@"\n')
    place.server.chmod(0o755)
    for name, text in files.items():
        _write(place.project / name, text)


@contextmanager
def code_server(place: Place) -> Iterator[str]:
    """A running code-server with the extension installed; gives its address. Ends it and all it started."""
    for needed in (NODE, CODE_SERVER, EXTENSION, Path(CHROMIUM)):
        assert needed.exists(), f"{needed} is not there: run tools/editors.sh vscode"
    port = _free_port()
    common = [
        f"--user-data-dir={place.data}",
        f"--extensions-dir={place.root}/extensions",
        f"--config={place.root}/cs.yaml",
    ]
    install = subprocess.run(
        [CODE_SERVER, *common, f"--install-extension={EXTENSION}"],
        env=_environment(place),
        capture_output=True,
        text=True,
    )
    assert install.returncode == 0, install.stdout + install.stderr
    arguments = ["--auth=none", f"--bind-addr=127.0.0.1:{port}", "--disable-telemetry", "--disable-update-check"]
    arguments += ["--disable-workspace-trust", "--disable-getting-started-override", "--disable-proxy"]
    with (place.root / "code-server.log").open("wb") as log:
        process = subprocess.Popen(
            [CODE_SERVER, *common, *arguments], env=_environment(place), stdout=log, stderr=log, start_new_session=True
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def drive(place: Place, url: str, key: str, timeout: float) -> tuple[list[dict[str, object]], str]:
    """Plays the scenarios: their results as the driver printed them, and everything there is to read of a failure."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    setup = {
        "url": url,
        "playwright": str(RIGS / "playwright/node_modules/playwright-core"),
        "chromium": CHROMIUM,
        "project": str(place.project),
        "screenshots": str(SCREENSHOTS),
        "wire": str(place.wire),
        "machineSettings": str(place.machine_settings),
        "serverSettings": str(place.server_settings),
        "key": key,
    }
    _write(place.root / "setup.json", json.dumps(setup))
    command = [NODE / "node", Path(__file__).with_name("drive.mjs"), place.root / "setup.json"]
    try:
        done = subprocess.run(command, env=_environment(place), capture_output=True, text=True, timeout=timeout)
        out, err = done.stdout, done.stderr
    except subprocess.TimeoutExpired as error:
        out, err = _text(error.stdout), _text(error.stderr) + f"\nthe driver did not end within {timeout} s"
    results = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    server_log = (place.root / "code-server.log").read_text(errors="replace")
    return results, f"driver:\n{out}{err}\ncode-server:\n{server_log[-4000:]}"


def _environment(place: Place) -> dict[str, str]:
    return {
        "PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}",
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


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"code-server did not start; exit status {process.poll()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _text(output: bytes | str | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""
