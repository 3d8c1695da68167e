"""Seen: what else of the workspace the model is shown that writes code by an instruction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flashls.context.gather import extras
from flashls.engine.answering.ask import gathered
from flashls.engine.engine import Engine, Route
from flashls.text.uris import shown_path
from flashls.types import Cursor, Snippet, Workspace

# What helps to write new code: what has just been edited, and what is wrong elsewhere, does not.
_KINDS = ("definition", "similar", "counterpart")
_NAMED = 0.5  # of the room, at most, for what the instruction speaks of


def seen(engine: Engine, route: Route, workspace: Workspace, cursor: Cursor, instruction: str) -> tuple[Snippet, ...]:
    """Code of other files: what the instruction names or speaks of, then what the code around the cursor uses.

    The workspace is one that ``visible`` gave. Reads files: for a thread.
    """
    budget = engine.budget(route)
    room = int(budget.extra * budget.chars_per_token)
    own = shown_path(cursor.snapshot.uri, workspace.root)
    spoken = gathered(engine, route, workspace, instruction).extracts if workspace.index is not None else ()
    named = [
        Snippet(one.path, "\n".join(one.rows), "definition", 1.0, one.why or "what the instruction speaks of")
        for one in spoken
        if one.path != own
    ]
    first = tuple(_fitting(named, int(room * _NAMED)))
    left = room - sum(len(each.text) for each in first)
    less = replace(budget, extra=max(int(left / budget.chars_per_token), 0))
    near = [each for each in extras(cursor, workspace, less) if each.kind in _KINDS and each.path != own]
    new = (each for each in near if not any(each.text.strip() in one.text for one in first))
    return (*first, *_fitting(new, left))


def _fitting(snippets: Iterable[Snippet], room: int) -> Iterator[Snippet]:
    """As many of them as there is room for, in order; one that is too long is passed over."""
    for each in snippets:
        if len(each.text) <= room:
            room -= len(each.text)
            yield each
