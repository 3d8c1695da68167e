"""flashls explain --all: a page of Markdown, a chapter for each file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

from flashls.app import App
from flashls.engine.answering.explain import Depth, explain
from flashls.models.spent import usd_of
from flashls.types import End, Piece
from flashls_cli.batch import Job, code_files, resolved, workspace_of
from flashls_cli.common import Common, opened_app, print_json
from flashls_cli.errand import Errand, outcomes_of
from flashls_cli.journal import digest_of
from flashls_cli.many import Many
from flashls_cli.outcomes import Outcome
from flashls_cli.printed import clean
from flashls_cli.target import resolve, text_of
from flashls_cli.trouble import Trouble


async def explain_all(paths: Sequence[str], depth: Depth, many: Many, language: str | None, common: Common) -> int:
    """Explains all files of code in the files and folders; the exit status. Raises Trouble."""
    root = workspace_of(paths)
    async with opened_app(common, root) as app:
        names = code_files(root, paths, app.settings.paths.off)
        errand = Errand("explain", "explaining", root, (depth,), resolved(paths))
        outcomes = await outcomes_of(app, errand, names, partial(_job, root, depth, language), many)
    if common.json:
        files = [{"path": o.name, "text": o.value or "", "trouble": o.trouble} for o in outcomes.files]
        print_json({"files": files, **outcomes.error})
    else:
        _print(outcomes.tried)
    return outcomes.ended()


def _print(outcomes: Sequence[Outcome]) -> None:
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
        stream = explain(app.engine, place.snapshot, place.start, place.end, depth, str(root))
        async with aclosing(stream) as items:
            async for item in items:
                if isinstance(item, Piece):
                    text += item.text
                else:
                    ends.append(item)
        if not text.strip():
            raise Trouble("the model had nothing to say: try again, or choose another one")
        return text.strip(), usd_of(ends, app.settings.providers)

    return Job(name, digest_of(text_of(str(root / name)), language or ""), work)
