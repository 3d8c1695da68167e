"""A Model that answers from a script: the double for tests, demos and editor smoke tests."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec

from flashls.models.seam import ModelError, Stream
from flashls.types import Call, End, EndReason, Piece, Prompt, Text, Usage


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

    async def warm(self) -> None:
        """Has nothing to get ready."""

    async def reachable(self, call: Call) -> None:
        """Is always there."""

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


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a script in a file: the Reply for prompts of ``task`` in which the regex ``when`` is found.

    With ``sample`` only for the answer of that number to a question.
    """

    task: str
    sample: int | None
    when: re.Pattern[str]
    reply: Reply


def load(path: Path) -> Callable[[Prompt, Call], Reply]:
    """The script in a JSON file: a list of rows, of which the first that fits answers; none: an empty reply.

    A row is ``{"task", "sample", "when", "text", "delay", "piece_size", "reason", "stall", "cut", "fail"}``, all of it
    optional. ``when`` is searched in the text before the hole, else in each part that is not stable: the question, and
    what goes with it. ``fail`` is a message. Raises ValueError, OSError.
    """
    try:
        rows = [_row(written) for written in msgspec.json.decode(path.read_bytes(), type=list[_Written])]
    except (msgspec.MsgspecError, re.error) as error:
        raise ValueError(f"{path}: not a list of replies ({error})") from None
    return lambda prompt, call: next((r.reply for r in rows if _fits(r, prompt, call)), Reply())


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    task: str = ""
    sample: int | None = None
    when: str = ""
    text: str = ""
    delay: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    piece_size: Annotated[int, msgspec.Meta(ge=1)] = 8
    reason: EndReason = "stop"
    stall: bool = False
    cut: bool = False
    fail: str = ""


def _row(row: _Written) -> Row:
    fail = ModelError(row.fail) if row.fail else None
    reply = Reply(row.text, row.reason, row.piece_size, row.delay, fail, row.stall, row.cut)
    return Row(row.task, row.sample, re.compile(row.when), reply)


def _fits(row: Row, prompt: Prompt, call: Call) -> bool:
    asked = [part.text for part in prompt.parts if isinstance(part, Text) and not part.stable]
    texts = [prompt.fim.prefix] if prompt.fim else asked or [""]
    sampled = row.sample in (None, prompt.sample)
    return sampled and row.task in ("", call.task) and any(row.when.search(text) for text in texts)
