"""Similar code: windows of other open documents that share identifiers with the code around the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from flashls.context.alike import LATELY
from flashls.context.recency import recency
from flashls.text.uris import shown_path
from flashls.types import Cursor, Snapshot, Snippet, Workspace

_ROWS = 40
_STEP = 20
_DOCUMENTS = 20
_ROWS_READ = 4_000
_ENOUGH_ALIKE = 0.08
_WORD = re.compile(r"[A-Za-z_]\w{2,}")


def similar(cursor: Cursor, workspace: Workspace, n: int = 4) -> tuple[Snippet, ...]:
    """At most ``n`` windows of 40 rows of the open documents, ranked by the Jaccard index of their identifiers.

    Looks at the 20 most recently used documents, 4,000 rows of each; one used later counts a little more (``alike``).
    Windows of one document never overlap. The measure is that of neighbouring-tab retrieval in GitHub Copilot and Cody.
    """
    wanted = _identifiers(cursor.snapshot.before(cursor.offset, 1500) + cursor.snapshot.after(cursor.offset, 500))
    lately = recency(workspace, cursor.snapshot.uri)
    others = [s for s in workspace.snapshots if s.uri != cursor.snapshot.uri][:_DOCUMENTS]
    weights = {s.uri: 1 + LATELY * lately.get(s.uri, 0) for s in others}
    ranked = sorted(_windows(others, wanted), key=lambda found: -found[0] * weights[found[1].uri])
    return tuple(_snippet(workspace.root, *found) for found in _apart(ranked, n))


def _windows(snapshots: Iterable[Snapshot], wanted: frozenset[str]) -> Iterator[tuple[float, Snapshot, int]]:
    for snapshot in snapshots:
        for row in range(0, min(len(snapshot.lines), _ROWS_READ), _STEP):
            here = _identifiers(_text(snapshot, row))
            score = len(here & wanted) / (len(here | wanted) or 1)
            if score >= _ENOUGH_ALIKE:
                yield score, snapshot, row


def _apart(ranked: list[tuple[float, Snapshot, int]], n: int) -> list[tuple[float, Snapshot, int]]:
    chosen: list[tuple[float, Snapshot, int]] = []
    for found in ranked:
        if len(chosen) == n:
            break
        if all(found[1].uri != other[1].uri or abs(found[2] - other[2]) >= _ROWS for other in chosen):
            chosen.append(found)
    return chosen


def _snippet(root: str | None, score: float, snapshot: Snapshot, row: int) -> Snippet:
    why = f"shares identifiers with the code at the cursor (Jaccard {score:.2f})"
    return Snippet(shown_path(snapshot.uri, root), _text(snapshot, row), "similar", score, why)


def _text(snapshot: Snapshot, row: int) -> str:
    return "".join(snapshot.lines[r] for r in range(row, min(row + _ROWS, len(snapshot.lines))))


@lru_cache(maxsize=512)
def _identifiers(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text[:20_000]))
