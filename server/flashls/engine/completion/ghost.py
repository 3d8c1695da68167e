"""Ghosts that live on: where a suggestion was made, and what is left of it in a later text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest

from flashls.engine.completion.here import Here, here_at
from flashls.engine.completion.typed import closers_due, rest_of, without_closers
from flashls.types import Cursor, Ghost, Lines, Snapshot

_AROUND = 200  # code points on either side that are the same where nothing else was edited
_BEYOND = 400  # code points that may have been typed behind what was said
_WIDER = 400  # those whose names a suggestion may have taken up
_WIDEST = 1000
_BEYOND_ROWS = 8
_LONGEST_CLOSED = 40
_CLOSERS = re.compile(r"[\s)\]}>\"'`]{1,40}")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on show: the suggestion, and the cursor it begins at in the text as it is now.

    ``ghost`` is as it was first shown, and tells suggestions apart; ``text`` is all of it as it has grown since, in
    the document's own white space ("" while it has not). So many code points of it stand in the text: ``typed``.
    """

    cursor: Cursor
    ghost: Ghost
    text: str = ""
    typed: int = 0

    def left(self, cursor: Cursor) -> Ghost:
        """What is left of it at a cursor in the same text."""
        return Ghost(
            cursor.snapshot.version,
            cursor.offset,
            cursor.offset + self.ghost.end - self.ghost.start,
            (self.text or self.ghost.text)[cursor.offset - self.cursor.offset :],
        )


def advance(shown: Shown | None, cursor: Cursor) -> Ghost | None:
    """What is left of a suggestion at a later cursor, if all that was typed since is its own beginning."""
    if shown is None:
        return None
    lines, reached = shown.cursor.snapshot.lines, shown.cursor.offset + shown.typed
    place = replace(place_of(shown.cursor), offset=reached, after=lines.after(reached, _AROUND))
    found = match(place, here_at(cursor), shown.text or shown.ghost.text)
    if found is None or not found.rest:
        return None
    kept = shown.ghost.end - shown.ghost.start
    return Ghost(cursor.snapshot.version, cursor.offset, cursor.offset + kept, found.rest)


@dataclass(frozen=True, slots=True)
class Place:
    """What tells the place of a cursor again in a later text: its row up to it, and what stands around.

    ``head`` is the row before it, from ``column`` on, ``above`` what stands before that, ``after`` what stands behind;
    ``rows`` is how many the text has.
    """

    snapshot: Snapshot
    offset: int
    rows: int
    row: int
    column: int
    head: str
    above: str
    after: str


@dataclass(frozen=True, slots=True)
class Match:
    """How far a suggestion is used up at a cursor: ``typed`` of it stands there, ``rest`` is left to show.

    ``closed``: the editor has closed brackets behind the cursor, and what the rest has from there on comes later.
    """

    typed: str
    rest: str
    closed: bool = False


def place_of(cursor: Cursor) -> Place:
    """The place of a cursor, in some 10 microseconds; it keeps the text's blocks, but no tree."""
    lines, offset = cursor.snapshot.lines, cursor.offset
    row, column = lines.point(offset)
    begun = min(column, _AROUND)
    return Place(
        replace(cursor.snapshot, tree=None),
        offset,
        len(lines),
        row,
        column - begun,
        lines.before(offset, begun),
        lines.before(offset - begun, _AROUND),
        lines.after(offset, _AROUND),
    )


def match(place: Place, here: Here, said: str, typing: bool = False) -> Match | None:
    """How far ``said``, which was to go in at ``place``, is used up at a later cursor; None if it is not what is there.

    White space at the start of rows may be the editor's own, and brackets closed by it stand behind the cursor. Edits
    elsewhere do not matter as long as no name that ``said`` takes up is gone. Those in the rows next to it do where the
    cursor went there to make them, and where nothing stands in its own row to tell it by.
    With ``typing``, what was deleted before the place and is typed again grows to the front of it. Where more was typed
    than was said so far, ``rest`` is empty.
    """
    if here.uri != place.snapshot.uri:
        return None
    found = _in_row(place, here, place.row, said, typing) if place.row <= here.row else None
    if found is None and here.rows != place.rows and here.rows - here.row - place.rows + place.row in (0, 1):
        for row in range(here.row, max(here.row - said.count("\n") - _BEYOND_ROWS, -1), -1):
            if row != place.row and (found := _in_row(place, here, row, said, typing)) is not None:
                break  # edits further up have moved it
    return found


def may_match(place: Place, here: Here, begins: str) -> bool:
    """Whether ``match`` may find something, by how the place's row goes on: a microsecond, and mostly the answer.

    ``begins`` is the place's head and the first character of what was said.
    """
    if here.rows != place.rows and here.rows - here.row - place.rows + place.row in (0, 1):
        return True
    text = here.text_since(place.row, place.column)
    if text is None:
        return place.row <= here.row
    return text.startswith(begins) or begins.startswith(text)


def beginning(place: Place, said: str) -> str:
    """What ``may_match`` goes by: white space that is said first may be another one in the text."""
    return place.head if said[:1].isspace() else place.head + said[:1]


def _in_row(place: Place, here: Here, row: int, said: str, typing: bool) -> Match | None:
    """The match if the place's row is this one now."""
    length = here.since(row, place.column)
    if not 0 <= length <= len(place.head) + len(said) + _BEYOND:
        return None
    found = _agreed(place, here.before(length), said, typing)
    return None if found is None else _holds(place, here, here.cursor.offset - length, found, said)


def _agreed(place: Place, text: str, said: str, typing: bool) -> Match | None:
    """The match by what stands before the cursor, from where the place's head begins."""
    head = place.head
    if text.startswith(head):
        typed = text[len(head) :]
        rest = rest_of(said, typed, head)
        return None if rest is None else Match(typed, rest)
    if typing and head.startswith(text) and text.strip():
        return Match("", head[len(text) :] + said)
    return None


def _holds(place: Place, here: Here, start: int, found: Match, said: str) -> Match | None:
    """The match, if what stands around is the same, or was edited only where that does not matter."""
    cursor, lines = here.cursor, here.cursor.snapshot.lines
    if lines is place.snapshot.lines:
        return found if cursor.offset == place.offset else None
    above, after = lines.before(start, _AROUND), lines.after(cursor.offset, _AROUND + _LONGEST_CLOSED)
    closed = _closed(place.after, after, found.typed)
    if closed is None:
        return None
    if above != place.above or after[len(closed) :][:_AROUND] != place.after:
        beside = _last_row(above) == _last_row(place.above) and (closed or _same_rows(place.after, after, 2))
        told = here.stayed and (place.head + found.typed).strip()
        if not (beside or told) or _lost_names(place, cursor, said):
            return None
    if not closed:
        return found
    rest = without_closers(found.rest, closed, closers_due(found.typed))
    return None if rest is None else replace(found, rest=rest, closed=True)


def _closed(before: str, now: str, typed: str) -> str | None:
    """What the editor has put behind the cursor: "", or brackets that were due; None if something else is there."""
    if now[:_AROUND] == before:
        return ""
    due = closers_due(typed)
    found = _CLOSERS.match(now) if due else None
    for end in range(1, len(found[0]) + 1 if found else 1):
        left = iter(due)
        put = "".join(now[:end].split())
        if put and all(closer in left for closer in put) and now[end:][:_AROUND] == before:
            return now[:end]
    return "" if _same_rows(before, now, 1) else None


def _same_rows(before: str, now: str, n: int) -> bool:
    """Whether the rest of the row and those below are the same, ``n`` in all; what ends with them has a blank one."""
    rows, same = before.split("\n", n)[:n], now.split("\n", n)[:n]
    return all(_same(a, b) for a, b in zip_longest(rows, same, fillvalue=""))


def _same(row: str, other: str) -> bool:
    """Whether two rows are the same, of which one may be cut off."""
    a, b = row.rstrip(), other.rstrip()
    return a == b or (len(row) >= _AROUND // 2 and (a.startswith(b) or b.startswith(a)))


def _last_row(text: str) -> str:
    return text.rstrip(" \t\r").removesuffix("\n").rpartition("\n")[2].rstrip()


def _lost_names(place: Place, cursor: Cursor, said: str) -> bool:
    """Whether a name that was near the place, and that the suggestion takes up, is no longer there."""
    were = _near(place.snapshot.lines, place.offset, _WIDER) & set(_NAME.findall(said))
    return bool(were) and not were <= _near(cursor.snapshot.lines, cursor.offset, _WIDEST)


def _near(lines: Lines, offset: int, n: int) -> set[str]:
    return set(_NAME.findall(lines.before(offset, n) + lines.after(offset, n)))


def typed_since(earlier: Cursor, later: Cursor) -> str | None:
    """The text inserted at the earlier cursor, up to the later one; None if the text around is not the same."""
    n = later.offset - earlier.offset
    if later.snapshot.uri != earlier.snapshot.uri or not 0 <= n <= _BEYOND:
        return None
    typed = later.snapshot.before(later.offset, n)
    if later.snapshot is earlier.snapshot:
        return typed if n == 0 else None
    before, after = later.snapshot.before(earlier.offset, _AROUND), later.snapshot.after(later.offset, _AROUND)
    same = (before, after) == (earlier.snapshot.before(earlier.offset, _AROUND), place_of(earlier).after)
    return typed if same else None
