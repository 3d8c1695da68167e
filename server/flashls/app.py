"""The composition root: from settings to an Engine. The only place that knows every part."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flashls.engine.engine import Engine, Route
from flashls.models import local, weights
from flashls.models.cached import Cached
from flashls.models.enough import Enough
from flashls.models.gemini import BASE_URL, KEY_HINT, Gemini
from flashls.models.profiles import level, profile, resolve
from flashls.models.scripted import Scripted, load
from flashls.models.seam import Model, ModelError
from flashls.models.slots import Slots
from flashls.prompt import secrets
from flashls.settings import OUR_MODELS, Provider, Settings
from flashls.sources import cache_path, data_path
from flashls.sources import load as load_settings
from flashls.store.disk import Replies
from flashls.types import Task

TASKS: tuple[Task, ...] = ("complete", "explain")
PROVIDERS = ("gemini", "local", "scripted")

_GEMINI: dict[Task, str] = {"complete": OUR_MODELS[0], "explain": OUR_MODELS[1]}
_LOCAL = OUR_MODELS[2]
_MISSING = (
    "no model: set $GEMINI_API_KEY to use Google's models, or run `pip install 'flashls[local]'` and "
    "`flashls models pull qwen2.5-coder-0.5b` for a small model on this machine"
)


class _Wrong(Exception):
    """A model that the settings name cannot be had."""


@dataclass(frozen=True, slots=True)
class App:
    """An Engine and what it stands on. ``problems``: what is wrong with the settings, and notices, a line each."""

    engine: Engine
    settings: Settings
    replies: Replies
    slots: Slots
    providers: tuple[Gemini | local.Local, ...]
    problems: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def model_name(self) -> str:
        """The model that completes, as ``provider/model``; empty without one."""
        route = self.engine.routes.get("complete")
        return route.name if route else ""

    async def warm(self) -> None:
        """Gets ready what a first request would wait for: the cache's file, patterns, a connection, the embedded model.

        What fails here is told by the request that needs it.
        """
        if self.settings.cache.enabled:
            self.replies.warm()
        await asyncio.to_thread(secrets.warm)
        for provider in self.providers:
            with suppress(ModelError):
                await provider.warm()

    async def aclose(self) -> None:
        """Closes connections and writes what is waiting."""
        await self.slots.aclose()
        await self.replies.aclose()


async def build(
    environ: Mapping[str, str],
    flags: Mapping[str, Any] | None = None,
    editor: Mapping[str, Any] | None = None,
    editor_keys: Mapping[str, str] | None = None,
    root: Path | None = None,
) -> App:
    """The app for the settings in force; needs a running event loop. Nothing is connected or loaded yet.

    ``flags`` and ``editor`` are tables as in ``config.toml``; ``editor_keys`` are keys by provider name.
    """
    loaded = load_settings(environ, flags, editor, root)
    settings = loaded.settings
    parts = _Parts(
        settings, environ, editor_keys or {}, Slots(), Replies(cache_path(environ) / "replies", **_limits(settings))
    )
    routes: dict[Task, Route] = {}
    wrongs, notices = list[str](), [*loaded.warnings]
    for task in TASKS:
        try:
            name, notice = _choice(parts, task)
            if name:
                routes[task] = _route(parts, name, task)
            if notice and notice not in notices:
                notices.append(notice)
        except _Wrong as wrong:
            if str(wrong) not in wrongs:
                wrongs.append(str(wrong))
    missing = "" if len(routes) == len(TASKS) else (wrongs[0] if wrongs else _MISSING)
    engine, problems = Engine(settings, routes, missing), (*loaded.problems, *wrongs)
    return App(engine, settings, parts.replies, parts.slots, tuple(parts.used), problems, tuple(notices))


def key_for(provider: str, settings: Settings, environ: Mapping[str, str], editor_keys: Mapping[str, str]) -> str:
    """The key for a provider, empty if there is none: the editor's, else the environment's."""
    named = settings.providers.get(provider, Provider()).key_env
    variables = [named] if named else {"gemini": ["GEMINI_API_KEY", "GOOGLE_API_KEY"]}.get(provider, [])
    found = [editor_keys.get(provider, ""), *(environ.get(variable, "") for variable in variables)]
    return next((key.strip() for key in found if key.strip()), "")


@dataclass(frozen=True, slots=True)
class _Parts:
    settings: Settings
    environ: Mapping[str, str]
    editor_keys: Mapping[str, str]
    slots: Slots
    replies: Replies
    used: list[Gemini | local.Local] = field(default_factory=list)

    def provider(self, name: str) -> Provider:
        return self.settings.providers.get(name, Provider())

    def key(self, provider: str) -> str:
        return key_for(provider, self.settings, self.environ, self.editor_keys)


def _choice(parts: _Parts, task: Task) -> tuple[str, str | None]:
    """The model a task asks, and what to tell the user about it; an empty name if there is none."""
    named = getattr(parts.settings.models, task)
    if named:
        if parts.provider("gemini").base_url:  # a gateway may give any name to any model
            return named[0], None
        resolved = resolve(named[0], datetime.now(UTC).date())
        more = f"models.{task}: only {named[0]} is asked; the others wait for fail-over" if len(named) > 1 else None
        return resolved.name, resolved.notice or more
    if parts.key("gemini"):
        return _GEMINI[task], None
    return (_LOCAL, None) if _has_local(parts) else ("", None)


def _has_local(parts: _Parts) -> bool:
    runtime = importlib.util.find_spec("xllamacpp") is not None
    return runtime and weights.find(_LOCAL.partition("/")[2], data_path(parts.environ) / "models") is not None


def _route(parts: _Parts, name: str, task: Task) -> Route:
    row = profile(name)
    model: Model = Enough(_provided(parts, name), name)
    if parts.settings.cache.enabled and not name.startswith("scripted/"):
        endpoint = parts.provider(name.partition("/")[0]).base_url
        model = Cached(model, f"{name}@{endpoint}" if endpoint else name, parts.replies)
    return Route(model, name, row.budget, level(row, None, task))


def _provided(parts: _Parts, name: str) -> Model:
    provider, slash, model_id = name.partition("/")
    if not (slash and model_id) or provider not in PROVIDERS:
        raise _Wrong(f"models: {name!r} is not provider/model with a provider of {', '.join(PROVIDERS)}")
    if provider == "scripted":
        return _scripted(parts, name)
    model = _gemini(parts, model_id) if provider == "gemini" else _local(parts, model_id)
    parts.used.append(model)
    return model


def _gemini(parts: _Parts, model_id: str) -> Gemini:
    own = parts.provider("gemini")
    hint = f"${own.key_env}" if own.key_env else KEY_HINT
    return Gemini(model_id, parts.key("gemini"), parts.slots, own.base_url or BASE_URL, hint)


def _local(parts: _Parts, model_id: str) -> local.Local:
    return local.Local(model_id, data_path(parts.environ), parts.slots)


def _scripted(parts: _Parts, name: str) -> Model:
    file = parts.provider("scripted").replies
    if not file:
        raise _Wrong("models: scripted/… needs [providers.scripted] replies = FILE in config.toml")
    try:
        return Scripted(load(Path(file)), name)
    except (OSError, ValueError) as error:
        raise _Wrong(f"providers.scripted.replies: {error}") from None


def _limits(settings: Settings) -> dict[str, Any]:
    return {"cap_bytes": settings.cache.size_mb * 1_000_000, "ttl": settings.cache.ttl_days * 86_400}
