"""The workspace's index: kept while the editor is open, its progress shown where the client can show some."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from flashls.engine.indexing import Indexing, unfit
from flashls.index.indexer import Progress
from flashls.sources import cache_path

if TYPE_CHECKING:
    from flashls.app import App
    from flashls.engine.session import Session
    from flashls.lsp.server import FlashServer
    from flashls.settings import Settings

log = logging.getLogger(__name__)
_MOMENT = 1.0  # seconds of work that are shown to nobody


class Following:
    """The index of one of the window's folders under the settings in force there."""

    def __init__(self, ls: FlashServer, session: Session, root: Path, settings: Settings) -> None:
        self.held, self.session = _held(settings), session
        self._ls = ls
        self._bar: _Bar | None = None
        self._title = f"flashls: indexing {root.name}" if len(ls.roots) > 1 else "flashls: indexing"
        most = settings.index.max_file_kb * 1000
        self._indexing = Indexing(root, cache_path(os.environ) / "index", settings.paths.off, most, self._hear)
        session.index = self._indexing.index
        self._indexing.start()
        if ls.watches:
            self.watched()

    def changed(self, paths: list[str]) -> None:
        """Passes on which files (absolute paths) were made, changed or deleted."""
        self._indexing.changed(paths)

    def watched(self) -> None:
        """Passes on that the client tells of all changes."""
        self._indexing.watched(True)

    async def stop(self) -> None:
        """Ends the process that indexes; what is indexed stays, but is shown no more."""
        self.session.index = None
        await self._end()

    def _hear(self, progress: Progress) -> None:
        if progress.state == "failed":
            log.warning("the workspace is not indexed: %s", progress.reason)
        if progress.state in ("scanning", "indexing") and _can_show(self._ls):
            self._bar = self._bar or _Bar(self._ls, self._title, self._give_up)
            self._bar.report(progress)
        else:
            self._put_away()

    def _give_up(self) -> None:
        """The user has cancelled: completions go on with what is indexed so far, until settings that matter change."""
        self._ls.keep(self._end())

    async def _end(self) -> None:
        self._put_away()
        await self._indexing.stop()

    def _put_away(self) -> None:
        if self._bar is not None:
            self._bar.end()
            self._bar = None


async def follow(ls: FlashServer, app: App) -> None:
    """Starts, goes on with, or ends the index of each of the editor's folders, as the settings there say."""
    wanted = {
        session.root: (session, app.engine_in(session.root).settings) for session in ls.folders.sessions if session.root
    }
    for root, following in [*ls.indexing.items()]:
        session, settings = wanted.get(root, (None, None))
        goes_on = following.session is session and settings is not None and following.held == _held(settings)
        if not goes_on or settings is None or not settings.index.enabled:
            del ls.indexing[root]
            await following.stop()
    for root, (session, settings) in wanted.items():
        if settings.index.enabled and root not in ls.indexing:
            await _begin(ls, session, root, settings)


async def _begin(ls: FlashServer, session: Session, root: str, settings: Settings) -> None:
    if reason := await asyncio.to_thread(unfit, Path(root)):
        log.info("the workspace is not indexed: %s", reason)
    else:
        ls.indexing[root] = Following(ls, session, Path(root), settings)


class _Bar:
    """Work-done progress with a cancel button (LSP 3.17, "Server Initiated Progress"); short work is not shown."""

    def __init__(self, ls: FlashServer, title: str, cancelled: Callable[[], None]) -> None:
        self._ls, self._title, self._cancelled = ls, title, cancelled
        self._token = f"flashls-index-{uuid4().hex[:8]}"
        self._latest = Progress("scanning")
        self._shown = False
        self._task = asyncio.create_task(self._show())

    def report(self, progress: Progress) -> None:
        self._latest = progress
        if self._shown:
            message, share = _said(progress)
            report = lsp.WorkDoneProgressReport(message=message, percentage=share)
            self._ls.work_done_progress.report(self._token, report)

    def end(self) -> None:
        self._task.cancel()
        if self._shown:
            self._ls.work_done_progress.end(self._token, lsp.WorkDoneProgressEnd())

    async def _show(self) -> None:
        await asyncio.sleep(_MOMENT)
        progress = self._ls.work_done_progress
        try:
            await progress.create_async(self._token)
        except JsonRpcException:
            return
        progress.tokens[self._token].add_done_callback(lambda asked: self._cancelled() if asked.cancelled() else None)
        message, share = _said(self._latest)
        begin = lsp.WorkDoneProgressBegin(title=self._title, cancellable=True, message=message, percentage=share)
        progress.begin(self._token, begin)
        self._shown = True


def _said(progress: Progress) -> tuple[str | None, int]:
    """What a bar says, and how full it is in percent."""
    if not progress.total:
        return None, 0
    return f"{progress.done} of {progress.total} files", progress.done * 100 // progress.total


def _held(settings: Settings) -> tuple[object, ...]:
    """What an index depends on."""
    return settings.paths.off, settings.index


def _can_show(ls: FlashServer) -> bool:
    window = ls.client_capabilities.window
    return bool(window and window.work_done_progress)
