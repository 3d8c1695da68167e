"""The workspace's index, for one command."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from flashls.engine.indexing import Indexing, unfit
from flashls.settings import Settings
from flashls.sources import cache_path
from flashls_cli.progress import waiting

_PATIENCE_S = 20.0


@asynccontextmanager
async def indexed(root: Path, settings: Settings) -> AsyncGenerator[Any]:
    """The index of a workspace, brought up to date for at most 20 s; None where there is to be none."""
    if not settings.index.enabled or unfit(root):
        yield None
        return
    indexing = Indexing(root, cache_path(os.environ) / "index", settings.paths.off, settings.index.max_file_kb * 1000)
    indexing.start()
    try:
        with waiting("indexing the workspace"):
            await indexing.ready(_PATIENCE_S)
        yield indexing.index
    finally:
        await indexing.stop()
