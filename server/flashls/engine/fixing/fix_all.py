"""Fix all: the diagnostics of a document in batches, each of them a fix of its own, put together as far as they fit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import pairwise

from flashls.engine.anchors import Replacement
from flashls.engine.checks.check import check, place_of
from flashls.engine.checks.program import NotRun
from flashls.engine.checks.tools import tools_for
from flashls.engine.engine import Engine
from flashls.engine.fixing.fix import Fixed, fix
from flashls.engine.fixing.verify import before, tools_that_tell, verify
from flashls.models.seam import ModelError
from flashls.types import Diagnostic, Snapshot

_BATCH = 5  # diagnostics that a model is asked about at once: small models lose count of more
_BATCH_ROWS = 100
_AT_ONCE = 2  # questions under way
MOST = 50  # diagnostics that are looked at


async def diagnosed(engine: Engine, snapshot: Snapshot, root: str | None) -> tuple[Diagnostic, ...]:
    """What the tools that may be run say of a document, by row; each problem once, though several tools find it.

    Raises NotRun, with the reasons, if none of the language's tools can be run.
    """
    text, place = snapshot.lines.after(0, snapshot.lines.length), place_of(snapshot, root)
    tools = tools_for(snapshot.language)
    runs = (check(tool, text, snapshot.language, place, engine.settings) for tool in tools)
    results = await asyncio.gather(*runs, return_exceptions=True)
    found, reasons = dict[tuple[int, str], Diagnostic](), list[str]()
    for tool, result in zip(tools, results, strict=True):
        if isinstance(result, NotRun):
            reasons.append(str(result))
        elif isinstance(result, BaseException):
            raise result
        else:
            for f in result:
                if 0 <= f.row < len(snapshot.lines):
                    row = snapshot.lines[f.row]
                    one = Diagnostic(snapshot.uri, f.row, f.row, f.severity, f.message, tool.name, f.code, row)
                    found.setdefault((f.row, f.message), one)
    if len(reasons) == len(tools):
        raise NotRun("; ".join(reasons) or f"there is no tool for {snapshot.language or 'plain text'}")
    return tuple(sorted(found.values(), key=lambda one: one.row))


async def fix_all(
    engine: Engine, snapshot: Snapshot, root: str | None, diagnostics: Sequence[Diagnostic], priority: int = 0
) -> Fixed:
    """Edits that mend as many of the diagnostics as possible, 50 at most.

    What is put together is checked again as a whole; batches whose edits overlap others', or that do not hold beside
    them, are left out. Raises the ``ModelError`` of the first batch if none could be asked.
    """
    batches = list(_batches(sorted(diagnostics, key=lambda one: one.row)[:MOST]))
    if len(batches) == 1:
        return await fix(engine, snapshot, root, batches[0], priority=priority)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(batch: Sequence[Diagnostic]) -> Fixed | ModelError:
        async with gate:
            try:
                return await fix(engine, snapshot, root, batch, priority=priority)
            except ModelError as error:
                return error

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(batch)) for batch in batches]
    results = [task.result() for task in tasks]
    done = [(batch, each) for batch, each in zip(batches, results, strict=True) if isinstance(each, Fixed)]
    if not done:
        raise next(each for each in results if isinstance(each, ModelError))
    return await _together(engine, snapshot, root, done, len(diagnostics))


async def _together(
    engine: Engine,
    snapshot: Snapshot,
    root: str | None,
    done: Sequence[tuple[Sequence[Diagnostic], Fixed]],
    wanted: int,
) -> Fixed:
    place, settings = place_of(snapshot, root), engine.settings
    every = [one for batch, _ in done for one in batch]
    was = await before(snapshot, tools_that_tell(snapshot.language, every), place, settings)
    changes, mended, said, verdict = tuple[Replacement, ...](), list[Diagnostic](), list[str](), None
    for batch, fixed in done:
        more = _merged(changes, fixed.changes) if fixed.changes else None
        if more is None:
            continue
        now = await verify(was, more, [*mended, *batch], place, settings)
        if now.state != "wrong":
            changes, verdict = more, now
            mended += batch
            said += [fixed.explanation] if fixed.explanation else []
    if verdict is None or verdict.state == "wrong":
        return Fixed(snapshot.version, "refused", done[0][1].how, explanation=done[0][1].explanation)
    how = verdict.how if len(mended) == wanted else f"{len(mended)} of {wanted} problems; {verdict.how}"
    return Fixed(snapshot.version, verdict.state, how, changes, " ".join(said))


def _batches(diagnostics: Sequence[Diagnostic]) -> Iterator[Sequence[Diagnostic]]:
    batch = list[Diagnostic]()
    for each in diagnostics:
        if batch and (len(batch) == _BATCH or each.row - batch[0].row > _BATCH_ROWS):
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


def _merged(some: Sequence[Replacement], more: Sequence[Replacement]) -> tuple[Replacement, ...] | None:
    """Both, without what is the same in both; None where they overlap."""
    found = sorted({*some, *more}, key=lambda each: (each.start, each.end))
    for first, second in pairwise(found):
        if second.start < first.end or second.start == first.start:
            return None
    return tuple(found)
