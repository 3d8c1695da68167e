"""Who may set what: an editor and a workspace may narrow, and choose among what the user names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from flashls.settings import OUR_MODELS, Complete, Languages, Models, Paths, Settings, TaskName
from flashls.sources import choices, load
from tests.sources.loaded import loaded

ENDPOINT = {"gemini": {"base_url": "https://evil.example"}}


@pytest.mark.parametrize(
    ("source", "given"),
    [
        ("editor", {"editor": {"providers": ENDPOINT}}),
        ("editor", {"editor": {"providers": {"scripted": {"replies": "/tmp/x.json"}}}}),
        ("workspace", {"workspace": '[providers.gemini]\nbase_url = "https://evil.example"'}),
        ("workspace", {"workspace": '[models]\ncomplete = ["gemini/x"]'}),
        ("workspace", {"workspace": '[models]\nexplain = ["gemini/x"]'}),
        ("workspace", {"workspace": "[cache]\nsize_mb = 1"}),
        ("workspace", {"workspace": "[complete]\ntimeout_s = 1"}),
        ("workspace", {"workspace": '[trust]\nroots = ["/w"]'}),
        ("editor", {"editor": {"trust": {"roots": ["/w"]}}}),
        ("editor", {"editor": {"fix": {"background": True}}}),
        ("editor", {"editor": {"budget": {"per_task": {"ask": 9.0}}}}),
        ("editor", {"editor": {"complete": {"hedge": True}}}),
        ("workspace", {"workspace": "[complete]\nhedge = true"}),
    ],
)
def test_what_a_workspace_brings_chooses_no_endpoint_and_no_model(
    tmp_path: Path, source: str, given: dict[str, Any]
) -> None:
    found = loaded(tmp_path, **given)
    assert found.settings == Settings()
    assert [
        p.startswith(f"{source}: ") and p.endswith("in your own config.toml")
        for p in (*found.problems, *found.warnings)
    ] == [True]


NARROWING = [
    ("complete.enabled", "true", "false", False),
    ("complete.enabled", "false", "true", False),
    ("complete.multiline", "false", "true", False),
    ("complete.max_tokens", "100", "50", 50),
    ("complete.max_tokens", "100", "4000", 100),
    ("complete.debounce_ms", "100", "500", 500),
    ("complete.debounce_ms", "100", "0", 100),
    ("languages.off", '["go"]', '["go", "rust"]', ("go", "rust")),
    ("languages.off", '["go"]', "[]", ("go",)),
    ("paths.off", '["*.key"]', '["secret/"]', ("*.key", "secret/")),
    ("cache.enabled", "false", "true", False),
    ("fix.tools", '["ruff", "gofmt"]', '["mypy", "ruff"]', ("ruff",)),
    ("fix.background", "false", "true", False),
]


@pytest.mark.parametrize(("key", "users", "workspaces", "expected"), NARROWING)
def test_a_workspaces_file_may_only_narrow(
    tmp_path: Path, key: str, users: str, workspaces: str, expected: Any
) -> None:
    section, _, name = key.partition(".")
    found = loaded(tmp_path, f"[{section}]\n{name} = {users}", workspace=f"[{section}]\n{name} = {workspaces}")
    assert getattr(getattr(found.settings, section), name) == expected
    assert found.problems == ()


def test_a_workspaces_file_narrows_the_default_and_the_editors_value_too(tmp_path: Path) -> None:
    found = loaded(tmp_path, workspace="[complete]\nmax_tokens = 9", editor={"complete": {"max_tokens": 50}})
    assert (found.settings.complete.max_tokens, found.origins["complete.max_tokens"]) == (9, "workspace")


@pytest.mark.parametrize("source", ["editor", "workspace"])
def test_what_a_workspace_brings_hides_more_files_and_shows_none(tmp_path: Path, source: str) -> None:
    given: dict[str, Any] = (
        {"editor": {"paths": {"off": ["!*.key", "secret/"]}}}
        if source == "editor"
        else {"workspace": '[paths]\noff = ["!*.key", "secret/"]'}
    )
    found = loaded(tmp_path, '[paths]\noff = ["*.key"]', **given)
    assert found.settings.paths == Paths(off=("*.key", "secret/"))
    assert [source in p and "!*.key" in p for p in (*found.problems, *found.warnings)] == [True]


@pytest.mark.parametrize(
    ("own", "editor", "models", "max_tokens"),
    [
        ("", {"models": {"complete": ["gemini/gemini-3.8-flash"]}}, ("gemini/gemini-3.8-flash",), 256),
        ("", {"models": {"complete": ["gemini/gemini-4-argon"]}}, (), 256),
        (
            '[models]\ncomplete = ["local/a"]',
            {"models": {"complete": ["gemini/gemini-3.5-flash-lite"]}},
            ("local/a",),
            256,
        ),
        ('[models]\nexplain = ["local/a"]', {"models": {"complete": ["local/a"]}}, ("local/a",), 256),
        ("", {"complete": {"max_tokens": 4096}}, (), 256),
        ("", {"complete": {"max_tokens": 64}}, (), 64),
        ("[complete]\nmax_tokens = 1000", {"complete": {"max_tokens": 4096}}, (), 1000),
    ],
)
def test_an_editor_chooses_among_the_users_own_models_and_lowers_limits(
    own: str, editor: dict[str, Any], models: tuple[str, ...], max_tokens: int, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(own)
    loaded = load({"FLASHLS_CONFIG": str(tmp_path / "config.toml")}, editor=editor)
    assert (loaded.settings.models.complete, loaded.settings.complete.max_tokens) == (models, max_tokens)
    asked_for = editor.get("models", {}).get("complete", [])
    assert bool(loaded.warnings) == (tuple(asked_for) != models)


LOWERED = [
    ("budget.daily_usd", "2.0", 1.0, 1.0),
    ("budget.daily_usd", "2.0", 3.0, 2.0),
    ("budget.daily_usd", "2.0", 0, 2.0),
    ("budget.monthly_usd", "0", 5.0, 5.0),
    ("budget.monthly_usd", "0", 0, 0),
    ("complete.speculate", '"auto"', "on", "auto"),
    ("complete.speculate", '"on"', "off", "off"),
    ("cache.enabled", "false", True, False),
    ("cache.enabled", "true", False, False),
    ("cache.size_mb", "100", 10_000, 100),
    ("cache.ttl_days", "2.0", 3000.0, 2.0),
    ("index.enabled", "false", True, False),
    ("index.enabled", "true", False, False),
    ("index.max_file_kb", "100", 100_000, 100),
    ("fix.tools", '["ruff", "gofmt"]', [], ()),
    ("fix.tools", '["ruff", "gofmt"]', ["mypy", "gofmt"], ("gofmt",)),
]


@pytest.mark.parametrize(("key", "users", "editors", "expected"), LOWERED)
def test_an_editor_may_have_less_spent_kept_and_run(
    tmp_path: Path, key: str, users: str, editors: Any, expected: Any
) -> None:
    section, _, name = key.partition(".")
    found = loaded(tmp_path, f"[{section}]\n{name} = {users}", editor={section: {name: editors}})
    assert (getattr(getattr(found.settings, section), name), found.problems, found.warnings) == (expected, (), ())


def test_an_editors_settings_leave_a_hedge_that_the_user_has_switched_on(tmp_path: Path) -> None:
    found = loaded(tmp_path, "[complete]\nhedge = true", editor={"complete": {"hedge": False, "multiline": False}})
    assert (found.settings.complete.hedge, found.settings.complete.multiline) == (True, False)
    assert len(found.warnings) == 1


COMPLETES, EXPLAINS = '[models]\ncomplete = ["x/fast"]\n', '[models]\nexplain = ["x/dear", "local/a"]\n'
BOTH = COMPLETES + 'explain = ["x/dear", "local/a"]\n'


@pytest.mark.parametrize(
    ("own", "task", "expected"),
    [
        ("", "complete", OUR_MODELS),
        ("", "explain", OUR_MODELS),
        (COMPLETES, "complete", ("x/fast",)),
        (COMPLETES, "explain", ("x/fast",)),
        (EXPLAINS, "complete", ("local/a",)),
        (EXPLAINS, "fix", ("x/dear", "local/a")),
        (BOTH, "complete", ("x/fast", "local/a")),
        (BOTH, "explain", ("x/fast", "x/dear", "local/a")),
        (BOTH + 'review = ["x/dearest"]', "explain", ("x/fast", "x/dear", "local/a")),
        (BOTH + 'review = ["x/dearest"]', "review", ("x/fast", "local/a", "x/dearest")),
        (COMPLETES + 'review = ["x/dear"]', "ask", ("x/fast", "x/dear")),
    ],
)
def test_an_editor_may_choose_among_these_models_for_a_task(
    tmp_path: Path, own: str, task: TaskName, expected: tuple[str, ...]
) -> None:
    (tmp_path / "config.toml").write_text(own)
    environ = {"FLASHLS_CONFIG": str(tmp_path / "config.toml")}
    assert choices(environ, task) == expected
    for name in dict.fromkeys((*expected, "x/fast", "x/dear", "x/dearest", "local/a", *OUR_MODELS)):
        found = load(environ, editor={"models": {task: [name]}})
        assert (getattr(found.settings.models, task) == (name,), found.warnings == ()) == (name in expected,) * 2


def test_a_repositorys_editor_settings_switch_on_nothing_that_the_user_has_switched_off(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        "[complete]\nenabled = false\ndebounce_ms = 1500\n[languages]\noff = ['python']\n"
        "[models]\ncomplete = ['local/a']\nexplain = ['anthropic/dear']",
        editor={
            "complete": {"enabled": True, "debounce_ms": 0},
            "languages": {"off": []},
            "models": {"complete": ["anthropic/dear"]},
        },
    )
    assert found.settings == Settings(
        complete=Complete(enabled=False, debounce_ms=1500),
        languages=Languages(off=("python",)),
        models=Models(complete=("local/a",), explain=("anthropic/dear",)),
    )
    assert ["complete.enabled" in found.warnings[0], "debounce_ms" in found.warnings[1], len(found.warnings)] == [
        True, True, 3,
    ]  # fmt: skip


MORE_ASKED = [
    ("complete.enabled", "", True, True, 0),
    ("complete.enabled", "", False, False, 0),
    ("complete.enabled", "true", False, False, 0),
    ("complete.enabled", "false", True, False, 1),
    ("complete.comments", "false", True, False, 1),
    ("complete.comments", "", False, False, 0),
    ("complete.multiline", "false", True, False, 0),
    ("complete.debounce_ms", "", 0, 0, 0),
    ("complete.debounce_ms", '"auto"', 0, 0, 0),
    ("complete.debounce_ms", "300", 0, 300, 1),
    ("complete.debounce_ms", "300", 400, 400, 0),
    ("complete.debounce_ms", "300", "auto", "auto", 0),
    ("complete.debounce_ms", "1500", "auto", 1500, 1),
    ("languages.off", "", ["go"], ("go",), 0),
    ("languages.off", "['go']", [], ("go",), 0),
    ("languages.off", "['go']", ["rust"], ("go", "rust"), 0),
]


@pytest.mark.parametrize("source", ["config.toml", "environment", "flag"])
@pytest.mark.parametrize(("key", "users", "editors", "expected", "warnings"), MORE_ASKED)
def test_an_editor_has_no_more_asked_unasked_than_the_user_said(
    tmp_path: Path, source: str, key: str, users: str, editors: Any, expected: Any, warnings: int
) -> None:
    section, _, name = key.partition(".")
    text = users.strip('"')
    own: dict[str, dict[str, Any]] = {
        "config.toml": {"toml": f"[{section}]\n{name} = {users}"},
        "environment": {"environ": {f"FLASHLS_{section}_{name}".upper(): text}},
        "flag": {"flags": {section: {name: text}}},
    }
    found = loaded(tmp_path, **(own[source] if users else {}), editor={section: {name: editors}})
    assert getattr(getattr(found.settings, section), name) == expected
    assert (found.problems, len(found.warnings)) == ((), warnings)


def test_an_editor_that_names_no_model_leaves_the_users_own(tmp_path: Path) -> None:
    found = loaded(tmp_path, '[models]\ncomplete = ["local/a"]', editor={"models": {"complete": []}})
    assert (found.settings.models.complete, found.origins["models.complete"]) == (("local/a",), "config.toml")


def test_an_editor_may_choose_for_each_task_among_our_own_models() -> None:
    first, second = OUR_MODELS[:2]
    found = load({"FLASHLS_CONFIG": os.devnull}, editor={"models": {"complete": [first], "explain": [second]}})
    assert (found.settings.models.complete, found.settings.models.explain) == ((first,), (second,))
    assert (found.problems, found.warnings) == ((), ())
