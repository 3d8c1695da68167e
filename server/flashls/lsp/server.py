"""The server: what it can do, and the state of one editor window. Requests are handled one file each.

Modules below this package are imported on first use, after ``initialize`` was answered: start-up is waited for.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
from collections.abc import Coroutine
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInternalError
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from flashls import __version__
from flashls.lsp.capabilities import Capabilities, capabilities
from flashls.lsp.features import register
from flashls.lsp.folders import Folders, folders_in
from flashls.lsp.keys import EditorKeys
from flashls.lsp.pauses import Pauses
from flashls.lsp.protocol import FlashProtocol
from flashls.lsp.status_line import StatusLine

if TYPE_CHECKING:
    from flashls.app import App
    from flashls.engine.completion.fates import Row
    from flashls.engine.engine import Engine
    from flashls.engine.reviewing.review import Finding
    from flashls.engine.session import Session
    from flashls.lsp.indexing import Following
    from flashls.types import Encoding

log = logging.getLogger(__name__)
T = TypeVar("T")


class FlashServer(LanguageServer):
    """One editor window: its session, its keys, its settings, and the app that serves them."""

    protocol: FlashProtocol

    def __init__(self) -> None:
        self.keys = EditorKeys()
        self.options: dict[str, Any] = {}
        self.roots: tuple[str, ...] = ()
        self.able = Capabilities()
        self.indexing: dict[str, Following] = {}  # by folder
        self.watches = False  # whether the client tells of all files that change
        self.watch_id = ""  # under which it was asked to, in the folders there were then
        self.status_line = StatusLine(self)
        self.pauses = Pauses(lambda uri, offset: self.look_ahead(uri, offset, 0))
        self._background: set[asyncio.Task[Any]] = set()
        self.fixes: dict[Any, Any] = {}  # those found and checked already, by what they mend; ``fixing`` are under way
        self.fixing: set[Any] = set()
        self.findings: dict[str, tuple[Finding, ...]] = {}  # of reviews, by document
        self.shown: dict[str, bool] = {}  # what was switched on or off in this window: "hover", "lenses"
        self._app: asyncio.Future[App] | None = None
        self._before: asyncio.Future[App] | None = None  # with the settings that were in force, until others are
        self._starting: asyncio.Task[None] | None = None
        super().__init__("flashls", __version__, protocol_cls=FlashProtocol, converter_factory=default_converter)
        register(self)

    @cached_property
    def folders(self) -> Folders:
        """The window's folders, each with its session."""
        from flashls.engine.session import Session

        return Folders(self.roots, lambda root: Session(failed=self.status_line.failed, record=self._record, root=root))

    @property
    def session(self) -> Session:
        """What all folders share: the documents, the last events, what became of suggestions."""
        return self.folders.first

    def session_at(self, uri: str) -> Session:
        """What goes on in the folder that a document belongs to."""
        return self.folders.of(uri)

    @cached_property
    def encoding(self) -> Encoding:
        """The unit of the client's columns, its first choice among those it offers."""
        name: Encoding = lsp.PositionEncodingKind(self.workspace.position_encoding).value
        return name

    def initialized_with(self, params: lsp.InitializeParams) -> None:
        """Notes what the client said of itself."""
        self.roots = folders_in(params)
        options = params.initialization_options
        self.options = dict(options) if isinstance(options, dict) else {}
        self.able = capabilities(params.capabilities)

    def start(self) -> None:
        """Builds the app in the background, again after a change of settings; requests wait for it in ``ready``."""
        if self._starting is not None:
            self._starting.cancel()
        if self._app is None or self._app.done():
            self._before = self._app if _built(self._app) else self._before
            self._app = asyncio.get_running_loop().create_future()
        self._starting = asyncio.create_task(self._build(self._app))

    async def ready(self) -> App:
        """The app with the settings in force."""
        if self._app is None:
            self.start()
        assert self._app is not None
        return await asyncio.shield(self._app)

    async def engine_at(self, uri: str) -> Engine:
        """The engine with the settings that hold in the folder that a document belongs to."""
        return (await self.ready()).engine_in(self.session_at(uri).root)

    async def stop(self) -> None:
        """Ends everything that is under way."""
        if "folders" in self.__dict__:
            for session in self.folders.sessions:
                session.close_all()
        if self._starting is not None:
            self._starting.cancel()
        self.status_line.close()
        self.pauses.close()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*(following.stop() for following in self.indexing.values()))
        for app in filter(None, map(_built, (self._before, self._app))):
            await app.aclose()

    def look_ahead(self, uri: str, offset: int, delay: float) -> None:
        """Has what a completion at an offset will need gathered, ``delay`` seconds after the last such call."""
        from flashls.engine.experiment import engine_of
        from flashls.types import Cursor

        app, session = _built(self._app), self.session_at(uri)
        snapshot = session.documents.get(uri)
        if app is None or snapshot is None:
            return
        engine = engine_of(app.engine_in(session.root), session.id)
        route, settings = engine.routes.get("complete"), engine.settings
        if route is None:
            return
        if settings.complete.enabled and snapshot.language not in settings.languages.off:
            session.look_ahead(Cursor(snapshot, offset), engine.terms(route), delay)

    def files_changed(self, paths: list[str]) -> None:
        """Files were made, changed or deleted: what was found out from them is found out again, settings among it."""
        for session in self.folders.sessions:
            session.changed_on_disk()
        for following in self.indexing.values():
            following.changed(paths)
        if not {Path(root, ".flashls.toml") for root in self.roots}.isdisjoint(map(Path, paths)):
            self.start()

    def offered(self, uri: str) -> str:
        """The id under which the client reports that it accepted what a document was last offered."""
        return self.session.fates.known_as(uri)

    @property
    def app(self) -> App | None:
        """The app with the settings in force, None while there is none yet."""
        return _built(self._app)

    def keep(self, work: Coroutine[Any, Any, Any]) -> None:
        """Has some work done in the background."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Logs what broke in here, but not the message, which may hold code. pygls would pop up a toast for each."""
        if isinstance(error, JsonRpcInternalError) and error.data:
            log.error("%s\n%s", error.message.partition(":")[0], "".join(error.data["traceback"]))
        elif not isinstance(error, JsonRpcException):
            log.error("%s: %s", getattr(source, "__name__", source), type(error).__name__)

    def request_failed(self, error: Exception) -> JsonRpcException:
        """The response to a request that could not be answered (LSP 3.17, RequestFailed)."""
        return JsonRpcException(str(error), lsp.LSPErrorCodes.RequestFailed.value)

    def structured(self, value: Any, kind: type[T]) -> T:
        """A protocol type from JSON. Raises cattrs' BaseValidationError if it is none."""
        result: T = self.protocol._converter.structure(value, kind)
        return result

    def unstructured(self, value: Any) -> Any:
        """JSON from a protocol type."""
        return self.protocol._converter.unstructure(value)

    def _record(self, row: Row) -> None:
        if app := _built(self._app):
            app.ledger.record(row)

    async def _follow(self, app: App) -> None:
        from flashls.lsp.indexing import follow

        await follow(self, app)

    async def _build(self, future: asyncio.Future[App]) -> None:
        from flashls.lsp.warm import warm

        try:
            module = await asyncio.to_thread(importlib.import_module, "flashls.app")
            folders = [Path(root) for root in self.roots]
            app: App = await module.build(
                os.environ, editor=self.options, editor_keys=self.keys.current(), notice=self.status_line.notice,
                root=folders[0] if folders else None, others=folders[1:],
            )  # fmt: skip
            future.set_result(app)
            old, self._before = self._before, None
            if app_before := _built(old):
                for session in self.folders.sessions:
                    session.start_over()
                await asyncio.shield(app_before.aclose())
            for line in (*app.problems, *app.notices):
                self.status_line.tell("error", line, popup=True)
            self.status_line.tell(
                "no model" if app.engine.missing else "ready", app.engine.missing, popup=bool(app.engine.missing)
            )
            await asyncio.to_thread(warm, self)
            await self._follow(app)
            await app.warm(self.session.id)
            for snapshot in self.session.documents.recent:
                self.look_ahead(snapshot.uri, 0, 0)
        except Exception as error:
            log.exception("the settings could not be put in force")
            if not future.done():
                future.set_exception(error)


def _built(future: asyncio.Future[App] | None) -> App | None:
    done = future is not None and future.done() and not future.cancelled() and future.exception() is None
    return future.result() if done and future is not None else None
