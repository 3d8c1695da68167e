"""From the models a task lists to its Route: the provider of each, and the wrappers around it, in their order."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import get_args

from flashls.engine.budget import cheapest
from flashls.engine.engine import Route
from flashls.keys import Kept, stated_key
from flashls.models import weights
from flashls.models.breaker import Breakers
from flashls.models.budgeted import Budgeted
from flashls.models.cached import Cached
from flashls.models.cost import is_free, price_of
from flashls.models.enough import Enough
from flashls.models.failover import Failover
from flashls.models.fitted import Fitted
from flashls.models.limited import Limited, Quota
from flashls.models.metered import Metered
from flashls.models.profiles import level, profile, resolve
from flashls.models.providers import Reaches, Surroundings, form_of, provided
from flashls.models.retrying import Retrying
from flashls.models.seam import Model
from flashls.models.slots import Slots
from flashls.models.structured import Structured
from flashls.settings import OUR_MODELS, Names, Provider, Settings
from flashls.sources import cache_path, data_path
from flashls.store.disk import Replies
from flashls.store.ledger import Ledger
from flashls.types import Task

TASKS: tuple[Task, ...] = get_args(Task)

_FAST, _LARGE, _LOCAL, _ = OUR_MODELS

Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A model that tasks ask: ``provider`` is what reaches it; ``model`` the same with all wrappers but the list's."""

    provider: Reaches
    model: Model
    tasks: list[Task]


@dataclass(frozen=True, slots=True)
class Parts:
    """What routes are made of, and what they share: quotas and breakers by provider, each model once."""

    around: Surroundings
    replies: Replies
    ledger: Ledger
    kept: Kept
    notice: Notice
    breakers: Breakers = field(default_factory=Breakers)
    quotas: dict[str, Quota] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.around.settings

    def own(self, name: str) -> Provider:
        """The user's table for the provider of a model."""
        return self.settings.providers.get(name.partition("/")[0], Provider())


def parts_of(
    settings: Settings, environ: Mapping[str, str], editor_keys: Mapping[str, str], kept: Kept, notice: Notice
) -> Parts:
    """The parts for these settings. A key is the one that editor, environment or settings state, else the keyring's."""

    def key(provider: str) -> str:
        own = settings.providers.get(provider, Provider())
        return stated_key(provider, own, environ, editor_keys) or kept.get(provider)

    data, cache = data_path(environ), settings.cache
    replies = Replies(cache_path(environ) / "replies", cap_bytes=cache.size_mb * 1_000_000, ttl=cache.ttl_days * 86_400)
    around = Surroundings(settings, Slots(network=settings.network), data, key)
    return Parts(around, replies, Ledger(data / "ledger.sqlite3"), kept, notice)


def narrowed(parts: Parts, settings: Settings) -> Parts:
    """The same parts, quotas, models and connections under the settings of another folder of the window."""
    return replace(parts, around=replace(parts.around, settings=settings))


def route_of(parts: Parts, task: Task) -> tuple[Route | None, list[str]]:
    """How a task reaches the models it lists, None if it has none, and what to tell the user about them, a line each.

    Raises ``WrongModel`` for a name that no provider takes.
    """
    names, notices = _choice(parts, task)
    return (_route(parts, names, task) if names else None), notices


def arm_route(parts: Parts, named: Names) -> Route:
    """How an experiment's arm completes with these models. Raises ``WrongModel``."""
    return _route(parts, _resolved(parts, named)[0], "complete")


def _choice(parts: Parts, task: Task) -> tuple[tuple[str, ...], list[str]]:
    """The models a task asks, the first one first, and what to tell the user about them; none if there are none."""
    named = getattr(parts.settings.models, task) or (parts.settings.models.explain if task != "complete" else ())
    if not named:
        if parts.around.key("gemini") or parts.kept.awaits("gemini"):
            return (_FAST if task == "complete" else _LARGE,), []
        return ((_LOCAL,) if _has_local(parts.around.data) else ()), []
    return _resolved(parts, named)


def _resolved(parts: Parts, named: Names) -> tuple[tuple[str, ...], list[str]]:
    today, names, notices = datetime.now(UTC).date(), list[str](), list[str]()
    for name in named:
        if parts.own(name).base_url:  # a gateway may give any name to any model
            names.append(name)
            continue
        resolved = resolve(name, today)
        names.append(resolved.name)
        notices += [resolved.notice] if resolved.notice else []
    return tuple(dict.fromkeys(names)), notices


def _has_local(data: Path) -> bool:
    runtime = importlib.util.find_spec("xllamacpp") is not None
    return runtime and weights.find(_LOCAL.partition("/")[2], data / "models") is not None


def _route(parts: Parts, names: tuple[str, ...], task: Task) -> Route:
    """``Cached(Failover[Fitted(Structured(Enough(Retrying(Limited(Budgeted(Metered(provider))))))), ...])``."""
    asked = [_asked(parts, name, task) for name in names]
    first, row = names[0], profile(names[0])
    hedge = parts.settings.complete.hedge and task == "complete"
    listed = [(name, _fitted(each.model, name, first)) for name, each in zip(names, asked, strict=True)]
    model: Model = Failover(listed, parts.breakers, parts.notice, hedge)
    if parts.settings.cache.enabled and not first.startswith("scripted/"):
        model = Cached(model, first, parts.replies, parts.own(first).base_url)
    forms = {form_of(each.provider) for each in asked}
    form = forms.pop() if len(forms) == 1 else "both"
    price = price_of(first, parts.settings.providers, datetime.now(UTC).date())
    budget = cheapest(row.budget, price, row.caching) if form == "chat" else row.budget
    return Route(model, first, budget, level(row, None, task), form, is_free(price))


def _fitted(model: Model, name: str, first: str) -> Model:
    budget = profile(name).budget
    return model if budget.prefix >= profile(first).budget.prefix else Fitted(model, budget)


def _asked(parts: Parts, name: str, task: Task) -> Asked:
    """The model with its own wrappers, one for all tasks."""
    if name not in parts.asked:
        provider = provided(name, parts.around)
        price = partial(price_of, name, parts.settings.providers)
        model: Model = Metered(provider, name, parts.ledger, price)
        model = Budgeted(model, name, parts.ledger, price, parts.settings.budget, parts.notice)
        model = Retrying(Limited(model, _quota(parts, name)), name)
        parts.asked[name] = Asked(provider, Structured(Enough(model, name), profile(name)), [])
    if task not in parts.asked[name].tasks:
        parts.asked[name].tasks.append(task)
    return parts.asked[name]


def _quota(parts: Parts, name: str) -> Quota:
    provider, own = name.partition("/")[0], parts.own(name)
    if provider not in parts.quotas:
        parts.quotas[provider] = Quota(provider, own.streams, own.requests_per_minute, own.tokens_per_minute)
    return parts.quotas[provider]
