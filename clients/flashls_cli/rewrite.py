"""What ``doc``, ``generate`` and ``test`` share: a TARGET asked about, and the outcome shown, written, or as JSON."""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from flashls.app import App
from flashls.models.seam import ModelError, NotFound
from flashls.text.uris import path_of
from flashls.types import Snapshot, Task
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.patch import print_patch
from flashls_cli.progress import waiting
from flashls_cli.rewritten import Rewritten
from flashls_cli.target import Target, resolve
from flashls_cli.trouble import Trouble

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a task gave for a target, the model that was asked first, and how long it took, in milliseconds."""

    place: Target
    found: T
    model: str
    ms: float


async def outcome(
    task: Task, target: str, language: str | None, common: Common, work: Callable[[App, Target], Awaitable[T]]
) -> Outcome[T]:
    """Does a task's work on a target. Raises Trouble for what a model cannot do."""
    place = await resolve(target, language)
    async with opened_app(common, place.root) as app:
        route = app.engine.routes.get(task)
        model, started = route.name if route else "", time.perf_counter()
        try:
            with waiting(f"asking {model}"):
                found = await work(app, place)
        except NotFound as error:
            raise Trouble(str(error)) from None
        except ModelError as error:
            raise Trouble(str(error), status=1) from None
    return Outcome(place, found, model, round((time.perf_counter() - started) * 1000, 1))


def path_in(snapshot: Snapshot) -> Path | None:
    """The document's path; None for standard input."""
    return Path(path_of(snapshot.uri)) if snapshot.uri.startswith("file:") else None


def deliver(file: Rewritten, write: bool, diff: bool, common: Common, **told: Any) -> None:
    """Writes the file, or prints it: as a diff, from standard input as the whole text unless a diff is asked for.

    With ``--json`` one object with what is ``told``, the diff, and whether it was written.
    """
    if write and file.path is not None:
        file.write()
    written = write and file.path is not None
    if common.json:
        print_json({**told, "diff": file.diff, "written": written})
    elif file.path is None and not diff:
        sys.stdout.write(file.after)
    elif written:
        sys.stderr.write(f"flashls: wrote {file.path}\n")
    else:
        print_patch(file.diff)


def note(*lines: str) -> None:
    """Says something besides the outcome."""
    for line in lines:
        if line:
            sys.stderr.write(f"flashls: {''.join(c if c.isprintable() else ' ' for c in line)}\n")


def require_one(flags: Sequence[tuple[str, bool]]) -> None:
    """Raises Trouble if more than one of some flags is given."""
    given = [name for name, on in flags if on]
    if len(given) > 1:
        raise Trouble(f"{' and '.join(given)} exclude each other")
