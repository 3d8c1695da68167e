"""pygls' protocol with our own documents, and without its costs and traps on the key path.

pygls splits a whole document at each change, and at ``str.splitlines`` boundaries that LSP does not know; it shows a
pop-up for each malformed message; it decides what a message is by structural checks (9 to 18 microseconds each).
Measured on pygls 2.1.1.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import sys
from collections.abc import Generator
from concurrent.futures import InvalidStateError
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types as lsp
from pygls.exceptions import (
    FeatureNotificationError,
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method

from flashls.lsp.keystroke import Ask, Change, Edits, answer, keystroke

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

log = logging.getLogger(__name__)


class FlashProtocol(LanguageServerProtocol):
    """Receives, dispatches and sends messages; documents are kept by ``lsp.sync``."""

    _server: FlashServer
    exit_code: int | None = None

    def receive(self, body: bytes) -> None:
        """Handles one message. A malformed one is answered with an error if it has an id, and logged; never shown."""
        if self._workspace is not None and not self._shutdown and (pressed := keystroke(body)) is not None:
            self._press(pressed)
            return
        try:
            data = json.loads(body)
            if not isinstance(data, dict):
                raise ValueError("not an object")
        except (ValueError, RecursionError):
            log.warning("ignored a message that is not JSON-RPC")
            self._send_raw({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "Parse error"}})
            return
        self._server.keys.take_from(data)
        try:
            self._check(data)
            message = self.structure_message(data)
            contextvars.copy_context().run(self._dispatch, data, message)
        except JsonRpcException as error:
            log.warning("refused %s: %s", data.get("method", "a response"), error.message)
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())

    def _press(self, pressed: Change | Ask) -> None:
        """Does for the messages of a key press what pygls does for any, which looks at the kind of handler anew."""
        if isinstance(pressed, Change):
            try:
                self.lsp_text_document__did_change(pressed.params)
            except Exception:
                error = JsonRpcInternalError.of(sys.exc_info())  # type: ignore[no-untyped-call]
                self._server._report_server_error(error, FeatureNotificationError)
            return
        task: Any = asyncio.create_task(self._suggest(pressed))  # pygls takes it for the futures of another module
        self._request_futures[pressed.id] = task
        task.add_done_callback(partial(self._not_suggested, msg_id=pressed.id))

    async def _suggest(self, ask: Ask) -> None:
        """Answers as soon as there is an answer: a callback of the task's would be a turn of the loop later."""
        result = await self._get_handler(lsp.TEXT_DOCUMENT_INLINE_COMPLETION)(ask.params)
        self._request_futures.pop(ask.id, None)
        if body := answer(ask.id, result):
            self._write(body)
        else:
            self._send_response(ask.id, result)

    def _not_suggested(self, task: Any, msg_id: int | str) -> None:
        if task.cancelled() or task.exception() is not None:
            self._send_handler_result(task, msg_id=msg_id)

    def _dispatch(self, data: dict[str, Any], message: Any) -> None:
        method = data.get("method")
        if method is None:
            with suppress(InvalidStateError):  # whoever asked has been cancelled
                self._handle_response(message.id, getattr(message, "result", None), getattr(message, "error", None))
        elif "id" in data:
            self._handle_request(message.id, method, message.params)
        elif method == lsp.EXIT or (self._workspace is not None and not self._shutdown):
            self._handle_notification(method, message.params)

    def _check(self, data: dict[str, Any]) -> None:
        """Refuses what is no JSON-RPC 2.0, and a request out of turn (LSP 3.17, "Server lifecycle")."""
        method = data.get("method", "")
        if "jsonrpc" not in data or not isinstance(method, str):
            raise JsonRpcInvalidRequest("not JSON-RPC 2.0")
        if not method:
            return
        data.setdefault("params", None)
        if "id" not in data:
            return
        if self._shutdown:
            raise JsonRpcInvalidRequest("the server is shutting down")
        if self._workspace is None and method != lsp.INITIALIZE:
            raise JsonRpcServerNotInitialized("initialize comes first")
        if self._workspace is not None and method == lsp.INITIALIZE:
            raise JsonRpcInvalidRequest("initialize comes once")

    def _send_data(self, data: Any) -> None:
        if data and hasattr(data, "__attrs_attrs__"):
            data = self._converter.unstructure(data)
            with suppress(TypeError, ValueError, OverflowError):  # half of a surrogate pair, a number of 65 bits
                self._write(msgspec.json.encode(data))
                return
        if data:
            self._send_raw(data)

    def _send_raw(self, message: Any) -> None:
        self._write(json.dumps(message, default=self._serialize_message, separators=(",", ":")).encode())

    def _write(self, body: bytes) -> None:
        if self.writer is None:
            return
        self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    @lsp_method(lsp.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(self, params: lsp.ExecuteCommandParams) -> Any:  # type: ignore[override]
        """Runs a command. pygls runs it behind a future of its own: a cancelled request would leave it running."""
        command = self.fm.commands.get(params.command)
        if command is None:
            raise JsonRpcInvalidParams(f"there is no command {params.command!r}")
        return await command(*(params.arguments or ()))

    @lsp_method(lsp.SHUTDOWN)
    async def lsp_shutdown(self, *args: Any) -> None:  # type: ignore[override]
        """Ends all that is under way; requests still open are answered as cancelled."""
        self._shutdown = True
        own, futures = asyncio.current_task(), list[Any](self._request_futures.values())
        running = [future for future in futures if isinstance(future, asyncio.Task) and future is not own]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=1)
        await self._server.stop()

    @lsp_method(lsp.EXIT)
    def lsp_exit(self, *args: Any) -> None:  # type: ignore[override]
        """The client is done: 0 after a shutdown request, else 1 (LSP 3.17, "Exit Notification")."""
        self.exit_code = 0 if self._shutdown else 1

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        """Takes up a document."""
        from flashls.lsp import sync

        sync.did_open(self._server, params)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams | Edits) -> None:
        """Applies changes to a document."""
        from flashls.lsp import sync

        sync.did_change(self._server, params)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """Forgets a document."""
        from flashls.lsp import sync

        sync.did_close(self._server, params)

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """Answers with what the server can do. A client that draws ghost text would ask for lists in vain."""
        self._server.initialized_with(params)
        result: lsp.InitializeResult = yield from super().lsp_initialize(params)
        if self._server.able.ghosts:
            result.capabilities.completion_provider = None
        return result
