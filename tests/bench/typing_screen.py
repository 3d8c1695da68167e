"""What the user sees while typing: suggestions drawn, how soon, how right, and whether they flicker."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.bench.typing_trace import Stroke

_AGAIN_S = 0.3


@dataclass(slots=True)
class Key:
    """A key press and what came of it: ``took`` seconds until a suggestion was drawn, None for none.

    ``right`` characters of it are those typed next. ``why`` there was none on screen when the key was down, "" if there
    was; ``why_not`` is what the server says of its answer. ``possible``: there is something to foresee.
    """

    place: int
    why: str
    possible: bool
    took: float | None = None
    right: int = 0
    why_not: str = ""

    def within(self, seconds: float) -> bool:
        """Whether a suggestion was on screen so soon."""
        return self.took is not None and self.took <= seconds


@dataclass(slots=True)
class Screen:
    """A client as editors' are: what is typed through stays on screen until the server answers for the new text.

    ``flicker``: suggestions replaced, or blanked and shown again within 0.3 s, while the user typed what they said.
    ``stale``: suggestions for a text that is no longer there, but for those that come within ``crossing_s`` of the
    edit: on their way when it was sent, and dropped by editors for their version.
    """

    crossing_s: float = 0.0
    keys: list[Key] = field(default_factory=list)
    flicker: int = 0
    stale: int = 0
    unanswered: int = 0
    _shown: str = ""
    _place: int = -1
    _cursor: int = -1
    _since: float = 0.0
    _next: str = ""
    _why: str = "jump"
    _blank: str = ""
    _blanked: float = 0.0

    def begin(self) -> None:
        """Another document: nothing is shown."""
        self._shown = self._blank = ""
        self._place, self._why = -1, "jump"

    def stroke(self, stroke: Stroke, now: float) -> None:
        """The user edits: a suggestion that begins with what was typed goes on, any other is taken down."""
        typed = stroke.patches[0][2] if stroke.foreseen is not None else None
        self._why = self._change(stroke, typed)
        self._shown, self._blank = _rest(self._shown, typed), _rest(self._blank, typed)
        self._place, self._since, self._cursor = stroke.place, now, stroke.cursor
        if stroke.foreseen is not None:
            self._next = stroke.foreseen.text
            self.keys.append(Key(stroke.place, self._why, bool(self._next)))

    def answer(self, place: int, text: str, now: float, why_not: str = "") -> None:
        """The server answers the request made after a stroke, with "" for nothing."""
        if place != self._place:
            self.stale += bool(text) and now - self._since >= self.crossing_s
            return
        if self._shown and not text.startswith(self._shown):
            self.flicker += bool(text)
            self._blank, self._blanked = "" if text else self._shown, now
        elif text and self._blank:
            self.flicker += now - self._blanked < _AGAIN_S
            self._blank = ""
        self._shown = text
        self._note(text, now, why_not)

    def _note(self, text: str, now: float, why_not: str) -> None:
        key = self.keys[-1]
        if not text:
            key.why_not = why_not
        elif key.took is None:
            key.took = now - self._since
            pairs = zip(text, self._next, strict=False)
            key.right = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(text), len(self._next)))

    def _change(self, stroke: Stroke, typed: str | None) -> str:
        """Why nothing is on screen after an edit, "" if something is."""
        if typed is None:
            return "edit"
        if stroke.patches[0][0] != self._cursor:
            return "jump"
        if not self._shown:
            return self._why
        if self._shown.startswith(typed):
            return "" if len(self._shown) > len(typed) else "used up"
        return "model wrong" if self._next.startswith(typed) else "typing taken back"


def _rest(shown: str, typed: str | None) -> str:
    """What is left of a suggestion once that was typed."""
    return shown[len(typed) :] if typed is not None and shown.startswith(typed) else ""
