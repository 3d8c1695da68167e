"""The index in memory."""

from __future__ import annotations

import pytest

from flashls.index.facts import Chunk, Definition, Facts
from flashls.index.memory import Memory


def definition(path: str, name: str, container: str = "") -> Definition:
    return Definition(path, name, "function", container, 0, 1, f"def {name}():")


def facts(path: str, names: str, package: str = "", **words: int) -> Facts:
    dotted = (name.rpartition(".") for name in names.split())
    defined = tuple(definition(path, name, container) for container, _, name in dotted)
    return Facts(path, "python", package, defined, (), (Chunk(0, 9, words),) if words else ())


INDEX = Memory(
    [
        facts("a/one.py", "f A A.f", "p", alpha=3, common=1),
        facts("a/two.py", "f", "p", alpha=1, common=1),
        facts("b.py", "g", "", beta=1, common=1),
    ],
    {"go.mod": "module x", "sub/go.mod": "module y", "package.json": "{}"},
    version=7,
)


def test_what_can_be_asked() -> None:
    assert INDEX.version == 7
    assert (INDEX.known("b.py"), INDEX.known("c.py")) == (True, False)
    assert (INDEX.folder("a"), INDEX.folder(""), INDEX.folder("c")) == (("a/one.py", "a/two.py"), ("b.py",), ())
    assert INDEX.package("python", "p") == ("a/one.py", "a/two.py")
    assert INDEX.package("go", "p") == ()
    assert INDEX.manifests("go.mod") == {"go.mod": "module x", "sub/go.mod": "module y"}
    assert [(d.path, d.container, d.name) for d in INDEX.defined(["f", "g", "f", "none"])] == [
        ("a/one.py", "", "f"), ("a/one.py", "A", "f"), ("a/two.py", "", "f"), ("b.py", "", "g"),
    ]  # fmt: skip
    assert [d.name for d in INDEX.members(["a/one.py", "b.py"], ["A"])] == ["f"]
    found = INDEX.facts("a/one.py")
    assert found is not None
    assert (len(found.definitions), found.chunks) == (3, ())
    assert INDEX.facts("c.py") is None


@pytest.mark.parametrize(
    ("words", "n", "without", "paths"),
    [
        ({"alpha": 1.0}, 5, [], ["a/one.py", "a/two.py"]),
        ({"alpha": 1.0}, 1, [], ["a/one.py"]),
        ({"alpha": 1.0}, 5, ["a/one.py"], ["a/two.py"]),
        ({"beta": 1.0, "alpha": 0.1}, 1, [], ["b.py"]),
        ({"none": 1.0}, 5, [], []),
        ({}, 5, [], []),
    ],
)
def test_search(words: dict[str, float], n: int, without: list[str], paths: list[str]) -> None:
    assert [match.path for match in INDEX.search(words, n, without)] == paths
