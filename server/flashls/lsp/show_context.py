"""The command flashls.showContext: exactly what a completion would send from a place, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cattrs import BaseValidationError
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from flashls.engine.account import Account, account
from flashls.lsp.convert import cursor_at
from flashls.types import Cursor, Image, Prompt

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_FENCE = "`````"


async def show_context(ls: FlashServer, *arguments: Any) -> str:
    """A Markdown page on what would be sent. Arguments: ``{"uri", "position"}`` of an open document.

    Nothing is sent. The request fails without a model, and for a file that no model may see.
    """
    cursor = _place(ls, arguments)
    engine, session = await ls.engine_at(cursor.snapshot.uri), ls.session_at(cursor.snapshot.uri)
    route = engine.routes.get("complete")
    if route is None:
        raise ls.request_failed(ValueError(engine.missing))
    if session.hides(cursor.snapshot.uri, engine.settings.paths.off):
        raise ls.request_failed(ValueError("No model may see this file (its name, or paths.off): nothing is sent."))
    return "\n".join(page(await account(engine, route, session, cursor)))


def page(found: Account) -> Iterator[str]:
    """The page's lines: a table of what is sent, what was left out and redacted, then the prompt itself."""
    yield f"# What {found.model} would be sent\n"
    yield f"About {found.tokens:,} tokens{'' if found.counted else ', estimated'}.\n"
    yield "| what | from | tokens | rank | why |\n|---|---|---:|---:|---|"
    for each in found.sent:
        rank = "" if each.score is None else f"{each.score:.2f}"
        yield f"| {each.what} | {_cell(each.path)} | {each.tokens:,} | {rank} | {_cell(each.why)} |"
    yield ""
    if found.left_out:
        yield "## Left out\n"
        yield from (f"- {each.what} `{_cell(each.path)}`: {each.reason}" for each in found.left_out)
        yield ""
    yield "## Redacted\n"
    yield from (f"- `{each.placeholder}` in {', '.join(each.paths) or 'the prompt'}" for each in found.redacted)
    yield "" if found.redacted else "Nothing.\n"
    for title, text in _sections(found.prompt):
        yield f"## {title}\n\n{_FENCE}\n{text}\n{_FENCE}\n"


def _sections(prompt: Prompt) -> Iterator[tuple[str, str]]:
    for part in prompt.parts:
        if isinstance(part, Image):
            yield "picture", part.mime
        else:
            yield part.role, part.text
    if prompt.fim and not prompt.parts:
        yield from ((each.path, each.text) for each in prompt.fim.extra)
        yield "before the cursor", prompt.fim.prefix
        yield "after the cursor", prompt.fim.suffix


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _place(ls: FlashServer, arguments: tuple[Any, ...]) -> Cursor:
    try:
        first = arguments[0]
        position = ls.structured(first["position"], lsp.Position)
        snapshot = ls.session.documents[first["uri"]]
    except (BaseValidationError, IndexError, KeyError, TypeError, AttributeError):
        raise JsonRpcInvalidParams(
            'flashls.showContext takes [{"uri": of an open document, "position": {"line", "character"}}]'
        ) from None
    return cursor_at(snapshot, position, ls.encoding)
