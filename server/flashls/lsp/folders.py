"""The window's folders: each has a session with an index and settings of its own; they share what the user does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.uris import to_fs_path

from flashls.text.uris import place_of

if TYPE_CHECKING:
    from flashls.engine.session import Session
    from flashls.lsp.server import FlashServer


class Folders:
    """A session for each of the window's folders, in the client's order, or one without a folder.

    ``session`` makes the first one. All have the same documents, habits and events. A document belongs to the innermost
    folder that holds it; one that is in none goes with the first folder.
    """

    def __init__(self, roots: Sequence[str], session: Callable[[str | None], Session]) -> None:
        first = session(roots[0] if roots else None)
        self.sessions = (first, *(_beside(first, root) for root in roots[1:]))
        self._by_uri: dict[str, Session] = {}

    @property
    def first(self) -> Session:
        """The session of the first folder, or the one without a folder."""
        return self.sessions[0]

    def of(self, uri: str) -> Session:
        """The session that a document belongs to. It is asked for with each key: a look into a table."""
        found = self._by_uri.get(uri)
        if found is None:
            holding = [each for each in self.sessions if each.root is not None and _holds(each.root, uri)]
            found = max(holding, key=lambda each: len(each.root or ""), default=self.first)
            if self.first.documents.get(uri) is not None:
                self._by_uri[uri] = found
        return found

    def close(self, uri: str) -> None:
        """Forgets a document; what is under way for it ends."""
        self.of(uri).close(uri)
        self._by_uri.pop(uri, None)

    def change(self, roots: Sequence[str]) -> tuple[Session, ...]:
        """Makes these the window's folders, and takes open documents along; gives the sessions that are no more."""
        before = {session.root: session for session in self.sessions}
        at = {snapshot.uri: self.of(snapshot.uri) for snapshot in self.first.documents.recent}
        first = self.first
        wanted: Sequence[str | None] = roots or [None]
        self.sessions = tuple(before[root] if root in before else _beside(first, root) for root in wanted)
        self._by_uri.clear()
        for uri, session in reversed(at.items()):
            if self.of(uri) is not session:
                _reopen(session, uri)
        return tuple(session for root, session in before.items() if root not in wanted)


def folders_in(params: lsp.InitializeParams) -> tuple[str, ...]:
    """The paths of the folders that a client opens with, by the newest of the three ways in which it may tell."""
    if params.workspace_folders:
        return _paths(params.workspace_folders)
    root = to_fs_path(params.root_uri) if params.root_uri else params.root_path
    return (str(Path(root)),) if root else ()


async def did_change_workspace_folders(ls: FlashServer, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """Takes up folders that were added to the window or removed from it: their settings, and their indexes."""
    gone, new = _paths(params.event.removed), _paths(params.event.added)
    kept = [root for root in ls.roots if root not in gone]
    ls.roots = tuple(dict.fromkeys((*kept, *new)))
    for session in ls.folders.change(ls.roots):
        session.start_over()
    ls.start()
    if new:
        from flashls.lsp.watched import register

        ls.keep(register(ls))


def _paths(folders: Sequence[lsp.WorkspaceFolder]) -> tuple[str, ...]:
    return tuple(str(Path(path)) for folder in folders if (path := to_fs_path(folder.uri)))


def _beside(first: Session, root: str | None) -> Session:
    from flashls.engine.session import Session

    session = Session(
        failed=first.failed, record=first.record, root=root, documents=first.documents, events=first.events,
        id=first.id, rhythm=first.rhythm, bets=first.bets,
    )  # fmt: skip
    session.fates = first.fates
    return session


def _holds(root: str, uri: str) -> bool:
    return f"{place_of(uri)}/".startswith(root.replace("\\", "/").rstrip("/") + "/")


def _reopen(session: Session, uri: str) -> None:
    """Ends what goes on at a document under one session; the text stays open for the others."""
    snapshot = session.documents[uri]
    text = snapshot.lines.after(0, snapshot.lines.length)
    session.close(uri)
    session.documents.open(uri, snapshot.language, snapshot.version, text)
