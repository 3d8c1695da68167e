"""flashls generate: code by an instruction, or by a comment, as a diff or written."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import Parameter

from flashls.app import App
from flashls.engine.generating.codeplace import asked_place
from flashls.engine.generating.generate import Generated
from flashls.engine.generating.generate import generate as generate_at
from flashls.engine.visible import visible
from flashls.models.seam import Refused
from flashls.types import Workspace
from flashls_cli.common import Common, told_as_json
from flashls_cli.indexed import indexed
from flashls_cli.rewrite import deliver, note, outcome, path_in, require_one
from flashls_cli.rewritten import rewritten
from flashls_cli.target import Target
from flashls_cli.trouble import Trouble


def generate(
    target: str,
    words: str = "",
    /,
    *,
    instruction: Annotated[str, Parameter(name=["--instruction", "-i"])] = "",
    write: Annotated[bool, Parameter(negative="")] = False,
    diff: Annotated[bool, Parameter(negative="")] = False,
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Write code at a TARGET, by an instruction or by the comment that stands there.

    Parameters
    ----------
    target:
        What is to be replaced, as path:LINE, path:LINE-LINE or path::Symbol.name; the place to insert at, as
        path:LINE:COL; or - for standard input: empty input and --language sql for a query from words.
    words:
        What is wanted, in quotes. Without it the comment at the TARGET says it, and the code is put below it.
    instruction:
        The same, as a flag.
    write:
        Write it to the file.
    diff:
        Print a diff; so it is without --write.
    language:
        The LSP language id, where the path does not tell it.
    """
    require_one((("--write", write), ("--diff", diff)))
    with told_as_json(common, code=""):
        if words and instruction:
            raise Trouble("say what is wanted once: after the TARGET, or with --instruction")
        if words == "-":  # it always comes last
            target, words = words, target
        return asyncio.run(_generate(target, instruction or words, write, diff, language, common))


async def _generate(
    target: str, instruction: str, write: bool, diff: bool, language: str | None, common: Common
) -> int:
    async def work(app: App, place: Target) -> Generated:
        _require_words(place, instruction)
        root = str(place.root)
        async with indexed(place.root, app.settings) as index:
            around = visible(Workspace((place.snapshot,), root, index), app.settings.paths.off)
            return await generate_at(app.engine, place.snapshot, place.start, place.end, instruction, root, around)

    done = await outcome("generate", target, language, common, work)
    found, snapshot = done.found, done.place.snapshot
    told = {"code": found.code, "how": found.how, "note": found.note, "model": done.model, "ms": done.ms}
    deliver(rewritten(path_in(snapshot), snapshot.lines, found.edits), write, diff, common, **told)
    if not common.json:
        note(found.note)
    return 0


def _require_words(place: Target, instruction: str) -> None:
    """Raises Trouble where nothing says what is wanted: no question is at fault there, but the command."""
    try:
        asked_place(place.snapshot, place.start, place.end, instruction)
    except Refused as error:
        raise Trouble(str(error)) from None
