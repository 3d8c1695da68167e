"""Pack: the pieces most worth their room, under a budget, as excerpts of their files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from flashls.index.facts import Definition
from flashls.types import Snippet, SnippetKind

PER_FILE = 24
"""Characters around a snippet in a prompt, besides its path."""

_EACH = 20
_LEAST = 40  # characters that still hold a short declaration


class Piece(msgspec.Struct, frozen=True, gc=False):
    """Rows of a file that may be shown: their texts by row, what showing them is worth, and why.

    ``around``: the rows, such as a class's header, without which they would not be understood. ``imported``: the
    definition whose header it is, if the cursor's file imports that by name.
    """

    path: str
    rows: Mapping[int, str]
    worth: float
    kind: SnippetKind
    why: str
    around: Mapping[int, str]
    imported: Definition | None = None


def density(worth: float, characters: int) -> float:
    """What a piece is worth for its length; a piece costs some characters whatever its length."""
    return worth / (characters + _EACH)


def pack(
    pieces: Iterable[Piece], characters: int, shows: Callable[[str], bool] = lambda _: True
) -> tuple[Snippet, ...]:
    """The pieces that fit, in their order (the densest first), joined to one excerpt a file.

    Pieces are taken from the iterator only while there is room, and only those of files (by path) that ``shows``
    agrees to, which is asked of those that fit.
    """
    shown: dict[str, dict[int, str]] = {}
    best: dict[str, Piece] = {}
    room = characters
    for piece in pieces:
        held, fresh = shown.get(piece.path), {**piece.around, **piece.rows}
        if held:
            fresh = {row: text for row, text in fresh.items() if row not in held}
        cost = sum([len(text) + 1 for text in fresh.values()]) + (0 if held else len(piece.path) + PER_FILE)
        if fresh and cost <= room and (held or shows(piece.path)):
            room -= cost
            shown.setdefault(piece.path, {}).update(fresh)
            if piece.path not in best or piece.worth >= best[piece.path].worth:
                best[piece.path] = piece
        if room < _LEAST:
            break
    return tuple(_snippet(rows, best[path]) for path, rows in shown.items())


def _snippet(rows: Mapping[int, str], best: Piece) -> Snippet:
    text = "\n".join(rows[row] for row in sorted(rows))
    return Snippet(best.path, text, best.kind, round(best.worth, 4), best.why)
