"""Files that change outside the editor: registered with clients that watch them, and passed on to the index."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import uuid4

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.uris import to_fs_path

from flashls.syntax.languages import LANGUAGES

if TYPE_CHECKING:
    from flashls.lsp.server import FlashServer

log = logging.getLogger(__name__)
_METHOD = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES

# What says which files count, what a project is made of, and which commit is checked out.
_NAMES = (
    ".gitignore", ".aiexclude", ".copilotignore", ".cursorignore", ".flashlsignore", ".flashls.toml", "go.mod",
    "package.json", "tsconfig.json", "jsconfig.json", "Cargo.toml", "pyproject.toml", "pom.xml", "composer.json",
)  # fmt: skip


async def register(ls: FlashServer) -> None:
    """Asks the client to tell of changed files, if it can be asked (LSP 3.17, "DidChangeWatchedFiles").

    Once there is a folder, and again when more have come: a client may watch those alone that it had when it was asked
    (Neovim 0.12 does).
    """
    workspace = ls.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    if not (watched and watched.dynamic_registration and ls.roots):
        return
    before, ours = ls.watch_id, f"flashls-files-{uuid4().hex[:8]}"
    ls.watch_id, ls.watches = ours, False
    options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(glob) for glob in globs()])
    try:
        await ls.client_register_capability_async(lsp.RegistrationParams([lsp.Registration(ours, _METHOD, options)]))
        if before:
            await ls.client_unregister_capability_async(lsp.UnregistrationParams([lsp.Unregistration(before, _METHOD)]))
    except JsonRpcException as error:
        log.warning("the client does not tell of changed files: %s", error.message)
        return
    if ls.watch_id == ours:
        ls.watches = True
        for following in ls.indexing.values():
            following.watched()


def globs() -> tuple[str, ...]:
    """What to watch: the files of every language that is known, those that say which files count, and git's HEAD."""
    suffixes = sorted({suffix[1:] for language in LANGUAGES for suffix in language.suffixes})
    return f"**/*.{{{','.join(suffixes)}}}", f"**/{{{','.join(_NAMES)}}}", "**/.git/HEAD"


def did_change_watched_files(ls: FlashServer, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Takes up which files were made, changed or deleted."""
    paths = [path for event in params.changes if (path := to_fs_path(event.uri))]
    ls.files_changed(paths)
