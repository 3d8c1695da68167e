"""Failover: a Model around several Models. The first one that is well answers, the next where it cannot.

Nothing moves on after the first item. A ``Refused`` does not either: the request is at fault, or the model declines
what it says; to take it from vendor to vendor until one agrees is not what a user asked for. Nor does a reply that
ends as "blocked", which is an answer.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from flashls.models.breaker import Breakers
from flashls.models.hedging import Run, race
from flashls.models.seam import Model, ModelError, Refused, Stream
from flashls.types import Call, End, Prompt

_SOONEST = 0.1  # seconds: nobody sees what a hedge before that would gain


def _unheard(_line: str) -> None:
    """The notice where nobody listens."""


@dataclass(frozen=True, slots=True)
class Failover:
    """A task's list of models (name, model), best first.

    ``breakers`` are shared by all tasks. ``notice`` gets a line for the user when another model begins to answer in
    a model's place, once an outage. ``hedge``: completions ask the next model too where the first token is late.
    """

    models: Sequence[tuple[str, Model]]
    breakers: Breakers
    notice: Callable[[str], None] = field(default=_unheard, repr=False)
    hedge: bool = False

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """Yields what the first model yields that begins to; see ``Model.stream``.

        Each model but the last gets half of the time left to begin in. Raises the first model's error, with the
        others' in its message; for a model that is left alone after a failure, that failure. Models left alone are
        asked where no other answers: slow ones always, the others for explicit requests only.
        """
        async with AsyncExitStack() as streams:
            run = await _Asking(self, prompt, call, streams).begun()
            try:
                item = run.first
                while item is not None:
                    if isinstance(item, End):
                        run.breaker.ended()
                    yield item
                    item = await anext(run.stream, None)
            except ModelError as error:
                run.breaker.failed(error, 0.0, _now())
                raise
            except GeneratorExit:
                run.breaker.ended()
                raise


class _Asking:
    """One request, on its way through the list. ``failures``: why each model does not answer; None for slowness."""

    def __init__(self, failover: Failover, prompt: Prompt, call: Call, streams: AsyncExitStack) -> None:
        self.failures: dict[str, ModelError | None] = {}
        self._failover, self._prompt, self._call, self._streams = failover, prompt, call, streams
        self._hurry = call.task == "complete"
        self._runs = self._order()

    async def begun(self) -> Run:
        """The run that answers, begun."""
        while (run := self._next()) is not None:
            try:
                winner = await self._begin(run)
            except Refused:
                raise
            except ModelError as error:
                self.failures[run.name] = error
            else:
                self._tell(winner)
                return winner
        raise self._error()

    async def _begin(self, run: Run) -> Run:
        late = run.breaker.times.quantile(0.95) if self._failover.hedge and self._hurry else None
        return await run.begin() if late is None else await race(run, self._next, max(late, _SOONEST))

    def _next(self) -> Run | None:
        return next(self._runs, None)

    def _order(self) -> Iterator[Run]:
        """The models that are well; then the others: for somebody in a hurry the slow ones only."""
        models, breakers = self._failover.models, self._failover.breakers
        alone = list[tuple[str, Model]]()
        for at, (name, model) in enumerate(models, 1):
            if breakers[name].enter(_now()):
                yield self._run(name, model, self._share([other for other, _ in models[at:]]))
            else:
                alone.append((name, model))
                self.failures[name] = breakers[name].cause
        for name, model in alone:
            if not self._hurry or self.failures[name] is None:
                yield self._run(name, model, None)

    def _run(self, name: str, model: Model, limit: float | None) -> Run:
        stream = model.stream(self._prompt, self._call)
        self._streams.push_async_callback(stream.aclose)
        return Run(name, stream, self._failover.breakers[name], self._hurry, limit)

    def _share(self, others: Sequence[str]) -> float | None:
        """How long a model may take to begin: half of the time left, where another one is ready."""
        now, deadline = _now(), self._call.deadline
        if deadline is None or not any(self._failover.breakers[other].ready(now) for other in others):
            return None
        return max(0.0, deadline - now) / 2

    def _tell(self, winner: Run) -> None:
        first = self._failover.models[0][0]
        told = self._failover.breakers[first].told
        if winner.name == first or first not in self.failures or winner.name in told:
            return
        told.add(winner.name)
        why = self.failures[first] or "it is slow at the moment"
        self._failover.notice(f"{winner.name} answers in place of {first}: {why}")

    def _error(self) -> ModelError:
        """The first model's error, told with the others'."""
        errors = {name: error for name, error in self.failures.items() if error is not None}
        if not errors:
            return ModelError("no model is named for this: see [models] in config.toml")
        first, *others = errors
        error = copy.copy(errors[first])
        if others:
            error.args = ("; ".join((str(error), *(f"{name}: {errors[name]}" for name in others))),)
        return error


def _now() -> float:
    return asyncio.get_running_loop().time()
