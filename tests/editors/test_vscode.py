"""The extension as it is packaged, in a real VS Code (code-server, headless Chromium), with the real server."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass

import pytest

from tests.editors.vscode.code_server import NODE, ROOT, SCREENSHOTS, Place, code_server, drive, furnish

pytestmark = pytest.mark.editor

KEY = "AIzaSyD-not-a-key-at-all-0123456789abcd"

FILES = {
    "area.py": "def area(r):\n",
    "block.py": "def area(r):\n    ",
    "emoji.py": 'boat = 1\nfleet = "😀🚣" *',
    "off.py": "def area(r):\n",
    "keyless.py": "def area(r):\n",
    "explained.py": "def area(r):\n    return 3.14 * r * r\n",
    "lamp.py": "def lamp(on):\n    return not on\n",
    "endless.py": "def endless():\n    while True:\n        pass\n",
}

EXPLANATION = """## What it does

It computes the **area** of a circle; `r` is its radius. <img src=x onerror=alert(1)>

```python
return 3.14 * r * r
```

| value | meaning |
|---|---|
| 3.14 | about pi |

That is the end.
"""

REPLIES: list[dict[str, object]] = [
    {"task": "complete", "when": r"return $", "text": "3.14 * r * r", "delay": 0.02},
    {"task": "complete", "when": r"< 0:\n *$", "text": "r = -r\n        sign = -1", "delay": 0.02},
    {"task": "complete", "when": r"\* $", "text": 'boat + "🚤"', "delay": 0.02},
    {"task": "explain", "when": "endless", "text": "".join(f"word {n} " for n in range(2000)), "delay": 0.03},
    {"task": "explain", "when": "area", "text": EXPLANATION, "delay": 0.2},
    {"task": "explain", "when": "lamp", "text": "A lamp that is off is on."},
]

SCENARIOS = [
    "status_bar",
    "ghost_text",
    "typed_through",
    "tab_accepts",
    "several_lines",
    "emoji_line",
    "turned_off_for_a_language",
    "last_requests",
    "explain_streams",
    "explanation_stopped",
    "light_bulb",
    "key_is_kept_secret",
    "no_key",
    "server_not_found",
]


@dataclass(frozen=True, slots=True)
class Played:
    """What the driver said of each scenario, everything it printed, and where it was."""

    results: dict[str, dict[str, object]]
    log: str
    place: Place


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All scenarios, played one after the other in one window."""
    place = Place(tmp_path_factory.mktemp("vscode"))
    furnish(place, FILES, REPLIES)
    evil = place.project / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {place.root}/evil-was-run\n")
    evil.chmod(0o755)
    settings = place.project / ".vscode/settings.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"flashls.server.path": str(evil)}))
    with code_server(place) as url:
        results, log = drive(place, url, KEY, timeout=300)
    return Played({str(result["name"]): result for result in results}, log, place)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(played: Played, scenario: str) -> None:
    result = played.results.get(scenario)
    assert result is not None, f"the driver did not get as far\n{played.log}"
    assert result["ok"], f"{result['error']}\nscreenshot: {SCREENSHOTS / scenario}.png\n{played.log}"


def test_every_scenario_is_listed(played: Played) -> None:
    assert sorted(played.results) == sorted(SCENARIOS), played.log


def test_a_key_is_in_no_file(played: Played) -> None:
    folders = [played.place.data, played.place.project, played.place.root / "home"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert KEY in played.place.wire.read_text(encoding="utf-8"), "the key was never set"
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


def test_an_opened_folder_cannot_choose_the_server(played: Played) -> None:
    assert played.results["status_bar"]["ok"], played.log
    assert not (played.place.root / "evil-was-run").exists()


def test_parts_that_need_no_window() -> None:
    done = subprocess.run(
        [NODE / "node", "--test", "test/*.test.ts"], cwd=ROOT / "editors/vscode", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
