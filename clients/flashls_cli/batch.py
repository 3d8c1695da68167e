"""Batch: one task over many files, a few at a time, with the cost so far, taken up again where it was ended."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flashls.engine.visible import sees
from flashls.index.files import content, files, walk
from flashls.models.seam import ModelError, NotFound, OverBudget, Unauthorized, Unreachable
from flashls.syntax.languages import PLAIN
from flashls_cli.journal import Entry, Journal
from flashls_cli.money import shown
from flashls_cli.outcomes import Outcome, Outcomes, ordered
from flashls_cli.target import mode_of, require_named
from flashls_cli.trouble import INTERRUPTED, Trouble
from flashls_cli.workspace import root_of

AT_ONCE = 4
"""How many files are asked about at the same time, unless the user says otherwise."""

_UNREACHED = 3
_HEAD_BYTES = 8_192
# Written for programs, or as prose: there is nothing in them to explain, document or review as code.
_NO_CODE = frozenset((PLAIN, "json", "jsonc", "json5", "markdown"))


@dataclass(frozen=True, slots=True)
class Job:
    """One file's work. ``digest`` is over all that its outcome depends on; ``work`` gives its value (JSON) and cost."""

    name: str
    digest: str
    work: Callable[[], Awaitable[tuple[Any, float | None]]]


@dataclass(slots=True)
class Tally:
    """How a batch stands. ``usd`` is what is known of the cost so far; ``unreached`` counts the last files in a row."""

    total: int
    done: int = 0
    failed: int = 0
    usd: float = 0.0
    unknown: bool = False
    unreached: int = 0
    outcomes: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Counts a file."""
        self.outcomes.append(outcome)
        self.done += 1
        self.failed += bool(outcome.trouble)
        self.usd += 0.0 if outcome.kept else outcome.usd or 0.0
        self.unknown |= outcome.usd is None
        self.unreached = self.unreached + 1 if outcome.unreached else self.unreached if outcome.kept else 0


async def batch(
    what: str,
    names: Sequence[str],
    job: Callable[[str], Job],
    journal: Journal,
    at_once: int = AT_ONCE,
    hear: Callable[[Outcome], None] = lambda _: None,
) -> Outcomes:
    """Does a file's job for each name, at most ``at_once`` at a time.

    A file that fails does not stop the others. What stops all of them (no model, no key, no money left, no connection
    for three files in a row, or that this is cancelled) comes with what is done until then, when what is under way is
    over; that is kept in ``journal``, too. ``hear`` gets each outcome as it comes. People see a bar with the cost so
    far on standard error. Raises Trouble if ``at_once`` is below 1.
    """
    if at_once < 1:
        raise Trouble("--jobs must be at least 1")
    tally, stop = Tally(len(names)), list[Trouble]()
    with _bar(what, tally) as moved:

        def add(outcome: Outcome) -> None:
            tally.add(outcome)
            hear(outcome)
            moved()
            if tally.unreached >= _UNREACHED:
                stop.append(Trouble(outcome.trouble, status=1))

        waiting = iter(names)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(at_once, len(names))):
                    group.create_task(_work(waiting, job, journal, add, stop))
        except asyncio.CancelledError:
            _go_on()
            stop.append(Trouble("stopped", status=INTERRUPTED))
    if not (stop or tally.failed):
        journal.finish()
    return ordered(names, tally.outcomes, stop[0] if stop else None, _stand(tally, journal))


async def _work(
    waiting: Iterator[str],
    job: Callable[[str], Job],
    journal: Journal,
    add: Callable[[Outcome], None],
    stop: list[Trouble],
) -> None:
    """Does one file after the other, until there is none or all are to stop."""
    for name in waiting:
        if stop:
            return
        try:
            add(await done(name, job, journal))
        except Trouble as trouble:
            stop.append(trouble)


async def done(name: str, job: Callable[[str], Job], journal: Journal) -> Outcome:
    """Does one file's job, or takes from the journal what came of it. Raises Trouble for what stops all files."""
    try:
        this = job(name)
        if kept := journal.find(this.name, this.digest):
            return Outcome(name, kept.value, kept.usd, kept=True)
        value, usd = await this.work()
        journal.add(Entry(name, this.digest, value, usd))
        return Outcome(name, value, usd)
    except (NotFound, Unauthorized, OverBudget) as error:
        raise Trouble(str(error), status=2 if isinstance(error, NotFound) else 1) from None
    except (ModelError, Trouble) as error:
        return Outcome(name, trouble=str(error), unreached=isinstance(error, Unreachable))


def workspace_of(paths: Sequence[str]) -> Path:
    """The workspace's folder that all of some files and folders are in; no paths stand for the current folder.

    Raises Trouble for a path that is empty, not there, or in another workspace than the first.
    """
    require_named(*paths)
    found = [Path(path).resolve() for path in paths or (".",)]
    if missing := [path for path in found if not mode_of(path)]:
        raise Trouble(f"{missing[0]}: no such file or directory")
    root = root_of(found[0] if found[0].is_dir() else found[0].parent)
    if outside := [path for path in found if not path.is_relative_to(root)]:
        raise Trouble(f"{outside[0]}: this is not in {root}; give each workspace's files in a command of their own")
    return root


def resolved(paths: Sequence[str]) -> tuple[str, ...]:
    """The full paths of some files and folders, in order; no paths stand for the current folder."""
    return tuple(sorted(str(Path(path).resolve()) for path in paths or (".",)))


def code_files(root: Path, paths: Sequence[str], off: tuple[str, ...], prose: bool = False) -> list[str]:
    """The files of code that ``paths`` (files and folders of the workspace ``root``) hold, relative to it, in order.

    Of folders those that hold something, that git does not ignore, that were not generated, and that models may see
    (``off`` as in ``paths.off``); ``prose`` takes texts and data along.
    """
    found = [Path(path).resolve() for path in paths or (".",)]
    names = [path.relative_to(root).as_posix() for path in found if path.is_file()]
    folders = [path.relative_to(root).as_posix() for path in found if path.is_dir()]
    for file in sorted(files(walk(root, off)), key=lambda file: file.path) if folders else ():
        inside = any(folder == "." or file.path.startswith(f"{folder}/") for folder in folders)
        code = inside and (prose or file.language not in _NO_CODE) and _is_written(root / file.path)
        if code and sees(str(root), off, file.path):
            names.append(file.path)
    return list(dict.fromkeys(names))


def _is_written(path: Path) -> bool:
    """Whether a file is somebody's own source, by its first bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            return bool(head.strip()) and content(path.name, head) == "source"
    except OSError:
        return False


def _go_on() -> None:
    """Has this task go on though it was cancelled: what is done is still to be shown."""
    if (task := asyncio.current_task()) is not None:
        task.uncancel()
    if sys.stderr.isatty():
        sys.stderr.write("\n")  # the terminal has written ^C


def _stand(tally: Tally, journal: Journal) -> str:
    """How far a batch of several files is, and whether the same command need not do that again."""
    if tally.total < 2:
        return ""
    done = tally.done - tally.failed
    more = (
        ": the same command goes on from there" if journal.keeps else ", which is not kept: the same command asks again"
    )
    return f" ({done} of {tally.total} files are done{more if done else ''})"


@contextmanager
def _bar(what: str, tally: Tally) -> Iterator[Callable[[], None]]:
    """A bar on standard error, for people and several files only; call what is given when a file is done."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[cost]}"))
    off = not console.is_terminal or tally.total < 2
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=off, transient=True) as progress:
        task = progress.add_task(what, total=tally.total, cost="")

        def moved() -> None:
            cost = shown(tally.usd) + (" and what has no price" if tally.unknown else "")
            failed = f", {tally.failed} failed" if tally.failed else ""
            progress.update(task, completed=tally.done, cost=cost + failed)

        yield moved
