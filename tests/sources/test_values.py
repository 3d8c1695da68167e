"""Settings that are wrong: named, left out, and never the whole of what else is set; keys in the wrong place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flashls.settings import Complete, Settings
from flashls.sources import Loaded, load
from tests.sources.loaded import loaded

SECRET = "AIzaSyA-" + "0123456789abcdefghijklmnopqrstu"

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no TOML": ({"toml": "complete = ["}, "config.toml: "),
    "no setting": ({"toml": "[complete]\nenable = true"}, "no setting complete.enable; [complete] has enabled"),
    "no section": ({"toml": "[completion]\nenabled = true"}, "there is no section 'completion'; there are complete"),
    "no table": ({"toml": "complete = 5"}, "complete: expected a table"),
    "wrong type": ({"toml": '[complete]\nenabled = "yes"'}, "complete.enabled = 'yes': "),
    "text is no number": ({"environ": {"FLASHLS_COMPLETE_DEBOUNCE_MS": "fast"}}, "debounce_ms = 'fast': "),
    "out of range": ({"flags": {"complete": {"debounce_ms": "9999"}}}, "flag: complete.debounce_ms = '9999': "),
    "unknown in a provider": ({"toml": '[providers.gemini]\nurl = "x"'}, "[providers.gemini]: "),
    "wrong in a provider": ({"toml": '[providers.gemini]\nwire = "soap"'}, "[providers.gemini] wire: expected 'op"),
    "provider is no table": ({"toml": '[providers]\ngemini = "x"'}, "[providers.gemini]: "),
    "unknown provider setting of the editor": ({"editor": {"providers": "x"}}, "providers: expected a table"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "problem"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_and_left_out(tmp_path: Path, given: dict[str, Any], problem: str) -> None:
    found = loaded(tmp_path, **given)
    assert found.settings == Settings()
    assert [problem in line for line in (*found.problems, *found.warnings)] == [True], found


def test_what_is_wrong_does_not_take_the_rest_with_it(tmp_path: Path) -> None:
    found = loaded(tmp_path, "[complete]\nenabled = 3\nmultiline = false\n[nonsense]\nx = 1")
    assert found.settings == Settings(complete=Complete(multiline=False))
    assert len(found.problems) == 2


@pytest.mark.parametrize(
    "given",
    [
        {"editor": {"apiKey": SECRET}},
        {"editor": {"complete": {"debounce_ms": SECRET}}},
        {"editor": {"complete": {"key": SECRET}}},
        {"editor": {"providers": {"gemini": {"key": SECRET}}}},
        {"editor": {"models": {"complete": {"gemini": SECRET}}}},
        {"editor": {"keys": {"gemini": SECRET}}},
        {"environ": {"FLASHLS_CACHE_TTL_DAYS": SECRET}},
        {"toml": f'[providers.gemini]\nkey = "{SECRET}"'},
        {"toml": f'[providers.gemini]\nwire = "{SECRET}"'},
        {"toml": f'[providers.gemini]\nkey_env = "{SECRET}"'},
        {"toml": f'[providers.gemini]\nstreams = "{SECRET}"'},
        {"toml": f'gemini_api_key = "{SECRET}"'},
        {"toml": f'[complete]\nkey = "{SECRET}'},
    ],
    ids=str,
)
def test_a_key_in_the_wrong_place_is_not_repeated(tmp_path: Path, given: dict[str, Any]) -> None:
    found = loaded(tmp_path, **given)
    assert SECRET[:12] not in repr(found)


def test_a_file_that_is_named_but_not_there_is_said(tmp_path: Path) -> None:
    found = load({"FLASHLS_CONFIG": str(tmp_path / "none.toml")})
    assert ["does not exist" in line for line in found.problems] == [True]
    assert found.settings == Settings()


@pytest.mark.parametrize("make", ["folder", "bytes"])
def test_files_that_cannot_be_read_are_said(tmp_path: Path, make: str) -> None:
    path = tmp_path / "config.toml"
    path.mkdir() if make == "folder" else path.write_bytes(b"\xff\xfe")
    found = load({"FLASHLS_CONFIG": str(path)})
    assert [line.startswith(f"{path}: ") for line in found.problems] == [True]


def test_a_workspace_that_cannot_be_a_path_is_no_error(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[complete]\nmultiline = false")
    found = load({"FLASHLS_CONFIG": str(config)}, workspace_root=Path("/a\0b"))
    assert found.settings == Settings(complete=Complete(multiline=False))
    assert len(found.problems) == 1


def test_an_empty_variable_names_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    assert load({"FLASHLS_CONFIG": ""}) == Loaded(Settings(), {}, ())
