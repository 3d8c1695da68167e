"""Resting: questions that begin with what a provider keeps are asked without it."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from flashls.models.gemini_cache import Stored
from flashls.models.seam import Model, Stream
from flashls.types import Call, Prompt


@dataclass(frozen=True, slots=True)
class Resting:
    """``model``, asked about what is ``stored`` with its provider for now (``gemini_cache.stored``)."""

    model: Model
    stored: Stored

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields what the model answers to the prompt without its stored beginning; see ``Model.stream``."""
        async with aclosing(self.model.stream(self.stored.resting(prompt), call)) as stream:
            async for item in stream:
                yield item
