"""Open documents over an index."""

from __future__ import annotations

from flashls.index.overlay import Overlay
from tests.index.test_memory import INDEX, facts


def test_documents_hide_what_is_indexed_of_their_files() -> None:
    both = Overlay(INDEX, [facts("a/one.py", "h A A.k", "q"), facts("new.py", "f", "", alpha=9)])
    assert both.version == 7
    assert both.known("new.py")
    assert both.known("b.py")
    assert not both.known("c.py")
    assert both.folder("") == ("b.py", "new.py")
    assert both.package("python", "p") == ("a/two.py",)
    assert both.package("python", "q") == ("a/one.py",)
    assert [d.path for d in both.defined(["f"])] == ["new.py", "a/two.py"]
    assert [d.name for d in both.members(["a/one.py"], ["A"])] == ["k"]
    assert both.manifests("package.json") == {"package.json": "{}"}
    assert both.facts("c.py") is None


def test_a_search_finds_documents_as_they_are() -> None:
    both = Overlay(INDEX, [facts("a/one.py", "h", "", gamma=2), facts("new.py", "f", "", alpha=9)])
    assert [match.path for match in both.search({"alpha": 1.0}, 9)] == ["new.py", "a/two.py"]
    assert [match.path for match in both.search({"gamma": 1.0}, 9)] == ["a/one.py"]
    assert [match.path for match in both.search({"alpha": 1.0}, 9, ["new.py"])] == ["a/two.py"]
    assert len(both.search({"alpha": 1.0}, 1)) == 1


def test_a_document_that_is_as_indexed_ranks_as_it_did() -> None:
    both = Overlay(INDEX, [facts("a/one.py", "f", "p", alpha=3, common=1)])
    assert both.search({"alpha": 1.0}, 9) == INDEX.search({"alpha": 1.0}, 9)
