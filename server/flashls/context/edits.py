"""Edits: what the user just did, as small unified diffs.

Noted on the key path, where two immutable texts and the rows between them are all that is kept; the diffs are made of
them when they are asked for. Typing in one place is one edit.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate, compress

from flashls.text.keyblocks import LONGEST_KEY, key_spans
from flashls.text.keyrows import rows_in
from flashls.text.secrets import joined
from flashls.text.uris import shown_path
from flashls.types import Cursor, Edited, Lines, Snippet, Workspace

_KEPT = 16
_NOTED = 32  # changes that wait to be taken up; half a millisecond for all of them
_SHOWN = 8
_OLDEST_S = 600
_PAUSE_S = 60  # after so long the user has come back to do something else
_NEAR_ROWS = 3
_MOST_ROWS = 60  # an edit that has grown so far is ended; the next key begins another
_READ_ROWS = 2_000  # a formatter's or a branch switch's replacement of a long document is nobody's typing
_DIFF_ROWS = 40
_DIFF_CHARACTERS = 1_600
_LONG_ROW = 400  # characters: what is cut in two could be half a secret, so a longer row drops its edit


class Edits:
    """The latest edits of all documents."""

    def __init__(self) -> None:
        self._kept: deque[Edited] = deque(maxlen=_KEPT)
        self._noted: list[tuple[str, Lines, Lines, tuple[int, int, int], float]] = []

    @property
    def recent(self) -> tuple[Edited, ...]:
        """The edits, newest first."""
        self._take_up()
        return tuple(reversed(self._kept))

    def note(self, uri: str, before: Lines, after: Lines, span: tuple[int, int, int], now: float) -> None:
        """Takes up a change of one document, in about a microsecond: what it did is found out when it is asked for.

        ``span``: offsets ``start`` to ``old_end`` of ``before`` became ``start`` to ``new_end`` of ``after``. ``now``
        in monotonic seconds.
        """
        self._noted.append((uri, before, after, span, now))
        if len(self._noted) >= _NOTED:
            self._take_up()

    def _take_up(self) -> None:
        noted, self._noted = self._noted, []
        for uri, before, after, (start, old_end, new_end), now in noted:
            row, old = before.point(start)[0], before.point(old_end)[0] + 1
            fresh = Edited(uri, before, after, row, old, after.point(new_end)[0] + 1, now)
            last = next((edit for edit in reversed(self._kept) if edit.uri == uri), None)
            if last is not None and _goes_on(last, fresh):
                self._kept.remove(last)
                fresh = _joined(last, fresh)
            self._kept.append(fresh)


def edits(cursor: Cursor, workspace: Workspace, now: float | None = None) -> tuple[Snippet, ...]:
    """The last 8 edits of the last 10 minutes as diffs, newest first; ``now`` in monotonic seconds.

    What is being typed at the cursor is left out, for the window shows it, and so is what was undone. A diff has at
    most 40 rows.
    """
    row, _ = cursor.snapshot.lines.point(cursor.offset)
    since = (time.monotonic() if now is None else now) - _OLDEST_S
    latest = next((edit for edit in workspace.edits if edit.uri == cursor.snapshot.uri), None)
    typed = latest if latest and latest.row - _NEAR_ROWS <= row < latest.new_end + _NEAR_ROWS else None
    wanted = [edit for edit in workspace.edits if edit.at >= since and edit is not typed][:_SHOWN]
    texts = {(edit.uri, _diff(edit)): None for edit in wanted}  # a dict, for it keeps the order
    return tuple(
        Snippet(shown_path(uri, workspace.root), text, "edit", 1 / (1 + n), "edited lately")
        for n, (uri, text) in enumerate(texts)
        if text
    )


def _goes_on(last: Edited, fresh: Edited) -> bool:
    near = fresh.row <= last.new_end + _NEAR_ROWS and fresh.old_end >= last.row - _NEAR_ROWS
    small = max(last.new_end, fresh.old_end) - min(last.row, fresh.row) <= _MOST_ROWS
    return near and small and last.after is fresh.before and fresh.at - last.at <= _PAUSE_S


def _joined(last: Edited, fresh: Edited) -> Edited:
    row, end = min(last.row, fresh.row), max(last.new_end, fresh.old_end)
    old_end, new_end = end - last.new_end + last.old_end, end - fresh.old_end + fresh.new_end
    return Edited(last.uri, last.before, fresh.after, row, old_end, new_end, fresh.at)


@lru_cache(maxsize=2 * _KEPT)
def _diff(edit: Edited) -> str:
    """The edit's hunks with one row around each; empty where nothing changed or rows are too many or too long."""
    if max(edit.old_end, edit.new_end) - edit.row > _READ_ROWS:
        return ""
    top = max(0, edit.row - 1)
    old, new = _rows(edit.before, top, edit.old_end + 1), _rows(edit.after, top, edit.new_end + 1)
    shown = list[str]()
    for row in _hunks(old, new, top):
        if len(row) > _LONG_ROW:
            return ""
        if len(shown) == _DIFF_ROWS or sum(map(len, shown)) + len(row) > _DIFF_CHARACTERS:
            break
        shown.append(row)
    return "\n".join(shown)


def _hunks(old: list[str], new: list[str], top: int) -> Iterator[str]:
    """Unified diff without the files' names (they stand with the snippet); ``top`` is the row of ``old[0]``."""
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(1):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        yield f"@@ -{top + i1 + 1},{i2 - i1} +{top + j1 + 1},{j2 - j1} @@"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (f" {row}" for row in old[a:b])
            else:
                yield from (f"-{row}" for row in old[a:b])
                yield from (f"+{row}" for row in new[c:d])


def _rows(lines: Lines, start: int, end: int) -> list[str]:
    """Some rows of a text. Those of a private key are left empty: without the rest nothing would tell what they are."""
    rows = [lines[row] for row in range(start, min(end, len(lines)))]
    if any(map(rows_in, rows)):
        rows = _without_keys(lines, lines.offset(start, 0), rows)
    return [row.rstrip("\r\n") for row in rows]


def _without_keys(lines: Lines, first: int, rows: list[str]) -> list[str]:
    """Rows of a text, the first one at an offset, without the characters that belong to private keys."""
    before, size = lines.before(first, LONGEST_KEY), sum(map(len, rows))
    around = before + lines.after(first, size + LONGEST_KEY)
    shown = bytearray(b"1") * len(around)
    for left, right in joined(around, key_spans(around)):
        shown[left:right] = bytes(right - left)
    starts = accumulate(map(len, rows), initial=len(before))
    return ["".join(compress(row, shown[start : start + len(row)])) for start, row in zip(starts, rows, strict=False)]
