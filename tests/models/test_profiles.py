"""Models' quirks, and what becomes of names that are no longer served."""

from __future__ import annotations

from datetime import date

import pytest

from flashls.models.profiles import level, profile, resolve, retirement, room
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
        ("openai/gpt-5-mini", None, "complete", "minimal"),
        ("openai/gpt-5-pro", None, "complete", "high"),
        ("openai/o4-mini", None, "complete", "low"),
        ("openai/gpt-4o", "high", "complete", None),
        ("anthropic/claude-haiku-5-5", None, "complete", "minimal"),
        ("anthropic/claude-opus-5-5", None, "complete", "low"),
        ("anthropic/claude-haiku-4-5", None, "explain", "low"),
        ("anthropic/claude-3-haiku-20240307", "high", "explain", None),
    ],
)
def test_thinking_is_raised_to_what_the_model_has(
    name: str, wanted: Thinking | None, task: Task, got: Thinking | None
) -> None:
    assert level(profile(name), wanted, task) == got


@pytest.mark.parametrize(
    ("name", "wanted", "word", "tokens"),
    [
        (LITE, "minimal", "minimal", 0),
        ("openai/gpt-5-mini", "minimal", "minimal", 0),
        ("openai/gpt-5.4-mini", "minimal", "none", 0),
        ("openai/gpt-5.4-mini", "low", "low", 2048),
        ("gemini/gemini-2.5-pro", "minimal", "minimal", 128),
        ("gemini/gemini-2.5-pro", "high", "high", 24_576),
    ],
)
def test_what_a_level_is_called_and_the_room_it_needs(name: str, wanted: Thinking, word: str, tokens: int) -> None:
    row = profile(name)
    assert (row.word(wanted), room(row, wanted)) == (word, tokens)


def test_no_level_needs_no_room() -> None:
    assert room(profile("openai/gpt-4o"), None) == 0


@pytest.mark.parametrize(
    ("name", "dialect", "rows", "step", "thinking"),
    [
        (LITE, "chat", 40, 1, "level"),
        ("gemini/gemini-2.5-pro", "chat", 40, 1, "budget"),
        ("local/qwen2.5-coder-0.5b", "qwen", 5, 32, None),
        ("ollama/qwen2.5-coder:1.5b-base", "qwen", 5, 32, None),
        ("llamacpp/starcoder2-3b", "starcoder2", 5, 32, None),
        ("work/Qwen/Qwen2.5-Coder-7B", "qwen", 40, 1, None),
        ("ollama/llama3:8b", "chat", 5, 32, None),
        ("ollama/codellama:7b", "codellama", 5, 32, None),
        ("ollama/codellama:34b", "chat", 5, 32, None),
        ("work/Codestral-22B", "codestral", 40, 1, None),
        ("scripted/scripted", "chat", 40, 1, None),
        ("anything/else", "chat", 40, 1, None),
    ],
)
def test_rows(name: str, dialect: str, rows: int, step: int, thinking: str | None) -> None:
    row = profile(name)
    found = (row.dialect, row.budget.suffix_rows, row.budget.head_step, row.thinking)
    assert found == (dialect, rows, step, thinking)


@pytest.mark.parametrize(
    ("name", "window", "output"),
    [
        (FLASH, 1_000_000, 65_536),
        ("vertex/gemini-3.8-flash", 1_000_000, 65_536),
        ("gemini/gemini-9-flash", 1_048_576, 65_536),
        ("openai/gpt-4o", 128_000, 16_384),
        ("xroute/gpt-4o", 128_000, 16_384),
        ("openrouter/openai/gpt-4o-2024-11-20", 128_000, 16_384),
        ("anthropic/claude-haiku-4-5-20251001", 200_000, 64_000),
        ("openrouter/anthropic/claude-haiku-4.5", 200_000, 64_000),
        ("work/claude-3-haiku-20240307", 200_000, 4_096),
        ("ollama/llama3:8b", 8_192, 4_096),
        ("work/llama-3-8b", 8_192, 4_096),
        ("work/meta-llama/Meta-Llama-3.1-8B-Instruct", 131_072, 8_192),
        ("work/llama-2-13b", 4_096, 2_048),
        ("anything/else", 32_768, 8_192),
    ],
)
def test_sizes_whoever_serves_the_model(name: str, window: int, output: int) -> None:
    assert (profile(name).window, profile(name).output) == (window, output)


@pytest.mark.parametrize(
    ("name", "schema", "images", "prefill", "caching", "keeps"),
    [
        (LITE, True, True, False, 4096, True),
        ("gemini/gemini-2.5-flash", True, True, False, 2048, True),
        ("gemini/gemini-4-argon", True, True, False, 4096, False),
        ("openai/gpt-4o", True, True, False, 1024, False),
        ("openai/gpt-4-turbo", False, True, False, None, False),
        ("openai/gpt-3.5-turbo", False, False, False, None, False),
        ("anthropic/claude-haiku-5-5", True, True, False, 512, False),
        ("anthropic/claude-opus-4-6", True, True, False, 4096, False),
        ("anthropic/claude-haiku-4-5", True, True, True, 4096, False),
        ("work/claude-3-haiku", False, True, True, 2048, False),
        ("work/llama-3-8b", False, False, True, None, False),
        ("ollama/llama3:8b", True, False, True, None, False),
        ("ollama/gemma3:4b", True, True, True, None, False),
        ("anything/else", False, True, False, None, False),
    ],
)
def test_what_a_model_can(
    name: str, schema: bool, images: bool, prefill: bool, caching: int | None, keeps: bool
) -> None:
    row = profile(name)
    assert (row.schema, row.images, row.prefill, row.caching, row.keeps) == (schema, images, prefill, caching, keeps)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        (LITE, ()),
        ("openai/gpt-5-mini", ()),
        ("openai/gpt-4o", ("temperature", "top_p", "seed")),
        ("anthropic/claude-3-haiku", ()),
        ("work/llama-3-8b", ("temperature", "top_p", "seed")),
    ],
)
def test_sampling_parameters(name: str, sent: tuple[str, ...]) -> None:
    assert profile(name).sampling == sent


@pytest.mark.parametrize(
    ("name", "today", "served", "notice"),
    [
        (LITE, NOW, LITE, None),
        (FLASH, LATER, FLASH, None),
        ("gemini/gemini-2.5-flash-lite", LATER, "gemini/gemini-2.5-flash-lite", None),
        ("local/qwen2.5-coder-0.5b", NOW, "local/qwen2.5-coder-0.5b", None),
        ("openai/gemini-2.0-flash", NOW, "openai/gemini-2.0-flash", None),
        ("openai/gpt-4o", NOW, "openai/gpt-4o", None),
        ("work/claude-3-haiku", NOW, "work/claude-3-haiku", None),
        ("anthropic/claude-3-haiku", NOW, "anthropic/claude-haiku-5-5", "was shut down on 20 April 2026"),
        ("anthropic/claude-3-5-sonnet-latest", NOW, "anthropic/claude-sonnet-5-5", "is no longer offered"),
        ("anthropic/claude-haiku-4-5", LATER, "anthropic/claude-haiku-4-5", None),
        ("vertex/gemini-2.0-flash", NOW, "vertex/gemini-3.5-flash-lite", "was shut down on 1 June 2026"),
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


def test_the_day_a_model_goes() -> None:
    found = retirement("vertex/gemini-2.5-pro")
    assert found is not None
    assert (found.on, found.replacement) == (LATER, "gemini-3.8-flash")
    assert retirement(LITE) is None
