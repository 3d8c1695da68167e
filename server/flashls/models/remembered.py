"""Remembered: what a model has said before, without asking it anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flashls.models.cached import Cached
from flashls.models.seam import Model, ModelError, Stream
from flashls.types import Call, Prompt


class Forgotten(ModelError):
    """A question that was never asked, or whose reply is no longer kept."""


def remembering(model: Model) -> Model:
    """A model that gives the replies which ``model`` keeps, and asks nobody: it raises Forgotten for other prompts."""
    return replace(model, model=_Mute()) if isinstance(model, Cached) else _Mute()


@dataclass(frozen=True, slots=True)
class _Mute:
    async def stream(self, prompt: Prompt, call: Call) -> Stream:  # noqa: ARG002
        for _ in ():
            yield _
        raise Forgotten("This has not been asked before")
