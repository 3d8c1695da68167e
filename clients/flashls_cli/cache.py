"""flashls cache: what is kept on disk."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any, Literal

from flashls.app import App
from flashls.index import folder
from flashls.sources import cache_path
from flashls_cli.common import Common, opened_app, print_json


def cache(action: Literal["show", "clear"] = "show", /, *, common: Common = Common()) -> int:  # noqa: B008
    """Show how much is kept on disk and where, or forget it all: finished replies, and the indexes of workspaces.

    Parameters
    ----------
    action:
        show, or clear to forget everything. What models cost is not forgotten.
    """
    return asyncio.run(_cache(action, common))


async def _cache(action: str, common: Common) -> int:
    async with opened_app(common) as app:
        said, text = await (_clear if action == "clear" else _show)(app, cache_path(os.environ) / "index")
    if common.json:
        print_json(said)
    else:
        sys.stdout.write(text + "\n")
    return 0


async def _clear(app: App, indexes: Path) -> tuple[dict[str, Any], str]:
    replies, databases = await app.replies.clear(), await asyncio.to_thread(folder.clear, indexes)
    said = {"removed": replies, "indexes_removed": databases}
    return said, f"forgot {replies} replies and the indexes of {databases} workspaces"


async def _show(app: App, indexes: Path) -> tuple[dict[str, Any], str]:
    stats, size = await app.replies.stats(), await asyncio.to_thread(folder.size, indexes)
    said = {
        "entries": stats.entries, "bytes": stats.bytes, "path": str(stats.path), "trouble": stats.trouble,
        "index_bytes": size, "index_path": str(indexes),
    }  # fmt: skip
    trouble = f" ({stats.trouble})" if stats.trouble else ""
    replies = f"{stats.entries} replies, {stats.bytes / 1e6:.1f} MB in {stats.path}{trouble}"
    return said, f"{replies}\nindexes of workspaces, {size / 1e6:.1f} MB in {indexes}"
