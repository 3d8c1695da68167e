"""The composition root: from settings to an Engine. The only place that knows every part."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, get_args

from flashls.engine.budget import cheapest
from flashls.engine.engine import Engine, Route
from flashls.engine.experiment import WrongExperiment, arms_of, engine_of
from flashls.keys import Kept, logins, stated_key
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
from flashls.models.providers import Reaches, Surroundings, WrongModel, form_of, provided
from flashls.models.retrying import Retrying
from flashls.models.seam import Model, ModelError
from flashls.models.slots import Slots
from flashls.models.structured import Structured
from flashls.prompt.templates import templates_in
from flashls.settings import OUR_MODELS, Budget, Names, Provider, Settings
from flashls.sources import cache_path, config_path, data_path
from flashls.sources import load as load_settings
from flashls.store.disk import Replies
from flashls.store.ledger import Ledger
from flashls.text import secrets
from flashls.types import Task

TASKS: tuple[Task, ...] = get_args(Task)

_FAST, _LARGE, _LOCAL, _ = OUR_MODELS
_MISSING = (
    "no model: set $GEMINI_API_KEY to use Google's models, or run `pip install 'flashls[local]'` and "
    "`flashls models pull qwen2.5-coder-0.5b` for a small model on this machine"
)

Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A model that tasks ask: ``provider`` is what reaches it; ``model`` the same with all wrappers but the list's."""

    provider: Reaches
    model: Model
    tasks: list[Task]


@dataclass(frozen=True, slots=True)
class App:
    """An Engine and what it stands on. ``problems``: what is wrong with the settings, and notices, a line each.

    ``asked`` are the models in use by name; ``key`` gives a provider's key, empty if there is none.
    """

    engine: Engine
    settings: Settings
    replies: Replies
    ledger: Ledger
    slots: Slots
    asked: Mapping[str, Asked]
    key: Callable[[str], str] = field(repr=False)
    problems: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def model_name(self) -> str:
        """The model that completes, as ``provider/model``; empty without one."""
        return self.completes("")

    def completes(self, session: str) -> str:
        """The model that completes for a session, which may be in an experiment; empty without one."""
        engine = engine_of(self.engine, session) if session else self.engine
        return engine.routes["complete"].name if "complete" in engine.routes else ""

    async def warm(self, session: str = "") -> None:
        """Gets ready what a first request would wait for: the cache's file, patterns, a connection, the embedded model.

        Only what each task asks first; what fails here is told by the request that needs it.
        """
        if self.settings.cache.enabled:
            self.replies.warm()
        if self.settings.budget != Budget():
            self.ledger.warm()
        await asyncio.to_thread(secrets.warm)
        routes = engine_of(self.engine, session).routes
        for name in dict.fromkeys(route.name for route in routes.values()):
            with suppress(ModelError):
                await self.asked[name].provider.warm()

    async def aclose(self) -> None:
        """Closes connections and writes what is waiting."""
        await self.slots.aclose()
        await self.replies.aclose()
        await self.ledger.aclose()


async def build(
    environ: Mapping[str, str],
    flags: Mapping[str, Any] | None = None,
    editor: Mapping[str, Any] | None = None,
    editor_keys: Mapping[str, str] | None = None,
    root: Path | None = None,
    notice: Notice = lambda _: None,
    keyring_s: float = 2.0,
) -> App:
    """The app for the settings in force; needs a running event loop. Nothing is connected or loaded yet.

    ``flags`` and ``editor`` are tables as in ``config.toml``; ``editor_keys`` are keys by provider name. ``notice``
    gets a line for the user whenever one comes up later: another model answers, a budget is nearly used up. The
    keyring is waited for ``keyring_s`` seconds; a later answer counts from then on. With problems in the settings
    nothing is asked: ``missing`` says which.
    """
    loaded = load_settings(environ, flags, editor, root)
    kept = await _kept(loaded.settings, environ, editor_keys or {}, keyring_s)
    parts = _parts(loaded.settings, environ, editor_keys or {}, kept, notice)
    routes: dict[Task, Route] = {}
    wrongs, notices = list(loaded.problems), [*loaded.warnings]
    for task in () if loaded.problems else TASKS:
        try:
            names, told = _choice(parts, task)
            notices += [line for line in told if line not in notices]
            if names:
                routes[task] = _route(parts, names, task)
        except WrongModel as wrong:
            if str(wrong) not in wrongs:
                wrongs.append(str(wrong))
    missing = "" if len(routes) == len(TASKS) else (wrongs[0] if wrongs else _MISSING)
    templates = templates_in(config_path(environ).parent / "prompts")
    notices += templates.notices
    engine, around = Engine(loaded.settings, routes, missing, templates=templates), parts.around
    if not wrongs:
        try:
            arms = arms_of(engine, partial(_arms_route, parts), config_path(environ).parent)
            engine = replace(engine, arms=arms)
        except (WrongModel, WrongExperiment) as wrong:
            wrongs.append(str(wrong))
    return App(
        engine, loaded.settings, parts.replies, parts.ledger, around.slots, parts.asked, around.key, tuple(wrongs),
        tuple(notices),
    )  # fmt: skip


async def _kept(settings: Settings, environ: Mapping[str, str], editor_keys: Mapping[str, str], wait_s: float) -> Kept:
    """The keyring's keys, asked for only where they are needed and neither editor nor environment gives them."""
    lists = [getattr(settings.models, task) for task in TASKS]
    arms = [arm.models for arm in settings.experiment.arms.values()]
    used = {name.partition("/")[0] for names in (*lists, *arms) for name in names} | (
        {"gemini"} if not all(lists) else set()
    )
    wanted = [
        provider for provider in logins(data_path(environ))
        if provider in used
        and not stated_key(provider, settings.providers.get(provider, Provider()), environ, editor_keys)
    ]  # fmt: skip
    kept = Kept(wanted)
    await kept.wait(wait_s)
    return kept


@dataclass(frozen=True, slots=True)
class _Parts:
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
        return self.around.settings

    def own(self, name: str) -> Provider:
        """The user's table for the provider of a model."""
        return self.settings.providers.get(name.partition("/")[0], Provider())


def _parts(
    settings: Settings, environ: Mapping[str, str], editor_keys: Mapping[str, str], kept: Kept, notice: Notice
) -> _Parts:
    def key(provider: str) -> str:
        own = settings.providers.get(provider, Provider())
        return stated_key(provider, own, environ, editor_keys) or kept.get(provider)

    data, cache = data_path(environ), settings.cache
    replies = Replies(cache_path(environ) / "replies", cap_bytes=cache.size_mb * 1_000_000, ttl=cache.ttl_days * 86_400)
    around = Surroundings(settings, Slots(network=settings.network), data, key)
    return _Parts(around, replies, Ledger(data / "ledger.sqlite3"), kept, notice)


def _arms_route(parts: _Parts, named: Names) -> Route:
    return _route(parts, _resolved(parts, named)[0], "complete")


def _choice(parts: _Parts, task: Task) -> tuple[tuple[str, ...], list[str]]:
    """The models a task asks, the first one first, and what to tell the user about them; none if there are none."""
    named = getattr(parts.settings.models, task) or (parts.settings.models.explain if task != "complete" else ())
    if not named:
        if parts.around.key("gemini") or not parts.kept.answered:  # still locked, but there is one
            return (_FAST if task == "complete" else _LARGE,), []
        return ((_LOCAL,) if _has_local(parts.around.data) else ()), []
    return _resolved(parts, named)


def _resolved(parts: _Parts, named: Names) -> tuple[tuple[str, ...], list[str]]:
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


def _route(parts: _Parts, names: tuple[str, ...], task: Task) -> Route:
    """``Cached(Failover[Enough(Retrying(Limited(Budgeted(Metered(Structured(provider)))))), ...])``."""
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


def _asked(parts: _Parts, name: str, task: Task) -> Asked:
    """The model with its own wrappers, one for all tasks."""
    if name not in parts.asked:
        provider = provided(name, parts.around)
        price = partial(price_of, name, parts.settings.providers)
        model: Model = Metered(Structured(provider, profile(name)), name, parts.ledger, price)
        model = Budgeted(model, name, parts.ledger, price, parts.settings.budget, parts.notice)
        model = Retrying(Limited(model, _quota(parts, name)), name)
        parts.asked[name] = Asked(provider, Enough(model, name), [])
    if task not in parts.asked[name].tasks:
        parts.asked[name].tasks.append(task)
    return parts.asked[name]


def _quota(parts: _Parts, name: str) -> Quota:
    provider, own = name.partition("/")[0], parts.own(name)
    if provider not in parts.quotas:
        parts.quotas[provider] = Quota(provider, own.streams, own.requests_per_minute, own.tokens_per_minute)
    return parts.quotas[provider]
