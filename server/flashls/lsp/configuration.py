"""The session's life: start after ``initialized``, changed settings, saves."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.uris import to_fs_path

from flashls.lsp.hover import renewed, shows
from flashls.lsp.watched import register
from flashls.settings import Settings

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

log = logging.getLogger(__name__)


async def initialized(ls: FlashServer, params: lsp.InitializedParams) -> None:
    """The client is ready: what is slow to load is loaded now."""
    ls.start()
    ls.keep(register(ls))


async def did_change_configuration(ls: FlashServer, params: lsp.DidChangeConfigurationParams) -> None:
    """Puts new settings in force: those sent along, else those the client gives when asked."""
    section = _section(params.settings)
    if section is None and _can_be_asked(ls):
        item = lsp.ConfigurationItem(section="flashls")
        answers = await ls.workspace_configuration_async(lsp.ConfigurationParams([item]))
        section = answers[0] if answers else None
    if isinstance(section, dict):
        ls.options = dict(section)
    before = shows(ls, "lenses")
    ls.start()
    ls.keep(renewed(ls, before))


def did_save(ls: FlashServer, params: lsp.DidSaveTextDocumentParams) -> None:
    """What is on disk has changed."""
    path = to_fs_path(params.text_document.uri)
    ls.files_changed([path] if path else [])


def _section(settings: Any) -> Any:
    """Our settings among those that a client sends: under our name, or alone; None if there are none of ours."""
    if not isinstance(settings, dict):
        return None
    alone = not settings.keys().isdisjoint(Settings.__struct_fields__)
    return settings.get("flashls", settings if alone else None)


def _can_be_asked(ls: FlashServer) -> bool:
    workspace = ls.client_capabilities.workspace
    return bool(workspace and workspace.configuration)
