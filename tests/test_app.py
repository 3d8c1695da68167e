"""From settings to an Engine: which model each task asks, whose key is used, and what is said when there is none."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from flashls.app import App, build
from flashls.models.seam import OverBudget
from flashls.prompt.seal import seal
from flashls.routes import TASKS
from flashls.store.ledger import Ledger
from flashls.types import Call, Draft, Piece, Text

SECRET = "AIzaSyA-" + "0123456789abcdefghijklmnopqrstu"
KEY = {"GEMINI_API_KEY": SECRET}
Built = Callable[..., Coroutine[Any, Any, App]]
PRICES = '[providers.gemini.prices]\n"gemini-3.5-flash-lite" = {{ input = 0.3, output = 2.5, cached = {} }}\n'


@pytest_asyncio.fixture
async def built(tmp_path: Path) -> AsyncGenerator[Built]:
    """Builds apps for a user with nothing but this config.toml and these variables; they are closed at the end."""
    apps = []

    async def make(config: str = "", environ: dict[str, str] | None = None, **sources: Any) -> App:
        path = tmp_path / "config.toml"
        path.write_text(config, "utf-8")
        own = {"FLASHLS_CONFIG": str(path), "FLASHLS_DATA": str(tmp_path / "d"), "FLASHLS_CACHE": str(tmp_path / "c")}
        apps.append(await build(own | (environ or {}), **sources))
        return apps[-1]

    yield make
    for app in apps:
        await app.aclose()


def names(app: App) -> dict[str, str]:
    return {task: route.name for task, route in app.engine.routes.items()}


async def test_without_key_and_weights_there_is_no_model_and_one_line_says_what_to_set(built: Built) -> None:
    app = await built()
    assert (names(app), app.model_name, app.problems) == ({}, "", ())
    assert "GEMINI_API_KEY" in app.engine.missing
    assert "flashls models pull" in app.engine.missing
    assert "\n" not in app.engine.missing


@pytest.mark.parametrize(
    ("environ", "keys"),
    [(KEY, {}), ({"GOOGLE_API_KEY": SECRET}, {}), ({}, {"gemini": SECRET}), ({"GEMINI_API_KEY": f" {SECRET}\n"}, {})],
)
async def test_with_a_key_gemini_answers(built: Built, environ: dict[str, str], keys: dict[str, str]) -> None:
    app = await built(environ=environ, editor_keys=keys)
    assert {name.partition("/")[0] for name in names(app).values()} == {"gemini"}
    assert set(names(app)) == set(TASKS)
    assert (app.engine.missing, app.problems) == ("", ())
    assert SECRET not in repr(app)


@pytest.mark.parametrize("environ", [{"GEMINI_API_KEY": ""}, {"GEMINI_API_KEY": " \n"}])
async def test_an_empty_key_is_none(built: Built, environ: dict[str, str]) -> None:
    assert names(await built(environ=environ)) == {}


async def test_settings_choose_the_model_of_each_task(built: Built) -> None:
    app = await built('[models]\ncomplete = ["gemini/gemini-3.5-flash-lite"]\nexplain = ["local/qwen2.5-coder-0.5b"]')
    others = dict.fromkeys(TASKS[1:], "local/qwen2.5-coder-0.5b")
    assert names(app) == {"complete": "gemini/gemini-3.5-flash-lite"} | others
    assert app.model_name == "gemini/gemini-3.5-flash-lite"


async def test_a_retired_model_is_replaced_and_that_is_said_once(built: Built) -> None:
    retired = '["gemini/gemini-1.5-flash"]'
    app = await built(f"[models]\ncomplete = {retired}\nexplain = {retired}", KEY)
    assert "gemini/gemini-1.5-flash" not in names(app).values()
    assert len(app.notices) == 1
    assert "gemini-1.5-flash is no longer offered" in app.notices[0]


@pytest.mark.parametrize("model", ["gpt", "nobody/model", "gemini/", "/x", "scripted/a"])
async def test_a_model_that_cannot_be_had_is_a_problem_and_not_another_model(built: Built, model: str) -> None:
    app = await built(environ=KEY, flags={"models": {"complete": [model], "explain": [model]}})
    assert names(app) == {}
    (problem,) = app.problems
    assert problem.startswith("models: ")
    assert app.engine.missing == problem


async def test_one_task_without_a_model_leaves_the_other_and_says_why(built: Built) -> None:
    app = await built('[models]\ncomplete = ["gemni/flash"]', KEY)
    assert set(names(app)) == set(TASKS) - {"complete"}
    assert "'gemni'" in app.engine.missing


@pytest.mark.parametrize("config", ["[nonsense]\nx = 1", '[budget]\ndaily_usd = "0.01"', "[models", "[paths]\noff = 5"])
async def test_nothing_is_asked_while_the_users_own_settings_are_wrong(built: Built, config: str) -> None:
    app = await built(config, KEY)
    assert (names(app), len(app.problems)) == ({}, 1)
    assert app.engine.missing == app.problems[0]


@pytest.mark.parametrize("editor", [{"complete": {"debounce_ms": "soon"}}, {"nonsense": {"x": 1}}])
async def test_an_editors_mistake_is_told_and_stops_nothing(built: Built, editor: dict[str, Any]) -> None:
    app = await built("", KEY, editor=editor)
    assert (set(names(app)), len(app.notices), app.problems) == (set(TASKS), 1, ())


async def test_an_editor_that_fails_to_hide_something_is_not_served(built: Built) -> None:
    app = await built("", KEY, editor={"paths": {"off": 5}})
    assert (names(app), len(app.problems)) == ({}, 1)


@pytest.mark.parametrize("text", [None, "{"])
async def test_a_script_that_cannot_be_read_is_a_problem(built: Built, tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "replies.json"
    if text is not None:
        path.write_text(text)
    app = await built(f'[models]\ncomplete = ["scripted/a"]\n[providers.scripted]\nreplies = {str(path)!r}', KEY)
    (problem,) = app.problems
    assert problem.startswith("providers.scripted.replies: ")
    assert "replies.json" in problem


async def answer(app: App) -> str:
    """What the model that completes answers to one question."""
    route = app.engine.routes["complete"]
    items = route.model.stream(seal(Draft((Text("user", "x"),))), Call("1", "complete"))
    return "".join([item.text async for item in items if isinstance(item, Piece)])


async def test_a_script_is_read_again_for_each_app_and_never_answers_from_the_disk(
    built: Built, tmp_path: Path
) -> None:
    path = tmp_path / "replies.json"
    config = (
        f'[models]\ncomplete = ["scripted/a"]\nexplain = ["scripted/a"]\n[providers.scripted]\nreplies = {str(path)!r}'
    )
    for text in ("first", "second"):
        path.write_text(json.dumps([{"text": text}]))
        app = await built(config)
        await app.warm()
        assert await answer(app) == text
        assert (await app.replies.stats()).entries == 0


OUT = "[providers.ours]\nbase_url = 'http://127.0.0.1:9'\n"


async def test_where_the_first_model_is_out_the_next_answers_and_that_is_said(built: Built, tmp_path: Path) -> None:
    path, told = tmp_path / "replies.json", list[str]()
    path.write_text(json.dumps([{"text": "from the next"}]))
    models = f'[models]\ncomplete = ["ours/big", "scripted/a"]\n{OUT}[providers.scripted]\nreplies = {str(path)!r}'
    app = await built(models, notice=told.append)
    assert set(app.asked) == {"ours/big", "scripted/a"}
    assert await answer(app) == "from the next"
    assert len(told) == 1
    assert "ours/big" in told[0]
    await app.ledger.aclose()
    attempts = await Ledger(tmp_path / "d" / "ledger.sqlite3").since(0)
    assert {attempt.model: attempt.outcome for attempt in attempts} == {"ours/big": "Unreachable", "scripted/a": "stop"}


async def test_a_paid_model_without_a_price_is_not_asked_under_a_budget(built: Built) -> None:
    far = "[providers.ours]\nbase_url = 'https://models.example'\nkey_env = 'OURS'\n[budget]\ndaily_usd = 1\n"
    app = await built(f'[models]\ncomplete = ["ours/big"]\n{far}', {"OURS": "k"})
    with pytest.raises(OverBudget, match="price"):
        await answer(app)


async def test_a_task_may_have_a_model_of_its_own(built: Built) -> None:
    app = await built('[models]\nexplain = ["openai/gpt-4o"]\nreview = ["anthropic/claude-haiku-5-5"]')
    assert names(app) == dict.fromkeys(TASKS[1:], "openai/gpt-4o") | {"review": "anthropic/claude-haiku-5-5"}


@pytest.mark.parametrize(
    ("name", "more", "form"),
    [
        ("gemini/gemini-3.5-flash-lite", "", "chat"),
        ("anthropic/claude-haiku-5-5", "", "chat"),
        ("openai/gpt-4o", "", "chat"),
        ("xroute/gpt-4o", "", "chat"),
        ("ours/Qwen/Qwen2.5-Coder-7B", "[providers.ours]\nbase_url = 'http://127.0.0.1:9/v1'", "fim"),
        ("ours/mystery", "[providers.ours]\nbase_url = 'http://127.0.0.1:9/v1'\ndialect = 'starcoder'", "fim"),
        ("ours/claude", "[providers.ours]\nbase_url = 'http://127.0.0.1:9'\nwire = 'anthropic'", "chat"),
        ("ollama/qwen2.5-coder:7b", "", "both"),
        ("llamacpp/any", "", "both"),
        ("local/qwen2.5-coder-0.5b", "", "fim"),
    ],
)
async def test_a_model_is_asked_in_the_form_it_takes(built: Built, name: str, more: str, form: str) -> None:
    app = await built(f"[models]\ncomplete = [{name!r}]\n{more}", KEY)
    assert (app.engine.routes["complete"].form, app.problems) == (form, ())


@pytest.mark.parametrize(
    ("name", "more", "extra", "step"),
    [
        ("gemini/gemini-3.5-flash-lite", "", 5145, 16),  # of 4,096 tokens on, which it begins with: a tenth
        ("gemini/gemini-3.5-flash", "", 5145, 16),
        ("gemini/gemma-3-27b-it", "", 1500, 1),  # nothing is cached
        ("gemini/gemini-3.5-flash-lite", PRICES.format(0.3), 1500, 1),  # cached as dear as read anew
        ("gemini/gemini-3.5-flash-lite", PRICES.format(0.03), 5145, 16),
        ("openai/gpt-5-mini", "", 1500, 1),  # from 1,024 tokens on, which it has anyway
        ("local/qwen2.5-coder-0.5b", "", 200, 32),
    ],
)
async def test_a_completion_is_shown_as_much_as_is_cheapest(
    built: Built, name: str, more: str, extra: int, step: int
) -> None:
    app = await built(f"[models]\ncomplete = [{name!r}]\n{more}", KEY | {"OPENAI_API_KEY": "sk-" + "0" * 40})
    budget = app.engine.budget(app.engine.routes["complete"])
    assert (budget.extra, budget.head_step, app.problems) == (extra, step, ())


async def test_closing_twice_is_once(built: Built) -> None:
    app = await built(environ=KEY)
    await app.aclose()
    await app.aclose()


ARMS = (
    '[experiment]\nname = "trial"\n[experiment.arms.usual]\n[experiment.arms.here]\n'
    'models = ["local/qwen2.5-coder-0.5b"]\nextra = 0\n'
)


async def test_an_experiment_makes_an_engine_for_each_arm(built: Built) -> None:
    app = await built(ARMS, KEY)
    assert (app.problems, list(app.engine.arms)) == ((), ["usual", "here"])
    assert {app.completes(str(n)) for n in range(50)} == {"gemini/gemini-3.5-flash-lite", "local/qwen2.5-coder-0.5b"}
    assert app.model_name == "gemini/gemini-3.5-flash-lite"
    assert app.engine.arms["here"].routes["complete"].budget.extra == 0
    assert app.asked["local/qwen2.5-coder-0.5b"].tasks == ["complete"]


@pytest.mark.parametrize(
    "wrong", ['models = ["nobody/model"]', 'prompts = "none"', "extra = 1\n[experiment.arms.there]\nextra = 1"]
)
async def test_a_wrong_experiment_is_a_problem_and_is_not_made(built: Built, wrong: str) -> None:
    app = await built(ARMS.replace('models = ["local/qwen2.5-coder-0.5b"]\nextra = 0\n', wrong), KEY)
    assert (app.engine.arms, set(names(app)), len(app.problems)) == ({}, set(TASKS), 1)


async def test_each_folder_of_a_window_has_its_own_settings_and_the_same_models(built: Built, tmp_path: Path) -> None:
    first, second, wrong = (tmp_path / name for name in ("first", "second", "wrong"))
    for folder, text in ((first, ""), (second, "[cache]\nenabled = false\n"), (wrong, "[paths]\noff = 3\n")):
        folder.mkdir()
        (folder / ".flashls.toml").write_text(text)
    app = await built(environ=KEY, root=first, others=[second, wrong])
    own, other = app.engine_in(str(first)), app.engine_in(str(second))
    assert (own.settings.cache.enabled, other.settings.cache.enabled) == (True, False)
    assert {task: route.name for task, route in other.routes.items()} == names(app)
    assert other.rates is own.rates
    assert app.problems == ()
    assert (app.engine_in(str(wrong)).routes, app.engine_in("/elsewhere")) == ({}, app.engine)
    assert [line.partition(":")[0] for line in app.notices] == ["wrong"]
