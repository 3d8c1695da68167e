"""What the server can do: each request, notification and command with the module and function that handle it."""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

# The kinds of code actions that there are.
KINDS = [
    lsp.CodeActionKind.QuickFix,
    lsp.CodeActionKind.Refactor,
    lsp.CodeActionKind.RefactorRewrite,
    lsp.CodeActionKind.Source,
    lsp.CodeActionKind.Empty,
]
# method -> (module in this package, function, options)
FEATURES: dict[str, tuple[str, str, Any]] = {
    lsp.INITIALIZED: ("configuration", "initialized", None),
    lsp.WORKSPACE_DID_CHANGE_CONFIGURATION: ("configuration", "did_change_configuration", None),
    lsp.TEXT_DOCUMENT_DID_SAVE: ("configuration", "did_save", None),
    lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: ("folders", "did_change_workspace_folders", None),
    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES: ("watched", "did_change_watched_files", None),
    lsp.TEXT_DOCUMENT_INLINE_COMPLETION: ("inline_completion", "inline_completion", lsp.InlineCompletionOptions()),
    lsp.TEXT_DOCUMENT_COMPLETION: (
        "completion",
        "completion",
        lsp.CompletionOptions(trigger_characters=[".", "(", "=", " "], resolve_provider=True),
    ),
    lsp.COMPLETION_ITEM_RESOLVE: ("completion", "resolve", None),
    lsp.TEXT_DOCUMENT_CODE_ACTION: (
        "code_actions",
        "code_actions",
        lsp.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True),
    ),
    lsp.TEXT_DOCUMENT_HOVER: ("hover", "hover", None),
    lsp.TEXT_DOCUMENT_CODE_LENS: ("code_lens", "code_lens", lsp.CodeLensOptions()),
    lsp.CODE_ACTION_RESOLVE: ("code_actions", "resolve", None),
}
COMMANDS = {
    "flashls.explain": ("explain", "explain"),
    "flashls.fix": ("fix", "fix"),
    "flashls.document": ("document", "document"),
    "flashls.test": ("test", "test"),
    "flashls.generate": ("generate", "generate"),
    "flashls.review": ("review", "review"),
    "flashls.ask": ("ask", "ask"),
    "flashls.commitMessage": ("commit", "commit_message"),
    "flashls.show": ("hover", "show"),
    "flashls.accept": ("status", "accept"),
    "flashls.showContext": ("show_context", "show_context"),
    "flashls.status": ("status", "status"),
}


def register(server: FlashServer) -> None:
    """Tells the server of all of it; no handler's module is imported yet."""
    for method, (module, name, options) in FEATURES.items():
        server.feature(method, options)(_on_first_use(module, name))
    for command, (module, name) in COMMANDS.items():
        server.command(command)(_on_first_use(module, name))


def _on_first_use(module: str, name: str) -> Any:
    """A handler that imports its module when it is first called."""

    async def handler(ls: FlashServer, *arguments: Any) -> Any:
        result = getattr(importlib.import_module(f"flashls.lsp.{module}"), name)(ls, *arguments)
        return await result if asyncio.iscoroutine(result) else result

    return handler
