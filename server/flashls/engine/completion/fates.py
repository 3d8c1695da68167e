"""Fates: what became of suggestions, as far as requests and edits tell a server that sees nothing else.

LSP has no message for a suggestion that is drawn or dismissed. Accepted is what the client says was accepted, or what
appeared in the text in one piece; seen and rejected are inferred. Nothing here but lengths, times and names leaves
the process. On the key path a few microseconds are spent; rows go out in a batch, a second later.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from flashls.engine.completion.followed import Followed, Span, changed
from flashls.engine.completion.ghost import Shown
from flashls.store.attempts import attempt_id
from flashls.store.suggestions import Fate, Request, Suggestion
from flashls.types import Cursor, Ghost, Lines

Row = Request | Suggestion

_BATCH_S = 1.0
_MOMENT_S = 0.005
_KEPT_AFTER_S = 30.0
_SEEN_S = 0.25  # as Continue has it: what was on the screen for less was not seen
_KNOWN = 100


@dataclass(slots=True)
class _Made:
    """A suggestion that was made, while its fate may still change."""

    row: Suggestion
    uri: str
    ghost: Ghost
    followed: Followed
    since: float
    over: bool = False
    beside: list[tuple[Ghost, Followed]] = field(default_factory=list)


@dataclass(slots=True)
class Fates:
    """The fates of one editor window's suggestions. ``record`` gets each row, again when more is known of it.

    ``clock`` gives seconds since 1970, ``timer`` counts seconds. ``arm`` is the experiment's that the window is in.
    """

    session: str
    record: Callable[[Row], None]
    clock: Callable[[], float] = time.time
    timer: Callable[[], float] = time.monotonic
    arm: str = ""
    _current: dict[str, _Made] = field(default_factory=dict)
    _known: OrderedDict[str, _Made] = field(default_factory=OrderedDict)
    _kept: list[tuple[float, _Made, Span]] = field(default_factory=list)
    _rows: dict[int, Row] = field(default_factory=dict)
    _edits: list[tuple[float, str, Lines, int, int, str]] = field(default_factory=list)
    _catching: asyncio.TimerHandle | None = None
    _batch: asyncio.TimerHandle | None = None
    _number: int = 0

    def answered(self, request: Request, cursor: Cursor, shown: Shown | None, model: str, explicit: bool) -> None:
        """Takes up a request's answer; ``shown`` is the suggestion it is what is left of, None if there is none."""
        self._catch_up()
        self._write(request)
        uri = cursor.snapshot.uri
        made = self._current.get(uri)
        if shown is None:
            if made is not None and request.outcome not in ("superseded", "cancelled"):
                self._finish(made, self.timer())
            return
        known = self._made(uri, shown.ghost)
        if made is not None and made is not known:
            self._finish(made, self.timer())
        used, text = cursor.offset - shown.cursor.offset, shown.text or shown.ghost.text  # it may have grown
        if known is None:
            self._begin(request, uri, shown, used, model, explicit)
        elif known.over:  # typed away from, or taken and undone, and back
            known.over, known.followed, self._current[uri] = False, Followed(text, shown.cursor.offset, used), known
            self._kept = [each for each in self._kept if each[1] is not known]
        else:
            known.followed.text = text

    def changed(self, uri: str, before: Lines, start: int, end: int, text: str) -> None:
        """Takes up an edit: offsets ``start`` to ``end`` of ``before`` gave way to ``text``.

        What it means is looked at a moment later, when the request that comes with it is on its way.
        """
        self._edits.append((self.timer(), uri, before, start, end, text))
        if self._catching is None:
            self._catching = asyncio.get_running_loop().call_later(_MOMENT_S, self._catch_up)

    def _catch_up(self) -> None:
        """Looks at the edits that there were."""
        if self._catching is not None:
            self._catching.cancel()
            self._catching = None
        edits, self._edits = self._edits, []
        for at, uri, before, start, end, text in edits:
            kept = [span for _, made, span in self._kept if made.uri == uri]
            edit = changed(start, before.before(end, end - start), text) if kept else (start, end, text)
            for span in kept:
                span.shift(*edit)
            made_now = self._current.get(uri)
            if made_now is not None and not made_now.over and _is_over(made_now, before, start, end, text):
                self._finish(made_now, at)

    def beside(self, cursor: Cursor, shown: Sequence[Shown]) -> None:
        """Takes up the suggestions that a client is offered with the last one: of all of them one can be taken.

        They are one offer, and one row. Whichever the text goes on with is the one that its fate is about.
        """
        self._catch_up()
        made = self._current.get(cursor.snapshot.uri)
        if made is None or made.over:
            return
        known = {id(ghost): (ghost, followed) for ghost, followed in made.beside}
        made.beside = [known.get(id(each.ghost)) or _followed(each, cursor) for each in shown]

    def withheld(self, uri: str) -> None:
        """Takes up that a document's last suggestion is not on the screen: nobody sees it, until it is again."""
        self._catch_up()
        if made := self._current.get(uri):
            self._finish(made, self.timer())

    def known_as(self, uri: str) -> str:
        """The id under which a client reports that it accepted what it was last offered in a document."""
        self._catch_up()
        made = self._current.get(uri)
        return "" if made is None else f"{self.session}-{made.row.id}"

    def accepted(self, known_as: str) -> bool:
        """Takes up that a client inserted a suggestion, before or after the text tells; whether it is known here."""
        self._catch_up()
        made = self._known.get(known_as)
        if made is None:
            return False
        made.row = replace(made.row, told=True)
        if made.over:
            self._write(replace(made.row, fate="accepted"), made)
        return True

    def close(self, uri: str) -> None:
        """A document is closed, or all of it was replaced: what is not known of its suggestions will not be."""
        self._catch_up()
        self._kept = [each for each in self._kept if each[1].uri != uri]
        if made := self._current.pop(uri, None):
            self._finish(made, self.timer(), watch=False)

    def close_all(self) -> None:
        """Says what is known now; no timer is left running."""
        for uri in list(self._current):
            self.close(uri)
        self._kept.clear()
        self.tell()

    def tell(self) -> None:
        """Hands out the rows, and looks at what was taken half a minute ago."""
        self._catch_up()
        now = self.timer()
        due = [each for each in self._kept if each[0] <= now]
        self._kept = [each for each in self._kept if each[0] > now]
        for _, made, span in due:
            self._write(replace(made.row, kept=span.left), made)
        rows, self._rows = self._rows, {}
        for row in rows.values():
            self.record(row)
        self._await(max(min((each[0] for each in self._kept), default=now) - now, _BATCH_S) if self._kept else None)

    def _made(self, uri: str, ghost: Ghost) -> _Made | None:
        """What is known of a suggestion that was on show in a document last, or was taken lately."""
        latest = self._current.get(uri)
        taken = (made for _, made, _ in reversed(self._kept) if made.ghost is ghost)
        return latest if latest is not None and latest.ghost is ghost else next(taken, None)

    def _begin(self, request: Request, uri: str, shown: Shown, used: int, model: str, explicit: bool) -> None:
        text = shown.ghost.text
        row = Suggestion(
            attempt_id(request.at), request.at, self.session, self.arm, request.language, model, request.way == "cache",
            explicit, request.ms, len(text), text.count("\n") + 1,
        )  # fmt: skip
        made = _Made(row, uri, shown.ghost, Followed(text, shown.cursor.offset, used), self.timer())
        self._current[uri] = made
        self._known[f"{self.session}-{row.id}"] = made
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)

    def _finish(self, made: _Made, at: float, watch: bool = True) -> None:
        if made.over:
            return
        made.over = True
        seen, followed = at - made.since, made.followed
        fate = _fate(followed, seen, made.row.told)
        row = replace(made.row, seen_ms=seen * 1000, typed=followed.typed, taken=followed.taken, fate=fate)
        self._write(row, made)
        if watch and fate in ("accepted", "partly accepted", "typed through") and followed.typed + followed.taken:
            self._kept.append((at + _KEPT_AFTER_S, made, followed.span()))

    def _write(self, row: Row, made: _Made | None = None) -> None:
        if made is not None and isinstance(row, Suggestion):
            made.row = row
        self._rows[row.id] = row
        if len(self._rows) == 1:
            self._await(_BATCH_S)

    def _await(self, seconds: float | None) -> None:
        if self._batch is not None:
            self._batch.cancel()
        self._batch = None if seconds is None else asyncio.get_running_loop().call_later(seconds, self.tell)


def _followed(shown: Shown, cursor: Cursor) -> tuple[Ghost, Followed]:
    used = cursor.offset - shown.cursor.offset
    return shown.ghost, Followed(shown.ghost.text, shown.cursor.offset, used)


def _is_over(made: _Made, before: Lines, start: int, end: int, text: str) -> bool:
    """Follows an edit in all that was offered; what it goes on with takes the place of what it does not."""
    over = made.followed.is_over(before, start, end, text)
    ended = [(ghost, each, each.is_over(before, start, end, text)) for ghost, each in made.beside]
    made.beside = [(ghost, each) for ghost, each, left in ended if not left or each.is_whole]
    if not over or made.followed.is_whole or not made.beside:
        return over
    made.ghost, made.followed = made.beside.pop(0)
    said = made.followed.text
    made.row = replace(made.row, chars=len(said), rows=said.count("\n") + 1)
    return made.followed.is_whole


def _fate(followed: Followed, seen: float, told: bool) -> Fate:
    if told or (followed.taken and followed.is_whole):
        return "accepted"
    if followed.taken:
        return "partly accepted"
    if followed.is_whole:
        return "typed through"
    return "rejected" if seen >= _SEEN_S else "unseen"
