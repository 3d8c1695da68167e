"""The extension as it is packaged, in a real VS Code (code-server, headless Chromium), with the real server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.editors.vscode.code_server import SCREENSHOTS, code_server, drive
from tests.editors.vscode.place import NODE, ROOT, Place, furnish

pytestmark = [pytest.mark.editor, pytest.mark.timeout(1100)]  # the first test waits until all has been played

KEY = "AIzaSyD-not-a-key-at-all-0123456789abcd"

LARGE_LINES = 20_000
FILES = {
    "area.py": "def area(r):\n",
    "tab.py": "if True:\n",
    "words.py": "def area(r):\n",
    "large.py": "x = [1, 2, 3]  # some more\n" * (LARGE_LINES - 2) + "def area(r):\n",
    "block.py": "def area(r):\n    ",
    "emoji.py": 'boat = 1\nfleet = "😀🚣" *',
    "off.py": "def area(r):\n",
    "keyless.py": "def area(r):\n",
    "again.py": "def area(r):\n",
    "explained.py": "def area(r):\n    return 3.14 * r * r\n",
    "bare.py": "def area(r):\n    return 3.14 * r * r\n",
    "lamp.py": "def lamp(on):\n    return not on\n",
    "endless.py": "def endless():\n    while True:\n        pass\n",
    "broken.py": 's = "😀"; t = y\nprint(s, t)\n',
    "wish.py": "x = 1\n",
    "shop.py": "def price(n):\n    return 3 * n\n",
    "reviewed.py": "def last(xs):\n    return xs[-1]\n",
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

FIX = {"explanation": "`y` is not defined.", "edits": [{"old": "t = y", "new": "t = 1"}]}
DOES = {"comments": [{"symbol": 1, "summary": "Give the area of a circle."}]}
TWICE = {"code": "def twice(x):\n    return 2 * x", "note": "Numbers only."}
TEST = {"name": "test_price", "code": "def test_price():\n    assert price(2) == 6"}
TESTS = {"imports": ["from shop import price"], "tests": [TEST]}
EMPTY = "An empty list has no last element"
FINDING = {"quote": "xs[-1]", "severity": "warning", "kind": "bug", "title": EMPTY, "explanation": "It raises."}
FOUND = json.dumps({"findings": [FINDING | {"related": list[str]()}]})

REPLIES: list[dict[str, object]] = [
    {"task": "complete", "when": r"return $", "text": "3.14 * r * r", "delay": 0.02},
    {"task": "complete", "when": r"< 0:\n *$", "text": "r = -r\n        sign = -1", "delay": 0.02},
    {"task": "complete", "when": r"\* $", "text": 'boat + "🚤"', "delay": 0.02},
    {"task": "explain", "when": "endless", "text": "".join(f"word {n} " for n in range(2000)), "delay": 0.03},
    {"task": "explain", "when": "lamp", "text": "A lamp that is off is on."},
    {"task": "explain", "when": "area", "text": EXPLANATION, "delay": 0.2},
    {"task": "fix", "text": json.dumps(FIX), "delay": 0.02},
    {"task": "document", "text": json.dumps(DOES)},
    {"task": "generate", "text": json.dumps(TWICE)},
    {"task": "test", "text": json.dumps(TESTS)},
    {"task": "review", "text": FOUND},
    {"task": "ask", "text": "`price` makes it (`shop.py:2`).", "delay": 0.05},
    {"task": "commit", "text": json.dumps({"subject": "Add a note", "body": "It was missing."})},
]

SCENARIOS = [
    "untrusted",
    "trust_granted",
    "second_folder",
    "folder_with_settings",
    "folder_removed",
    "status_bar",
    "ghost_text",
    "typed_through",
    "tab_accepts",
    "tab_indents",
    "word_accepts",
    "large_file",
    "several_lines",
    "emoji_line",
    "turned_off_for_a_language",
    "last_requests",
    "explain_streams",
    "explanation_stopped",
    "light_bulb",
    "fix_verified",
    "documented",
    "generated",
    "tests_written",
    "reviewed",
    "asked",
    "what_is_sent",
    "commit_message",
    "model_switched",
    "statistics",
    "small_model",
    "file_turned_off",
    "walkthrough",
    "settings_page",
    "key_is_kept_secret",
    "no_key",
    "server_killed",
    "server_not_found",
    "server_installed",
    "server_installed_with_uv",
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
    with gemini() as address:
        furnish(place, FILES, REPLIES, address)
        with code_server(place) as url:
            results, log = drive(place, url, timeout=1000, key=KEY, largeLines=LARGE_LINES)
    return Played({str(result["name"]): result for result in results}, log, place)


@contextmanager
def gemini() -> Iterator[str]:
    """The address of a Gemini that takes any key."""
    command = [sys.executable, "-m", "tests.models.gemini_server", "--port", "0", "--reply", "3.14 * r * r"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield str(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()


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
    assert played.results["trust_granted"]["ok"], played.log
    assert not played.place.evil_was_run.exists()


def test_parts_that_need_no_window() -> None:
    done = subprocess.run(
        [NODE / "node", "--test", "test/*.test.ts"], cwd=ROOT / "editors/vscode", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
