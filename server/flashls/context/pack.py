"""Pack: the pieces most worth their room, under a budget, as excerpts of their files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flashls.types import Snippet, SnippetKind

_PER_FILE = 24  # characters around a snippet in a prompt, besides its path


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a file that may be shown: their texts by row, what showing them is worth, and why.

    ``around``: the rows, such as a class's header, without which they would not be understood.
    """

    path: str
    rows: Mapping[int, str]
    worth: float
    kind: SnippetKind
    why: str
    around: Mapping[int, str]


def pack(pieces: Iterable[Piece], characters: int) -> tuple[Snippet, ...]:
    """The pieces with the most worth for their length that fit, joined to one excerpt a file, best file first."""
    shown: dict[str, dict[int, str]] = {}
    reasons: dict[str, list[Piece]] = {}
    room = characters
    for piece in sorted(pieces, key=_density):
        held = shown.get(piece.path)
        fresh = {row: text for row, text in {**piece.around, **piece.rows}.items() if held is None or row not in held}
        cost = sum(len(text) + 1 for text in fresh.values()) + (0 if held is not None else len(piece.path) + _PER_FILE)
        if not fresh or cost > room:
            continue
        room -= cost
        shown.setdefault(piece.path, {}).update(fresh)
        reasons.setdefault(piece.path, []).append(piece)
        if room < 40:
            break
    return tuple(_snippet(path, rows, reasons[path]) for path, rows in shown.items())


def _density(piece: Piece) -> float:
    return -piece.worth / (sum(len(text) + 1 for text in piece.rows.values()) + 20)


def _snippet(path: str, rows: Mapping[int, str], pieces: Sequence[Piece]) -> Snippet:
    best = max(pieces, key=lambda piece: piece.worth)
    text = "\n".join(rows[row] for row in sorted(rows))
    return Snippet(path, text, best.kind, round(best.worth, 4), best.why)
