"""flashls fix: mend what a tool finds, or what a model finds wrong; shown as a diff, or written."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flashls.app import App
from flashls.engine.anchors import applied
from flashls.engine.checks.program import NotRun
from flashls.engine.fixing.fix import Fixed
from flashls.engine.fixing.fix import fix as fix_piece
from flashls.engine.fixing.fix_all import diagnosed, fix_all
from flashls.models.seam import ModelError, NotFound
from flashls.text.uris import path_of
from flashls.types import Diagnostic
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.patch import patch, print_patch
from flashls_cli.progress import waiting
from flashls_cli.reported import reported
from flashls_cli.rewritten import Rewritten
from flashls_cli.target import Target, resolve
from flashls_cli.trouble import Trouble


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Told:
    """What is wrong, where it is told rather than looked for."""

    diagnostic: str | None = None
    """What is wrong there, in words."""
    listed: Annotated[str | None, Parameter(name="--from")] = None
    """A file with a tool's output, in rows of the form path:LINE:COL: message; --from=- for standard input."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Delivery:
    """What becomes of the changes."""

    write: Annotated[bool, Parameter(negative="")] = False
    """Write the changes to the file."""
    diff: Annotated[bool, Parameter(negative="")] = False
    """Show the changes as a diff; as is done anyway, unless they are written."""


def fix(
    target: str,
    /,
    *,
    told: Told = Told(),
    delivery: Delivery = Delivery(),
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Mend the code at a TARGET: the problems that its tools find there, those given, or what a model finds wrong.

    Parameters
    ----------
    target:
        The piece, as path, path:LINE, path:LINE-LINE, path::Symbol.name, or - for standard input.
    language:
        The LSP language id, where the path does not tell it.
    """
    try:
        if delivery.write and target == "-":
            raise Trouble("standard input cannot be written to: leave out --write")
        if told.diagnostic is not None and told.listed is not None:
            raise Trouble("give --diagnostic or --from, not both")
        return asyncio.run(_fix(target, told, delivery, language, common))
    except Trouble as trouble:
        if common.json:
            print_json({"state": "error", "how": str(trouble), "diff": "", "written": False})
        raise


async def _fix(target: str, told: Told, delivery: Delivery, language: str | None, common: Common) -> int:
    place = await resolve(target, language)
    async with opened_app(common, place.root) as app:
        started = time.perf_counter()
        try:
            problems = await _problems(app, place, told)
            fixed = await _fixed(app, place, problems)
        except NotFound as error:
            raise Trouble(str(error)) from None
        except ModelError as error:
            raise Trouble(str(error), status=1) from None
    changes = _delivered(place, fixed, delivery)
    if common.json:
        ms = round((time.perf_counter() - started) * 1000, 1)
        print_json(_json(place, problems, fixed, changes, delivery) | {"model": _model(app), "ms": ms})
    else:
        if delivery.diff or not delivery.write:
            print_patch(changes)
        sys.stderr.write(f"flashls: {_said(fixed)}\n")
    return 0 if fixed.changes else 1


def _delivered(place: Target, fixed: Fixed, delivery: Delivery) -> str:
    """The changes as a diff; they are written if they are to be."""
    lines = place.snapshot.lines
    before, after = lines.after(0, lines.length), applied(lines, fixed.changes)
    if delivery.write and fixed.changes:
        Rewritten(Path(path_of(place.snapshot.uri)), before, after).write()
    return patch(_shown(place), before, after)


async def _problems(app: App, place: Target, told: Told) -> tuple[Diagnostic, ...]:
    """What is to be mended at the target; nothing where no tool can be run, and the model is to look by itself."""
    snapshot, root = place.snapshot, str(place.root)
    first, last = snapshot.lines.point(place.start)[0], snapshot.lines.point(place.end)[0]
    if told.diagnostic is not None:
        row = snapshot.lines[first]
        return (Diagnostic(snapshot.uri, first, last, "error", told.diagnostic, text=row),)
    if told.listed is not None:
        found = reported(told.listed, snapshot)
        what = f"{told.listed} tells of nothing"
    else:
        try:
            with waiting("asking the language's tools"):
                found = await diagnosed(app.engine, snapshot, root)
        except NotRun:
            return ()
        what = "the language's tools find nothing"
        if (first, last) != (0, len(snapshot.lines) - 1) and not any(first <= one.row <= last for one in found):
            return ()
    here = tuple(one for one in found if first <= one.row <= last)
    if not here:
        raise Trouble(f"{what} at {_shown(place)}; name lines, and the model looks at those by itself", status=1)
    return here


async def _fixed(app: App, place: Target, problems: Sequence[Diagnostic]) -> Fixed:
    root = str(place.root)
    with waiting(f"asking {_model(app)}") as say:
        if len(problems) > 1:
            return await fix_all(app.engine, place.snapshot, root, problems)
        return await fix_piece(app.engine, place.snapshot, root, problems, (place.start, place.end), hear=say)


def _json(
    place: Target, problems: Sequence[Diagnostic], fixed: Fixed, changes: str, delivery: Delivery
) -> dict[str, Any]:
    found = [{"line": one.row + 1, "message": one.message, "source": one.source, "code": one.code} for one in problems]
    said = {"state": fixed.state, "how": fixed.how, "explanation": fixed.explanation}
    written = delivery.write and bool(fixed.changes)
    return {"path": _shown(place), "problems": found, **said, "diff": changes, "written": written}


def _said(fixed: Fixed) -> str:
    how = fixed.how if fixed.state != "unverified" else f"not verified: {fixed.how}"
    return f"{how}\n{fixed.explanation}".rstrip()


def _shown(place: Target) -> str:
    """The path as seen from the current folder, with forward slashes."""
    if not place.snapshot.uri.startswith("file:"):
        return "stdin"
    path = Path(path_of(place.snapshot.uri))
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()


def _model(app: App) -> str:
    route = app.engine.routes.get("fix")
    return route.name if route else ""
