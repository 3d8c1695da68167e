"""Fixes of sixty small broken files by a real model, each checked by its real tool and then run.

``FLASHLS_MODELS_FIX=local/qwen2.5-coder-1.5b FIXES=5 python -m tests.bench fixes`` asks that model about the first five
of each language, by turns. What is needed of ruff, pyright, tsc, node and go is taken from ``$PATH``. With
``FIXES_CACHE=FOLDER`` replies are kept there, so that a run that was ended goes on where it was.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from flashls.app import App, build
from flashls.engine.anchors import applied
from flashls.engine.documents import Documents
from flashls.engine.fixing.fix import fix
from flashls.models.seam import Model, ModelError, Stream
from flashls.types import Call, Prompt
from tests.bench.harness import table
from tests.broken.cases import SUFFIXES, Case, cases, holds


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case: ``state`` as in Fixed, or "error"; whether what was offered holds; seconds it took.

    ``questions`` is how often the model was asked.
    """

    case: Case
    state: str
    holds: bool
    seconds: float
    questions: int
    detail: str = ""


@dataclass(slots=True)
class Counted:
    """A model that counts the questions it is asked."""

    model: Model
    questions: int = 0

    async def stream(self, prompt: Prompt, call: Call) -> Stream:
        """As the model has it."""
        self.questions += 1
        async with aclosing(self.model.stream(prompt, call)) as stream:
            async for item in stream:
                yield item


def main() -> None:
    """Prints the table, and a line for each case to standard error as it is done."""
    asyncio.run(_main())


async def _main() -> None:
    most = int(os.environ.get("FIXES", "20"))
    turns = zip(*([c for c in cases() if c.language == language][:most] for language in SUFFIXES), strict=True)
    chosen = [case for turn in turns for case in turn]
    environ = dict(os.environ)
    with tempfile.TemporaryDirectory() as cache:
        app = await build(environ | {"FLASHLS_CACHE": os.environ.get("FIXES_CACHE", cache)})
        try:
            if "fix" not in app.engine.routes:
                sys.exit(f"fixes: {app.engine.missing}")
            name = app.engine.routes["fix"].name
            results = [await _result(app, case) for case in chosen]
        finally:
            await app.aclose()
    header = [
        "language", "files", "offered", "at the first question", "verified", "verified, but wrong", "not verified",
        "of those wrong", "s",
    ]  # fmt: skip
    rows = [_row(language, [r for r in results if r.case.language == language]) for language in SUFFIXES]
    print(table(f"Fixes by {name}", header, [*rows, _row("all", results)]))


async def _result(app: App, case: Case) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w" / f"a{SUFFIXES[case.language]}"
        path.parent.mkdir()
        documents, started = Documents(), time.perf_counter()
        route = app.engine.routes["fix"]
        counted = Counted(route.model)
        engine = replace(app.engine, routes={"fix": replace(route, model=counted)})
        documents.open(path.as_uri(), case.language, 1, case.text)
        snapshot = await documents.parsed(path.as_uri())
        try:
            fixed = await fix(engine, snapshot, str(path.parent), [case.diagnostic(path.as_uri())])
        except ModelError as error:
            return _said(Result(case, "error", False, time.perf_counter() - started, counted.questions, str(error)))
        seconds = time.perf_counter() - started
        good = bool(fixed.changes) and holds(case, applied(snapshot.lines, fixed.changes), Path(folder))
    return _said(Result(case, fixed.state, good, seconds, counted.questions, fixed.how))


def _said(result: Result) -> Result:
    holds = "" if result.holds else ", does not hold"
    told = f"{result.case.language}: {result.case.name}: {result.state}{holds} ({result.detail[:90]})"
    sys.stderr.write(f"{told} {result.questions} asked, {result.seconds:.1f} s\n")
    return result


def _row(name: str, results: list[Result]) -> list[str]:
    verified = [r for r in results if r.state == "verified"]
    unverified = [r for r in results if r.state == "unverified"]
    numbers = (
        len(results),
        len(verified) + len(unverified),
        sum(r.questions == 1 for r in (*verified, *unverified)),
        len(verified),
        sum(not r.holds for r in verified),
        len(unverified),
        sum(not r.holds for r in unverified),
    )
    return [name, *map(str, numbers), f"{statistics.median(r.seconds for r in results):.1f}" if results else "–"]


if __name__ == "__main__":
    main()
