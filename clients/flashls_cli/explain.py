"""flashls explain: what a piece of code does, or what an error means, as Markdown that streams."""

from __future__ import annotations

import asyncio
import re
import stat
import time
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from flashls.app import App
from flashls.engine.answering.explain import Depth
from flashls.engine.answering.explain import explain as explain_range
from flashls.engine.task import route_of
from flashls.engine.visible import visible
from flashls.models.seam import ModelError, NotFound, Stream
from flashls.types import Workspace
from flashls_cli.common import Common, opened_app, print_json, told_as_json
from flashls_cli.explain_all import explain_all
from flashls_cli.indexed import indexed
from flashls_cli.many import Many
from flashls_cli.paper import written
from flashls_cli.printed import clean
from flashls_cli.target import Target, mode_of, resolve, text_of
from flashls_cli.trouble import Trouble

_PLACE = re.compile(r"""File "(?P<file>[^"]+)", line (?P<row>\d+)|(?P<path>[\w./\\-]+\.\w+):(?P<line>\d+)""")


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Length:
    """How much to say."""

    brief: Annotated[bool, Parameter(negative="")] = False
    """In one or two sentences."""
    deep: Annotated[bool, Parameter(negative="")] = False
    """In depth, looking at code elsewhere that it uses or that uses it."""

    @property
    def depth(self) -> Depth:
        """As the engine has it."""
        return "brief" if self.brief else "deep" if self.deep else "usual"


def explain(
    *targets: str,
    length: Length = Length(),
    error: str | None = None,
    many: Many = Many(),  # noqa: B008
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Explain the code at a TARGET, or what an error means.

    Parameters
    ----------
    targets:
        The piece, as path, path:LINE-LINE, path::Symbol.name, or - for standard input; at a path:LINE:COL the
        function around it. With --all any number of files and folders.
    error:
        What a tool or a program said, or - to read it from standard input. Without a TARGET it is about the last place
        that it names.
    language:
        The LSP language id, where the path does not tell it.
    """
    if many.every:
        with told_as_json(common, files=[]):
            _require(length, error, many)
            return asyncio.run(explain_all(targets, length.depth, many, language, common))
    try:
        _require(length, error, many)
        problem = text_of("-") if error == "-" else error
        return asyncio.run(_explain(_target(targets, problem), length.depth, problem or "", language, common))
    except Trouble as trouble:
        if common.json:
            print_json({"text": "", "reason": "error", "detail": str(trouble)})
        raise


def _require(length: Length, error: str | None, many: Many) -> None:
    many.require()
    if length.brief and length.deep:
        raise Trouble("--brief and --deep exclude one another")
    if many.every and (length.deep or error is not None):
        raise Trouble("--all goes with neither --deep nor --error")
    if many.by_batch and not many.every:
        raise Trouble("--batch-api goes with --all")


def _target(targets: tuple[str, ...], problem: str | None) -> str:
    if len(targets) > 1:
        raise Trouble("one TARGET at a time; --all takes several files and folders")
    if targets:
        return targets[0]
    if problem is None:
        raise Trouble("what is to be explained? For example: flashls explain src/main.py::Parser.parse")
    places = [(found["file"] or found["path"], found["row"] or found["line"]) for found in _PLACE.finditer(problem)]
    if here := [f"{path}:{line}:1" for path, line in places if stat.S_ISREG(mode_of(path))]:
        return here[-1]
    if not places:
        raise Trouble("the error names no file: give a TARGET")
    last = " ".join(clean(":".join(places[-1])).split())
    raise Trouble(f"the error names {last}, which is not here: give a TARGET, or run it where the paths begin")


async def _explain(target: str, depth: Depth, problem: str, language: str | None, common: Common) -> int:
    place = await resolve(target, language)
    async with opened_app(common, place.root) as app:
        started = time.perf_counter()
        try:
            name = route_of(app.engine, "explain").name
            text, end = await written(_stream(app, place, depth, problem), name, draw=not common.json)
        except NotFound as error:
            raise Trouble(str(error)) from None
        except ModelError as error:
            raise Trouble(str(error), status=1) from None
    if common.json:
        ms = round((time.perf_counter() - started) * 1000, 1)
        print_json({"text": text, "reason": end.reason if end else "error", "model": name, "ms": ms})
    return 0 if text.strip() else 1


def _stream(app: App, place: Target, depth: Depth, problem: str) -> Stream:
    if depth == "deep":
        return _looking_around(app, place, problem)
    return explain_range(app.engine, place.snapshot, place.start, place.end, depth, str(place.root), problem)


async def _looking_around(app: App, place: Target, problem: str) -> Stream:
    root = str(place.root)
    async with indexed(place.root, app.settings) as index:
        around = visible(Workspace((place.snapshot,), root, index), app.settings.paths.off)
        stream = explain_range(app.engine, place.snapshot, place.start, place.end, "deep", root, problem, around)
        async with aclosing(stream) as items:
            async for item in items:
                yield item
