"""The command flashls.explain: Markdown about a range, streamed to clients that give a token."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, get_args

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from flashls.engine.answering.explain import Depth
from flashls.engine.answering.explain import explain as explain_range
from flashls.engine.visible import visible
from flashls.lsp.convert import diagnostic_from
from flashls.lsp.showing import show
from flashls.lsp.streaming import streamed
from flashls.lsp.subject import subject, token_in, with_tree
from flashls.models.seam import Stream
from flashls.types import Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer


async def explain(ls: FlashServer, *arguments: Any) -> str:
    """The explanation, whole; places in it that do not exist are struck through.

    Arguments: ``{"uri", "range", "depth": "brief" or "deep", optional, "problem": what a tool or a program said,
    optional, "show": whether to put it on the screen, too, where no token is given, optional}``, and optionally last
    ``{"token": T}``, which has it streamed.
    """
    snapshot, start, end = subject(ls, "flashls.explain", arguments)
    depth, problem = arguments[0].get("depth", "usual"), arguments[0].get("problem", "")
    if depth not in get_args(Depth) or not isinstance(problem, str):
        raise JsonRpcInvalidParams(f'flashls.explain: "depth" is one of {", ".join(get_args(Depth))}, "problem" a text')
    token = token_in(arguments)
    text = await streamed(ls, _explained(ls, snapshot, start, end, depth, problem), token)
    if token is None and arguments[0].get("show") is True:
        await show(ls, "explanation", text)
    return text


async def _explained(ls: FlashServer, snapshot: Snapshot, start: int, end: int, depth: Depth, problem: str) -> Stream:
    engine, session = await ls.engine_at(snapshot.uri), ls.session_at(snapshot.uri)
    snapshot = await with_tree(ls, snapshot)
    workspace = await asyncio.to_thread(visible, session.view(), engine.settings.paths.off)
    async with aclosing(explain_range(engine, snapshot, start, end, depth, session.root, problem, workspace)) as stream:
        async for item in stream:
            yield item


def offers(ls: FlashServer, snapshot: Snapshot, params: lsp.CodeActionParams) -> Iterator[lsp.CodeAction]:
    """The lightbulb's entries: the selection, and a problem at the place; nothing for a bare cursor.

    Clients that run a menu's command themselves drop what it gives back, so it is to be shown.
    """
    argument = {"uri": snapshot.uri, "range": ls.unstructured(params.range), "show": True}
    if params.range.start != params.range.end:
        yield _action("Explain with flashls", argument)
    for one in params.context.diagnostics[:1]:
        told = diagnostic_from(snapshot, one)
        source = " ".join(filter(None, (told.source, told.code)))
        where = argument | {"range": ls.unstructured(one.range)}
        yield _action(
            "Explain this problem with flashls", where | {"problem": f"{source}: {told.message}".lstrip(": ")}
        )


def _action(title: str, argument: dict[str, Any]) -> lsp.CodeAction:
    command = lsp.Command(title, "flashls.explain", arguments=[argument])
    return lsp.CodeAction(title=title, kind=lsp.CodeActionKind.Empty, command=command)
