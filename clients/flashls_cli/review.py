"""flashls review: what is wrong with code, or with what was changed in it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

from flashls.app import App
from flashls.context.borrowed import NoHistory
from flashls.context.history import Changed, changed_since, staged
from flashls.engine.answering.explain import subject
from flashls.engine.documents import Documents
from flashls.engine.reviewing.deltas import Delta, deltas
from flashls.engine.reviewing.review import review as review_range
from flashls.engine.task import route_of
from flashls.engine.visible import sees
from flashls.models.seam import NotFound
from flashls.models.spent import usd_of
from flashls.sources import cache_path
from flashls.syntax.languages import language_id_of
from flashls.text.uris import shown_path
from flashls.types import Snapshot
from flashls_cli.batch import AT_ONCE, Job, Outcome, batch, code_files, resolved, workspace_of
from flashls_cli.batch_api import batch_api
from flashls_cli.common import Common, opened_app, print_json, told_as_json
from flashls_cli.findings import Report, at_least, report_of
from flashls_cli.journal import Journal, digest_of, journal_at
from flashls_cli.printed import print_github, print_text
from flashls_cli.progress import waiting
from flashls_cli.sarif import sarif
from flashls_cli.target import Target, resolve, text_of
from flashls_cli.trouble import Trouble
from flashls_cli.workspace import root_of

Format = Literal["text", "json", "sarif", "github"]
FailOn = Literal["error", "warning", "information", "hint", "never"]

_DELTA = 8_000  # characters of changes in one question


def review(
    *targets: str,
    diff: str | None = None,
    index: Annotated[bool, Parameter(name="--staged", negative="")] = False,
    every: Annotated[bool, Parameter(name="--all", negative="")] = False,
    form: Annotated[Format, Parameter(name="--format")] = "text",
    fail_on: FailOn = "warning",
    jobs: int = AT_ONCE,
    by_batch: Annotated[bool, Parameter(name="--batch-api", negative="")] = False,
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Review code: whole files, pieces of them, or what was changed.

    Ends with 0 if nothing was found that is at least as grave as --fail-on says, 1 if something was, or if a file could
    not be reviewed, and 2 for wrong usage.

    Parameters
    ----------
    targets:
        TARGETs to review; folders and files with --all; with --diff or --staged the files to look at, all without any.
    diff:
        Review only what git's files have changed since this revision, such as HEAD~1; main... is what HEAD has more
        than main.
    index:
        Review only what is staged for the next commit.
    every:
        Review all files of code in the folders given, or in this one.
    form:
        text, json, sarif, or github for annotations in GitHub's actions.
    fail_on:
        The least grave finding for which to end with 1: error, warning, information, hint, or never.
    jobs:
        How many files to review at the same time.
    by_batch:
        Send all questions through the provider's batch interface: half the price, answered within a day. Gemini has
        one. What was sent is found again by the same command.
    language:
        The LSP language id, where the path does not tell it.
    """
    if sum((diff is not None, index, every)) > 1:
        raise Trouble("--diff, --staged and --all exclude one another")
    if not (targets or every or index or diff is not None):
        raise Trouble(
            "what is to be reviewed? For example: flashls review src/main.py, or flashls review --diff HEAD~1"
        )
    pace = None if by_batch else jobs
    with told_as_json(common, files=[]):
        reports = asyncio.run(_review(targets, diff, index, every, pace, language, common))
    _print(reports, "json" if common.json else form)
    failed = any(report.trouble for report in reports)
    return 1 if failed or any(at_least(report, fail_on) for report in reports) else 0


def _print(reports: list[Report], form: Format) -> None:
    if form == "sarif":
        print_json(sarif(reports))
    elif form == "json":
        print_json({"files": msgspec.to_builtins(reports)})
    elif form == "github":
        print_github(reports)
    else:
        print_text(reports)


async def _review(
    targets: tuple[str, ...],
    diff: str | None,
    index: bool,
    every: bool,
    jobs: int | None,
    language: str | None,
    common: Common,
) -> list[Report]:
    """The reports; ``jobs`` None: through the provider's batch interface."""
    if every:
        root = workspace_of(targets)
        async with opened_app(common, root) as app:
            names = code_files(root, targets, app.settings.paths.off)
            return await _each(app, root, names, partial(_whole_file, root, language), jobs, *resolved(targets))
    if diff is not None or index:
        root = root_of(Path.cwd())
        async with opened_app(common, root) as app:
            return await _changes(app, root, targets, diff, jobs)
    places = {target: await resolve(target, language) for target in targets}
    root = next(iter(places.values())).root
    async with opened_app(common, root) as app:
        return await _each(
            app, root, list(places), lambda app, name: _piece(app, root, name, places[name]), jobs, *targets
        )


async def _changes(app: App, root: Path, targets: tuple[str, ...], diff: str | None, jobs: int | None) -> list[Report]:
    visible = partial(sees, str(root), app.settings.paths.off)
    try:
        with waiting("looking at what was changed"):
            look = partial(staged, root) if diff is None else partial(changed_since, root, diff)
            found = await asyncio.to_thread(look, visible)
    except NoHistory as error:
        raise Trouble(str(error)) from None
    wanted = [_below(root, target) for target in targets]
    here = {each.path: each for each in found if each.after is not None and _is_in(each.path, wanted)}
    return await _each(
        app, root, list(here), lambda app, name: _change(app, root, here[name]), jobs, repr(diff), *wanted
    )


async def _each(
    app: App, root: Path, names: list[str], job: Callable[[App, str], Job], jobs: int | None, *asked: str
) -> list[Report]:
    """The files' reports. What is ``asked``, in words, tells the batches of one command from those of another."""
    try:
        route = route_of(app.engine, "review")
    except NotFound as error:
        raise Trouble(str(error)) from None
    journal = Journal()
    what = ("review", str(root), route.name, repr(app.engine.templates["review"]))
    if app.settings.cache.enabled and len(names) > 1:
        journal = journal_at(cache_path(os.environ) / "batches", *what)
    if jobs is None:
        return [_report(outcome) for outcome in await batch_api(app, "review", names, job, journal, *what, *asked)]
    with waiting(f"asking {route.name}") if len(names) == 1 else nullcontext():
        outcomes = await batch("reviewing", names, partial(job, app), journal, jobs)
    return [_report(outcome) for outcome in outcomes]


def _report(outcome: Outcome) -> Report:
    if outcome.trouble:
        return Report(outcome.name, trouble=outcome.trouble)
    return msgspec.convert(outcome.value, type=Report)


def _piece(app: App, root: Path, name: str, place: Target) -> Job:
    snapshot = place.snapshot
    start, end = (place.start, place.end) if place.start < place.end else subject(snapshot, place.start, place.end)
    return _job(app, root, name, snapshot, start, end, None)


def _whole_file(root: Path, language: str | None, app: App, name: str) -> Job:
    return _deferred(app, root, name, text_of(str(root / name)), language or language_id_of(name))


def _change(app: App, root: Path, changed: Changed) -> Job:
    """A new file is reviewed as a whole."""
    assert changed.after is not None
    language = language_id_of(changed.path)
    if changed.before is None:
        return _deferred(app, root, changed.path, changed.after, language)
    return _deferred(app, root, changed.path, changed.after, language, deltas(changed, _DELTA))


def _deferred(
    app: App, root: Path, name: str, text: str, language: str, changes: tuple[Delta, ...] | None = None
) -> Job:
    """A whole document's job; it is parsed when its turn comes."""

    async def work() -> tuple[Any, float | None]:
        documents = Documents()
        uri = (root / name).as_uri()
        documents.open(uri, language, 0, text)
        snapshot = await documents.parsed(uri)
        return await _job(app, root, name, snapshot, 0, snapshot.lines.length, changes).work()

    told = repr([each.text for each in changes]) if changes is not None else ""
    return Job(name, digest_of(text, language, told), work)


def _job(
    app: App, root: Path, name: str, snapshot: Snapshot, start: int, end: int, changes: tuple[Delta, ...] | None
) -> Job:
    async def work() -> tuple[Any, float | None]:
        found = await review_range(app.engine, snapshot, start, end, changes, str(root), priority=1)
        report = report_of(shown_path(snapshot.uri, str(root)), snapshot.lines, found)
        return msgspec.to_builtins(report), usd_of(found.ends, app.settings.providers)

    text = snapshot.after(0, snapshot.lines.length)
    return Job(name, digest_of(text, snapshot.language, f"{start}-{end}"), work)


def _below(root: Path, target: str) -> str:
    path = Path(target).resolve()
    if not path.is_relative_to(root):
        raise Trouble(f"{target}: this is not in {root}, whose changes are reviewed")
    return path.relative_to(root).as_posix()


def _is_in(path: str, wanted: list[str]) -> bool:
    return not wanted or any(each in (".", path) or path.startswith(f"{each}/") for each in wanted)
