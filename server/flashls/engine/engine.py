"""An Engine: the settings in force and the model each task asks. Two sessions can share one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flashls.engine.completion.ahead import Terms
from flashls.engine.completion.rates import Rates
from flashls.models.seam import Model
from flashls.prompt.templates import Templates
from flashls.settings import Settings
from flashls.types import Budget, Form, Task, Thinking


@dataclass(frozen=True, slots=True)
class Route:
    """Which model a task asks, in which form, and how much it gets to see. ``name`` is ``provider/model``.

    ``free``: it costs nothing. ``rates`` learn from what the model counts, None where nobody is to.
    """

    model: Model
    name: str
    budget: Budget
    thinking: Thinking | None = None
    form: Form = "both"
    free: bool = False
    rates: Rates | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything but the documents. A task without a route has no model: ``missing`` says what to set.

    ``rates`` learns how many characters the models' tokens hold. ``templates`` are what the models are told.
    In an experiment ``arms`` are the engines that complete, by name; each says in ``arm`` which one it is.
    """

    settings: Settings
    routes: Mapping[Task, Route]
    missing: str = ""
    rates: Rates = field(default_factory=Rates)
    templates: Templates = field(default_factory=Templates)
    arm: str = ""
    arms: Mapping[str, Engine] = field(default_factory=dict)

    def budget(self, route: Route) -> Budget:
        """How much a task's model gets to see, by the rate learned so far."""
        rate = self.rates.of(route.name, route.budget.chars_per_token)
        return route.budget if rate == route.budget.chars_per_token else replace(route.budget, chars_per_token=rate)

    def terms(self, route: Route) -> Terms:
        """On which terms a task's context is gathered."""
        return Terms(self.settings.paths.off, self.budget(route))
