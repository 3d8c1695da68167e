"""An experiment: sessions split over arms that differ in model, prompt or budget, so that these can be compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import msgspec

from flashls.engine.engine import Engine, Route
from flashls.prompt.templates import Templates, templates_in
from flashls.settings import Arm, Names
from flashls.types import Budget

_NAME = re.compile(r"[\w.-]{1,40}")
_BUDGET = ("prefix", "suffix", "extra")


class WrongExperiment(ValueError):
    """The settings describe no experiment that could be made; the message says what to mend."""


def arm_of(experiment: str, arms: Mapping[str, object], session: str) -> str:
    """The arm of a session: each is as likely, and it is always the same one.

    The arm that ranks highest in a hash of all three names: a further arm takes sessions, and moves none between the
    others (D. Thaler and C. Ravishankar, "A Name-Based Mapping Scheme for Rendezvous", 1996).
    """
    return max(sorted(arms), key=lambda arm: sha256(f"{experiment}\0{session}\0{arm}".encode()).digest())


def engine_of(engine: Engine, session: str) -> Engine:
    """The engine that completes for a session: that of its arm, where there is an experiment."""
    return engine.arms[arm_of(engine.settings.experiment.name, engine.arms, session)] if engine.arms else engine


def arms_of(engine: Engine, routed: Callable[[Names], Route | None], folder: Path) -> dict[str, Engine]:
    """An engine for each arm of the settings' experiment; none without one.

    ``routed`` makes the route for a list of models; ``folder`` is the one of ``config.toml``, where folders of prompts
    begin. Raises WrongExperiment where an arm cannot be what the settings say: to compare it would mislead.
    """
    experiment = engine.settings.experiment
    if not experiment.name and not experiment.arms:
        return {}
    if len(experiment.arms) < 2:
        raise WrongExperiment("experiment: it takes two arms or more to compare, as tables [experiment.arms.NAME]")
    for name in (experiment.name, *experiment.arms):
        if not _NAME.fullmatch(name):
            raise WrongExperiment(f"experiment: {name!r} is no name: use letters, digits and . _ - for all of them")
    if len({msgspec.json.encode(arm) for arm in experiment.arms.values()}) < len(experiment.arms):
        raise WrongExperiment("experiment: two arms are the same")
    return {name: _arm(engine, name, arm, routed, folder) for name, arm in experiment.arms.items()}


def _arm(engine: Engine, name: str, arm: Arm, routed: Callable[[Names], Route | None], folder: Path) -> Engine:
    route = routed(arm.models) if arm.models else engine.routes.get("complete")
    if route is None:
        raise WrongExperiment(f"experiment: the arm {name} has no model: name one in its `models`")
    settings, complete = engine.settings, engine.settings.complete
    if arm.max_tokens is not None:
        complete = msgspec.structs.replace(complete, max_tokens=arm.max_tokens)
    return replace(
        engine,
        settings=msgspec.structs.replace(settings, complete=complete),
        routes={**engine.routes, "complete": replace(route, budget=_budget(route.budget, arm))},
        templates=_templates(name, arm, folder) if arm.prompts else engine.templates,
        arm=f"{settings.experiment.name}/{name}",
    )


def _budget(budget: Budget, arm: Arm) -> Budget:
    given = {name: value for name in _BUDGET if (value := getattr(arm, name)) is not None}
    return replace(budget, **given)


def _templates(name: str, arm: Arm, folder: Path) -> Templates:
    templates = templates_in(folder / arm.prompts)
    for notice in templates.notices:
        raise WrongExperiment(f"experiment: the arm {name}: {notice}")
    if "complete" not in templates.overrides:
        raise WrongExperiment(f"experiment: the arm {name}: there is no complete.md in {folder / arm.prompts}")
    return templates
