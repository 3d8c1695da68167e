"""The session's life: start after ``initialized``, changed settings, saves, shutdown."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

log = logging.getLogger(__name__)


def initialized(ls: FlashServer, params: lsp.InitializedParams) -> None:
    """The client is ready: what is slow to load is loaded now."""
    ls.start()


async def did_change_configuration(ls: FlashServer, params: lsp.DidChangeConfigurationParams) -> None:
    """Puts new settings in force: those sent along, else those the client gives when asked."""
    settings: Any = params.settings
    if settings is None and _can_be_asked(ls):
        item = lsp.ConfigurationItem(section="flashls")
        answers = await ls.workspace_configuration_async(lsp.ConfigurationParams([item]))
        settings = answers[0] if answers else None
    if isinstance(settings, dict):
        section = settings.get("flashls", settings)
        ls.options = dict(section) if isinstance(section, dict) else {}
    ls.start()


def did_save(ls: FlashServer, params: lsp.DidSaveTextDocumentParams) -> None:
    """Nothing yet depends on what is on disk; registered so that clients send it."""


async def shutdown(ls: FlashServer, *arguments: Any) -> None:
    """Ends what is under way; ``exit`` follows."""
    await ls.stop()


def _can_be_asked(ls: FlashServer) -> bool:
    workspace = ls.client_capabilities.workspace
    return bool(workspace and workspace.configuration)
