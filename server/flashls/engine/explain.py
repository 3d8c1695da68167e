"""Explain: a piece of code in, Markdown out, as it streams."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from uuid import uuid4

from flashls.engine.engine import Engine
from flashls.engine.hidden import hidden
from flashls.models.seam import NotFound, Refused, Stream
from flashls.prompt.compose import compose_explain
from flashls.prompt.keyblocks import LONGEST_KEY, in_key_block
from flashls.prompt.seal import seal
from flashls.syntax.languages import language_of
from flashls.syntax.scopes import enclosing
from flashls.text.uris import shown_path
from flashls.types import Call, Snapshot

_TIMEOUT_S = 180


async def explain(
    engine: Engine, snapshot: Snapshot, start: int, end: int, brief: bool = False, root: str | None = None
) -> Stream:
    """Yields the explanation of offsets ``start`` to ``end`` as Markdown pieces, then its End.

    A secret in the code stays a placeholder in the explanation.

    An empty range stands for the innermost function or class around it, else for its row. Raises ``ModelError``:
    ``NotFound`` without a model, ``Refused`` for a file that no model may see.
    """
    route = engine.routes.get("explain")
    if route is None:
        raise NotFound(engine.missing)
    if hidden(snapshot.uri, root, engine.settings.paths.off):
        raise Refused("This file is kept from all models (its name, or paths.off).")
    start, end = subject(snapshot, start, end)
    if not snapshot.after(start, end - start).strip():
        raise Refused("There is nothing to explain here.")
    if any(in_key_block(snapshot.before(at, LONGEST_KEY)) for at in (start, end)):
        raise Refused("This is inside a private key, which is sent to no model: explain what stands around it.")
    budget = engine.budget(route)
    room = int((budget.prefix + budget.extra) * budget.chars_per_token)
    prompt = seal(compose_explain(snapshot, shown_path(snapshot.uri, root), start, end, room, brief, route.thinking))
    deadline = asyncio.get_running_loop().time() + _TIMEOUT_S
    call = Call(id=uuid4().hex, task="explain", deadline=deadline)
    async with aclosing(route.model.stream(prompt, call)) as stream:
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
