"""Limited: a Model around a Model that waits its turn, so that a provider is never asked more than it allows.

One ``Quota`` is shared by all models of a provider. It keeps three limits: streams at the same time, requests a
minute and tokens a minute. The last two hold for every window of 60 seconds, however it is laid: a leaky bucket
(aiolimiter's, for one) lets twice the number through in its first minute, which a provider answers with status 429.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import count

from flashls.models.estimate import estimated
from flashls.models.seam import Model, ModelError, NoKey, OverBudget, RateLimited, Stream, Unusable
from flashls.types import Call, End, Image, Prompt

_MINUTE = 60.0
_CHARS_PER_TOKEN = 3.2  # of code, see types.Budget
_UNSENT = (NoKey, OverBudget, Unusable)  # errors that say that no request was made
_IMAGE_TOKENS = 1120  # Gemini 3's most for one picture at its default resolution


def input_tokens(prompt: Prompt) -> int:
    """About how many tokens a prompt has, its pictures included."""
    images = sum(isinstance(part, Image) for part in prompt.parts)
    return estimated(prompt, 0, _CHARS_PER_TOKEN).input + images * _IMAGE_TOKENS


@dataclass(frozen=True, slots=True)
class Limited:
    """``model`` within ``quota``. ``tokens`` estimates what a prompt has; the reply's most is added to it."""

    model: Model
    quota: Quota
    tokens: Callable[[Prompt], int] = input_tokens

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Waits its turn, then yields what the model yields; see ``Model.stream``.

        What was reserved and not used is given back at the End, or where the stream is closed, and so is a request
        that was never sent. Raises ``OverQuota`` as soon as it is known that the turn comes too late for the call.
        """
        asked = self.tokens(prompt)
        turn = await self.quota.turn(call, asked + prompt.max_tokens)
        written, used, sent = 0, None, True
        try:
            async with aclosing(self.model.stream(prompt, call)) as items:
                async for item in items:
                    if isinstance(item, End):
                        used = (item.usage.input or asked) + item.usage.output
                    else:
                        written += len(item.text)
                    yield item
        except ModelError as error:
            used = 0 if used is None and not written else used
            sent = not isinstance(error, _UNSENT)
            raise
        finally:
            self.quota.leave(turn, asked + math.ceil(written / _CHARS_PER_TOKEN) if used is None else used, sent)


class OverQuota(RateLimited):
    """The user's own limit for a provider leaves no room in time. It says nothing about the provider's health."""


class Quota:
    """What a provider allows, 0 for no limit, and who waits for it: by priority, then first come first served.

    Background calls leave a fourth of the streams, at least one where there are several, to people who wait. The
    running loop's clock counts.
    """

    def __init__(
        self, provider: str, streams: int = 16, requests_per_minute: int = 0, tokens_per_minute: int = 0
    ) -> None:
        self.provider = provider
        self.streams = streams
        self.running = 0
        self._for_background = streams - min(streams - 1, math.ceil(streams / 4))
        self._requests = _Window(requests_per_minute or math.inf)
        self._tokens = _Window(tokens_per_minute or math.inf)
        self._queue: list[Turn] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return len(self._queue)

    async def turn(self, call: Call, tokens: int) -> Turn:
        """Waits until a request with so many tokens may be sent. Every turn is to be left again.

        Raises ``OverQuota``: at once where the limits a minute make it later than the call's deadline, else when the
        deadline passes.
        """
        loop = asyncio.get_running_loop()
        turn = Turn((call.priority, next(self._numbers)), min(tokens, self._tokens.limit), loop.create_future())
        self._check(turn, call, loop.time())
        heappush(self._queue, turn)
        self._admit()
        if not turn.come.done():
            await self._wait(turn, call)
        return turn

    def leave(self, turn: Turn, used: float, sent: bool = True) -> None:
        """Ends a turn; the tokens it was reserved are set to those it used. One not ``sent`` was no request."""
        self.running -= 1
        if not sent:
            self._requests.correct(turn.request, 0)
        self._tokens.correct(turn.taken, used)
        self._admit()

    def _check(self, turn: Turn, call: Call, now: float) -> None:
        wait = self._earliest(turn, now) - now
        if call.deadline is None or wait == 0 or now + wait < call.deadline:
            return
        raise OverQuota(
            f"{self.provider}'s limit of requests or tokens a minute is used up for {math.ceil(wait)} s: wait, "
            f"or raise it in [providers.{self.provider}] of config.toml",
            wait,
            final=True,
        )

    async def _wait(self, turn: Turn, call: Call) -> None:
        try:
            async with asyncio.timeout_at(call.deadline):
                await turn.come
        except BaseException as error:
            self._withdraw(turn)
            if not isinstance(error, TimeoutError):
                raise
            raise OverQuota(
                f"{self.provider} is busy with other requests of yours: wait, "
                f"or raise its limits in [providers.{self.provider}] of config.toml",
                final=True,
            ) from None

    def _withdraw(self, turn: Turn) -> None:
        """Gives up a turn, be it that it has come in the same instant."""
        if turn.come.done() and not turn.come.cancelled():
            self.leave(turn, 0, sent=False)
            return
        if turn in self._queue:
            self._queue.remove(turn)
            heapify(self._queue)
        self._admit()

    def _admit(self) -> None:
        """Lets in whoever's turn it is; where that is a matter of time only, comes again then."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        loop = asyncio.get_running_loop()
        while self._queue and self._has_stream(self._queue[0]):
            now, turn = loop.time(), self._queue[0]
            if (at := self._earliest(turn, now)) > now:
                self._timer = loop.call_at(at, self._admit)
                return
            heappop(self._queue)
            if turn.come.done():  # cancelled, and about to withdraw
                continue
            self.running += 1
            turn.request = self._requests.take(now, 1)
            turn.taken = self._tokens.take(now, turn.tokens)
            turn.come.set_result(None)

    def _has_stream(self, turn: Turn) -> bool:
        return self.running < (self._for_background if turn.order[0] > 0 else self.streams)

    def _earliest(self, turn: Turn, now: float) -> float:
        return max(self._requests.earliest(now, 1), self._tokens.earliest(now, turn.tokens))


@dataclass(slots=True, order=True)
class Turn:
    """A call's place in the line, and what was taken for it when its turn came."""

    order: tuple[int, int]
    tokens: float = field(compare=False)
    come: asyncio.Future[None] = field(compare=False)
    taken: _Taken = field(init=False, compare=False)
    request: _Taken = field(init=False, compare=False)


@dataclass(slots=True)
class _Taken:
    at: float
    amount: float
    counts: bool = True


class _Window:
    """What was taken within the last minute."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._total = 0.0
        self._taken: deque[_Taken] = deque()

    def earliest(self, now: float, amount: float) -> float:
        """When so much more will be within the limit, if nobody else takes any."""
        self._forget(now)
        excess = self._total + amount - self.limit
        for taken in self._taken:
            if excess <= 0:
                break
            excess -= taken.amount
            now = taken.at + _MINUTE
        return now

    def take(self, now: float, amount: float) -> _Taken:
        """Counts an amount from now on; where there is no limit, nothing is remembered."""
        taken = _Taken(now, amount, self.limit < math.inf)
        if taken.counts:
            self._total += amount
            self._taken.append(taken)
        return taken

    def correct(self, taken: _Taken, used: float) -> None:
        """Sets an amount to what it turned out to be."""
        if taken.counts:
            self._total += used - taken.amount
            taken.amount = used

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0].at + _MINUTE <= now:
            old = self._taken.popleft()
            old.counts = False
            self._total -= old.amount
