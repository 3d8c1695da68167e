"""The open documents: their trees are those of their latest text, however the edits came."""

from __future__ import annotations

import asyncio

import pytest

from flashls.engine.documents import Documents
from flashls.syntax.languages import language_of
from flashls.syntax.trees import parsed
from flashls.text.edits import Change
from flashls.types import Snapshot

URI = "file:///w/a.py"
TEXT = "def first(a):\n    return a\n\n\ndef second(b):\n    return b\n"


def is_fresh(snapshot: Snapshot) -> bool:
    text = snapshot.before(snapshot.lines.length, snapshot.lines.length)
    fresh = parsed(language_of(snapshot.language), text)
    return snapshot.tree is not None and fresh is not None and str(snapshot.tree.root_node) == str(fresh.root_node)


@pytest.mark.parametrize(
    "changes",
    [
        [Change((1, 11), (1, 12), "[a, 1]"), Change((5, 11), (5, 12), "{b: 2}")],
        [Change((0, 4), (0, 4), "x"), Change((5, 11), (5, 12), "(b for b in b)")],
        [Change((4, 0), (5, 0), ""), Change((0, 0), (0, 0), "class C:\n")],
        [Change(None, None, "x = [1, 2]\n"), Change((0, 5), (0, 6), "{3}")],
    ],
)
@pytest.mark.parametrize("open_first", [True, False])
async def test_several_edits_of_one_version_are_all_parsed(changes: list[Change], open_first: bool) -> None:
    documents = Documents()
    documents.open(URI, "python", 1, TEXT)
    if open_first:
        await documents.parsed(URI)
    for change in changes:
        documents.change(URI, 2, [change])
    snapshot = await documents.parsed(URI)
    assert is_fresh(snapshot)
    assert (snapshot.version, snapshot.tree_version) == (2, 2)
    documents.close(URI)


async def test_a_letter_typed_is_parsed_a_moment_later() -> None:
    documents = Documents()
    documents.open(URI, "python", 1, TEXT)
    await documents.parsed(URI)
    snapshot = documents.change(URI, 2, [Change((1, 12), (1, 12), "b")])
    assert snapshot.tree_version == 1
    assert is_fresh(await documents.parsed(URI))
    documents.close(URI)


async def test_who_waits_for_a_tree_gets_that_of_the_document_taken_up_anew() -> None:
    documents = Documents()
    documents.open("file:///w/a.py", "python", 1, "x = 1\n" * 3000)
    waiting = asyncio.create_task(documents.parsed("file:///w/a.py"))
    await asyncio.sleep(0)
    documents.close("file:///w/a.py")
    documents.open("file:///w/a.py", "python", 2, "y = 1\n")
    snapshot = await waiting
    assert (snapshot.version, snapshot.tree_version) == (2, 2)


@pytest.mark.parametrize(
    ("done", "lately"),
    [
        ("", ""),
        ("open a, open b", "b a"),
        ("open a, open b, change a", "a b"),
        ("open a, open b, touch a", "a b"),
        ("open a, open b, close b", "b a"),
        ("open a, open b, close b, open a", "a b"),
        (", ".join(f"open {n}" for n in range(40)), " ".join(str(n) for n in range(39, 7, -1))),
    ],
)
async def test_documents_used_lately_are_known_also_when_they_are_closed(done: str, lately: str) -> None:
    documents = Documents()
    for what, name in (each.split() for each in done.split(", ") if each):
        match what:
            case "open":
                documents.open(name, "plaintext", 1, "text\n")
            case "change":
                documents.change(name, 2, [Change((0, 0), (0, 0), "x")])
            case "touch":
                documents.touch(name)
            case "close":
                documents.close(name)
    assert documents.lately == tuple(lately.split())
