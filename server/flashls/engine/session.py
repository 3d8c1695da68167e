"""What one editor window is doing: its documents, and at each the suggestion on show and the stream under way."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any
from uuid import uuid4

from flashls.context.git import Changes
from flashls.engine.completion.ahead import Lookout, Terms
from flashls.engine.completion.bets import Bets
from flashls.engine.completion.fates import Fates, Row
from flashls.engine.completion.rhythm import Rhythm
from flashls.engine.completion.steps import Steps
from flashls.engine.completion.track import Track
from flashls.engine.documents import Documents
from flashls.engine.hidden import hidden
from flashls.engine.visible import forget, sees
from flashls.models.seam import ModelError
from flashls.store.attempts import attempt_id
from flashls.store.suggestions import Request
from flashls.types import Cursor, Diagnostic, Ghost, Silence, Snippet, Workspace

_HIDDEN_FOR_S = 2.0
_CHANGES_FOR_S = 10.0
_DIAGNOSTICS = 50


@dataclass(frozen=True, slots=True)
class Event:
    """How a request went, for whoever asks why nothing was shown. ``ms`` from request to answer.

    ``steps`` are those of the way and the milliseconds of each; see ``Steps``.
    """

    what: str
    outcome: str
    detail: str
    ms: float
    steps: tuple[tuple[str, float], ...] = ()


@dataclass(slots=True)
class Session:
    """The documents of one editor window and what goes on at them.

    ``failed`` hears of each model's failure, ``record`` how each completion was answered and what became of it, as
    rows of the ledger. ``index`` is the workspace's ``index.facts.Index``, None without one.
    """

    failed: Callable[[ModelError], None] = lambda _: None
    record: Callable[[Row], None] = lambda _: None
    root: str | None = None
    index: Any = None
    documents: Documents = field(default_factory=Documents)
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=50))
    id: str = field(default_factory=lambda: uuid4().hex[:8])
    rhythm: Rhythm = field(default_factory=Rhythm)
    bets: Bets = field(default_factory=Bets)
    fates: Fates = field(init=False)
    _calls: Iterator[int] = field(default_factory=count)
    _tracks: dict[str, Track] = field(default_factory=dict)
    _diagnostics: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    _changes: tuple[Snippet, ...] = ()
    _git: Changes | None = None
    _looking: asyncio.Task[None] | None = None
    _look_again: float = 0.0
    _hides: dict[str, tuple[float, tuple[str, ...], bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fates = Fates(self.id, self.record)

    def answered(self, cursor: Cursor, outcome: Ghost | Silence | None, steps: Steps, explicit: bool) -> None:
        """Notes how a request for a completion went, in some 20 microseconds; ``outcome`` is None if it was cancelled.

        To be called before anything else happens to the document's track.
        """
        self.documents.touch(cursor.snapshot.uri)
        said, track, spans = _said(outcome), self._tracks.get(cursor.snapshot.uri), steps.spans()
        ms, at = sum(took for _, took in spans), time.time()
        self.events.append(Event("complete", *said, ms, spans))
        language = cursor.snapshot.language
        request = Request(attempt_id(at), at, self.id, language, *said, steps.way, ms, spans)
        shown = track.shown if track is not None and isinstance(outcome, Ghost) else None
        if shown is not None and track is not None:
            track.rejected.shown(cursor, time.monotonic())
        self.fates.answered(request, cursor, shown, steps.end.model if steps.end else "", explicit)

    def unanswered(self, detail: str) -> None:
        """Notes a request for a completion that came to nothing before it was one about a text."""
        self.events.append(Event("complete", "superseded", detail, 0.0))

    def withheld(self, uri: str, detail: str) -> None:
        """Notes that the suggestion a document's last request was answered with is not shown after all."""
        self.events.append(Event("complete", "position", detail, 0.0))
        self.fates.withheld(uri)
        self.track(uri).rejected.forget()

    def edited(self, uri: str) -> None:
        """A document's text has changed: a request about it as it was is answered at once; its stream goes on."""
        if (track := self._tracks.get(uri)) and track.turn is not None:
            track.turn.take()

    def call_id(self) -> str:
        """An id for a further call of this window's."""
        return f"{self.id}-{next(self._calls)}"

    def track(self, uri: str) -> Track:
        """The completions of a document."""
        if uri not in self._tracks:
            self._tracks[uri] = Track(Lookout(self.view, self.documents.latest))
        return self._tracks[uri]

    def view(self) -> Workspace:
        """An immutable view of all there is, hidden files too: ``visible`` takes them out."""
        diagnostics = tuple(one for some in self._diagnostics.values() for one in some)
        edits = self.documents.edits.recent
        documents, lately = self.documents.recent, self.documents.lately
        return Workspace(documents, self.root, self.index, edits, self._changes, diagnostics, lately)

    def hides(self, uri: str, patterns: tuple[str, ...], now: float | None = None) -> bool:
        """``hidden`` of a document, asked of the disk every two seconds only; ``now`` in monotonic seconds."""
        now = time.monotonic() if now is None else now
        until, under, found = self._hides.get(uri, (0.0, (), False))
        if now >= until or under != patterns:
            found = hidden(uri, self.root, patterns)
            self._hides[uri] = (now + _HIDDEN_FOR_S, patterns, found)
        return found

    def look_ahead(self, cursor: Cursor, terms: Terms, delay: float = 0.0) -> None:
        """Has what is around a cursor gathered, ``delay`` seconds after the last such call for its document."""
        self.track(cursor.snapshot.uri).ahead.look(cursor, terms, delay)
        if self._looking is None and time.monotonic() >= self._look_again:
            self._looking = asyncio.create_task(self.look_at_changes(terms.hiding))

    async def look_at_changes(self, patterns: tuple[str, ...]) -> None:
        """Finds out, in a thread, what has changed since the last commit; ``view`` shows it from then on."""
        self._look_again = time.monotonic() + _CHANGES_FOR_S
        try:
            if self.root:
                self._git = self._git or Changes(self.root, partial(sees, self.root, patterns))
                self._changes = await asyncio.to_thread(self._git.since_commit)
        finally:
            self._looking = None

    def changed_on_disk(self) -> None:
        """Files have changed: what is known of the disk is found out again when it is needed."""
        self._hides.clear()
        self._look_again = 0.0
        forget()
        for track in self._tracks.values():
            track.ahead.changed_on_disk()

    def diagnosed(self, uri: str, first: int, last: int, found: tuple[Diagnostic, ...]) -> None:
        """Takes up what the client says is wrong with rows of a document, in place of what it said of them before.

        Clients tell with a request for code actions only what concerns the place it is made for.
        """
        self.documents.touch(uri)
        known = (d for d in self._diagnostics.get(uri, ()) if d.end_row < first or d.row > last)
        self._diagnostics[uri] = (*found, *known)[:_DIAGNOSTICS]

    def close(self, uri: str) -> None:
        """Forgets a document; its requests are answered, its stream is closed. What was typed in it is kept."""
        self.documents.close(uri)
        self.fates.close(uri)
        self._diagnostics.pop(uri, None)
        self._hides.pop(uri, None)
        if track := self._tracks.pop(uri, None):
            track.begin()
            track.land()
            track.forget_others()
            track.ahead.close()

    def start_over(self) -> None:
        """Gives up every stream, suggestion and snippet made under settings that no longer hold; documents stay."""
        for track in self._tracks.values():
            track.forget()
            track.forget_others()
            track.ahead.forget()
        self._git, self._changes, self._look_again = None, (), 0.0

    def close_all(self) -> None:
        """Forgets everything; no task is left running."""
        for uri in [*self._tracks, *(snapshot.uri for snapshot in self.documents.recent)]:
            self.close(uri)
        self.fates.close_all()
        if self._looking is not None:
            self._looking.cancel()


def _said(outcome: Ghost | Silence | None) -> tuple[str, str]:
    if outcome is None:
        return "cancelled", "the editor took the request back"
    return ("ghost", "") if isinstance(outcome, Ghost) else (outcome.reason, outcome.detail)
