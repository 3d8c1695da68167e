"""Fitted: a Model around a Model that shows it no more than it can read in time.

A fall-back is asked the question that was made for the first model of the list. One that runs on this machine reads
140 tokens a second (0.5B, two cores): what a hosted model is shown would keep it busy for half a minute.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from flashls.models.seam import Model, Stream
from flashls.types import Budget, Call, Fim, Prompt, Snippet


@dataclass(frozen=True, slots=True)
class Fitted:
    """``model`` within ``budget``; only the question with a hole is cut, the others are as long as they must be."""

    model: Model
    budget: Budget

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields what the model yields; see ``Model.stream``."""
        shown = prompt.with_hole(lambda fim: _cut(fim, self.budget))
        async with aclosing(self.model.stream(shown, call)) as stream:
            async for item in stream:
                yield item


def _cut(fim: Fim, budget: Budget) -> Fim:
    return Fim(
        _first(fim.extra, _characters(budget, budget.extra)),
        _last_rows(fim.prefix, _characters(budget, budget.prefix), budget.head_step),
        _first_rows(fim.suffix, _characters(budget, budget.suffix), budget.suffix_rows),
    )


def _characters(budget: Budget, tokens: int) -> int:
    return int(tokens * budget.chars_per_token)


def _first(snippets: tuple[Snippet, ...], room: int) -> tuple[Snippet, ...]:
    kept = []
    for snippet in snippets:
        room -= len(snippet.path) + len(snippet.text)
        if room < 0:
            break
        kept.append(snippet)
    return tuple(kept)


def _last_rows(text: str, room: int, step: int) -> str:
    """The end of a text from a row on that is a multiple of ``step``; the end of its last row if that is too long."""
    if len(text) <= room:
        return text
    rows = text.splitlines(keepends=True)
    size = len(text)
    for at in range(0, len(rows), step):
        if size <= room:
            return "".join(rows[at:])
        size -= sum(map(len, rows[at : at + step]))
    return text[-room:]


def _first_rows(text: str, room: int, rows: int) -> str:
    shown = "".join(text.splitlines(keepends=True)[: rows + 1])
    if len(shown) <= room:
        return shown
    whole = shown.rfind("\n", 0, room) + 1
    return shown[: whole or room]
