"""Gemini's explicit cache: what many questions begin with is stored with Google for a while, and then costs a tenth.

Storing costs by the hour, so what was stored is deleted when done: https://ai.google.dev/api/caching
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec

from flashls.models.gemini_wire import Kept, kept_request
from flashls.models.google import Google
from flashls.models.profiles import profile
from flashls.models.seam import Garbled, ModelError, Stalled, Unreachable
from flashls.types import Call, Prompt, Text

_LIFE = 600  # seconds; Google then deletes what a process that ended in between left behind
_GRACE = 5.0  # seconds to wait for the end of what was begun


class Keeping(Protocol):
    """Where it is written down what is stored, and reserved before (``models.storage``)."""

    async def reserve(self, tokens: int, hours: float, call: Call) -> int:
        """Reserves what it costs to store at most so many tokens for so long; raises a ``ModelError`` to forbid it."""
        ...

    def settle(self, row: int, tokens: int, hours: float, call: Call) -> None:
        """Told what was stored, and for how long; ``row`` is what ``reserve`` gave. Not told what nobody knows."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """Parts that prompts begin with, stored under ``name``; with no name they are not."""

    parts: tuple[Text, ...]
    name: str | None = None

    def resting(self, prompt: Prompt) -> Prompt:
        """The prompt without what is stored; as it is if it begins otherwise, or the system speaks again later."""
        speaks = any(isinstance(part, Text) and part.role == "system" for part in prompt.parts[len(self.parts) :])
        if self.name is None or speaks or prompt.lasting != self.parts:
            return prompt
        return prompt.resting_on(self.name)


@asynccontextmanager
async def stored(
    model: Google,
    prompt: Prompt,
    call: Call,
    keeping: Keeping,
    *,
    seconds: int = _LIFE,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Stored, None]:
    """Stores what a prompt begins with, its ``lasting`` parts, while the block asks questions that rest on it.

    It is stored for ``seconds`` at most, and deleted at the block's end however that comes. Nothing is stored with a
    model that takes none, or where there is too little for it. Raises a ``ModelError`` if storing fails, or if
    ``keeping`` forbids it.
    """
    row, parts = profile(model.name), prompt.lasting
    size = sum(len(part.text) for part in parts) / row.budget.chars_per_token
    if not row.keeps or row.caching is None or size < row.caching or prompt.cached_content is not None:
        yield Stored(parts)
        return
    most = sum(len(part.text.encode("utf-8", "surrogatepass")) for part in parts)  # no tokenizer makes more of them
    reserved = await keeping.reserve(most, seconds / 3600, call)
    began = clock()
    # A request given up half-way may store all the same, under a name nobody knows: it is let finish, and deleted.
    storing = asyncio.create_task(_store(model, parts, call, seconds))
    try:
        kept = await asyncio.shield(storing)
        yield Stored(parts, kept.name)
    finally:
        ending = asyncio.create_task(_delete(model, storing, replace(call, deadline=None)))
        cancelled = await _over(ending)
        if _is_stored(storing):
            lasted = min(clock() - began, seconds) if ending.result() else seconds
            keeping.settle(reserved, storing.result().tokens() or round(size), lasted / 3600, call)
        elif _is_refused(storing):
            keeping.settle(reserved, 0, 0.0, call)
        if cancelled:
            raise asyncio.CancelledError


def _is_stored(storing: asyncio.Task[Kept]) -> bool:
    return storing.done() and not storing.cancelled() and storing.exception() is None


def _is_refused(storing: asyncio.Task[Kept]) -> bool:
    """Whether nothing was stored for sure. Else the reservation stays: nobody knows."""
    if not storing.done() or storing.cancelled():
        return False
    return not isinstance(storing.exception(), Unreachable | Stalled | Garbled)


async def _over(task: asyncio.Task[bool]) -> bool:
    """Waits for the end of a task, also when this one is cancelled; whether it was."""
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    return cancelled


async def _store(model: Google, parts: tuple[Text, ...], call: Call, seconds: int) -> Kept:
    access = await model.access(call)
    body = msgspec.json.encode(kept_request(parts, access.model, seconds))
    url = access.url(f"{access.parent}cachedContents")
    async with model.connections.post(url, access.headers, body, call) as answer:
        said = await answer.read()
        if answer.status != 200:
            raise model.fault(access, answer, said)
    try:
        return msgspec.json.decode(said, type=Kept)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Garbled(f"{model.asked.provider} did not say where it stored the prompt: check base_url") from None


async def _delete(model: Google, storing: asyncio.Task[Kept], call: Call) -> bool:
    """Deletes what was stored; whether it is gone. Never raises: Google deletes it by itself later."""
    with suppress(ModelError, TimeoutError):
        async with asyncio.timeout(_GRACE):
            kept = await storing
            access = await model.access(call)
            url = access.url(kept.name)
            async with model.connections.fetch("DELETE", url, access.headers, b"", call) as answer:
                await answer.read()
                return answer.status in (200, 404)
    return False
