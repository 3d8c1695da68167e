"""Fuller: imported definitions with their bodies, where these are small, or with a line of their documentation."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec

from flashls.context.pack import Piece
from flashls.index.facts import Definition
from flashls.syntax.languages import language_id_of, language_of
from flashls.text.uris import own_path
from flashls.types import Lines, Workspace

BODIES, DOCS = RICHER = "bodies of small definitions", "lines of documentation"
"""What more is shown of imported definitions, to do without (``gather.extras``)."""

AMPLE = 2_048
"""Tokens of a budget that has room for bodies among the signatures; in a smaller one they come after all of these."""

_SMALL = 8  # rows; at 503 places recall in 2,048 tokens is .907 with them, .902 without, .904 with those of 12 rows
_AT_ONCE = 15
_LONG = 300  # characters: what is longer is seldom worth its room
_DOC = 160  # characters that an index keeps of a line: one so long may have been cut, and a secret in it with it
_MOST_BYTES = 400_000


def fuller(
    pieces: Iterable[Piece], workspace: Workspace, ample: bool, off: frozenset[str] = frozenset()
) -> Iterator[Piece]:
    """The pieces, of an ``ample`` budget the best 15 imported with small bodies; then more of the others.

    More comes after all pieces, so that it takes the place of none: bodies of at most 8 rows, else the first line of
    the documentation. Each file is asked of ``workspace.visible`` before it is read, some 30 microseconds a body.
    """
    later = list[Piece]()
    open_ = {own_path(each.uri, workspace.root): each.lines for each in workspace.snapshots}
    left = _AT_ONCE if ample and BODIES not in off else 0
    for piece in pieces:
        if piece.imported is not None:
            if left and (body := _body(piece.imported, workspace, open_)):
                left -= 1
                yield _whole(piece, body)
            else:
                later.append(piece)
        yield piece
    for piece in later:
        yield from _more(piece, workspace, open_, off)


def doc_row(one: Definition) -> tuple[int, str]:
    """The first line of a definition's documentation, with the row of its file that it takes; "" for none.

    In Python below the header, as a docstring stands, elsewhere above it: where those rows are shown, it is told.
    """
    rows = one.signature.split("\n")
    if not one.doc or len(one.doc) >= _DOC or '"""' in one.doc:
        return one.row, ""
    indent = rows[0][: len(rows[0]) - len(rows[0].lstrip())]
    if one.path.endswith((".py", ".pyi")):
        return one.row + len(rows), f'{indent}    """{one.doc}"""'
    return one.row - 1, f"{indent}{_mark(one.path)} {one.doc}"


@lru_cache(maxsize=256)
def _mark(path: str) -> str:
    """What makes a row of a file a comment."""
    language = language_of(language_id_of(path))
    return language.line_comment if language and language.line_comment else "//"


def _more(piece: Piece, workspace: Workspace, open_: Mapping[str, Lines], off: frozenset[str]) -> Iterator[Piece]:
    """More of a piece that has been offered: its body, or the first line of its documentation."""
    assert piece.imported is not None
    body = _body(piece.imported, workspace, open_) if BODIES not in off else {}
    if body:
        yield _whole(piece, body)
    elif DOCS not in off:
        row, text = doc_row(piece.imported)
        if text:
            why = f"{piece.why}; with the first line of its documentation"
            yield msgspec.structs.replace(piece, rows={row: text}, why=why, around={**piece.around, **piece.rows})


def _whole(piece: Piece, body: Mapping[int, str]) -> Piece:
    return msgspec.structs.replace(piece, rows=body, why=f"{piece.why}; with its body")


def _body(one: Definition, workspace: Workspace, open_: Mapping[str, Lines]) -> dict[int, str]:
    """All rows of a small definition, as they are in the editor or on disk; none where they are others by now."""
    header = one.signature.split("\n")
    if not len(header) <= one.end_row - one.row < _SMALL or not workspace.visible(one.path):
        return {}
    rows = [row.rstrip() for row in _rows(one, workspace.root, open_.get(one.path))]
    told = zip(rows, header, strict=False)
    if len(rows) <= one.end_row - one.row or any(not row.startswith(text.rstrip()) for row, text in told):
        return {}
    if max(map(len, rows)) >= _LONG:
        return {}
    return {one.row + n: row for n, row in enumerate(rows) if row}


def _rows(one: Definition, root: str | None, lines: Lines | None) -> list[str]:
    if lines is not None:
        return [lines[row] for row in range(one.row, min(one.end_row + 1, len(lines)))]
    if root is None:
        return []
    try:
        with open(os.path.join(root, one.path), "rb", buffering=0) as file:  # noqa: PTH118, PTH123 - read hot
            data = file.read(_MOST_BYTES)
    except OSError:
        return []
    if len(data) == _MOST_BYTES:
        data = data[: data.rfind(b"\n")]
    # Only what is wanted is made text; the last row split off holds the rest of the file.
    rows = data.split(b"\n", one.end_row + 1)[one.row : one.end_row + 1]
    return [row.decode("utf-8", "replace") for row in rows]
