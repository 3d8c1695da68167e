"""flashls ask: a question about the workspace, answered from its code."""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.prompt import Confirm

from flashls.app import App
from flashls.engine.answering.ask import Material, Selection, drafted, gathered, whole
from flashls.engine.answering.ask import ask as ask_workspace
from flashls.engine.answering.pictures import picture
from flashls.engine.engine import Route
from flashls.engine.task import permit, route_of
from flashls.engine.visible import visible
from flashls.models.seam import ModelError, NotFound
from flashls.models.spent import usd_of
from flashls.types import Draft, Image, Workspace
from flashls_cli.batch import code_files
from flashls_cli.common import Common, opened_app, print_json, told_as_json
from flashls_cli.console import console, rule
from flashls_cli.indexed import indexed
from flashls_cli.money import shown
from flashls_cli.paper import written
from flashls_cli.progress import waiting
from flashls_cli.stored_code import estimate, resting
from flashls_cli.target import Target, resolve
from flashls_cli.trouble import Trouble
from flashls_cli.workspace import root_of


def ask(
    *questions: str,
    at: str | None = None,
    everything: Annotated[bool, Parameter(name="--whole", negative="")] = False,
    image: Annotated[tuple[Path, ...], Parameter(negative="")] = (),
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="")] = False,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Ask a question about the workspace around the current folder; the answer says where in the code it stands.

    Places in an answer are checked: one that does not exist is struck through.

    Parameters
    ----------
    questions:
        The question in words, in quotes; several are answered one after the other.
    at:
        A TARGET that it is about.
    everything:
        Show the model the whole repository, as far as its window reaches, in place of what fits the question. What that
        costs is said and asked about before. For several questions the code is stored with the provider, if it can be.
    image:
        A picture that goes with the question, such as a screen shot of an error; may be given several times.
    yes:
        Do not ask whether it may cost what it costs.
    """
    asked = _Asked(questions, everything, yes, common.json)
    with told_as_json(common, answers=asked.answers):
        if not questions or not all(question.strip() for question in questions):
            raise Trouble('what do you want to know? For example: flashls ask "Where are passwords checked?"')
        return asyncio.run(_ask(asked, at, _pictures(image), common))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for, and the answers there are so far: a question that fails takes none of them along."""

    questions: tuple[str, ...]
    everything: bool
    yes: bool
    as_json: bool
    answers: list[dict[str, Any]] = field(default_factory=list)


async def _ask(asked: _Asked, at: str | None, images: tuple[Image, ...], common: Common) -> int:
    place = await resolve(at) if at is not None else None
    root = place.root if place is not None else root_of(Path.cwd())
    async with opened_app(common, root) as app:
        try:
            return await _answered(app, root, asked, place, images)
        except NotFound as error:
            raise Trouble(str(error)) from None
        except ModelError as error:
            raise Trouble(str(error), status=1) from None


async def _answered(app: App, root: Path, asked: _Asked, place: Target | None, images: tuple[Image, ...]) -> int:
    route, questions = route_of(app.engine, "ask"), asked.questions
    async with nullcontext() if asked.everything else indexed(root, app.settings) as index:
        workspace = visible(Workspace((place.snapshot,) if place else (), str(root), index), app.settings.paths.off)
        material = await _material(app, root, route, workspace, asked, _chosen(app, place))
        draft = drafted(app.engine, route, questions[0], material, images)
        if asked.everything:
            _confirm(app, route, material, draft, len(questions), asked.yes)
        async with resting(app, route, draft, len(questions)) as rested:
            for question in questions:
                if len(questions) > 1 and not asked.as_json:
                    rule(console(), question)
                stream = ask_workspace(app.engine, rested, workspace, question, material, images)
                text, end = await written(stream, route.name, draw=not asked.as_json)
                usd = usd_of([end], app.settings.providers) if end else None
                asked.answers.append(
                    {"question": question, "text": text, "reason": end.reason if end else "error", "cost_usd": usd}
                )
    if asked.as_json:
        files = sorted({extract.path for extract in material.extracts})
        print_json({"model": route.name, "answers": asked.answers, "files": files})
    return 0 if all(answer["text"].strip() for answer in asked.answers) else 1


async def _material(
    app: App, root: Path, route: Route, workspace: Workspace, asked: _Asked, chosen: Selection | None
) -> Material:
    if not asked.everything:
        return await asyncio.to_thread(gathered, app.engine, route, workspace, " ".join(asked.questions), chosen)
    with waiting("reading the repository"):
        names = await asyncio.to_thread(code_files, root, (str(root),), app.settings.paths.off, prose=True)
        return await asyncio.to_thread(whole, route, workspace, names)


def _confirm(app: App, route: Route, material: Material, draft: Draft, questions: int, yes: bool) -> None:
    """Says what will be sent and what it costs; raises Trouble unless the user agrees, or it costs nothing."""
    found = estimate(app, route, draft, questions)
    told = f"{len(material.extracts)} files, about {found.tokens:,} tokens, to {route.name}"
    if material.left_out:
        told += f"; {len(material.left_out)} files do not fit its window, {material.left_out[0]} the first of them"
    cost = (
        "it costs nothing"
        if found.free
        else "at most about " + shown(found.usd)
        if found.usd is not None
        else shown(None)
    )
    sys.stderr.write(f"flashls: {told}: {cost}\n")
    if yes or found.free:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Trouble("this may cost money: give --yes to have it asked")
    if not Confirm.ask("Go on?", default=False, console=Console(stderr=True)):
        raise Trouble("nothing was asked", status=1)


def _chosen(app: App, place: Target | None) -> Selection | None:
    if place is None:
        return None
    permit(app.engine, place.snapshot, str(place.root), place.start, place.end)
    lines = place.snapshot.lines
    return Selection(place.snapshot.uri, lines.point(place.start)[0], lines.point(place.end)[0])


def _pictures(paths: tuple[Path, ...]) -> tuple[Image, ...]:
    try:
        return tuple(picture(path.read_bytes()) for path in paths)
    except OSError as error:
        raise Trouble(f"{error.filename}: {(error.strerror or str(error)).lower()}") from None
    except ModelError as error:
        raise Trouble(str(error)) from None
