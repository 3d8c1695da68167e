"""Code lenses above functions and classes: explain, review. Off until they are set or switched on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from flashls.lsp.convert import range_at
from flashls.lsp.hover import shows
from flashls.lsp.subject import with_tree
from flashls.syntax.languages import language_of
from flashls.syntax.outline import outline_in_steps
from flashls.types import Snapshot

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

_MOST = 200
_LEAST_ROWS = 3  # what is shorter needs no lens
_LENSES = (("explain", "flashls.explain"), ("review", "flashls.review"))


async def code_lens(ls: FlashServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    """The lenses of a document; none while they are switched off. No model is asked."""
    await ls.ready()
    snapshot = ls.session.documents.get(params.text_document.uri)
    if not shows(ls, "lenses", params.text_document.uri) or snapshot is None:
        return []
    snapshot = await with_tree(ls, snapshot)
    symbols = await outline_in_steps(snapshot.tree, snapshot.lines, language_of(snapshot.language))
    long = [(s.start, s.end) for s in symbols if _rows(snapshot, s.start, s.end) >= _LEAST_ROWS]
    return [lens for start, end in long[:_MOST] for lens in _lenses(ls, snapshot, start, end)]


def _rows(snapshot: Snapshot, start: int, end: int) -> int:
    return snapshot.lines.point(end)[0] - snapshot.lines.point(start)[0] + 1


def _lenses(ls: FlashServer, snapshot: Snapshot, start: int, end: int) -> Iterator[lsp.CodeLens]:
    where = range_at(snapshot.lines, start, end, ls.encoding)
    # Clients run a lens's command themselves and drop what it gives back: what is explained is to be shown.
    argument = {"uri": snapshot.uri, "range": ls.unstructured(where), "show": True}
    row = lsp.Range(where.start, where.start)
    for title, command in _LENSES:
        yield lsp.CodeLens(row, command=lsp.Command(title, command, arguments=[argument]))
