"""The composition root: from settings to an Engine. With ``routes`` the only place that knows every part."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from flashls.engine.engine import Engine, Route
from flashls.engine.experiment import WrongExperiment, arms_of, engine_of
from flashls.engine.hidden import placed
from flashls.keys import Kept, logins, stated_key
from flashls.models.providers import WrongModel
from flashls.models.seam import ModelError
from flashls.models.slots import Slots
from flashls.prompt.templates import templates_in
from flashls.routes import TASKS, Asked, Notice, Parts, arm_route, narrowed, parts_of, route_of
from flashls.settings import Budget, Provider, Settings
from flashls.sources import Loaded, config_path, data_path
from flashls.sources import load as load_settings
from flashls.store.disk import Replies
from flashls.store.ledger import Ledger
from flashls.text import secrets
from flashls.types import Task

_MISSING = (
    "no model: set $GEMINI_API_KEY to use Google's models, or run `pip install 'flashls[local]'` and "
    "`flashls models pull qwen2.5-coder-0.5b` for a small model on this machine"
)


@dataclass(frozen=True, slots=True)
class App:
    """An Engine and what it stands on. ``problems``: what is wrong with the settings, and notices, a line each.

    ``asked`` are the models in use by name; ``key`` gives a provider's key, empty if there is none. ``others`` are the
    engines of an editor window's other folders, by path: the same models under what those folders narrow.
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
    others: Mapping[str, Engine] = field(default_factory=dict)

    def engine_in(self, folder: str | None) -> Engine:
        """The engine for a folder's documents: its own, or the first folder's where the app was not told of it."""
        return self.others.get(folder or "", self.engine)

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
    others: Sequence[Path] = (),
) -> App:
    """The app for the settings in force; needs a running event loop. Nothing is connected or loaded yet.

    ``flags`` and ``editor`` are tables as in ``config.toml``; ``editor_keys`` are keys by provider name. ``notice``
    gets a line for the user whenever one comes up later: another model answers, a budget is nearly used up. The
    keyring is waited for ``keyring_s`` seconds; a later answer counts from then on. With problems in the settings
    nothing is asked: the engine's ``missing`` says which. ``root`` is the folder whose ``.flashls.toml`` counts,
    ``others`` are further folders of the same window, each with its own.
    """
    loaded = _loaded(environ, flags, editor, root)
    kept = await _kept(loaded.settings, environ, editor_keys or {}, keyring_s)
    parts = parts_of(loaded.settings, environ, editor_keys or {}, kept, notice)
    problems, notices = [*loaded.problems], [*loaded.warnings]
    own = config_path(environ).parent
    templates = templates_in(own / "prompts")
    engine = _engine(Engine(loaded.settings, {}, templates=templates), parts, own, problems, notices)
    engines: dict[str, Engine] = {}
    for folder in others:
        there = _loaded(environ, flags, editor, folder)
        wrongs, told = [*there.problems], [*there.warnings]
        engines[str(folder)] = _engine(engine, narrowed(parts, there.settings), own, wrongs, told)
        notices += [f"{folder.name}: {line}" for line in (*wrongs, *told) if line not in (*problems, *notices)]
    return App(
        engine, loaded.settings, parts.replies, parts.ledger, parts.around.slots, parts.asked, parts.around.key,
        tuple(problems), (*notices, *templates.notices), engines,
    )  # fmt: skip


def _loaded(
    environ: Mapping[str, str], flags: Mapping[str, Any] | None, editor: Mapping[str, Any] | None, folder: Path | None
) -> Loaded:
    """The settings for a folder; its own files that patterns name by their whole path are named as seen from there."""
    found = load_settings(environ, flags, editor, folder)
    paths = found.settings.paths
    if folder is None or not paths.off:
        return found
    off = msgspec.structs.replace(paths, off=placed(paths.off, str(folder)))
    return replace(found, settings=msgspec.structs.replace(found.settings, paths=off))


def _engine(like: Engine, parts: Parts, own: Path, problems: list[str], notices: list[str]) -> Engine:
    """An engine like another with the routes of these parts; ``own`` is the folder of ``config.toml``.

    What is wrong, and what is to be told, is added.
    """
    routes = {} if problems else _routes(parts, problems, notices)
    missing = "" if len(routes) == len(TASKS) else (problems[0] if problems else _MISSING)
    engine = replace(like, settings=parts.settings, routes=routes, missing=missing, arms={})
    return engine if problems else _with_arms(engine, parts, own, problems)


def _routes(parts: Parts, problems: list[str], notices: list[str]) -> dict[Task, Route]:
    """The routes of all tasks that have models; what is wrong with the others, and what is to be told, is added."""
    routes: dict[Task, Route] = {}
    for task in TASKS:
        try:
            route, told = route_of(parts, task)
        except WrongModel as wrong:
            problems += [str(wrong)] if str(wrong) not in problems else []
            continue
        notices += [line for line in told if line not in notices]
        if route is not None:
            routes[task] = route
    return routes


def _with_arms(engine: Engine, parts: Parts, folder: Path, problems: list[str]) -> Engine:
    """The engine with its experiment's arms, whose templates are in ``folder``; as it is where they are wrong."""
    try:
        return replace(engine, arms=arms_of(engine, partial(arm_route, parts), folder))
    except (WrongModel, WrongExperiment) as wrong:
        problems.append(str(wrong))
        return engine


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
