"""An experiment's arms: the user's own, and within what later sources say."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.sources.loaded import loaded


@pytest.mark.parametrize("source", ["editor", "workspace"])
@pytest.mark.parametrize("given", ['name = "theirs"', 'arms = { a = { models = ["x/y"] }, b = { extra = 0 } }'])
def test_only_the_user_can_set_an_experiment(tmp_path: Path, source: str, given: str) -> None:
    theirs = f"[experiment]\n{given}"
    brought: dict[str, Any] = {source: tomllib.loads(theirs) if source == "editor" else theirs}
    found = loaded(tmp_path, '[experiment]\nname = "mine"\n[experiment.arms.a]\nextra = 1', **brought)
    assert (found.settings.experiment.name, list(found.settings.experiment.arms)) == ("mine", ["a"])
    assert "can only be set in your own config.toml" in "".join((*found.problems, *found.warnings))


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
