"""Enough: a Model around a Model that closes the stream where the call wants no more of it."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from flashls.models.estimate import estimated
from flashls.models.profiles import profile
from flashls.models.seam import Model, Stream
from flashls.types import Call, End, Piece, Prompt


@dataclass(frozen=True, slots=True)
class Enough:
    """Ends a reply as finished once ``call.enough`` says so, which saves the tokens that nobody would see.

    ``name`` is the model's, for the End that takes the place of the one never read. Its usage is estimated.
    """

    model: Model
    name: str

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields what the model yields, up to where it is enough; see ``Model.stream``."""
        text = ""
        async with aclosing(self.model.stream(prompt, call)) as stream:
            async for item in stream:
                yield item
                if isinstance(item, Piece) and call.enough is not None:
                    text += item.text
                    if call.enough(text):
                        break
            else:
                return
        yield End("stop", estimated(prompt, len(text), profile(self.name).budget.chars_per_token), self.name)
