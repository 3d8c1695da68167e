"""A real server process over stdio, driven by pytest-lsp's client, and held to account when it ends."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, LanguageClientProtocol, client_capabilities
from pytest_lsp.client import configuration

URI = "file:///w/a.py"
MODEL = "scripted/demo"
_USUAL = ("flashls/status", lsp.CLIENT_REGISTER_CAPABILITY, lsp.CLIENT_UNREGISTER_CAPABILITY)
_KEPT = ("PATH", "SYSTEMROOT", "LANG")


class _Protocol(LanguageClientProtocol):
    """Notes every notification and request that the server sends."""

    _server: Client

    def handle_message(self, message: Any) -> None:
        if hasattr(message, "method"):
            self._server.inbox.append((message.method, _plain(getattr(message, "params", None))))
        super().handle_message(message)


def _converter() -> Any:
    """The library's, which takes a code action that has a command for a bare command (lsprotocol 2025.0.0)."""
    made: Any = default_converter
    converter = made()
    converter.register_structure_hook(
        lsp.Command | lsp.CodeAction,
        lambda given, _: converter.structure(
            given, lsp.Command if isinstance(given.get("command"), str) else lsp.CodeAction
        ),
    )
    return converter


class Client(LanguageClient):
    """``inbox`` holds what the server sent unasked: (method, params)."""

    def __init__(self) -> None:
        self.inbox: list[tuple[str, Any]] = []
        super().__init__(converter_factory=_converter, protocol_cls=_Protocol)
        for method in ("flashls/status", lsp.WINDOW_SHOW_MESSAGE, lsp.WINDOW_LOG_MESSAGE, lsp.PROGRESS):
            self.feature(method)(_noted)
        self.feature(lsp.WORKSPACE_CONFIGURATION)(configuration)
        self.feature(lsp.CLIENT_REGISTER_CAPABILITY)(_noted)
        self.feature(lsp.CLIENT_UNREGISTER_CAPABILITY)(_noted)
        self.feature(lsp.WINDOW_WORK_DONE_PROGRESS_CREATE)(_noted)


def _of_a_bar(method: str, params: Any) -> bool:
    """Whether a message is about a work's progress, which may come after the answer; streams of ours are read."""
    begun = isinstance(params, dict) and isinstance(params.get("value"), dict)
    kind = params["value"].get("kind") if begun else ""
    bar = method == lsp.PROGRESS and str(params.get("token", "")).startswith("flashls-")
    return method == lsp.WINDOW_WORK_DONE_PROGRESS_CREATE or (bar and kind in ("begin", "report", "end"))


@dataclass(slots=True)
class Editor:
    """An editor window with one server."""

    client: Client
    process: asyncio.subprocess.Process
    initialized: lsp.InitializeResult
    stderr: asyncio.Task[bytes]
    expected_stderr: list[str] = field(default_factory=list)

    def open(self, text: str, uri: str = URI, language: str = "python") -> None:
        """Opens a document at version 1."""
        item = lsp.TextDocumentItem(uri=uri, language_id=language, version=1, text=text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def close(self, uri: str = URI) -> None:
        """Closes a document."""
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))

    def change(self, version: int, *edits: tuple[int, int, int, int, str], uri: str = URI) -> None:
        """One notification with edits (line, character, line, character, text), each to what the last one left."""
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(version=version, uri=uri),
                [
                    lsp.TextDocumentContentChangePartial(lsp.Range(lsp.Position(a, b), lsp.Position(c, d)), text)
                    for a, b, c, d, text in edits
                ],
            )
        )

    async def inline(
        self, line: int, character: int, uri: str = URI, explicit: bool = False, request: str | None = None
    ) -> list[lsp.InlineCompletionItem]:
        """The ghost texts at a position."""
        kind = lsp.InlineCompletionTriggerKind.Invoked if explicit else lsp.InlineCompletionTriggerKind.Automatic
        params = lsp.InlineCompletionParams(
            lsp.InlineCompletionContext(kind), lsp.TextDocumentIdentifier(uri), lsp.Position(line, character)
        )
        answer = await self.request(lsp.TEXT_DOCUMENT_INLINE_COMPLETION, params, request)
        return list(answer.items)

    async def texts(self, line: int, character: int, uri: str = URI) -> list[Any]:
        """The ghost texts at a position, as text."""
        return [item.insert_text for item in await self.inline(line, character, uri)]

    async def command(self, name: str, *arguments: Any, request: str | None = None) -> Any:
        """What a command answers."""
        params = lsp.ExecuteCommandParams(name, list(arguments))
        return await self.request(lsp.WORKSPACE_EXECUTE_COMMAND, params, request)

    async def request(self, method: str, params: Any, request: str | None = None) -> Any:
        """What a request is answered with; ``request`` is its id."""
        protocol: Any = self.client.protocol
        return await protocol.send_request_async(method, params, msg_id=request)

    async def reasons(self) -> list[str]:
        """What came of the last requests."""
        return [event["reason"] for event in _plain(await self.command("flashls.status"))["last"]]

    def cancel(self, request: str) -> None:
        """Cancels a request by its id."""
        self.client.cancel_request(lsp.CancelParams(request))

    def raw(self, *parts: bytes) -> None:
        """Writes bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"".join(parts))

    def read(self, method: str) -> list[Any]:
        """Takes the messages of a method out of the inbox."""
        found = [params for name, params in self.client.inbox if name == method]
        self.client.inbox[:] = [(name, params) for name, params in self.client.inbox if name != method]
        return found

    async def until(self, condition: Callable[[], object]) -> None:
        """Waits for something to become true, at most ten seconds."""
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.01)

    async def state(self, state: str) -> dict[str, Any]:
        """Waits for a status of that state and reads all statuses up to now."""
        await self.until(lambda: any(m == "flashls/status" and p["state"] == state for m, p in self.client.inbox))
        last: dict[str, Any] = [status for status in self.read("flashls/status") if status["state"] == state][-1]
        return last

    async def end(self, shut_down: bool = True) -> tuple[int, str]:
        """Ends the server as the protocol says; its exit status, and what it wrote to standard error."""
        async with asyncio.timeout(10):
            if shut_down:
                await self.client.shutdown_async(None)
            self.client.exit(None)
            status = await self.process.wait()
            return status, (await self.stderr).decode()


def folder(path: Path) -> lsp.WorkspaceFolder:
    """A folder as a client names it."""
    return lsp.WorkspaceFolder(path.as_uri(), path.name)


def scripted(tmp_path: Path, replies: list[dict[str, Any]], more: str = "") -> str:
    """A config.toml in which all tasks ask the scripted model, at once."""
    path = tmp_path / "replies.json"
    path.write_text(json.dumps(replies), "utf-8")
    return (
        f'[models]\ncomplete = ["{MODEL}"]\nexplain = ["{MODEL}"]\n[providers.scripted]\nreplies = {str(path)!r}\n'
        f"{more or '[complete]'}\n" + ("debounce_ms = 0\n" if "debounce_ms" not in more else "")
    )


def home(tmp_path: Path, config: str = "") -> dict[str, str]:
    """The environment of a user who has this config.toml and nothing else."""
    (tmp_path / "config.toml").write_text(config, "utf-8")
    own = {name: str(tmp_path / "home") for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")}
    own |= {f"XDG_{name}_HOME": str(tmp_path / "home" / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    own |= {"XDG_RUNTIME_DIR": str(tmp_path / "home"), "FLASHLS_CONFIG": str(tmp_path / "config.toml")}
    own |= {"FLASHLS_DATA": str(tmp_path / "data"), "FLASHLS_CACHE": str(tmp_path / "cache")}
    return own | {name: os.environ[name] for name in _KEPT if name in os.environ}


@asynccontextmanager
async def editing(
    tmp_path: Path,
    config: str,
    ghosts: bool = True,
    encodings: list[str] | None = None,
    options: dict[str, Any] | None = None,
    root: Path | None = None,
    able: Callable[[lsp.ClientCapabilities], None] = lambda _: None,
    folders: Sequence[Path] = (),
    empty: bool = False,
    **variables: str,
) -> AsyncGenerator[Editor]:
    """An editor whose server has started. At the end nothing may be left over. ``able`` changes what it can do.

    It has ``root`` open, or several ``folders``, or no folder at all where it is ``empty``.

    The server ends with status 0, wrote nothing to standard error but the lines expected, and sent no message that
    the test has not read (statuses and registrations aside).
    """
    client = Client()
    command = [str(Path(sys.executable).with_name("flashls")), "serve"]
    await client.start_io(*command, env=home(tmp_path, config) | variables)
    process = client._server
    assert process is not None and process.stderr is not None and client._stderr_forwarder is not None
    client._stderr_forwarder.cancel()
    stderr = asyncio.create_task(process.stderr.read())
    try:
        async with asyncio.timeout(20):
            params = lsp.InitializeParams(
                capabilities=_capabilities(ghosts, encodings, able),
                root_uri=root.as_uri() if root else None if empty else "file:///w",
                workspace_folders=[folder(each) for each in folders] or None,
                initialization_options=options,
            )
            editor = Editor(client, process, await client.initialize_session(params), stderr)
        yield editor
        if process.returncode is None:
            status, errors = await editor.end()
            assert (status, errors.splitlines()) == (0, editor.expected_stderr), (status, errors)
        unread = [message for message in client.inbox if message[0] not in _USUAL and not _of_a_bar(*message)]
        assert not unread, unread
        unanswered = [name for name, future in client.protocol._request_futures.items() if not future.done()]
        assert not unanswered, unanswered
    finally:
        if process.returncode is None:
            process.kill()
        stopping: Any = client
        await stopping.stop()


def _capabilities(
    ghosts: bool, encodings: list[str] | None, change: Callable[[lsp.ClientCapabilities], None]
) -> lsp.ClientCapabilities:
    able = client_capabilities("visual-studio-code")
    assert able.text_document is not None
    if ghosts:
        able.text_document.inline_completion = lsp.InlineCompletionClientCapabilities()
    able.general = able.general or lsp.GeneralClientCapabilities()
    able.general.position_encodings = [lsp.PositionEncodingKind(name) for name in encodings] if encodings else None
    change(able)
    return able


def _noted(params: Any) -> None:
    """Nothing more than that it arrived."""


def _plain(value: Any) -> Any:
    """Dicts and lists instead of pygls' objects for what LSP does not define."""
    if hasattr(value, "__attrs_attrs__"):
        return {a.name: _plain(getattr(value, a.name)) for a in value.__attrs_attrs__}
    if hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if hasattr(value, "__dict__") and not hasattr(value, "value"):
        return {name: _plain(item) for name, item in vars(value).items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
