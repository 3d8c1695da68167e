"""Failover: a Model around several Models. The first one that is well answers, the next where it cannot.

Nothing moves on once there is text; a Piece without any tells no more than that the model is at work. A ``Declined``
does not either: to take what one vendor objects to from vendor to vendor until one agrees is not what a user asked for.
Nor does a reply that ends as "blocked", which is an answer.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from flashls.models.breaker import Breakers
from flashls.models.hedging import Run, race
from flashls.models.profiles import level, profile
from flashls.models.seam import Declined, Model, ModelError, Stream, Unusable
from flashls.types import Call, End, Prompt, Thinking

_SOONEST = 0.1  # seconds: nobody sees what a hedge before that would gain
# Seconds that a model may be silent while another one is ready, by how hard it thinks before it writes. One on a
# machine of the user's own may have to be loaded and to read the prompt first; where there is none, it says so at once.
_SILENT: dict[Thinking | None, float] = {None: 10.0, "minimal": 10.0, "low": 15.0, "medium": 30.0, "high": 60.0}
_SILENT_HERE = 60.0
_HERE = ("local", "ollama", "llamacpp")


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
        """Yields what the first model yields that has text, or an End; see ``Model.stream``.

        While another model is ready, one gets half of the time left to begin in, and not a minute in any case unless
        it thinks hard; the call's ``patience`` is then short. Raises the first model's error, which names each model
        where several failed; for a model that is left alone after a failure, that failure. Models left alone are
        asked where no other answers: slow ones always, the others for explicit requests only.
        """
        async with AsyncExitStack() as streams:
            asking, answered = _Asking(self, prompt, call, streams), False
            while True:
                run = await asking.begun()
                item, since = run.first, _now()
                try:
                    while item is not None:
                        if isinstance(item, End):
                            run.breaker.ended()
                        answered = answered or isinstance(item, End) or item.text != ""
                        yield item
                        since = _now()
                        item = await anext(run.stream, None)
                except ModelError as error:
                    run.breaker.failed(error, _now() - since, _now())
                    if answered:
                        raise
                    run.error = error
                except GeneratorExit:  # by a reader that had what it wanted
                    run.breaker.ended()
                    raise
                except BaseException:
                    run.breaker.dropped(_now() - since, _now(), run.hurry)
                    raise
                else:
                    run.breaker.dropped(0.0, _now(), run.hurry)
                    return


class _Asking:
    """One request, on its way through the list. ``failures``: why each model does not answer; None for slowness."""

    def __init__(self, failover: Failover, prompt: Prompt, call: Call, streams: AsyncExitStack) -> None:
        self.failures: dict[str, ModelError | None] = {}
        self._failover, self._prompt, self._call, self._streams = failover, prompt, call, streams
        self._hurry = call.task == "complete"
        self._asked = list[Run]()
        self._runs = self._order()

    async def begun(self) -> Run:
        """The next run that begins, once each of those before it has its ``error``."""
        self._note()
        while not self._declined() and (run := self._next()) is not None:
            try:
                winner = await self._begin(run)
            except ModelError:
                self._note()
            else:
                self._note()
                self._tell(winner)
                return winner
        raise self._error()

    def _declined(self) -> bool:
        return any(isinstance(error, Declined) for error in self.failures.values())

    async def _begin(self, run: Run) -> Run:
        late = run.breaker.times.quantile(0.95) if self._failover.hedge and self._hurry else None
        return await run.begin() if late is None else await race(run, self._next, max(late, _SOONEST))

    def _next(self) -> Run | None:
        return next(self._runs, None)

    def _note(self) -> None:
        self.failures |= {run.name: run.error for run in self._asked if run.error is not None}

    def _order(self) -> Iterator[Run]:
        """The models that are well; then the others: for somebody in a hurry the slow ones only."""
        models, breakers = self._failover.models, self._failover.breakers
        alone = list[tuple[str, Model]]()
        for at, (name, model) in enumerate(models, 1):
            if breakers[name].enter(_now()):
                yield self._run(name, model, any(breakers[other].ready(_now()) for other, _ in models[at:]))
            else:
                alone.append((name, model))
                self.failures[name] = breakers[name].cause
        alone = [each for each in alone if not self._hurry or self.failures[each[0]] is None]
        for at, (name, model) in enumerate(alone, 1):
            yield self._run(name, model, at < len(alone))

    def _run(self, name: str, model: Model, another: bool) -> Run:
        """The run of a model; ``another`` one is ready to answer in its place."""
        hurried = another and self._call.patience == "long"
        stream = model.stream(self._prompt, replace(self._call, patience="short") if hurried else self._call)
        self._streams.push_async_callback(stream.aclose)
        limit = self._share(name) if another else None
        run = Run(name, stream, self._failover.breakers[name], self._hurry, limit)
        self._asked.append(run)
        return run

    def _share(self, name: str) -> float:
        """How long a model may take to begin where another one is ready, in seconds."""
        silent = _SILENT[level(profile(name), self._prompt.thinking, self._call.task)]
        most = _SILENT_HERE if name.partition("/")[0] in _HERE else silent
        return most if self._call.deadline is None else min(most, max(0.0, self._call.deadline - _now()) / 2)

    def _tell(self, winner: Run) -> None:
        first = self._failover.models[0][0]
        told = self._failover.breakers[first].told
        if winner.name == first or first not in self.failures or winner.name in told:
            return
        told.add(winner.name)
        why = self.failures[first] or "it is slow at the moment"
        self._failover.notice(f"{winner.name} answers in place of {first}: {why}")

    def _error(self) -> ModelError:
        """The first model's error, told with the others'; what the settings say wrong names no model by itself."""
        errors = {name: error for name, error in self.failures.items() if error is not None}
        if not errors:
            return ModelError("no model is named for this: see [models] in config.toml")
        error = copy.copy(next(iter(errors.values())))
        if len(errors) > 1 or isinstance(error, Unusable):
            error.args = ("; ".join(f"{name}: {each}" for name, each in errors.items()),)
        return error


def _now() -> float:
    return asyncio.get_running_loop().time()
