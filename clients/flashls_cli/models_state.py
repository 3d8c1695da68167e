"""What there is to say of the models in use without asking them anything: price, window, whether they are there."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flashls.app import App
from flashls.models.catalog import Price
from flashls.models.cost import is_free, price_of
from flashls.models.profiles import profile, retirement
from flashls.models.seam import ModelError
from flashls.routes import TASKS, Asked
from flashls.types import Call

_PATIENCE = 4.0  # seconds


@dataclass(frozen=True, slots=True)
class State:
    """One model in use. ``trouble`` is why it cannot be reached, empty if it can; ``window`` is in tokens.

    ``until`` is the day its vendor shuts it down, as far as that is known.
    """

    name: str
    tasks: tuple[str, ...]
    cost: Price | None
    window: int
    trouble: str
    until: date | None

    @property
    def purpose(self) -> str:
        """What it is asked for, as a table shows it."""
        if self.tasks == TASKS:
            return "everything"
        return "all but completions" if self.tasks == TASKS[1:] else ", ".join(self.tasks)

    @property
    def price(self) -> str:
        """The price of a million tokens, as a table shows it."""
        if self.cost is None:
            return "unknown"
        return "free" if is_free(self.cost) else f"{self.cost.input:g} / {self.cost.output:g}"

    @property
    def said(self) -> str:
        """Whether it can be reached, and for how long yet."""
        until = f"; its vendor shuts it down on {self.until:%Y-%m-%d}" if self.until else ""
        return (self.trouble or "reachable") + until

    def facts(self) -> dict[str, Any]:
        """The same for programs."""
        cost = {"input": self.cost.input, "output": self.cost.output} if self.cost else None
        return {
            "name": self.name, "tasks": list(self.tasks), "usd_per_million_tokens": cost, "window": self.window,
            "reachable": not self.trouble, "trouble": self.trouble or None,
            "until": self.until.isoformat() if self.until else None,
        }  # fmt: skip


async def states(app: App) -> list[State]:
    """The models in use, each asked whether it is there, all at the same time and for four seconds at most."""
    return await asyncio.gather(*(_state(app, name, asked) for name, asked in app.asked.items()))


async def _state(app: App, name: str, asked: Asked) -> State:
    price = price_of(name, app.settings.providers, datetime.now(UTC).date())
    call = Call("reachable", asked.tasks[0], deadline=time.monotonic() + _PATIENCE)
    try:
        await asked.provider.reachable(call)
        trouble = ""
    except ModelError as error:
        trouble = str(error)
    leaves = retirement(name)
    until = leaves.on if leaves else None
    return State(name, tuple(asked.tasks), price, profile(name).window, trouble, until)
