"""Turns: how long work makes way for others on the event loop, between two of its steps."""

from __future__ import annotations

import asyncio

_TURNS = 3


async def make_way() -> None:
    """Lets all that waits go first: a message is read in one turn, taken up in the next, answered in a third.

    After one turn only, a key press would wait for three steps of a parse instead of one.
    """
    for _ in range(_TURNS):
        await asyncio.sleep(0)
