"""Families: what is special about the models of each family, as rows by the pattern of a model's id.

Sources, as of November 2026: Google's tables of models and thinking levels; Anthropic's pages on models, thinking,
prompt caching, structured outputs and API version 2026-10-21; OpenAI's on models and reasoning; the model cards of
open weights. Windows here stand in where ``catalog`` has none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from flashls.types import Budget, Thinking

LEVELS: tuple[Thinking, ...] = ("minimal", "low", "medium", "high")

# A hosted model reads a few thousand tokens in no time: the limit is the price of a key press. A model on two cores
# reads 140 tokens a second, and again whatever stands after an edit: a short suffix, and a window that moves in steps.
HOSTED = Budget(prefix=1500, suffix=500, extra=1500, suffix_rows=40, head_step=1)
LOCAL = Budget(prefix=700, suffix=60, extra=200, suffix_rows=5, head_step=32)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is special about the models whose id matches ``pattern``.

    ``window`` and ``output`` are tokens. ``thinking``: how the model is told how hard to think, by a level out of
    ``levels`` (lowest first), by a budget in tokens (``levels`` then name our own steps), or not at all.
    """

    pattern: str
    window: int
    output: int
    budget: Budget = HOSTED
    thinking: Literal["level", "budget", None] = None
    levels: tuple[Thinking, ...] = ()
    least: int = 0
    """The smallest thinking budget the model takes, in tokens; 0 switches thinking off."""
    words: tuple[str, ...] = ()
    """What the provider calls the levels, where it is not their names; see ``word``."""
    sampling: tuple[str, ...] = ()
    """The sampling parameters that may be sent, by OpenAI's names; others are an error or ignored."""
    prefill: bool = False
    """Whether a prompt may end with the model's turn, which the reply continues."""
    schema: bool = True
    """Whether the API holds a reply to a JSON schema."""
    images: bool = True
    caching: int | None = None
    """The fewest leading tokens that the provider caches; None if it caches none, or does not say."""
    keeps: bool = False
    """Whether leading parts can be stored with the provider for a time (Gemini's ``cachedContents``)."""
    off: Literal["disabled", "between_tools"] = "disabled"
    """What Anthropic's format calls a level of ``minimal``: thinking of that type."""
    dialect: str = "chat"
    """The form of a hole that the model was trained on, by its name in ``dialects``, which tells it; "chat": words."""

    def word(self, level: Thinking) -> str:
        """What the provider calls one of ``levels``."""
        return self.words[self.levels.index(level)] if self.words else level


_LOW: tuple[Thinking, ...] = ("low", "medium", "high")
_NONE = ("none", "low", "medium", "high")
_SAMPLING = ("temperature", "top_p", "seed")
# Claude 4.7 and later count up to 1.35 times the tokens of earlier ones for the same text (Anthropic's own guide).
_DENSE = replace(HOSTED, chars_per_token=2.4)


def _gemini(pattern: str, levels: tuple[Thinking, ...], keeps: bool = True) -> Profile:
    how: Literal["level", None] = "level" if levels else None
    return Profile(pattern, 1_048_576, 65_536, thinking=how, levels=levels, caching=4096, keeps=keeps)


def _flash_2(pattern: str, least: int) -> Profile:
    return Profile(pattern, 1_048_576, 65_536, thinking="budget", levels=LEVELS, least=least, caching=2048, keeps=True)


def _claude(pattern: str, levels: tuple[Thinking, ...], caching: int) -> Profile:
    """Claude 4.6 and later: thinks adaptively, by effort; no prefill."""
    dense = _DENSE if "4-6" not in pattern else HOSTED
    return Profile(pattern, 1_000_000, 128_000, dense, "level", levels, caching=caching)


def _claude_4(pattern: str, output: int, caching: int, schema: bool) -> Profile:
    """Claude 3.7 to 4.5: thinks within a budget of at least 1,024 tokens, or not at all."""
    return Profile(
        pattern, 200_000, output, thinking="budget", levels=LEVELS, prefill=True, schema=schema, caching=caching
    )


def _claude_3(pattern: str, output: int, caching: int) -> Profile:
    return Profile(pattern, 200_000, output, prefill=True, schema=False, caching=caching)


def _gpt(pattern: str, levels: tuple[Thinking, ...], words: tuple[str, ...] = (), window: int = 400_000) -> Profile:
    how: Literal["level", None] = "level" if levels else None
    return Profile(pattern, window, 128_000, thinking=how, levels=levels, words=words, caching=1024)


def _gpt_4(pattern: str, window: int, output: int) -> Profile:
    return Profile(pattern, window, output, sampling=_SAMPLING, caching=1024)


def _gpt_old(pattern: str, window: int, images: bool = False) -> Profile:
    """GPT before 4o, which knows no schemas."""
    return Profile(pattern, window, 4_096, sampling=_SAMPLING, schema=False, images=images)


def _open(pattern: str, window: int, output: int, images: bool = False) -> Profile:
    """Open weights, whoever serves them: whether a schema is kept depends on the server."""
    return Profile(pattern, window, output, sampling=_SAMPLING, prefill=True, schema=False, images=images)


# The first row that matches counts. A pattern with a slash is compared with provider/model, others with the id alone,
# in lower case, without what stands before its last slash, and with dashes for colons.
FAMILIES = (
    Profile("local/*", 8_192, 2_048, LOCAL, images=False, prefill=True),
    Profile("scripted/*", 1_048_576, 65_536),
    _gemini("gemini-3.6-flash*", LEVELS),
    _gemini("gemini-3.5-flash*", LEVELS),
    _gemini("gemini-3.1-flash-lite*", LEVELS),
    _gemini("gemini-3-flash*", LEVELS),
    _gemini("gemini-flash-lite-latest", LEVELS),
    _gemini("gemini-4-*", _LOW, keeps=False),
    _gemini("gemini-3*", _LOW),
    _flash_2("gemini-2.5-pro*", 128),
    _flash_2("gemini-2.5-*", 0),
    _gemini("gemini-2.0-*", ()),
    _gemini("gemini-1.*", (), keeps=False),
    _open("gemini/gemma-*", 131_072, 8_192, images=True),
    _gemini("gemini-*", _LOW, keeps=False),
    _claude("*claude-fable-*", _LOW, 512),
    _claude("*claude-mythos-*", _LOW, 512),
    _claude("*claude-opus-5-5*", _LOW, 512),
    _claude("*claude-opus-5*", LEVELS, 512),
    replace(_claude("*claude-sonnet-5-5*", LEVELS, 512), off="between_tools"),
    _claude("*claude-sonnet-5*", LEVELS, 1024),
    _claude("*claude-haiku-5*", LEVELS, 512),
    _claude("*claude-opus-4-8*", LEVELS, 1024),
    _claude("*claude-opus-4-7*", LEVELS, 2048),
    _claude("*claude-opus-4-6*", LEVELS, 4096),
    _claude("*claude-sonnet-4-6*", LEVELS, 1024),
    _claude_4("*claude-sonnet-4-5*", 64_000, 1024, schema=True),
    _claude_4("*claude-*-4-5*", 64_000, 4096, schema=True),
    _claude_4("*claude-opus-4*", 32_000, 1024, schema=False),
    _claude_4("*claude-*-4*", 64_000, 1024, schema=False),
    _claude_4("*claude-3-7-*", 64_000, 1024, schema=False),
    _claude_3("*claude-3-5-haiku*", 8_192, 2048),
    _claude_3("*claude-3-5-*", 8_192, 1024),
    _claude_3("*claude-3-haiku*", 4_096, 2048),
    _claude_3("*claude-3-*", 4_096, 1024),
    _claude("*claude*", _LOW, 1024),
    _gpt("gpt-5-pro*", ("high",)),
    _gpt("gpt-5*-chat*", (), window=128_000),
    _gpt("gpt-5*-codex*", _LOW),
    _gpt("gpt-5.[1-9]*", LEVELS, _NONE),
    _gpt("gpt-5-[1-9]*", LEVELS, _NONE),
    _gpt("gpt-5*", LEVELS),
    _gpt_4("gpt-4o*", 128_000, 16_384),
    _gpt_4("gpt-4.1*", 1_047_576, 32_768),
    _gpt_old("gpt-4-turbo*", 128_000, images=True),
    _gpt_old("gpt-4*", 8_192),
    _gpt_old("gpt-3.5*", 16_385),
    Profile("gpt-oss*", 131_072, 32_768, thinking="level", levels=_LOW, images=False),
    _gpt("gpt-*", _LOW),
    Profile("o[1-9]*", 200_000, 100_000, thinking="level", levels=_LOW, caching=1024),
    _open("*starcoder*", 16_384, 4_096),
    _open("*code*llama*", 16_384, 4_096),
    _open("*deepseek-coder*", 16_384, 4_096),
    _open("*deepseek*", 131_072, 8_192),
    _open("*codestral*", 256_000, 8_192),
    _open("*granite*code*", 8_192, 4_096),
    _open("*granite*", 131_072, 8_192),
    _open("*codegemma*", 8_192, 4_096),
    _open("*gemma*", 131_072, 8_192, images=True),
    _open("*qwen*coder*", 32_768, 8_192),
    _open("*codeqwen*", 32_768, 8_192),
    _open("*qwen*vl*", 32_768, 8_192, images=True),
    _open("*qwen*", 32_768, 8_192),
    _open("*llama*vision*", 131_072, 8_192, images=True),
    _open("*llama*3.[1-9]*", 131_072, 8_192),
    _open("*llama-3*", 8_192, 4_096),
    _open("*llama3*", 8_192, 4_096),
    _open("*llama-4*", 1_048_576, 16_384, images=True),
    _open("*llama4*", 1_048_576, 16_384, images=True),
    _open("*llama*", 4_096, 2_048),
    _open("*mistral-7b*", 32_768, 8_192),
    _open("*stral*", 131_072, 8_192, images=True),
    _gemini("gemini/*", _LOW, keeps=False),
    _gemini("vertex/*", _LOW, keeps=False),
    Profile("anthropic/*", 200_000, 32_000, schema=False),
    Profile("openai/*", 128_000, 16_384),
    Profile("*", 32_768, 8_192, schema=False),
)
