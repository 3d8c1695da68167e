"""Recency: how lately documents were opened, changed or asked about, as a weight in ranking.

By their order, not by the clock: what somebody left open over lunch is as much their work as it was before.
"""

from __future__ import annotations

from collections.abc import Mapping

from flashls.text.uris import path_below
from flashls.types import Workspace

_DOCUMENTS = 20
_HALF = 4  # the fifth document counts half as much as the first


def recency(workspace: Workspace, own: str) -> Mapping[str, float]:
    """By URI, how lately a document was used: 1 for the last but ``own``, less for each one before it.

    ``workspace.lately`` comes first, then what is open besides; of the 20 documents used last. Others have no weight.
    """
    every = dict.fromkeys((*workspace.lately, *(each.uri for each in workspace.snapshots)))
    every.pop(own, None)
    return {uri: _HALF / (_HALF + n) for n, uri in enumerate([*every][:_DOCUMENTS])}


def recent_files(workspace: Workspace, own: str) -> Mapping[str, float]:
    """The same by path below the workspace's folder, of the documents that are in it."""
    found = dict[str, float]()
    for uri, weight in recency(workspace, own).items():
        if path := path_below(uri, workspace.root):
            found.setdefault(path, weight)
    return found
