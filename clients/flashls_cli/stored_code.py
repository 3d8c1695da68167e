"""Stored code: what many questions begin with, kept with the provider while they are asked, and what all that costs."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from flashls.app import App
from flashls.engine.engine import Route
from flashls.models.cached import Cached
from flashls.models.cost import is_free, price_of, storage_cost
from flashls.models.gemini_cache import stored
from flashls.models.google import Google
from flashls.models.profiles import profile
from flashls.models.resting import Resting
from flashls.models.seam import Model
from flashls.models.storage import Storage
from flashls.prompt.seal import seal
from flashls.settings import Provider
from flashls.types import Call, Draft, Text

_KEPT_S = 600


@dataclass(frozen=True, slots=True)
class Estimate:
    """What some questions on the same code may cost: ``usd`` is None where a price is not known."""

    tokens: int
    usd: float | None
    free: bool


def estimate(app: App, route: Route, draft: Draft, questions: int) -> Estimate:
    """What it costs to ask so many questions like ``draft``, if each is answered at full length."""
    length = sum(len(part.text) for part in draft.parts if isinstance(part, Text))
    tokens = round(length / route.budget.chars_per_token)
    price = price_of(route.name, app.settings.providers, datetime.now(UTC).date(), tokens)
    if price is None:
        return Estimate(tokens, None, False)
    kept = storage_cost(tokens, _KEPT_S / 3600, price) if keeps(app, route, questions) else None
    read = tokens * price.input * questions / 1e6 if kept is None else kept + tokens * price.cached * questions / 1e6
    return Estimate(tokens, read + draft.max_tokens * questions * price.output / 1e6, is_free(price))


def keeps(app: App, route: Route, questions: int) -> bool:
    """Whether it is worth it to store code with the model's provider: where it can be, and for several questions."""
    return questions > 1 and isinstance(app.asked[route.name].provider, Google) and profile(route.name).keeps


@asynccontextmanager
async def resting(app: App, route: Route, draft: Draft, questions: int) -> AsyncGenerator[Route]:
    """A route on which what ``draft`` begins with is stored with the provider, if that is worth it, until the end.

    The model that answers is then that one, and no other in its place. Raises a ``ModelError`` if storing fails.
    """
    asked = app.asked[route.name]
    if not keeps(app, route, questions) or not isinstance(asked.provider, Google):
        yield route
        return
    price = partial(price_of, route.name, app.settings.providers)
    keeping = Storage(route.name, app.ledger, price, app.settings.budget, _tell)
    call = Call(uuid4().hex, "ask")
    async with stored(asked.provider, seal(draft), call, keeping, seconds=_KEPT_S) as kept:
        model: Model = Resting(asked.model, kept)
        if app.settings.cache.enabled:
            own = app.settings.providers.get(route.name.partition("/")[0], Provider())
            model = Cached(model, route.name, app.replies, own.base_url)
        yield replace(route, model=model)


def _tell(line: str) -> None:
    sys.stderr.write(f"flashls: {line}\n")
