"""Followed: a suggestion as it becomes text: typed key by key, taken in pieces, or left; and what of it stays."""

from __future__ import annotations

from dataclasses import dataclass

from flashls.types import Lines

_LONGEST_REPLACED = 400  # code points: an edit that replaces more is no acceptance
_PAIRS = ("()", "[]", "{}", '""', "''", "``", "<>")
_CLOSERS = frozenset(pair[1] for pair in _PAIRS)


@dataclass(slots=True)
class Span:
    """Where a suggestion's text stands in a document, and how many of its code points are ``left``."""

    start: int
    end: int
    left: int

    def shift(self, start: int, end: int, length: int) -> None:
        """Offsets ``start`` to ``end`` gave way to ``length`` code points."""
        grown = length - (end - start)
        if end <= self.start:
            self.start, self.end = self.start + grown, self.end + grown
        elif start < self.end:
            self.left = max(self.left - (min(end, self.end) - max(start, self.start)), 0)
            self.start, self.end = min(self.start, start), max(self.end, end) + grown


@dataclass(slots=True)
class Followed:
    """``text`` suggested at the offset ``anchor``: ``used`` code points of it stand there.

    Of these, ``typed`` came key by key since it was shown, ``taken`` in larger pieces.
    """

    text: str
    anchor: int
    used: int
    typed: int = 0
    taken: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether all of it stands in the text."""
        return self.used == len(self.text)

    def is_over(self, before: Lines, start: int, end: int, text: str) -> bool:
        """Follows an edit; whether that was the last of the suggestion: all of it is there, or something else is."""
        start, text = _without_what_stays(before, start, end, text)
        at = self.anchor + self.used
        if end < self.anchor:
            self.anchor += len(text) - (end - start)
            return False
        if start > at or (start == end and not text):
            return False
        if start < at:
            return self._deletes_back(start, end, text)
        return not self._goes_on(text, end - at)

    def span(self) -> Span:
        """Where its text stands now."""
        used = self.typed + self.taken
        return Span(self.anchor + self.used - used, self.anchor + self.used, used)

    def _goes_on(self, text: str, replaced: int) -> bool:
        """An edit at the place reached: the next of it (an acceptance may replace what stood to the right)."""
        rest = self.text[self.used :]
        if text and rest.startswith(text) and (not replaced or text == rest):
            self._use(len(text), by_key=len(text) == 1 or text in _PAIRS or not text.strip())
        elif text in _PAIRS and rest[:1] == text[0] and not replaced:  # the editor has closed the bracket
            self._use(1, by_key=True)
        else:
            return text in _CLOSERS and not replaced
        return not self.is_whole

    def _use(self, length: int, by_key: bool) -> None:
        self.used += length
        if by_key:
            self.typed += length
        else:
            self.taken += length

    def _deletes_back(self, start: int, end: int, text: str) -> bool:
        if text or start < self.anchor or end != self.anchor + self.used:
            return True
        lost, self.used = end - start, start - self.anchor
        by_key = min(lost, self.typed)
        self.typed, self.taken = self.typed - by_key, max(self.taken - (lost - by_key), 0)
        return False


def _without_what_stays(before: Lines, start: int, end: int, text: str) -> tuple[int, str]:
    """An edit without what it puts back: clients replace the word begun by that word and more."""
    if start == end or not text or end - start > _LONGEST_REPLACED:
        return start, text
    old, same = before.before(end, end - start), 0
    while same < min(len(old), len(text)) and old[same] == text[same]:
        same += 1
    return start + same, text[same:]
