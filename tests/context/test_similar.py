"""Similar code in other open documents: what is found, how it ranks, and what is left alone."""

from __future__ import annotations

import pytest

from flashls.context.similar import similar
from flashls.text.lines import lines_of
from flashls.types import Cursor, Snapshot, Snippet, Workspace

HERE = "def parse_header(stream, encoding):\n    content_length = read_length(stream)\n    "
ALIKE = "def parse_body(stream, encoding):\n    content_length = read_length(stream)\n    return stream\n"
OTHER = "class Rectangle:\n    width: int\n    height: int\n"


def document(name: str, text: str) -> Snapshot:
    return Snapshot(f"file:///w/{name}", "python", 1, lines_of(text))


def found(*others: Snapshot, here: str = HERE, n: int = 4, root: str | None = "/w") -> tuple[Snippet, ...]:
    """What is similar to ``here``, with the cursor at its end."""
    own = document("here.py", here)
    return similar(Cursor(own, own.lines.length), Workspace((own, *others), root), n)


def test_finds_code_that_shares_identifiers_and_says_so() -> None:
    (snippet,) = found(document("a.py", ALIKE), document("b.py", OTHER))
    assert (snippet.path, snippet.text, snippet.kind) == ("a.py", ALIKE, "similar")
    assert 0.3 < snippet.score <= 1
    assert f"{snippet.score:.2f}" in snippet.why


@pytest.mark.parametrize("text", ["", "\n\n", "x = 1\n", "// ...\n"])
def test_finds_nothing_in_what_has_nothing_in_common(text: str) -> None:
    assert found(document("a.py", text)) == ()


def test_never_finds_the_document_itself() -> None:
    assert found() == ()


def test_more_alike_ranks_higher() -> None:
    half = "def encoding(stream):\n    return stream.rectangle.width.height\n"
    assert [s.path for s in found(document("half.py", half), document("alike.py", ALIKE))] == ["alike.py", "half.py"]


def test_is_the_same_each_time() -> None:
    others = [document(f"{n}.py", ALIKE) for n in range(9)]
    first = found(*others)
    assert first == found(*others)
    assert [s.path for s in first] == ["0.py", "1.py", "2.py", "3.py"]


@pytest.mark.parametrize("n", [0, 1, 3])
def test_gives_at_most_n(n: int) -> None:
    assert len(found(*(document(f"{k}.py", ALIKE) for k in range(5)), n=n)) == n


def test_windows_of_one_document_are_forty_rows_and_do_not_overlap() -> None:
    rows = [f"content_length = read_length(stream, encoding)  # {n}\n" for n in range(80)]
    snippets = found(document("a.py", "".join(rows)))
    spans = [rows.index(s.text.splitlines(keepends=True)[0]) for s in snippets]
    assert len(spans) == 2
    assert abs(spans[0] - spans[1]) >= 40
    assert all(s.text.count("\n") == 40 for s in snippets)


def test_looks_only_at_the_most_recent_documents_and_so_far_into_each() -> None:
    assert found(*(document(f"{n}.py", OTHER) for n in range(20)), document("late.py", ALIKE)) == ()
    assert found(document("long.py", "\n" * 5000 + ALIKE)) == ()


def test_paths_are_relative_to_the_workspace() -> None:
    deep = Snapshot("file:///w/lib/a%20b.py", "python", 1, lines_of(ALIKE))
    assert [s.path for s in found(deep)] == ["lib/a b.py"]
    assert [s.path for s in found(deep, root=None)] == ["a b.py"]
