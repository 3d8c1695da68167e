"""flashls review: what is wrong with code, or with what was changed in it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from flashls.app import App
from flashls.context.borrowed import NoHistory
from flashls.context.history import Changed, changed_since, staged
from flashls.engine.visible import sees
from flashls_cli.batch import code_files, resolved, workspace_of
from flashls_cli.batch_api import JobOf
from flashls_cli.common import Common, opened_app, print_json, told_as_json
from flashls_cli.errand import Errand, outcomes_of
from flashls_cli.findings import Report, at_least
from flashls_cli.many import Many
from flashls_cli.outcomes import Outcome, Outcomes
from flashls_cli.printed import print_github, print_text
from flashls_cli.progress import waiting
from flashls_cli.review_jobs import of_change, of_file, of_piece
from flashls_cli.sarif import sarif
from flashls_cli.target import mode_of, require_named, resolve
from flashls_cli.trouble import Trouble
from flashls_cli.workspace import root_of


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Changes:
    """What was changed, if only that is reviewed."""

    diff: str | None = None
    """Review only what git's files have changed since this revision, such as HEAD~1; main... is what HEAD has more than
    main."""
    index: Annotated[bool, Parameter(name="--staged", negative="")] = False
    """Review only what is staged for the next commit."""

    @property
    def wanted(self) -> bool:
        """Whether changes are to be reviewed at all."""
        return self.index or self.diff is not None


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Telling:
    """How findings are told."""

    form: Annotated[Literal["text", "json", "sarif", "github"], Parameter(name="--format")] = "text"
    """text, json, sarif, or github for annotations in GitHub's actions."""
    fail_on: Literal["error", "warning", "information", "hint", "never"] = "warning"
    """The least grave finding for which to end with 1: error, warning, information, hint, or never."""


def review(
    *targets: str,
    changes: Changes = Changes(),
    telling: Telling = Telling(),
    many: Many = Many(),  # noqa: B008
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Review code: whole files, pieces of them, or what was changed.

    Parameters
    ----------
    targets:
        TARGETs to review; folders and files with --all; with --diff or --staged the files to look at, all without any.
    language:
        The LSP language id, where the path does not tell it.
    """
    with told_as_json(common, files=[]):
        _require(targets, changes, many)
        outcomes = asyncio.run(_review(targets, changes, many, language, common))
    _print(outcomes, "json" if common.json else telling.form)
    return outcomes.ended(any(at_least(report, telling.fail_on) for report in _reports(outcomes.tried)))


def _require(targets: tuple[str, ...], changes: Changes, many: Many) -> None:
    many.require()
    if sum((changes.diff is not None, changes.index, many.every)) > 1:
        raise Trouble("--diff, --staged and --all exclude one another")
    if not (targets or many.every or changes.wanted):
        raise Trouble(
            "what is to be reviewed? For example: flashls review src/main.py, or flashls review --diff HEAD~1"
        )


def _print(outcomes: Outcomes, form: str) -> None:
    if form == "sarif":
        print_json(sarif(_reports(outcomes.files)))
    elif form == "json":
        print_json({"files": msgspec.to_builtins(_reports(outcomes.files)), **outcomes.error})
    elif form == "github":
        print_github(_reports(outcomes.tried))
    elif outcomes.tried or outcomes.stopped is None:  # no count of findings where nothing was looked at
        print_text(_reports(outcomes.tried))


async def _review(
    targets: tuple[str, ...], changes: Changes, many: Many, language: str | None, common: Common
) -> Outcomes:
    if many.every:
        root = workspace_of(targets)
        async with opened_app(common, root) as app:
            names = code_files(root, targets, app.settings.paths.off)
            return await _each(app, root, names, partial(of_file, root, language), many, *resolved(targets))
    if changes.wanted:
        root = root_of(Path.cwd())
        async with opened_app(common, root) as app:
            return await _changed(app, root, targets, changes, many)
    places = {target: await resolve(target, language) for target in targets}
    root = next(iter(places.values())).root
    async with opened_app(common, root) as app:
        return await _each(app, root, list(places), partial(of_piece, root, places), many, *targets)


async def _changed(app: App, root: Path, targets: tuple[str, ...], changes: Changes, many: Many) -> Outcomes:
    require_named(*targets)
    wanted = {target: _below(root, target) for target in targets}
    with waiting("looking at what was changed"):
        found = await asyncio.to_thread(_looked, app, root, changes)
    _require_known(wanted, found)
    below = list(wanted.values())
    here = {each.path: each for each in found if each.after is not None and _is_in(each.path, below)}
    return await _each(app, root, list(here), partial(of_change, root, here), many, repr(changes.diff), *below)


def _looked(app: App, root: Path, changes: Changes) -> tuple[Changed, ...]:
    visible = partial(sees, str(root), app.settings.paths.off)
    try:
        return staged(root, visible) if changes.diff is None else changed_since(root, changes.diff, visible)
    except NoHistory as error:
        raise Trouble(str(error)) from None


async def _each(app: App, root: Path, names: list[str], job: JobOf, many: Many, *asked: str) -> Outcomes:
    return await outcomes_of(app, Errand("review", "reviewing", root, asked=asked), names, job, many)


def _reports(outcomes: Sequence[Outcome]) -> list[Report]:
    return [_report(outcome) for outcome in outcomes]


def _report(outcome: Outcome) -> Report:
    if outcome.trouble:
        return Report(outcome.name, trouble=outcome.trouble)
    return msgspec.convert(outcome.value, type=Report)


def _below(root: Path, target: str) -> str:
    path = Path(target).resolve()
    if not path.is_relative_to(root):
        raise Trouble(f"{target}: this is not in {root}, whose changes are reviewed")
    return path.relative_to(root).as_posix()


def _require_known(wanted: Mapping[str, str], found: Sequence[Changed]) -> None:
    """What is no longer there may have been deleted, which is a change."""
    for target, path in wanted.items():
        if not (mode_of(target) or any(_is_in(each.path, [path]) for each in found)):
            raise Trouble(f"{target}: no such file or directory")


def _is_in(path: str, wanted: list[str]) -> bool:
    return not wanted or any(each in (".", path) or path.startswith(f"{each}/") for each in wanted)
