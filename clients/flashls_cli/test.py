"""flashls test: tests for a piece of code, in the project's own framework and place, as a diff or written."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import Parameter

from flashls.app import App
from flashls.engine.testing.tests_for import Tested, tests_for
from flashls_cli.common import Common, told_as_json
from flashls_cli.printed import counted
from flashls_cli.rewrite import deliver, note, outcome, require_one
from flashls_cli.rewritten import Rewritten
from flashls_cli.target import Target

_SHOWN = 4_000  # characters of what failing tests printed


def test(
    target: str,
    /,
    *,
    write: Annotated[bool, Parameter(negative="")] = False,
    diff: Annotated[bool, Parameter(negative="")] = False,
    language: Annotated[str | None, Parameter(name=["--language", "-l"])] = None,
    common: Common = Common(),  # noqa: B008
) -> int:
    """Write tests for the code at a TARGET.

    Parameters
    ----------
    target:
        What to test, as path::Symbol.name, path:LINE, path:LINE-LINE, or a path.
    write:
        Write them: below the tests that there are, or to a new file.
    diff:
        Print a diff; so it is without --write.
    language:
        The LSP language id, where the path does not tell it.
    """
    require_one((("--write", write), ("--diff", diff)))
    with told_as_json(common, names=[]):
        return asyncio.run(_test(target, write, diff, language, common))


async def _test(target: str, write: bool, diff: bool, language: str | None, common: Common) -> int:
    async def work(app: App, place: Target) -> Tested:
        return await tests_for(app.engine, place.snapshot, place.start, place.end, str(place.root))

    done = await outcome("test", target, language, common, work)
    found, failed = done.found, done.found.state == "failed"
    told = {"path": str(found.path), "new": found.new, "names": list(found.names), "framework": found.framework}
    told |= {"state": found.state, "how": found.how, "output": found.output, "model": done.model, "ms": done.ms}
    before = None if found.new else found.lines.after(0, found.lines.length)
    deliver(Rewritten(found.path, before, found.text), write and not failed, diff, common, **told)
    if not common.json:
        unwritten = "; nothing is written" if failed and write else ""
        said = f"{counted(len(found.names), 'test')}, {found.how}{unwritten}"
        note(*found.output[-_SHOWN:].split("\n") if failed else (), said)
    return 1 if failed else 0
