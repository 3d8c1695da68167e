"""flashls explain: what a piece of code does, or what an error means, as Markdown that streams."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flashls.app import App
from flashls.engine.answering.explain import Depth
from flashls.engine.answering.explain import explain as explain_range
from flashls.engine.task import route_of
from flashls.engine.visible import visible
from flashls.models.seam import ModelError, NotFound, Stream
from flashls.models.spent import usd_of
from flashls.sources import cache_path
from flashls.types import End, Piece, Workspace
from flashls_cli.batch import AT_ONCE, Job, Outcome, batch, code_files, resolved, workspace_of
from flashls_cli.batch_api import batch_api
from flashls_cli.common import Common, opened_app, print_json, told_as_json
from flashls_cli.indexed import indexed
from flashls_cli.journal import Journal, digest_of, journal_at
from flashls_cli.paper import written
from flashls_cli.printed import clean
from flashls_cli.target import Target, resolve, text_of
from flashls_cli.trouble import Trouble

_PLACE = re.compile(r"""File "(?P<file>[^"]+)", line (?P<row>\d+)|(?P<path>[\w./\\-]+\.\w+):(?P<line>\d+)""")


def explain(
    *targets: str,
    brief: Annotated[bool, Parameter(negative="")] = False,
    deep: Annotated[bool, Parameter(negative="")] = False,
    error: str | None = None,
    every: Annotated[bool, Parameter(name="--all", negative="")] = False,
    jobs: int = AT_ONCE,
    by_batch: Annotated[bool, Parameter(name="--batch-api", negative="")] = False,
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Explain the code at a TARGET, or what an error means.

    Parameters
    ----------
    targets:
        The piece, as path, path:LINE-LINE, path::Symbol.name, or - for standard input; at a path:LINE:COL the
        function around it. With --all any number of files and folders.
    brief:
        In one or two sentences.
    deep:
        In depth, looking at code elsewhere that it uses or that uses it.
    error:
        What a tool or a program said, or - to read it from standard input. Without a TARGET it is about the last place
        that it names.
    every:
        Explain all files of code in the folders given, or in this one.
    jobs:
        How many files to explain at the same time, with --all.
    by_batch:
        With --all, send all questions through the provider's batch interface: half the price, answered within a day.
        Gemini has one. What was sent is found again by the same command.
    language:
        The LSP language id, where the path does not tell it.
    """
    depth: Depth = "brief" if brief else "deep" if deep else "usual"
    if (brief and deep) or (every and (deep or error is not None)):
        raise Trouble("--brief and --deep exclude one another, and --all goes with neither --deep nor --error")
    if by_batch and not every:
        raise Trouble("--batch-api goes with --all")
    if every:
        with told_as_json(common, files=[]):
            return asyncio.run(_all(targets, depth, jobs, by_batch, language, common))
    try:
        problem = text_of("-") if error == "-" else error or ""
        return asyncio.run(_explain(_target(targets, problem), depth, problem, language, common))
    except Trouble as trouble:
        if common.json:
            print_json({"text": "", "reason": "error", "detail": str(trouble)})
        raise


def _target(targets: tuple[str, ...], problem: str) -> str:
    if len(targets) > 1:
        raise Trouble("one TARGET at a time; --all takes several files and folders")
    if targets:
        return targets[0]
    places = [(found["file"] or found["path"], found["row"] or found["line"]) for found in _PLACE.finditer(problem)]
    if here := [f"{path}:{line}:1" for path, line in places if Path(path).is_file()]:
        return here[-1]
    raise Trouble("what is to be explained? For example: flashls explain src/main.py::Parser.parse")


async def _explain(target: str, depth: Depth, problem: str, language: str | None, common: Common) -> int:
    place = await resolve(target, language)
    async with opened_app(common, place.root) as app:
        started = time.perf_counter()
        try:
            name = route_of(app.engine, "explain").name
            stream = _looking_around(app, place, problem) if depth == "deep" else _stream(app, place, depth, problem)
            text, end = await written(stream, name, draw=not common.json)
        except NotFound as error:
            raise Trouble(str(error)) from None
        except ModelError as error:
            raise Trouble(str(error), status=1) from None
    if common.json:
        ms = round((time.perf_counter() - started) * 1000, 1)
        print_json({"text": text, "reason": end.reason if end else "error", "model": name, "ms": ms})
    return 0 if text.strip() else 1


def _stream(app: App, place: Target, depth: Depth, problem: str = "", around: Workspace | None = None) -> Stream:
    return explain_range(app.engine, place.snapshot, place.start, place.end, depth, str(place.root), problem, around)


async def _looking_around(app: App, place: Target, problem: str) -> Stream:
    async with indexed(place.root, app.settings) as index:
        around = visible(Workspace((place.snapshot,), str(place.root), index), app.settings.paths.off)
        async with aclosing(_stream(app, place, "deep", problem, around)) as stream:
            async for item in stream:
                yield item


async def _all(
    paths: tuple[str, ...], depth: Depth, jobs: int, by_batch: bool, language: str | None, common: Common
) -> int:
    root = workspace_of(paths)
    async with opened_app(common, root) as app:
        names = code_files(root, paths, app.settings.paths.off)
        try:
            route = route_of(app.engine, "explain")
        except NotFound as error:
            raise Trouble(str(error)) from None
        told = repr(app.engine.templates["explain"])
        folder = cache_path(os.environ) / "batches"
        what = ("explain", str(root), route.name, depth, told)
        journal = journal_at(folder, *what) if app.settings.cache.enabled else Journal()
        job = partial(_job, root, depth, language)
        if by_batch:
            outcomes = await batch_api(app, "explain", names, job, journal, *what, *resolved(paths))
        else:
            outcomes = await batch("explaining", names, partial(job, app), journal, jobs)
    if common.json:
        print_json({"files": [{"path": o.name, "text": o.value or "", "trouble": o.trouble} for o in outcomes]})
    else:
        _print(outcomes)
    return 1 if any(outcome.trouble for outcome in outcomes) else 0


def _print(outcomes: list[Outcome]) -> None:
    """A page of Markdown, a chapter for each file."""
    for outcome in outcomes:
        if outcome.trouble:
            sys.stderr.write(f"flashls: {outcome.name}: {outcome.trouble}\n")
        else:
            sys.stdout.write(f"# {outcome.name}\n\n{clean(outcome.value)}\n\n")
    sys.stdout.flush()


def _job(root: Path, depth: Depth, language: str | None, app: App, name: str) -> Job:
    async def work() -> tuple[Any, float | None]:
        place = await resolve(str(root / name), language)
        text, ends = "", list[End]()
        async with aclosing(_stream(app, place, depth)) as stream:
            async for item in stream:
                if isinstance(item, Piece):
                    text += item.text
                else:
                    ends.append(item)
        if not text.strip():
            raise Trouble("the model had nothing to say: try again, or choose another one")
        return text.strip(), usd_of(ends, app.settings.providers)

    return Job(name, digest_of(text_of(str(root / name)), language or ""), work)
