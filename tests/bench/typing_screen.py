"""What the user sees while typing: suggestions drawn, how soon, how right, and whether they flicker."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.bench.typing_trace import Stroke

WITHIN = (0.05, 0.2, 0.5)
_AGAIN_S = 0.3


@dataclass(slots=True)
class Figures:
    """Counts over ``keys`` key presses. ``soon``: those with a suggestion on screen within each of ``WITHIN``.

    ``right`` are the characters shown that the session types next, ``causes`` why keys stayed without a suggestion.
    """

    keys: int = 0
    possible: int = 0
    soon: list[int] = field(default_factory=lambda: [0] * len(WITHIN))
    ever: int = 0
    right: int = 0
    flicker: int = 0
    stale: int = 0
    unanswered: int = 0
    causes: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Screen:
    """A client as editors' are: what is typed through stays on screen until the server answers for the new text."""

    figures: Figures
    _shown: str = ""
    _place: int = -1
    _since: float = 0.0
    _next: str = ""
    _blank: str = ""
    _blanked: float = 0.0
    _drawn: bool = False

    def stroke(self, stroke: Stroke, now: float) -> None:
        """The user edits: a suggestion that begins with what was typed goes on, any other is taken down."""
        typed = stroke.patches[0][2] if stroke.foreseen is not None else None
        self._shown, self._blank = _rest(self._shown, typed), _rest(self._blank, typed)
        self._place, self._since, self._drawn = stroke.place, now, False
        if stroke.foreseen is not None:
            self._next = stroke.foreseen.text
            self.figures.keys += 1
            self.figures.possible += bool(self._next)

    def answer(self, place: int, text: str, now: float) -> None:
        """The server answers the request made after a stroke, with "" for nothing."""
        if place != self._place:
            self.figures.stale += bool(text)
            return
        if self._shown and not text.startswith(self._shown):
            self.figures.flicker += bool(text)
            self._blank, self._blanked = "" if text else self._shown, now
        elif text and self._blank:
            self.figures.flicker += now - self._blanked < _AGAIN_S
            self._blank = ""
        self._shown = text
        if text:
            self._draw(text, now - self._since)

    def _draw(self, text: str, took: float) -> None:
        if self._drawn:
            return
        self._drawn = True
        for at, limit in enumerate(WITHIN):
            self.figures.soon[at] += took <= limit
        self.figures.ever += 1
        pairs = zip(text, self._next, strict=False)
        self.figures.right += next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(text), len(self._next)))


def _rest(shown: str, typed: str | None) -> str:
    """What is left of a suggestion once that was typed."""
    return shown[len(typed) :] if typed is not None and shown.startswith(typed) else ""
