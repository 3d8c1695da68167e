"""What one editor window is doing: its documents, and at each the suggestion on show and the stream under way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from flashls.engine.documents import Documents
from flashls.engine.flight import Flight
from flashls.engine.ghost import Shown
from flashls.engine.hidden import hidden
from flashls.engine.pace import Turn
from flashls.models.seam import ModelError
from flashls.types import Snippet, Workspace


@dataclass(frozen=True, slots=True)
class Event:
    """How a request went, for whoever asks why nothing was shown. ``ms`` from request to answer."""

    what: str
    outcome: str
    detail: str
    ms: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """Snippets gathered ahead of a request, for the rows around ``row``, with ``paths.off`` as ``hiding``."""

    row: int
    hiding: tuple[str, ...]
    snippets: tuple[Snippet, ...]


@dataclass(slots=True)
class Track:
    """One document's completions."""

    turn: Turn | None = None
    shown: Shown | None = None
    flight: Flight | None = None
    ahead: Ahead | None = None
    looking: bool = False

    def begin(self) -> Turn:
        """A new request's turn; the earlier request is answered at once."""
        if self.turn is not None:
            self.turn.take()
        self.turn = Turn()
        return self.turn

    def land(self) -> None:
        """Gives up the stream under way, if any."""
        if self.flight is not None:
            self.flight.close()
            self.flight = None


@dataclass(slots=True)
class Session:
    """The documents of one editor window and what goes on at them. ``failed`` hears of each model's failure."""

    failed: Callable[[ModelError], None] = lambda _: None
    root: str | None = None
    documents: Documents = field(default_factory=Documents)
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=50))
    id: str = field(default_factory=lambda: uuid4().hex[:8])
    background: set[asyncio.Task[None]] = field(default_factory=set)
    _tracks: dict[str, Track] = field(default_factory=dict)

    def track(self, uri: str) -> Track:
        """The completions of a document."""
        return self._tracks.setdefault(uri, Track())

    def visible(self, patterns: tuple[str, ...]) -> Workspace:
        """An immutable view of the open documents that models may see; ``patterns`` as in ``paths.off``."""
        shown = tuple(s for s in self.documents.recent if not hidden(s.uri, self.root, patterns))
        return Workspace(shown, self.root)

    def close(self, uri: str) -> None:
        """Forgets a document; its requests are answered, its stream is closed."""
        self.documents.close(uri)
        if track := self._tracks.pop(uri, None):
            track.begin()
            track.land()

    def start_over(self) -> None:
        """Gives up every stream, suggestion and snippet made under settings that no longer hold; documents stay."""
        for track in self._tracks.values():
            track.land()
            track.shown = track.ahead = None

    def close_all(self) -> None:
        """Forgets everything; no task is left running."""
        for uri in [*self._tracks, *(snapshot.uri for snapshot in self.documents.recent)]:
            self.close(uri)
        for task in self.background:
            task.cancel()
