"""Recall: the suggestions made last for a document, and what of them holds at a cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flashls.engine.completion.again import Told, taken_up, typed_instead
from flashls.engine.completion.ghost import Match, Shown, match, place_of
from flashls.engine.completion.here import Here, here_at
from flashls.engine.completion.landing import Landing, Source
from flashls.engine.completion.shape import Shape
from flashls.types import Cursor, Silence, SilenceReason

_KEPT = 32
_UNFIT: set[SilenceReason] = {"syntax", "placeholder"}  # a reply is that at one cursor, and not at the next

Shaped = Callable[[Shape, Cursor], Shape]


@dataclass(frozen=True, slots=True)
class Wait:
    """A stream under way agrees with what was typed up to a cursor; ``landing`` is what is waited for."""

    landing: Landing
    here: Here
    typing: bool

    @property
    def flight(self) -> Source:
        """The stream that is waited for."""
        return self.landing.source

    def is_over(self) -> bool:
        """Whether there is something to show, or it no longer agrees."""
        return self.landing.has_landed or self.landing.at(self.here, self.typing) is None


@dataclass(slots=True)
class Recall:
    """Suggestions of one document, the one used last at the end.

    A typo taken back, a place come back to, an edit undone: what was suggested there is there again. ``chosen`` comes
    from elsewhere and goes before them.
    """

    chosen: Shown | None = None
    _landings: list[Landing] = field(default_factory=list)
    _here: Here | None = None

    def add(self, landing: Landing) -> None:
        """Keeps a suggestion, in place of the oldest one."""
        kept = [each for each in self._landings if each.ghost or not (each.silence or each.is_onward)]
        self._landings = [*kept[1 - _KEPT :], landing]
        self.chosen = None

    def expect(self, landing: Landing) -> None:
        """Keeps what may be a suggestion later, behind the one on show."""
        self._landings.insert(max(len(self._landings) - 1, 0), landing)

    def knows(self, cursor: Cursor) -> bool:
        """Whether there is something to show at a cursor, or will be; the cursor may be one that is yet to come."""
        here = here_at(cursor)
        for landing in reversed(self._landings):
            found = None if landing.silence or not landing.may_hold(here) else landing.at(here, typing=False)
            if found is not None and (found.rest or not landing.has_landed or landing.beyond(here) is not None):
                return True
        return False

    def forget(self) -> None:
        """Drops them all."""
        self._landings, self._here, self.chosen = [], None, None

    def newest(self, cursor: Cursor) -> Wait:
        """What to wait for once a stream was made for this very cursor, where nothing was found before."""
        return Wait(self._landings[-1], self._at(cursor), typing=False)

    def find(self, cursor: Cursor, shaped: Shaped) -> Shown | Silence | Wait | None:
        """What is to be on show at a cursor, or the stream to wait for; None if nothing here goes on there.

        ``shaped`` gives the Shape at the cursor for what a stream says that was shaped elsewhere.
        """
        typing, here = self._is_typing(cursor), self._at(cursor)
        if (chosen := self._chosen(here)) is not None:
            return chosen
        wait: Wait | None = None
        silence: Silence | None = None
        for landing in reversed(self._landings):
            found = None if landing.silence or not landing.may_hold(here) else landing.at(here, typing)
            if found is None or landing.silence:
                continue
            if landing.ghost is None:
                wait = wait or Wait(landing, here, typing)
            elif found.rest:
                return self._show(landing, cursor, found)
            elif found.closed and landing.is_behind(here):
                silence = silence or Silence("position", "what is suggested goes on behind the bracket")
            elif landing.is_said_out(here):
                silence = silence or Silence("empty reply", "the model had no more to say here")
            elif (onward := _onward(landing, here, shaped)) is not None:
                self.add(onward)
                if onward.ghost is not None:
                    return self._show(onward, cursor, Match("", onward.text))
                wait = wait or Wait(onward, here, typing)
        later = (self._fit_by_now(here, shaped) or self._again(here, shaped)) if typing else None
        return later or wait or silence

    def _fit_by_now(self, here: Here, shaped: Shaped) -> Shown | None:
        """What is left of the latest reply, where it did not fit its place but does fit here, some keys into it."""
        last = self._landings[-1] if self._landings else None
        if last is None or last.silence is None or last.silence.reason not in _UNFIT:
            return None
        onward = _onward(last, here, shaped)
        if onward is None or onward.ghost is None:
            return None
        self.add(onward)
        return self._show(onward, here.cursor, Match("", onward.text))

    def _again(self, here: Here, shaped: Shaped) -> Shown | None:
        """What is left of the suggestion shown last, where what was typed against it comes back to it."""
        last = next((landing for landing in reversed(self._landings) if landing.ghost is not None), None)
        typed = typed_instead(last.place, here) if last is not None else None
        rest = taken_up(typed, last.foretold) if last is not None and typed is not None else None
        if last is None or not rest or not rest.strip():
            return None
        landing = Landing(shaped(last.shape, here.cursor), Told(rest))
        landing.hear()
        if landing.ghost is None:
            return None
        self.add(landing)
        return self._show(landing, here.cursor, Match("", landing.text))

    def _chosen(self, here: Here) -> Shown | None:
        """What is left of the one chosen elsewhere."""
        if self.chosen is None:
            return None
        found = match(place_of(self.chosen.cursor), here, self.chosen.text or self.chosen.ghost.text)
        if found is None or not found.rest:
            return None
        start = Cursor(here.cursor.snapshot, here.cursor.offset - len(found.typed))
        return replace(self.chosen, cursor=start, text=found.typed + found.rest, typed=len(found.typed))

    def _show(self, landing: Landing, cursor: Cursor, found: Match) -> Shown:
        self._landings.remove(landing)
        self._landings.append(landing)
        return landing.shown(cursor, found)

    def _at(self, cursor: Cursor) -> Here:
        if self._here is None or self._here.cursor is not cursor:
            self._here = here_at(cursor, self._here)
        return self._here

    def _is_typing(self, cursor: Cursor) -> bool:
        if self._here is None:
            return False
        last = self._here.cursor
        return last.snapshot.lines is not cursor.snapshot.lines and last.offset < cursor.offset


def _onward(landing: Landing, here: Here, shaped: Shaped) -> Landing | None:
    """What a stream says behind all that was shown of it, as a suggestion of its own; None if that is nothing."""
    typed = landing.beyond(here)
    if typed is None:
        return None
    onward = Landing(shaped(landing.shape, here.cursor), landing.source, typed)
    landing.source.listen(onward)
    return None if onward.silence is not None else onward
