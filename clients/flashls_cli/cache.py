"""flashls cache: what is kept on disk."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Literal

from flashls_cli.common import Common, opened_app, print_json


def cache(action: Literal["show", "clear"] = "show", /, *, common: Common = Common()) -> int:  # noqa: B008
    """Show how many replies are kept on disk and where, or forget them all.

    Parameters
    ----------
    action:
        show, or clear to forget all replies.
    """
    return asyncio.run(_cache(action, common))


async def _cache(action: str, common: Common) -> int:
    async with opened_app(common) as app:
        if action == "clear":
            removed = await app.replies.clear()
            said: dict[str, Any] = {"removed": removed}
            text = f"forgot {removed} replies"
        else:
            stats = await app.replies.stats()
            said = {"entries": stats.entries, "bytes": stats.bytes, "path": str(stats.path), "trouble": stats.trouble}
            text = f"{stats.entries} replies, {stats.bytes / 1e6:.1f} MB in {stats.path}"
            text += f" ({stats.trouble})" if stats.trouble else ""
    if common.json:
        print_json(said)
    else:
        sys.stdout.write(text + "\n")
    return 0
