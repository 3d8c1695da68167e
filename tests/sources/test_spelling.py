"""Settings as environment variables and flags spell them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flashls.settings import Budget, Complete, Languages, Models, Settings
from flashls.sources import flag, variables
from tests.sources.loaded import loaded


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("FLASHLS_COMPLETE_ENABLED", "false", Settings(complete=Complete(enabled=False))),
        ("FLASHLS_COMPLETE_ENABLED", "0", Settings(complete=Complete(enabled=False))),
        ("FLASHLS_COMPLETE_TIMEOUT_S", "2.5", Settings(complete=Complete(timeout_s=2.5))),
        ("FLASHLS_LANGUAGES_OFF", "python", Settings(languages=Languages(off=("python",)))),
        ("FLASHLS_LANGUAGES_OFF", "python, go ,", Settings(languages=Languages(off=("python", "go")))),
        ("FLASHLS_LANGUAGES_OFF", "", Settings()),
        ("FLASHLS_COMPLETE_MAX_TOKENS", "", Settings()),
        ("FLASHLS_COMPLETE_ENABLED", "", Settings()),
        ("FLASHLS_COMPLETE_DEBOUNCE_MS", "", Settings()),
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
