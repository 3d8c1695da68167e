"""Diagnostics: what the client last said is wrong near the cursor."""

from __future__ import annotations

from itertools import accumulate

from flashls.text.uris import shown_path
from flashls.types import Cursor, Diagnostic, Lines, Snippet, Workspace

_NEAR_ROWS = 30
_MOVED_ROWS = 50
_MOST = 5
_MESSAGE = 600
_SEVERE = ("error", "warning")


def diagnostics(cursor: Cursor, workspace: Workspace) -> tuple[Snippet, ...]:
    """One snippet with the errors and warnings within 30 rows of the cursor, at most 5; none if there are none.

    A client sends diagnostics with a request for code actions only, so they may be old: those whose row has changed
    since are left out, and those whose row has moved are told where it is now.
    """
    snapshot = cursor.snapshot
    here, _ = snapshot.lines.point(cursor.offset)
    found = list[tuple[int, int, Diagnostic]]()
    for one in workspace.diagnostics:
        if one.uri == snapshot.uri and one.severity in _SEVERE:
            row = _row_now(one, snapshot.lines)
            if row is not None and abs(row - here) <= _NEAR_ROWS:
                found.append((_SEVERE.index(one.severity), row, one))
    nearest = sorted(found, key=lambda each: (each[0], abs(each[1] - here)))[:_MOST]
    texts = [_text(one, row, snapshot.lines) for _, row, one in sorted(nearest, key=lambda each: each[1])]
    if not texts:
        return ()
    path = shown_path(snapshot.uri, workspace.root)
    return (Snippet(path, "\n".join(texts), "diagnostic", 1.0, "reported by the editor near the cursor"),)


def _row_now(one: Diagnostic, lines: Lines) -> int | None:
    """Where the row stands now that the diagnostic is about, None if it stands nowhere near."""
    last = len(lines) - 1
    for away in range(_MOVED_ROWS + 1):
        for row in {one.row - away, one.row + away}:
            if 0 <= row <= last and lines[row].strip() == one.text.strip():
                return row
    return None


def _text(one: Diagnostic, row: int, lines: Lines) -> str:
    by = f" ({' '.join(part for part in (one.source, one.code) if part)})" if one.source or one.code else ""
    return f"{lines[row].strip()}\n  {one.severity}: {_said(one.message)}{by}"


def _said(message: str) -> str:
    """A message's first rows, each as a whole: what is left of a row might not be known as a secret any more."""
    rows = [row for row in (" ".join(row.split()) for row in message.splitlines()) if row]
    sizes = accumulate(len(row) + 1 for row in rows)
    kept = [row for row, size in zip(rows, sizes, strict=True) if size <= _MESSAGE]
    return " ".join(kept if len(kept) == len(rows) else [*kept, "…"])
