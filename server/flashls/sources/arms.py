"""Arms: what is left of an experiment where a later source has its say on what the arms differ in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from flashls.settings import Arm
from flashls.sources.rights import Source

_ORDER: tuple[Source, ...] = get_args(Source)
_ARMS, _MODELS, _TOKENS = "experiment.arms", "models.complete", "complete.max_tokens"


def without_overruled(values: Mapping[str, Any], origins: Mapping[str, Source]) -> dict[str, Any]:
    """The settings by ``section.key``, with an experiment that overrules no source later than its own.

    A model chosen for this run or this window is the one to be asked: no arm asks another. A lower limit holds in the
    arms too. Where that leaves nothing to compare there is no experiment.
    """
    left, arms = dict(values), values.get(_ARMS)
    if not arms:
        return left
    if _is_later(_MODELS, origins) and any(arm.models for arm in arms.values()):
        return _without_experiment(left)
    if _is_later(_TOKENS, origins):
        left[_ARMS] = {name: _within(arm, values[_TOKENS]) for name, arm in arms.items()}
        if _kinds(left[_ARMS]) < _kinds(arms):
            return _without_experiment(left)
    return left


def _is_later(key: str, origins: Mapping[str, Source]) -> bool:
    return _ORDER.index(origins.get(key, "default")) > _ORDER.index(origins[_ARMS])


def _within(arm: Arm, most: int) -> Arm:
    return arm if arm.max_tokens is None else msgspec.structs.replace(arm, max_tokens=min(arm.max_tokens, most))


def _kinds(arms: Mapping[str, Arm]) -> int:
    return len({msgspec.json.encode(arm) for arm in arms.values()})


def _without_experiment(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if not key.startswith("experiment.")}
