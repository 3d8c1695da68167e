"""Passage: a piece of a document, with as much around it as there is room for."""

from __future__ import annotations

from dataclasses import dataclass

from flashls.text.edges import head, tail
from flashls.text.secrets import find_secrets
from flashls.types import Snapshot


@dataclass(frozen=True, slots=True)
class Passage:
    """``text`` begins at offset ``at`` of the document; ``start`` to ``end`` of it is the piece, or what fits of it."""

    text: str
    at: int
    start: int
    end: int
    whole: bool


def passage(snapshot: Snapshot, start: int, end: int, room: int) -> Passage:
    """Offsets ``start`` to ``end`` of a document in at most ``room`` characters with what stands around them.

    It is cut only where no token is cut, and the piece's bounds are moved out of secrets, so that ``seal`` finds them
    whole though a mark may be put at each bound.
    """
    lines = snapshot.lines
    shown_end = end if end - start <= room else tail(lines, start + room, start)
    around = max(0, room - (shown_end - start)) // 2
    first = head(lines, start - around, start) if around else start
    last = tail(lines, shown_end + around, shown_end) if around else shown_end
    text = lines.after(first, last - first)
    inner, inner_end = start - first, shown_end - first
    for begins, ends in find_secrets(text):
        inner = begins if begins < inner < ends else inner
        inner_end = ends if begins < inner_end < ends else inner_end
    return Passage(text, first, inner, inner_end, shown_end == end)
