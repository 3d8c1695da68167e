"""Rates: how many characters a model's token holds, and how soon it begins, as its replies tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flashls.types import Prompt, Text, Usage

_FIRST = 30_000  # characters that the rate begun with weighs as much as
_KEPT = 0.98  # what counts half as much after 34 requests
_STEP = 0.1
_FEW, _MANY = 1.0, 8.0
_FIRST_TOKEN_S = 0.3  # of a fast hosted model, until it is known
_AT_ONCE_S = 0.02
_LONGEST_S = 3.0
_LATEST = 0.2


@dataclass(slots=True)
class Rates:
    """Characters per token by model, learned from what providers say that prompts had.

    A budget in tokens becomes one in characters by it, and where that moves, so does the window, and a model's prefix
    cache is lost. So a rate moves in steps of a tenth, and only when it is more than one off.
    """

    _sums: dict[str, tuple[float, float]] = field(default_factory=dict)
    _rates: dict[str, float] = field(default_factory=dict)
    _begun: dict[str, float] = field(default_factory=dict)

    def of(self, model: str, first: float) -> float:
        """The rate of a model, ``first`` while nothing is known of it."""
        return self._rates.get(model, first)

    def learn(self, model: str, first: float, prompt: Prompt, usage: Usage) -> None:
        """Takes in what a prompt of so many characters was counted as; estimates teach nothing."""
        size = characters(prompt)
        if usage.estimated or usage.input <= 0 or not size or not _FEW <= size / usage.input <= _MANY:
            return
        sent, counted = self._sums.get(model, (_FIRST, _FIRST / first))
        sent, counted = sent * _KEPT + size, counted * _KEPT + usage.input
        self._sums[model] = sent, counted
        rate, used = sent / counted, self.of(model, first)
        if abs(rate - used) > _STEP:
            self._rates[model] = round(rate, 1)

    def begun(self, model: str, seconds: float) -> None:
        """Takes in how soon a reply began; what comes at once was kept from before, and teaches nothing."""
        if seconds >= _AT_ONCE_S:
            last = self.first_token_s(model)
            self._begun[model] = last + _LATEST * (min(seconds, _LONGEST_S) - last)

    def first_token_s(self, model: str) -> float:
        """How long a model's first token usually takes, in seconds: a mean in which the latest count most."""
        return self._begun.get(model, _FIRST_TOKEN_S)

    @property
    def learned(self) -> Mapping[str, float]:
        """The rates that are other than what was begun with."""
        return dict(self._rates)


def characters(prompt: Prompt) -> int:
    """How many characters a prompt sends, in whichever form; 0 where it holds pictures, which are counted otherwise."""
    if any(not isinstance(part, Text) for part in prompt.parts) or (prompt.parts and prompt.fim):
        return 0
    fim = prompt.fim
    snippets = sum(len(each.path) + len(each.text) for each in fim.extra) if fim else 0
    around = len(fim.prefix) + len(fim.suffix) if fim else 0
    return snippets + around + sum(len(part.text) for part in prompt.parts if isinstance(part, Text))
