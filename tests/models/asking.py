"""Asking a model for a whole reply, as most tests of models do."""

from __future__ import annotations

from contextlib import aclosing

from flashls.models.seam import Model
from flashls.types import Call, End, Piece, Prompt


async def reply_of(model: Model, prompt: Prompt, call: Call) -> tuple[str, End]:
    """The text of a reply that ends as it should, and its end."""
    async with aclosing(model.stream(prompt, call)) as stream:
        *pieces, end = [item async for item in stream]
    assert isinstance(end, End)
    return "".join(piece.text for piece in pieces if isinstance(piece, Piece)), end
