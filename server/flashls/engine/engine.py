"""An Engine: the settings in force and the model each task asks. Two sessions can share one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flashls.models.seam import Model
from flashls.settings import Settings
from flashls.types import Budget, Task, Thinking


@dataclass(frozen=True, slots=True)
class Route:
    """Which model a task asks, and how much it gets to see. ``name`` is ``provider/model``."""

    model: Model
    name: str
    budget: Budget
    thinking: Thinking | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything but the documents. A task without a route has no model: ``missing`` says what to set."""

    settings: Settings
    routes: Mapping[Task, Route]
    missing: str = ""
