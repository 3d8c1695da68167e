"""A Model that answers from a script: the double for tests, demos and editor smoke tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flashls.models.seam import ModelError, Stream
from flashls.types import Call, End, EndReason, Piece, Prompt, Usage


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: ``text`` in pieces of ``piece_size`` characters, ``delay`` seconds before each.

    ``fail`` is raised after the pieces; ``stall`` never ends after them; ``cut`` ends without an End, as a broken
    connection does.
    """

    text: str = ""
    reason: EndReason = "stop"
    piece_size: int = 8
    delay: float = 0.0
    fail: ModelError | None = None
    stall: bool = False
    cut: bool = False


Script = Callable[[Prompt, Call], Reply | str] | Sequence[Reply | str]


@dataclass(slots=True)
class Scripted:
    """Answers with each Reply of a sequence in turn (the last one again and again), or with what a function gives.

    ``prompts`` are those asked so far; ``open`` counts the streams that run now; ``closed`` those given up early.
    """

    script: Script
    name: str = "scripted/scripted"
    prompts: list[Prompt] = field(default_factory=list)
    open: int = 0
    closed: int = 0

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields the scripted pieces; see ``Model.stream``."""
        reply = self._next(prompt, call)
        self.open += 1
        finished = False
        try:
            async for piece in _pieces(reply):
                yield piece
            finished = True
            if not reply.cut:
                yield End(reply.reason, Usage(output=len(reply.text) // 4, estimated=True), self.name)
        finally:
            self.open -= 1
            self.closed += not finished

    def _next(self, prompt: Prompt, call: Call) -> Reply:
        self.prompts.append(prompt)
        if callable(self.script):
            reply = self.script(prompt, call)
        else:
            reply = self.script[min(len(self.prompts), len(self.script)) - 1]
        return Reply(reply) if isinstance(reply, str) else reply


async def _pieces(reply: Reply) -> Stream:
    for at in range(0, len(reply.text), reply.piece_size):
        await asyncio.sleep(reply.delay)
        yield Piece(reply.text[at : at + reply.piece_size])
    if reply.fail is not None:
        raise reply.fail
    if reply.stall:
        await asyncio.Event().wait()
