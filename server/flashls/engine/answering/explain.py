"""Explain: a piece of code in, Markdown out, as it streams."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Literal

from flashls.engine.answering.ask import gathered
from flashls.engine.answering.citations import checked, rows_in
from flashls.engine.engine import Engine, Route
from flashls.engine.task import asked, permit, room, route_of
from flashls.engine.visible import visible
from flashls.index.extract_chunks import WORD
from flashls.models.seam import Refused, Stream
from flashls.prompt.ask import Extract
from flashls.prompt.explain import compose_deep, compose_explain, compose_problem
from flashls.syntax.languages import language_of
from flashls.syntax.scopes import enclosing
from flashls.text.uris import shown_path
from flashls.types import Snapshot, Workspace

_LONGEST_PROBLEM = 20_000  # characters
_LONGEST_PIECE = 20_000

Depth = Literal["brief", "usual", "deep"]


async def explain(
    engine: Engine,
    snapshot: Snapshot,
    start: int,
    end: int,
    depth: Depth = "usual",
    root: str | None = None,
    problem: str = "",
    workspace: Workspace | None = None,
) -> Stream:
    """Yields the explanation of offsets ``start`` to ``end`` as Markdown pieces, then its End.

    With a ``problem``, what a tool or a program said of that place, it is that which is explained. An explanation in
    depth also looks at the ``workspace`` (one that ``visible`` gave), as far as its index tells. Places such as
    ``a.py:12`` in the explanation are checked; a secret in the code stays a placeholder in it.

    An empty range stands for the innermost function or class around it, else for its row. Raises ``ModelError``:
    ``NotFound`` without a model, ``Refused`` for a file that no model may see.
    """
    route = route_of(engine, "explain")
    permit(engine, snapshot, root)
    start, end = subject(snapshot, start, end)
    if not snapshot.after(start, end - start).strip():
        raise Refused("There is nothing to explain here.")
    permit(engine, snapshot, root, start, end)
    path, most = shown_path(snapshot.uri, root), room(engine, route)
    around = workspace
    if around is None:
        around = await asyncio.to_thread(visible, Workspace((snapshot,), root), engine.settings.paths.off)
    where, told, shown = (snapshot, path, start, end, most), engine.templates, list[str]()
    if problem.strip():
        draft = compose_problem(*where, _head(problem), route.thinking, told["explain-problem"])
    elif depth == "deep":
        extracts = await asyncio.to_thread(_elsewhere, engine, route, around, snapshot, start, end)
        shown += (extract.path for extract in extracts)
        draft = compose_deep(*where, extracts, route.thinking, told["explain-deep"])
    else:
        draft = compose_explain(*where, depth == "brief", route.thinking, told["explain"])
    rows = rows_in(around, [path, *shown])
    async with aclosing(checked(asked(route, "explain", draft), rows)) as stream:
        async for item in stream:
            yield item


def _head(problem: str) -> str:
    """As many whole rows as fit: half a row could be half a secret."""
    if len(problem) <= _LONGEST_PROBLEM:
        return problem
    return problem[: problem.rfind("\n", 0, _LONGEST_PROBLEM) + 1]


def _elsewhere(
    engine: Engine, route: Route, workspace: Workspace, snapshot: Snapshot, start: int, end: int
) -> tuple[Extract, ...]:
    """Code of other places that speaks of what the piece does."""
    lines, path = snapshot.lines, shown_path(snapshot.uri, workspace.root)
    text = snapshot.after(start, min(end - start, _LONGEST_PIECE))
    first, last = lines.point(start)[0], lines.point(end)[0]
    material = gathered(engine, route, workspace, " ".join(dict.fromkeys(WORD.findall(text))))
    return tuple(
        one for one in material.extracts if one.path != path or one.row > last or one.row + len(one.rows) <= first
    )


def subject(snapshot: Snapshot, start: int, end: int) -> tuple[int, int]:
    """What a range means: itself; an empty one the function or class around it or begun on its row, else the row."""
    if start < end:
        return start, end
    language = language_of(snapshot.language)
    row, column = snapshot.lines.point(start)
    if language is not None and snapshot.tree is not None:
        text = snapshot.lines[row]
        inside = snapshot.lines.offset(row, max(column, len(text) - len(text.lstrip()) + 1))
        scopes = enclosing(snapshot.tree, snapshot.lines, language, inside)
        if scopes:
            return scopes[-1].start, scopes[-1].end
    return snapshot.lines.offset(row, 0), snapshot.lines.offset(row + 1, 0)
