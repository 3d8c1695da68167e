"""Models' quirks, and what becomes of names that are no longer served."""

from __future__ import annotations

from datetime import date

import pytest

from flashls.models.profiles import level, profile, resolve
from flashls.types import Task, Thinking

NOW, LATER = date(2026, 11, 22), date(2026, 12, 1)
LITE, FLASH = "gemini/gemini-3.5-flash-lite", "gemini/gemini-3.8-flash"


@pytest.mark.parametrize(
    ("name", "wanted", "task", "got"),
    [
        (LITE, None, "complete", "minimal"),
        (LITE, None, "explain", "low"),
        (LITE, "high", "complete", "high"),
        (FLASH, None, "complete", "low"),
        (FLASH, None, "explain", "low"),
        (FLASH, "minimal", "fix", "low"),
        (FLASH, "medium", "fix", "medium"),
        ("gemini/gemini-3.7-flash", "minimal", "fix", "low"),
        ("gemini/gemini-3.6-flash", "minimal", "fix", "minimal"),
        ("gemini/gemini-3.5-flash", "minimal", "fix", "minimal"),
        ("gemini/gemini-3.1-flash-lite", "minimal", "fix", "minimal"),
        ("gemini/gemini-4-argon", "minimal", "fix", "low"),
        ("gemini/gemini-9-flash", "minimal", "fix", "low"),
        ("gemini/gemini-2.5-flash-lite", None, "complete", "minimal"),
        ("gemini/gemini-2.0-flash", "high", "fix", None),
        ("local/qwen2.5-coder-0.5b", "high", "complete", None),
        ("openai/gpt-5-mini", None, "complete", None),
    ],
)
def test_thinking_is_raised_to_what_the_model_has(
    name: str, wanted: Thinking | None, task: Task, got: Thinking | None
) -> None:
    assert level(profile(name), wanted, task) == got


@pytest.mark.parametrize(
    ("name", "dialect", "rows", "step", "thinking"),
    [
        (LITE, "chat", 40, 1, "level"),
        ("gemini/gemini-2.5-pro", "chat", 40, 1, "budget"),
        ("local/qwen2.5-coder-0.5b", "qwen", 5, 32, None),
        ("scripted/scripted", "chat", 40, 1, None),
        ("anything/else", "chat", 40, 1, None),
    ],
)
def test_rows(name: str, dialect: str, rows: int, step: int, thinking: str | None) -> None:
    row = profile(name)
    found = (row.dialect, row.budget.suffix_rows, row.budget.head_step, row.thinking)
    assert found == (dialect, rows, step, thinking)


def test_a_gemini_reads_a_million_tokens() -> None:
    assert (profile(LITE).window, profile(LITE).output) == (1_048_576, 65_536)


@pytest.mark.parametrize(
    ("name", "today", "served", "notice"),
    [
        (LITE, NOW, LITE, None),
        (FLASH, LATER, FLASH, None),
        ("gemini/gemini-2.5-flash-lite", LATER, "gemini/gemini-2.5-flash-lite", None),
        ("local/qwen2.5-coder-0.5b", NOW, "local/qwen2.5-coder-0.5b", None),
        ("openai/gemini-2.0-flash", NOW, "openai/gemini-2.0-flash", None),
        ("gemini/gemini-2.0-flash", NOW, LITE, "was shut down on 1 June 2026: gemini-3.5-flash-lite answers"),
        ("gemini/gemini-2.0-flash-001", NOW, LITE, "was shut down on 1 June 2026"),
        ("gemini/gemini-1.5-flash", NOW, LITE, "is no longer offered"),
        ("gemini/gemini-2.5-flash-preview-05-20", NOW, LITE, "is no longer offered"),
        (
            "gemini/gemini-2.5-flash",
            NOW,
            "gemini/gemini-2.5-flash",
            "is shut down on 1 December 2026: name gemini-3.5-",
        ),
        ("gemini/gemini-2.5-flash", LATER, LITE, "was shut down on 1 December 2026"),
        (
            "gemini/gemini-2.5-pro",
            NOW,
            "gemini/gemini-2.5-pro",
            "is shut down on 1 December 2026: name gemini-3.8-flash",
        ),
        ("gemini/gemini-2.5-pro", LATER, FLASH, "was shut down on 1 December 2026: gemini-3.8-flash answers"),
    ],
)
def test_names_people_know(name: str, today: date, served: str, notice: str | None) -> None:
    found = resolve(name, today)
    assert found.name == served
    assert (found.notice is None) == (notice is None)
    assert notice is None or (found.notice is not None and notice in found.notice)
