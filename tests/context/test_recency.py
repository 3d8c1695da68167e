"""Documents used lately: which they are, and what that counts for in ranking."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashls.context.gather import extras
from flashls.context.recency import recency, recent_files
from flashls.context.retrieve import LATELY
from flashls.context.similar import similar
from flashls.text.lines import lines_of
from flashls.types import Budget, Cursor, Snapshot, Workspace
from tests.context.indexed import indexed
from tests.context.test_retrieve import opened


def document(path: str) -> Snapshot:
    return Snapshot(f"file:///w/{path}", "python", 1, lines_of("x = 1\n"))


@pytest.mark.parametrize(
    ("lately", "open_", "expected"),
    [
        ("", "", []),
        ("own", "own", []),
        ("a", "", ["a"]),  # it has been closed
        ("", "a b", ["a", "b"]),
        ("b a", "a b", ["b", "a"]),
        ("own b own a", "a", ["b", "a"]),
        ("b", "a c", ["b", "a", "c"]),
        (" ".join(f"d{n}" for n in range(40)), "a", [f"d{n}" for n in range(20)]),
    ],
)
def test_documents_by_how_lately_they_were_used(lately: str, open_: str, expected: list[str]) -> None:
    """The later a document was used the more it weighs, and the own one nothing."""
    uris = tuple(f"file:///w/{name}" for name in lately.split())
    workspace = Workspace(tuple(map(document, open_.split())), "/w", lately=uris)
    weights = recency(workspace, "file:///w/own")
    assert list(weights) == [f"file:///w/{name}" for name in expected]
    assert recent_files(workspace, "file:///w/own") == dict(zip(expected, weights.values(), strict=True))
    assert list(weights.values()) == sorted(set(weights.values()), reverse=True)
    assert [*weights.values()][:1] == [1.0][: len(weights)]
    assert all(0 < weight <= 1 for weight in weights.values())


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///w/a/b.py", "a/b.py"),
        ("file:///w/a%20b.py", "a b.py"),
        ("vscode-notebook-cell:/w/n.ipynb#W0", "n.ipynb"),
        ("file:///elsewhere/main.py", None),  # it is not the folder's own main.py
        ("untitled:main.py", None),
    ],
)
def test_files_used_lately_are_the_folders_own(uri: str, path: str | None) -> None:
    found = recent_files(Workspace((), "/w", lately=(uri, "file:///w/last.py")), "file:///w/own")
    assert list(found) == [each for each in (path, "last.py") if each]


ALIKE = "def charge_{0}(basket, coupon):\n    total = basket.total_with(coupon)\n    return save(total, {0}=True)\n"
MAIN = "def charge_all(basket, coupon):\n    total = basket.total_with(coupon)\n    return save("
LESS = "def leave_{0}(basket):\n    return basket.left({0}=True)\n"
NAMES = ("ash", "birch", "cedar", "fir", "oak", "pine")
BUDGET = Budget(prefix=2_000, suffix=500, extra=190, suffix_rows=5, head_step=1, chars_per_token=1)  # holds one chunk


def shown(root: Path, lately: str, open_: str = "", text: str = ALIKE, off: str = "") -> list[str]:
    """The files of which similar code is shown, of six alike, where there is room for one."""
    files = {f"shop/{name}.py": (text if name == "fir" else ALIKE).format(name) for name in NAMES}
    files["main.py"] = MAIN
    for path, written in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(written)
    here = opened(root, "main.py", MAIN)
    others = [opened(root, f"shop/{name}.py", files[f"shop/{name}.py"]) for name in open_.split()]
    uris = tuple((root / f"shop/{name}.py").as_uri() for name in lately.split())
    workspace = Workspace((here, *others), str(root), indexed(files), lately=(here.uri, *uris))
    found = extras(Cursor(here, len(MAIN)), workspace, BUDGET, frozenset({off}))
    return [Path(each.path).stem for each in found if each.kind == "similar"]


@pytest.mark.parametrize(
    ("lately", "open_", "expected"),
    [
        ("fir", "", "fir"),
        ("pine", "", "pine"),
        ("", "oak", "oak"),
        ("", "pine oak", "pine"),
        ("oak", "pine", "oak"),
        ("oak pine", "pine oak", "oak"),
        ("pine oak ash", "", "pine"),
        ("elm pine", "", "pine"),
    ],
)
def test_of_code_alike_that_of_the_document_used_last_is_shown(
    lately: str, open_: str, expected: str, tmp_path: Path
) -> None:
    assert shown(tmp_path, lately, open_) == [expected]


def test_what_is_much_less_alike_is_not_shown_for_having_been_used(tmp_path: Path) -> None:
    assert shown(tmp_path, "fir", text=LESS) != ["fir"]


def test_without_it_the_order_is_the_same_whatever_was_used(tmp_path: Path) -> None:
    assert shown(tmp_path, "pine", off=LATELY) == shown(tmp_path, "oak", off=LATELY)


@pytest.mark.parametrize("last", ["a", "b", "c"])
def test_without_an_index_the_order_of_use_decides_between_windows_alike(last: str) -> None:
    here = Snapshot("file:///w/own", "python", 1, lines_of(MAIN))
    others = [Snapshot(f"file:///w/{name}", "python", 1, lines_of(ALIKE.format("oak"))) for name in "abc"]
    workspace = Workspace((here, *others), "/w", lately=(f"file:///w/{last}",))
    assert similar(Cursor(here, len(MAIN)), workspace, 1)[0].path == last
