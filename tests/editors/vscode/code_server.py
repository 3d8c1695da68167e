"""VS Code in a folder of its own: code-server with the packaged extension, and the driver that plays in it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.editors.vscode.place import NODE, RIGS, ROOT, UV, Place, environment, write

CODE_SERVER = RIGS / "code-server/node_modules/.bin/code-server"
EXTENSION = ROOT / "editors/vscode/flashls.vsix"
SCREENSHOTS = ROOT / "build/screenshots/vscode"
CHROMIUM = "/usr/bin/chromium"


@contextmanager
def code_server(place: Place) -> Iterator[str]:
    """A running code-server with the extension installed; gives its address. Ends it and all it started."""
    for needed in (NODE, UV, CODE_SERVER, EXTENSION, Path(CHROMIUM)):
        assert needed.exists(), f"{needed} is not there: run tools/editors.sh vscode"
    port = _free_port()
    common = [
        f"--user-data-dir={place.data}",
        f"--extensions-dir={place.root}/extensions",
        f"--config={place.root}/cs.yaml",
    ]
    install = subprocess.run(
        [CODE_SERVER, *common, f"--install-extension={EXTENSION}"],
        env=environment(place),
        capture_output=True,
        text=True,
    )
    assert install.returncode == 0, install.stdout + install.stderr
    arguments = ["--auth=none", f"--bind-addr=127.0.0.1:{port}", "--disable-telemetry", "--disable-update-check"]
    arguments += ["--disable-getting-started-override", "--disable-proxy"]
    arguments += ["--reconnection-grace-time=1"]  # a window that was closed leaves nothing running
    with (place.root / "code-server.log").open("wb") as log:
        process = subprocess.Popen(
            [CODE_SERVER, *common, *arguments], env=environment(place), stdout=log, stderr=log, start_new_session=True
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def drive(place: Place, url: str, timeout: float, **more: object) -> tuple[list[dict[str, object]], str]:
    """Plays the scenarios: their results as the driver printed them, and everything there is to read of a failure.

    ``more`` is for the scenarios to know.
    """
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    setup = {
        "url": url,
        "playwright": str(RIGS / "playwright/node_modules/playwright-core"),
        "chromium": CHROMIUM,
        "project": str(place.project),
        "untrusted": str(place.untrusted),
        "threeFolders": str(place.workspace),
        "evilWasRun": str(place.evil_was_run),
        "server": str(place.server),
        "serverPid": str(place.pid),
        "weights": str(place.weights),
        "screenshots": str(SCREENSHOTS),
        "wire": str(place.wire),
        "machineSettings": str(place.machine_settings),
        "serverSettings": str(place.server_settings),
        **more,
    }
    write(place.root / "setup.json", json.dumps(setup))
    command = [NODE / "node", Path(__file__).with_name("drive.mjs"), place.root / "setup.json"]
    try:
        done = subprocess.run(command, env=environment(place), capture_output=True, text=True, timeout=timeout)
        out, err = done.stdout, done.stderr
    except subprocess.TimeoutExpired as error:
        out, err = _text(error.stdout), _text(error.stderr) + f"\nthe driver did not end within {timeout} s"
    results = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    server_log = (place.root / "code-server.log").read_text(errors="replace")
    return results, f"driver:\n{out}{err}\ncode-server:\n{server_log[-4000:]}"


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 90
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


def _text(output: bytes | str | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""
