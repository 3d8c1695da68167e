"""Which of a window's folders a document belongs to, and what becomes of open documents when folders change."""

from __future__ import annotations

import pytest

from flashls.engine.session import Session
from flashls.lsp.folders import Folders


def folders(*roots: str) -> Folders:
    return Folders(roots, lambda root: Session(root=root))


@pytest.mark.parametrize(
    ("roots", "uri", "root"),
    [
        ([], "file:///w/a/x.py", None),
        (["/w/a"], "file:///w/a/x.py", "/w/a"),
        (["/w/a", "/w/b"], "file:///w/b/x.py", "/w/b"),
        (["/w/a", "/w/ab"], "file:///w/ab/x.py", "/w/ab"),
        (["/w/a", "/w/a/inner"], "file:///w/a/inner/x.py", "/w/a/inner"),
        (["/w/a/inner", "/w/a"], "file:///w/a/inner/x.py", "/w/a/inner"),
        (["/w/a", "/w/b c"], "file:///w/b%20c/x.py", "/w/b c"),
        (["/w/a", "/w/b"], "file:///w/b", "/w/b"),
        (["/w/a", "/w/b"], "file:///elsewhere/x.py", "/w/a"),
        (["/w/a", "/w/b"], "untitled:Untitled-1", "/w/a"),
        (["C:\\w\\a", "C:\\w\\b"], "file:///C%3A/w/b/x.py", "C:\\w\\b"),
    ],
)
def test_a_document_belongs_to_the_innermost_folder_or_the_first(roots: list[str], uri: str, root: str | None) -> None:
    assert folders(*roots).of(uri).root == root


async def test_folders_share_what_the_user_does_and_keep_apart_what_is_there() -> None:
    first, second = folders("/w/a", "/w/b").sessions
    first.documents.open("file:///w/b/x.py", "python", 1, "x")
    assert second.documents.get("file:///w/b/x.py") is not None
    assert first.id == second.id
    assert first.fates is second.fates
    assert first.events is second.events
    second.index = object()
    assert first.index is None
    first.close_all()


async def test_an_open_document_goes_along_when_its_folder_comes_and_goes() -> None:
    window, uri = folders("/w/a"), "file:///w/b/x.py"
    window.first.documents.open(uri, "python", 7, "x = 1\r\ny")
    assert window.change(["/w/a", "/w/b"]) == ()
    assert window.of(uri).root == "/w/b"
    gone = window.change(["/w/b"])
    assert [session.root for session in gone] == ["/w/a"]
    assert (window.first.root, window.of("file:///w/a/z.py").root) == ("/w/b", "/w/b")
    window.change([])
    assert window.of(uri).root is None
    snapshot = window.first.documents[uri]
    assert (snapshot.language, snapshot.version, snapshot.lines.after(0, 99)) == ("python", 7, "x = 1\r\ny")
    window.first.close_all()
