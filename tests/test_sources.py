"""Where settings come from, which source wins, and who may set what."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from flashls.settings import OUR_MODELS, Budget, Cache, Complete, Languages, Models, Paths, Provider, Settings, TaskName
from flashls.sources import Loaded, cache_path, choices, config_path, data_path, flag, load, variables


def loaded(tmp_path: Path, toml: str = "", workspace: str | None = None, **sources: Any) -> Loaded:
    """The settings with this config.toml, this ``.flashls.toml`` in a workspace, and these other sources."""
    config = tmp_path / "config.toml"
    config.write_text(toml, "utf-8")
    root = tmp_path / "w" if workspace is not None else None
    if root is not None:
        root.mkdir()
        (root / ".flashls.toml").write_text(workspace or "", "utf-8")
    environ = {"FLASHLS_CONFIG": str(config), **sources.pop("environ", {})}
    return load(environ, workspace_root=root, **sources)


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
    ("variable", "text", "expected"),
    [
        ("FLASHLS_COMPLETE_ENABLED", "false", Settings(complete=Complete(enabled=False))),
        ("FLASHLS_COMPLETE_ENABLED", "0", Settings(complete=Complete(enabled=False))),
        ("FLASHLS_COMPLETE_TIMEOUT_S", "2.5", Settings(complete=Complete(timeout_s=2.5))),
        ("FLASHLS_LANGUAGES_OFF", "python", Settings(languages=Languages(off=("python",)))),
        ("FLASHLS_LANGUAGES_OFF", "python, go ,", Settings(languages=Languages(off=("python", "go")))),
        ("FLASHLS_LANGUAGES_OFF", "", Settings()),
        ("FLASHLS_BUDGET_PER_TASK", "complete = 0.5", Settings(budget=Budget(per_task={"complete": 0.5}))),
        ("FLASHLS_BUDGET_PER_TASK", "{ask=2}", Settings(budget=Budget(per_task={"ask": 2}))),
        ("FLASHLS_MODELS_COMPLETE", "local/a,gemini/b", Settings(models=Models(complete=("local/a", "gemini/b")))),
    ],
)
def test_text_from_the_environment_becomes_the_settings_type(
    tmp_path: Path, variable: str, text: str, expected: Settings
) -> None:
    found = loaded(tmp_path, environ={variable: text})
    assert (found.settings, found.problems) == (expected, ())


def test_every_setting_but_endpoints_has_a_variable() -> None:
    names = dict(variables())
    assert names["FLASHLS_COMPLETE_MAX_TOKENS"] == "complete.max_tokens"
    assert not [key for key in names.values() if key.startswith("providers")]
    assert len(names) == len(set(names.values())) >= 12


ENDPOINT = {"gemini": {"base_url": "https://evil.example"}}


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
    ("text", "table"),
    [
        ("complete.enabled=false", {"complete": {"enabled": "false"}}),
        (" languages.off = a, b ", {"languages": {"off": "a, b"}}),
        ("models.complete=x=y", {"models": {"complete": "x=y"}}),
    ],
)
def test_a_flag_is_a_table(text: str, table: dict[str, Any]) -> None:
    assert flag(text) == table


@pytest.mark.parametrize("text", ["", "complete", "complete=1", "complete.=1", ".enabled=1", "complete.enabled"])
def test_a_flag_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"section\.key=value"):
        flag(text)


def test_paths_come_from_the_environment_else_the_platform(tmp_path: Path) -> None:
    named = {"FLASHLS_CONFIG": "/a/c.toml", "FLASHLS_DATA": "/a/d", "FLASHLS_CACHE": "/a/e"}
    assert [str(path(named)) for path in (config_path, data_path, cache_path)] == ["/a/c.toml", "/a/d", "/a/e"]
    for path in (config_path, data_path, cache_path):
        assert path({}).is_absolute()
        assert "flashls" in path({}).parts


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


@pytest.mark.parametrize(("source", "section"), [("editor", "cache"), ("editor", "trust"), ("workspace", "fix")])
def test_a_setting_that_is_none_is_said_to_be_none(tmp_path: Path, source: str, section: str) -> None:
    given: dict[str, Any] = {source: {section: {"nope": 1}} if source == "editor" else f"[{section}]\nnope = 1"}
    found = loaded(tmp_path, **given)
    assert "there is no setting" in "".join((*found.problems, *found.warnings))


def test_a_budget_that_cannot_be_read_is_no_small_mistake(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, editor={"budget": {"daily_usd": "little"}}).problems) == 1


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


@pytest.mark.parametrize("content", ["a = " + "[" * 20_000, "x" * 70_000, "a = {b = " * 5_000])
def test_a_hostile_settings_file_of_a_workspace_is_one_line(content: str, tmp_path: Path) -> None:
    (tmp_path / ".flashls.toml").write_text(content)
    loaded = load({"FLASHLS_CONFIG": ""}, workspace_root=tmp_path)
    assert len(loaded.problems) == 1
    assert loaded.settings == Settings()


def test_the_null_device_is_a_file_without_settings() -> None:
    loaded = load({"FLASHLS_CONFIG": os.devnull})
    assert (loaded.settings, loaded.problems) == (Settings(), ())


@pytest.mark.parametrize("source", ["editor", "workspace"])
@pytest.mark.parametrize("given", ['name = "theirs"', 'arms = { a = { models = ["x/y"] }, b = { extra = 0 } }'])
def test_only_the_user_can_set_an_experiment(tmp_path: Path, source: str, given: str) -> None:
    theirs = f"[experiment]\n{given}"
    brought: dict[str, Any] = {source: tomllib.loads(theirs) if source == "editor" else theirs}
    found = loaded(tmp_path, '[experiment]\nname = "mine"\n[experiment.arms.a]\nextra = 1', **brought)
    assert (found.settings.experiment.name, list(found.settings.experiment.arms)) == ("mine", ["a"])
    assert "can only be set in your own config.toml" in "".join((*found.problems, *found.warnings))


def test_an_editor_that_names_no_model_leaves_the_users_own(tmp_path: Path) -> None:
    found = loaded(tmp_path, '[models]\ncomplete = ["local/a"]', editor={"models": {"complete": []}})
    assert (found.settings.models.complete, found.origins["models.complete"]) == (("local/a",), "config.toml")


def test_an_editor_may_choose_for_each_task_among_our_own_models() -> None:
    first, second = OUR_MODELS[:2]
    found = load({"FLASHLS_CONFIG": os.devnull}, editor={"models": {"complete": [first], "explain": [second]}})
    assert (found.settings.models.complete, found.settings.models.explain) == ((first,), (second,))
    assert (found.problems, found.warnings) == ((), ())


ARMS = "[experiment]\nname = 'x'\n[experiment.arms.a]\nmax_tokens = 50\n[experiment.arms.b]\nmax_tokens = 400\n"
MODELS = "[experiment]\nname = 'x'\n[experiment.arms.a]\nmodels = ['local/a']\n[experiment.arms.b]\nextra = 0\n"
CHOSEN = "[models]\ncomplete = ['local/a', 'local/b']\n"
OVERRULED: dict[str, tuple[str, dict[str, Any], dict[str, int | None] | None]] = {
    "nothing later": (f"[complete]\nmax_tokens = 100\n{ARMS}", {}, {"a": 50, "b": 400}),
    "a lower limit of the editor's": (ARMS, {"editor": {"complete": {"max_tokens": 100}}}, {"a": 50, "b": 100}),
    "a lower limit of a flag's": (ARMS, {"flags": {"complete": {"max_tokens": "60"}}}, {"a": 50, "b": 60}),
    "a lower limit of the workspace's": (ARMS, {"workspace": "[complete]\nmax_tokens = 70"}, {"a": 50, "b": 70}),
    "a limit that leaves nothing to compare": (ARMS, {"editor": {"complete": {"max_tokens": 9}}}, None),
    "a model of a flag's": (MODELS, {"flags": {"models": {"complete": "local/c"}}}, None),
    "a model of the editor's": (CHOSEN + MODELS, {"editor": {"models": {"complete": ["local/b"]}}}, None),
    "a model, of arms that have none": (ARMS, {"flags": {"models": {"complete": "local/c"}}}, {"a": 50, "b": 400}),
    "the model of the same file": (CHOSEN + MODELS, {}, {"a": None, "b": None}),
}


@pytest.mark.parametrize(("toml", "given", "expected"), OVERRULED.values(), ids=OVERRULED)
def test_an_experiment_overrules_no_later_source(
    tmp_path: Path, toml: str, given: dict[str, Any], expected: dict[str, int | None] | None
) -> None:
    found = loaded(tmp_path, toml, **given)
    arms = found.settings.experiment.arms
    assert ({name: arm.max_tokens for name, arm in arms.items()} or None) == expected
    assert (found.settings.experiment.name, found.problems, found.warnings) == ("x" if expected else "", (), ())
