"""flashls complete: what would be inserted at a place."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from dataclasses import replace as changed
from typing import Annotated

from cyclopts import Parameter
from msgspec.structs import replace

from flashls.engine.completion.complete import complete as complete_at
from flashls.engine.engine import Engine
from flashls.engine.session import Session
from flashls.types import Cursor, Ghost, Silence
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.indexed import indexed
from flashls_cli.progress import waiting
from flashls_cli.target import resolve
from flashls_cli.trouble import Trouble


def complete(
    target: str,
    /,
    *,
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Print the completion at a TARGET; a range or a whole file is completed at its end.

    Parameters
    ----------
    target:
        The place, as path:LINE:COL, path:LINE, path::Symbol.name, path, or - for standard input.
    language:
        The LSP language id, where the path does not tell it.
    """
    return asyncio.run(_complete(target, language, common))


async def _complete(target: str, language: str | None, common: Common) -> int:
    place = await resolve(target, language)
    async with opened_app(common, place.root) as app, indexed(place.root, app.settings) as index:
        started = time.perf_counter()
        session = Session(root=str(place.root), index=index)
        try:
            with waiting(f"asking {app.model_name}"):
                outcome = await _answer(app.engine, session, Cursor(place.snapshot, place.end))
        finally:
            session.close_all()
        ms = (time.perf_counter() - started) * 1000
    if common.json:
        said = {"text": outcome.text, "reason": "ghost"} if isinstance(outcome, Ghost) else {
            "text": "", "reason": outcome.reason, "detail": outcome.detail,
        }  # fmt: skip
        print_json({**said, "model": app.model_name, "ms": round(ms, 1)})
    elif isinstance(outcome, Ghost):
        sys.stdout.write(outcome.text + "\n")
    elif outcome.reason == "no model":
        raise Trouble(outcome.detail)
    else:
        raise Trouble(f"no completion: {outcome.reason}{': ' if outcome.detail else ''}{outcome.detail}", status=1)
    if isinstance(outcome, Ghost):
        return 0
    return 2 if outcome.reason == "no model" else 1


async def _answer(engine: Engine, session: Session, cursor: Cursor) -> Ghost | Silence:
    """The suggestion, once its stream has ended, so that it is kept; nobody types here who could use more of it."""
    settings = engine.settings
    alone = replace(settings, complete=replace(settings.complete, speculate="off"))
    outcome = await complete_at(changed(engine, settings=alone), session, cursor, explicit=True)
    if (flight := session.track(cursor.snapshot.uri).flight) is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(alone.complete.timeout_s):
                await flight.wait(lambda: False)
    return outcome
