"""--batch-api: a batch's questions sent to the provider all at once, answered within a day, at half the price.

The questions of a file are found by doing its job with a model that has no replies yet; the job is done again when
they are there. So it is with a command that was ended: the same questions are found again, and those that were sent
are known by their digests.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from flashls.app import App
from flashls.engine.task import route_of
from flashls.models.bulk import Bulk
from flashls.models.cached import Cached
from flashls.models.cost import price_of
from flashls.models.gemini import Gemini
from flashls.models.posted import Pending, Posted
from flashls.models.profiles import profile
from flashls.models.seam import Model, NotFound
from flashls.models.structured import Structured
from flashls.settings import Provider
from flashls.sources import data_path
from flashls.types import Prompt, Task
from flashls_cli.batch import Job, done
from flashls_cli.exchange import Exchange, Pause, tell
from flashls_cli.journal import Journal
from flashls_cli.money import shown
from flashls_cli.outcomes import Outcome, Outcomes, ordered
from flashls_cli.posts import Posts, posts_at
from flashls_cli.trouble import Trouble

JobOf = Callable[[App, str], Job]


async def batch_api(
    app: App,
    task: Task,
    names: Sequence[str],
    job: JobOf,
    journal: Journal,
    *batch: str,
    hear: Callable[[Outcome], None] = lambda _: None,
    pause: Pause = asyncio.sleep,
) -> Outcomes:
    """Does a file's job for each name through the provider's batches.

    Questions that come up only with the first replies go with another batch. The same ``batch``, known by its texts,
    finds again what was sent for it: also when a batch that cannot be sent, or brings nothing, stops the work. Raises
    Trouble for a provider that has no batches, and where it cannot be written down what is sent.
    """
    model = _provider(app, task)
    with posts_at(data_path(os.environ) / "batches", *batch) as posts:
        exchange = _exchange(app, model, task, posts, pause)
        outcomes = dict[str, Outcome]()
        try:
            await _rounds(app, task, names, job, journal, exchange, hear, outcomes)
            await exchange.settle()
        except asyncio.CancelledError:
            tell(_stopped(exchange.under_way))
            raise
        except Trouble as trouble:
            return ordered(names, outcomes.values(), trouble)
        if not any(outcome.trouble for outcome in outcomes.values()):
            journal.finish()
        await exchange.finish()
    if exchange.usd:
        tell(f"the batch cost {shown(exchange.usd)}, half of the usual price")
    return ordered(names, outcomes.values())


def _provider(app: App, task: Task) -> Gemini:
    try:
        name = route_of(app.engine, task).name
    except NotFound as error:
        raise Trouble(str(error)) from None
    provider = app.asked[name].provider
    if not isinstance(provider, Gemini):
        raise Trouble(
            f"{name} has no batch interface: leave --batch-api out, or choose a model of Gemini's with --model"
        )
    return provider


def _exchange(app: App, model: Gemini, task: Task, posts: Posts, pause: Pause) -> Exchange:
    price = partial(price_of, model.name, app.settings.providers)
    return Exchange(model, task, Bulk(model.name, app.ledger, price, app.settings.budget, tell), posts, pause)


async def _rounds(
    app: App,
    task: Task,
    names: Sequence[str],
    job: JobOf,
    journal: Journal,
    exchange: Exchange,
    hear: Callable[[Outcome], None],
    outcomes: dict[str, Outcome],
) -> None:
    """Puts each file's outcome into ``outcomes``, as soon as all of its questions have replies."""
    while True:
        wanted = dict[str, Prompt]()
        for name in [name for name in names if name not in outcomes]:
            posted = Posted(exchange.model.name, exchange.replies)
            outcome = await done(name, partial(_job, _app(app, task, posted), job, posted), journal)
            if posted.wanted:
                wanted |= posted.wanted
            else:
                outcomes[name] = outcome
                hear(outcome)
        if not wanted:
            return
        await exchange.ask(wanted)


def _app(app: App, task: Task, posted: Posted) -> App:
    """The app with ``posted`` in the place of the model that the task asks."""
    route = route_of(app.engine, task)
    model: Model = Structured(posted, profile(route.name))
    if app.settings.cache.enabled:
        own = app.settings.providers.get(route.name.partition("/")[0], Provider())
        model = Cached(model, route.name, app.replies, own.base_url)
    routes = {**app.engine.routes, task: replace(route, model=model)}
    return replace(app, engine=replace(app.engine, routes=routes))


def _job(app: App, job: JobOf, posted: Posted, name: str) -> Job:
    """A file's job, which is not done while one of its questions has no reply. Its cost is the exchange's."""
    this = job(app, name)

    async def work() -> tuple[Any, float | None]:
        value, _ = await this.work()
        if posted.wanted:
            raise Pending("The replies have not all come yet")
        return value, 0.0

    return replace(this, work=work)


def _stopped(under_way: Sequence[str]) -> str:
    if not under_way:
        return "stopped; nothing is under way: the same command goes on from there"
    names = ", ".join(under_way)
    return (
        f"stopped waiting; {names} goes on at the provider: the same command fetches the replies and sends nothing anew"
    )
