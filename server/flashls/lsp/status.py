"""The commands flashls.status (why nothing?) and flashls.accept (a suggestion was taken)."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from flashls.engine.session import Event
from flashls.settings import Names, TaskName
from flashls.sources import choices

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_SWITCHED: tuple[TaskName, ...] = ("complete", "explain")


async def status(ls: FlashServer, *arguments: Any) -> dict[str, Any]:
    """The state, the model, and for each of the last requests what came of it and why; the newest is the last.

    ``steps`` are those that a request went through, each with its milliseconds: ``engine.steps`` says which there are.
    ``models`` has those that completions, and explanations and the rest, may be switched to, and those in use now.
    """
    routes = ls.app.engine.routes if ls.app else {}
    now: dict[str, str] = {task: routes[task].name if task in routes else "" for task in _SWITCHED}
    may = await asyncio.to_thread(_choices)
    return ls.status_line.now | {
        "models": {"choices": may, **now},
        "last": [_told(event) for event in ls.session.events],
    }


def accept(ls: FlashServer, *arguments: Any) -> None:
    """Notes that the client inserted the suggestion that it was offered under the first argument."""
    known = bool(arguments) and isinstance(arguments[0], str) and ls.session.fates.accepted(arguments[0])
    detail = "" if known else "not one of the last suggestions here"
    ls.session.events.append(Event("accept", "accepted", detail, 0.0))


def _choices() -> dict[str, Names]:
    return {task: choices(os.environ, task) for task in _SWITCHED}


def _told(event: Event) -> dict[str, Any]:
    steps = [{"step": step, "ms": round(ms, 2)} for step, ms in event.steps]
    told = {"what": event.what, "reason": event.outcome, "detail": event.detail, "ms": round(event.ms, 1)}
    return told | {"steps": steps}
