"""Recency: how lately documents were opened, changed or asked about, as a weight in ranking.

By their order, not by the clock: what somebody left open over lunch is as much their work as it was before.
"""

from __future__ import annotations

from collections.abc import Mapping

from flashls.text.uris import shown_path
from flashls.types import Workspace

_DOCUMENTS = 20
_HALF = 4  # the fifth document counts half as much as the first


def recency(workspace: Workspace, own: str) -> Mapping[str, float]:
    """By path, how lately a document was used: 1 for the last but ``own`` (a URI), less for each one before it.

    ``workspace.lately`` comes first, then what is open besides; of the 20 documents used last. Others have no weight.
    """
    every = dict.fromkeys((*workspace.lately, *(each.uri for each in workspace.snapshots)))
    every.pop(own, None)
    paths = dict.fromkeys(shown_path(uri, workspace.root) for uri in [*every][:_DOCUMENTS])
    return {path: _HALF / (_HALF + n) for n, path in enumerate(paths)}
