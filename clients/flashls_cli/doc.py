"""flashls doc: doc comments, in the language's own convention, as a diff or written."""

from __future__ import annotations

import asyncio
import stat
from typing import Annotated

from cyclopts import Parameter

from flashls.app import App
from flashls.engine.documenting.document import Documented, document
from flashls_cli.batch import AT_ONCE
from flashls_cli.common import Common, told_as_json
from flashls_cli.doc_all import document_all
from flashls_cli.many import Many
from flashls_cli.rewrite import deliver, note, outcome, path_in, require_one
from flashls_cli.rewritten import rewritten
from flashls_cli.target import Target, mode_of
from flashls_cli.trouble import Trouble


def doc(
    *targets: str,
    all: Annotated[bool, Parameter(negative="")] = False,  # noqa: A002
    write: Annotated[bool, Parameter(negative="")] = False,
    diff: Annotated[bool, Parameter(negative="")] = False,
    jobs: int = AT_ONCE,
    by_batch: Annotated[bool, Parameter(name="--batch-api", negative="")] = False,
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Write doc comments for the code at a TARGET.

    Parameters
    ----------
    targets:
        The symbol, as path::Symbol.name or path:LINE; a path alone, or lines with several symbols, for those of them
        that have no comment. With --all any number of files and folders.
    all:
        All of the file that has no comment, wherever in it the TARGET is.
    write:
        Write them to the file.
    diff:
        Print a diff; so it is without --write.
    jobs:
        How many files to document at the same time, with --all.
    by_batch:
        With --all and several files, send all questions through the provider's batch interface: half the price,
        answered within a day. Gemini has one. What was sent is found again by the same command.
    language:
        The LSP language id, where the path does not tell it.
    """
    require_one((("--write", write), ("--diff", diff)))
    many = Many(all, jobs, by_batch)
    if all and (len(targets) != 1 or stat.S_ISDIR(mode_of(targets[0]))):
        with told_as_json(common, files=[]):
            many.require()
            return asyncio.run(document_all(targets, write, many, language, common))
    with told_as_json(common, symbols=[]):
        many.require()
        if by_batch:
            raise Trouble("--batch-api goes with --all and several files or a folder")
        if len(targets) != 1:
            raise Trouble(
                "one TARGET, please, such as src/main.py::Parser.parse; --all takes several files and folders"
            )
        return asyncio.run(_doc(targets[0], all, write, diff, language, common))


async def _doc(target: str, every: bool, write: bool, diff: bool, language: str | None, common: Common) -> int:
    async def work(app: App, place: Target) -> Documented:
        return await document(app.engine, place.snapshot, place.start, place.end, every, str(place.root))

    done = await outcome("document", target, language, common, work)
    found, snapshot = done.found, done.place.snapshot
    left = [{"symbol": path, "why": why} for path, why in found.left]
    told = {"symbols": list(found.symbols), "left": left, "model": done.model, "ms": done.ms}
    deliver(rewritten(path_in(snapshot), snapshot.lines, found.edits), write, diff, common, **told)
    if not common.json:
        note(*(f"no comment for {path}: {why}" for path, why in found.left))
    return 0
