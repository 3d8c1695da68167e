"""Explain: a piece of code in, Markdown out, as it streams."""

from __future__ import annotations

from contextlib import aclosing

from flashls.engine.engine import Engine
from flashls.engine.task import asked, permit, room, route_of
from flashls.models.seam import Refused, Stream
from flashls.prompt.explain import compose_explain
from flashls.syntax.languages import language_of
from flashls.syntax.scopes import enclosing
from flashls.text.uris import shown_path
from flashls.types import Snapshot


async def explain(
    engine: Engine, snapshot: Snapshot, start: int, end: int, brief: bool = False, root: str | None = None
) -> Stream:
    """Yields the explanation of offsets ``start`` to ``end`` as Markdown pieces, then its End.

    A secret in the code stays a placeholder in the explanation.

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
    told = engine.templates["explain"]
    draft = compose_explain(snapshot, path, start, end, most, brief, route.thinking, told)
    async with aclosing(asked(route, "explain", draft)) as stream:
        async for item in stream:
            yield item


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
