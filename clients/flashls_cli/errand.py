"""Errand: a task that is done for each of many files, by whichever way its flags say."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flashls.app import App
from flashls.engine.task import route_of
from flashls.models.seam import NotFound
from flashls.sources import cache_path
from flashls.types import Task
from flashls_cli.batch import batch
from flashls_cli.batch_api import JobOf, batch_api
from flashls_cli.journal import Journal, journal_at
from flashls_cli.many import Many
from flashls_cli.outcomes import Outcome, Outcomes
from flashls_cli.progress import waiting
from flashls_cli.trouble import Trouble

_LEFT_OUT = "what git ignores, what is empty or generated, and what no model may see is left out"


@dataclass(frozen=True, slots=True)
class Errand:
    """A ``task`` in the workspace ``root``; ``doing`` says it to people. ``how`` tells what answers depend on besides.

    What is ``asked``, in words, tells the provider's batches of one command from those of another.
    """

    task: Task
    doing: str
    root: Path
    how: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


async def outcomes_of(
    app: App,
    errand: Errand,
    names: Sequence[str],
    job: JobOf,
    many: Many,
    hear: Callable[[Outcome], None] = lambda _: None,
) -> Outcomes:
    """What came of each file; ``hear`` gets each as it comes.

    Of several files what is done is kept until all is, so that the same command goes on from there. Raises Trouble
    where no model can be asked at all, and where --all finds no file.
    """
    try:
        model = route_of(app.engine, errand.task).name
    except NotFound as error:
        raise Trouble(str(error)) from None
    what = (errand.task, str(errand.root), model, *errand.how, repr(app.engine.templates[errand.task]))
    kept = app.settings.cache.enabled and len(names) > 1
    journal = journal_at(cache_path(os.environ) / "batches", *what) if kept else Journal()
    if many.by_batch:
        found = await batch_api(app, errand.task, names, job, journal, *what, *errand.asked, hear=hear)
    else:
        with waiting(f"asking {model}") if len(names) == 1 else nullcontext():
            found = await batch(errand.doing, names, partial(job, app), journal, many.jobs, hear)
    # Not before: batches whose files are gone by now are settled, too.
    if many.every and not names and found.stopped is None:
        raise Trouble(f"no files of code in {', '.join(errand.asked)}: {_LEFT_OUT}", status=1)
    return found
