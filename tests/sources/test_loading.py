"""Where settings come from, and which source wins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from flashls.settings import Cache, Complete, Provider, Settings
from flashls.sources import load
from tests.sources.loaded import loaded


def test_nothing_set_is_the_defaults(tmp_path: Path) -> None:
    found = loaded(tmp_path, "")
    assert (found.settings, dict(found.origins), found.problems) == (Settings(), {}, ())


LATER_WINS: list[tuple[dict[str, Any], int, str]] = [
    ({}, 100, "config.toml"),
    ({"environ": {"FLASHLS_COMPLETE_DEBOUNCE_MS": "200"}}, 200, "environment"),
    ({"flags": {"complete": {"debounce_ms": "300"}}}, 300, "flag"),
    ({"editor": {"complete": {"debounce_ms": 400}}}, 400, "editor"),
]


@pytest.mark.parametrize("n", range(1, len(LATER_WINS) + 1))
def test_a_later_source_wins(tmp_path: Path, n: int) -> None:
    sources = {name: value for given, _, _ in LATER_WINS[:n] for name, value in given.items()}
    found = loaded(tmp_path, "[complete]\ndebounce_ms = 100", **sources)
    _, value, origin = LATER_WINS[n - 1]
    assert (found.settings.complete.debounce_ms, found.origins["complete.debounce_ms"]) == (value, origin)
    assert found.problems == ()


def test_settings_of_one_section_may_come_from_several_sources(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        "[complete]\nenabled = false\n[cache]\nttl_days = 0.5",
        environ={"FLASHLS_CACHE_SIZE_MB": "7"},
        editor={"complete": {"multiline": False}},
    )
    assert found.settings == Settings(
        complete=Complete(enabled=False, multiline=False), cache=Cache(size_mb=7, ttl_days=0.5)
    )


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('[providers.gemini]\nbase_url = "https://proxy.example"', Provider(base_url="https://proxy.example")),
        ('[providers.gemini]\nkey_env = "MY_KEY"', Provider(key_env="MY_KEY")),
    ],
)
def test_config_toml_chooses_endpoints(tmp_path: Path, toml: str, expected: Provider) -> None:
    found = loaded(tmp_path, toml)
    assert (found.settings.providers, found.problems) == ({"gemini": expected}, ())


@pytest.mark.parametrize(("source", "section"), [("editor", "cache"), ("editor", "trust"), ("workspace", "fix")])
def test_a_setting_that_is_none_is_said_to_be_none(tmp_path: Path, source: str, section: str) -> None:
    given: dict[str, Any] = {source: {section: {"nope": 1}} if source == "editor" else f"[{section}]\nnope = 1"}
    found = loaded(tmp_path, **given)
    assert "there is no setting" in "".join((*found.problems, *found.warnings))


def test_a_budget_that_cannot_be_read_is_no_small_mistake(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, editor={"budget": {"daily_usd": "little"}}).problems) == 1


@pytest.mark.parametrize("content", ["a = " + "[" * 20_000, "x" * 70_000, "a = {b = " * 5_000])
def test_a_hostile_settings_file_of_a_workspace_is_one_line(content: str, tmp_path: Path) -> None:
    (tmp_path / ".flashls.toml").write_text(content)
    loaded = load({"FLASHLS_CONFIG": ""}, workspace_root=tmp_path)
    assert len(loaded.problems) == 1
    assert loaded.settings == Settings()


def test_a_file_may_begin_as_windows_editors_have_it(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf[complete]\r\nmultiline = false\r\n")
    found = load({"FLASHLS_CONFIG": str(tmp_path / "config.toml")})
    assert (found.settings, found.problems) == (Settings(complete=Complete(multiline=False)), ())


def test_the_null_device_is_a_file_without_settings() -> None:
    loaded = load({"FLASHLS_CONFIG": os.devnull})
    assert (loaded.settings, loaded.problems) == (Settings(), ())
