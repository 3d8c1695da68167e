"""Metered: a Model around a Model that puts every attempt into the ledger, however it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flashls.models.cost import PriceOf, cost, most
from flashls.models.estimate import estimated
from flashls.models.profiles import profile
from flashls.models.seam import (
    Model,
    NoKey,
    NotFound,
    Overloaded,
    RateLimited,
    Refused,
    Stream,
    Unauthorized,
    Unreachable,
    Unusable,
)
from flashls.store.attempts import Attempt, attempt_id
from flashls.store.ledger import Ledger
from flashls.types import Call, Piece, Prompt, Usage

# Errors that say, before any text came, that no model was at work. Google charges no request that fails with a status
# of 400 or 500 (ai.google.dev/gemini-api/docs/billing).
_UNCHARGED = (Unauthorized, NotFound, Unusable, Refused, RateLimited, Overloaded, Unreachable)


@dataclass(frozen=True, slots=True)
class Metered:
    """``model``, known as ``name`` (``provider/model``), each of whose attempts becomes a row of ``ledger``.

    Where no End came, usage and cost are estimated, and what counts against budgets is the most the attempt can cost.
    So ``Enough`` belongs around this, not into it: the End it makes up is no account of what was charged. Where there
    is no key, nothing was tried, and only what a budget reserved is written. Nothing waits for the ledger. ``clock``
    gives seconds since 1970, ``timer`` counts seconds.
    """

    model: Model
    name: str
    ledger: Ledger
    price: PriceOf
    clock: Callable[[], float] = time.time
    timer: Callable[[], float] = time.perf_counter

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields what the model yields; see ``Model.stream``. The End is in the ledger before it is passed on."""
        run = _Run(self, prompt, call, self.clock(), self.timer())
        try:
            async with aclosing(self.model.stream(prompt, call)) as items:
                async for item in items:
                    if isinstance(item, Piece):
                        run.wrote(item)
                    else:  # before it is passed on, since a reader may stop there
                        run.ended(item.reason, item.usage)
                    yield item
            run.broke_off("cut")
        except (GeneratorExit, asyncio.CancelledError):
            run.broke_off("enough" if run.is_enough() else "cancelled")
            raise
        except _UNCHARGED as error:
            if call.attempt or not isinstance(error, NoKey):
                run.failed(type(error).__name__)
            raise
        except BaseException as error:
            run.broke_off(type(error).__name__)
            raise


@dataclass(slots=True)
class _Run:
    """One attempt while it lasts; the first thing said of its end counts."""

    metered: Metered
    prompt: Prompt
    call: Call
    at: float
    started: float
    first: float | None = None
    text: str = ""
    over: bool = False

    def wrote(self, piece: Piece) -> None:
        self.text += piece.text
        if self.first is None:
            self.first = self.metered.timer()

    def ended(self, outcome: str, usage: Usage) -> None:
        cost = self._cost(usage)
        self._record(outcome, usage, cost, cost or 0.0)

    def is_enough(self) -> bool:
        """Whether a reader that left had all it wanted."""
        return self.call.enough is not None and self.call.enough(self.text)

    def failed(self, outcome: str) -> None:
        if self.text:
            self.broke_off(outcome)
        else:
            self._record(outcome, Usage(), 0.0, 0.0)

    def broke_off(self, outcome: str) -> None:
        """What a budget has reserved for it stays reserved."""
        if not self.over:
            of = self.metered
            usage = estimated(self.prompt, len(self.text), profile(of.name).budget.chars_per_token)
            reserved = None if self.call.attempt else self._most() or 0.0
            self._record(outcome, usage, self._cost(usage), reserved)

    def _most(self) -> float | None:
        of = self.metered
        return most(self.prompt, self.call.task, of.name, of.price, _day(self.at))

    def _cost(self, usage: Usage) -> float | None:
        price = self.metered.price(_day(self.at), usage.input)
        return None if price is None else cost(usage, price)

    def _record(self, outcome: str, usage: Usage, cost: float | None, held: float | None) -> None:
        if self.over:
            return
        self.over = True
        of, call = self.metered, self.call
        first_ms = None if self.first is None else (self.first - self.started) * 1000
        total_ms = (of.timer() - self.started) * 1000
        row = call.attempt or attempt_id(self.at)
        of.ledger.record(
            Attempt(
                row, self.at, call.task, of.name, call.session, call.arm, usage, cost, held, first_ms, total_ms, outcome
            )
        )


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()
