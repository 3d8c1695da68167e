"""Followed: a suggestion as it becomes text: typed key by key, taken in pieces, or left; and what of it stays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from flashls.types import Lines

_LONGEST_REPLACED = 400  # code points: an edit that replaces more is no acceptance
_COMPARED = 80  # words and signs: all of a long text would take more than 10 ms
_TOKEN = re.compile(r"\w+|[^\w\s]")
_PAIRS = ("()", "[]", "{}", '""', "''", "``", "<>")
_CLOSERS = frozenset(pair[1] for pair in _PAIRS)


@dataclass(slots=True)
class Span:
    """What was taken of a suggestion, ``put``, and what stands in its place in a document: ``text`` at ``start``."""

    start: int
    put: str
    text: str

    def shift(self, start: int, end: int, new: str) -> None:
        """Offsets ``start`` to ``end`` gave way to ``new``; ``changed`` tells which did of a larger edit."""
        stop = self.start + len(self.text)
        put_back = not self.text and start == end == self.start
        if end <= self.start and not put_back:
            self.start += len(new) - (end - start)
        elif start < stop or put_back:
            kept = max(start - self.start, 0)
            self.start, self.text = min(self.start, start), self.text[:kept] + new + self.text[end - self.start :]

    @property
    def left(self) -> int:
        """How many code points of it are still there; a formatter may have set them apart otherwise."""
        start = _alike(self.put, self.text)
        put, text = self.put[start:], self.text[start:]
        end = _alike(put[::-1], text[::-1])
        put, text = put[: len(put) - end], text[: len(text) - end]
        return start + end + round(len(put) * _share(put, text))


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
        put = self.text[self.used - self.typed - self.taken : self.used]
        return Span(self.anchor + self.used - len(put), put, put)

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


def changed(start: int, old: str, new: str) -> tuple[int, int, str]:
    """What of an edit changes anything: the offsets between which some of ``old`` gave way to some of ``new``."""
    same = _alike(old, new)
    old, new = old[same:], new[same:]
    behind = _alike(old[::-1], new[::-1])
    return start + same, start + same + len(old) - behind, new[: len(new) - behind]


def _without_what_stays(before: Lines, start: int, end: int, text: str) -> tuple[int, str]:
    """An edit without what it puts back: clients replace the word begun by that word and more."""
    if start == end or not text or end - start > _LONGEST_REPLACED:
        return start, text
    same = _alike(before.before(end, end - start), text)
    return start + same, text[same:]


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with that are the same; found by halves, as texts may be long."""
    same, most = 0, min(len(one), len(other))
    while same < most:
        middle = (same + most + 1) // 2
        if one[same:middle] == other[same:middle]:
            same = middle
        else:
            most = middle - 1
    return same


def _share(put: str, text: str) -> float:
    """How much of a text's words and signs another one has in the same order, judged by the first ones."""
    ours, theirs = _TOKEN.findall(put)[:_COMPARED], _TOKEN.findall(text)[: 2 * _COMPARED]
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    kept = sum(len(token) for block in blocks for token in ours[block.a : block.a + block.size])
    return kept / max(sum(map(len, ours)), 1)
