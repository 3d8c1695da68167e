"""Retrying: a Model around a Model that asks again after a failure that may pass, before the first piece only.

The library stamina runs the attempts. How long to wait is decided here: full jitter between attempts (M. Brooker,
"Exponential Backoff And Jitter", AWS Architecture Blog, 2015), and never less than what the provider asks for. The
running loop's clock counts, and nothing runs beside the stream: whoever closes or cancels it ends the waiting too.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field

import stamina
from stamina.instrumentation import set_on_retry_hooks

from flashls.models.seam import Model, ModelError, Overloaded, RateLimited, Stalled, Stream, Unreachable
from flashls.types import Call, End, Piece, Prompt

log = logging.getLogger(__name__)
set_on_retry_hooks(())  # its default tells the standard error stream, which in a terminal is the user's


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to ask, and how long to wait in between, in seconds.

    The n-th wait is drawn from 0 to ``first * 2 ** (n - 1)``, at most ``longest``. A provider that asks for a wait is
    given it up to ``asked``.
    """

    attempts: int
    first: float
    longest: float
    asked: float

    def bound(self, failures: int) -> float:
        """The longest wait after so many failures, in seconds."""
        return min(self.longest, math.ldexp(self.first, min(failures, 64) - 1))


def patience(call: Call) -> Patience:
    """Completions are asked once more, soon: the user types on, and so is a model that another one can stand in for.

    Somebody who waits gets more, background work most.
    """
    if call.patience == "once":
        return Patience(attempts=1, first=0.0, longest=0.0, asked=0.0)
    if call.priority > 0 and call.patience == "long":
        return Patience(attempts=6, first=1.0, longest=30.0, asked=120.0)
    if call.task == "complete" or call.patience == "short":
        return Patience(attempts=2, first=0.2, longest=0.2, asked=2.0)
    return Patience(attempts=4, first=0.5, longest=8.0, asked=30.0)


@dataclass(frozen=True, slots=True)
class Retrying:
    """``model``, known as ``name``, asked again where it was overloaded, out of reach, silent or too busy.

    ``uniform`` draws a number between two.
    """

    model: Model
    name: str
    patience: Callable[[Call], Patience] = patience
    uniform: Callable[[float, float], float] = field(default=random.uniform, repr=False)

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields what the first attempt that begins yields; see ``Model.stream``.

        Raises the last attempt's error; a ``RateLimited`` whose wait is longer than the call may take is made final,
        and one that was heeded in vain says so.
        """
        began = await self._begun(prompt, call)
        if began is None:
            return
        stream, first = began
        async with aclosing(stream):
            yield first
            async for item in stream:
                yield item

    async def _begun(self, prompt: Prompt, call: Call) -> tuple[Stream, Piece | End] | None:
        """A stream with its first item; None for a stream without one. A failed attempt's stream is closed."""
        try:
            return await _first(self.model.stream(prompt, call))
        except ModelError as error:
            failed = error
        waits = _Waits(self.name, call, self.patience(call), self.uniform)
        if waits.patience.attempts == 1:
            raise failed
        try:
            async for attempt in stamina.retry_context(on=waits, attempts=waits.patience.attempts, timeout=None):
                with attempt:
                    if attempt.num == 1:  # was made above: stamina takes 0.15 ms, which most requests need not pay
                        raise failed
                    return await _first(self.model.stream(prompt, call))
        except RateLimited as error:
            raise waits.told(error) from None
        raise AssertionError("an attempt ends with an answer or an error")


async def _first(stream: Stream) -> tuple[Stream, Piece | End] | None:
    first = await anext(stream, None)  # whatever it raises, the stream is over then
    return None if first is None else (stream, first)


@dataclass(slots=True)
class _Waits:
    """What stamina asks after a failure: the seconds until the next attempt, or False where there is to be none."""

    name: str
    call: Call
    patience: Patience
    uniform: Callable[[float, float], float]
    failures: int = 0
    waited: float = 0.0

    def __call__(self, error: Exception) -> float | bool:
        self.failures += 1
        if not _passes(error):
            return False
        asked = getattr(error, "retry_after", None) or 0.0
        wait = asked + self.uniform(0.0, self.patience.bound(self.failures))
        if self.failures >= self.patience.attempts or asked > self.patience.asked or wait >= self._left():
            return False
        self.waited += wait
        log.info("%s: attempt %d failed (%s), next in %.2f s", self.name, self.failures, type(error).__name__, wait)
        return wait

    def told(self, error: RateLimited) -> RateLimited:
        """The error itself, or what to say of a wait that this request has no time for, or that was of no use."""
        asked = error.retry_after
        if error.final or asked is None:
            return error
        if asked > min(self.patience.asked, self._left()):
            hint = "" if self.call.patience == "short" else ": try again then, or name another model after it"
            text = f"{self.name} asks to wait {math.ceil(asked)} s, longer than this request may take{hint}"
            return RateLimited(text, asked, final=True)
        if self.waited < asked or not asked:
            return error
        return RateLimited(
            f"{self.name} has had too many requests, {self.failures} times within {math.ceil(self.waited)} s, though "
            "it was waited for as it asks: try again in a few minutes, or use another model",
            asked,
        )

    def _left(self) -> float:
        """Seconds until the call's deadline."""
        now = asyncio.get_running_loop().time()
        return math.inf if self.call.deadline is None else self.call.deadline - now


def _passes(error: Exception) -> bool:
    """Whether the same request may well succeed a little later."""
    return isinstance(error, Overloaded | Unreachable | Stalled) or (isinstance(error, RateLimited) and not error.final)
