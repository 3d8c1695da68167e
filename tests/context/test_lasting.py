"""What of the snippets shown before is shown again: what models may see, and what still stands in its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashls.context.gather import extras
from flashls.context.lasting import lasting
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Budget, Cursor, Snapshot, Snippet, Workspace
from tests.context.indexed import indexed
from tests.context.test_retrieve import opened
from tests.context.workspace import shop

MAIN = "import os\n\n\ndef run(\n    cart,\n):\n    return cart\n"
CART = "class Cart:\n    def add(self, item):\n        return item\n"
FILES = {"main.py": MAIN, "shop/cart.py": CART, "node_modules/x/index.d.ts": "export function f(a: number): void;\n"}


def kept(root: Path, workspace: Workspace, *last: Snippet) -> list[str]:
    here = opened(root, "main.py", MAIN)
    return [one.text for one in lasting(last, Cursor(here, len(MAIN)), workspace)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def of(path: str, text: str, kind: str = "definition", why: str = "") -> Snippet:
    return Snippet(path, text, kind, 1.0, why)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        (of("shop/cart.py", "class Cart:\n    def add(self, item):"), True),
        (of("shop/cart.py", "class Cart:\n    def add(self, item, n):"), False),
        (of("shop/cart.py", "class Cart:\n    def add(self, item):\n    def drop(self):"), False),
        (of("shop/cart.py", "def add(self", "counterpart"), True),
        (of("shop/cart.py", "def add(self", "similar"), False),
        (of("main.py", "import os", "imports"), True),
        (of("main.py", "import sys", "imports"), False),
        (of("main.py", "def run(\n    cart,\n)", "scope"), True),
        (of("gone.py", "def gone(): ..."), False),
        (of("../outside.py", "def outside(): ..."), False),
    ],
)
def test_what_stands_in_a_file_as_it_was_shown_is_shown_again(root: Path, snippet: Snippet, expected: bool) -> None:
    assert kept(root, Workspace((), str(root)), snippet) == ([snippet.text] if expected else [])


def test_what_is_hidden_now_is_not(root: Path) -> None:
    snippet = of("shop/cart.py", "class Cart:")
    assert kept(root, Workspace((), str(root), visible=lambda path: path != "shop/cart.py"), snippet) == []


def test_an_open_document_is_as_it_is_in_the_editor(root: Path) -> None:
    unsaved = opened(root, "shop/cart.py", CART.replace("item", "thing"))
    old, new = of("shop/cart.py", "def add(self, item):"), of("shop/cart.py", "def add(self, thing):")
    assert kept(root, Workspace((unsaved,), str(root)), old, new) == [new.text]


def test_a_file_that_has_changed_on_disk_is_read_again(root: Path) -> None:
    old, new = of("shop/cart.py", "def add(self, item):"), of("shop/cart.py", "def add(self, thing, number):")
    workspace = Workspace((), str(root))
    assert kept(root, workspace, old, new) == [old.text]
    (root / "shop/cart.py").write_text(CART.replace("item", "thing, number"))
    assert kept(root, workspace, old, new) == [new.text]


def test_an_installed_package_is_looked_up_where_it_is_installed(root: Path) -> None:
    text = "import { f } from 'x'\nf("
    snapshot = Snapshot((root / "a.ts").as_uri(), "typescript", 1, lines_of(text))
    cursor = Cursor(snapshot, len(text))
    shown, old = (
        of("node_modules/x/index.d.ts", f"export function f(a: {kind}): void;", why="installed; imported as f")
        for kind in ("number", "string")
    )
    assert lasting((shown, old), cursor, Workspace((), str(root))) == (shown,)
    hiding = Workspace((), str(root), allowed=lambda path: "node_modules" not in path)
    assert lasting((shown, old), cursor, hiding) == ()


def test_all_that_is_gathered_lasts_as_long_as_nothing_changes(tmp_path: Path) -> None:
    """Else what a model has read would be put in another place for no reason."""
    files, _ = shop()
    index = indexed(files)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for name, text in files.items():
        language = language_id_of(name)
        if language_of(language) is None:
            continue
        tree = parsed(language_of(language), text)
        snapshot = Snapshot((tmp_path / name).as_uri(), language, 1, lines_of(text), tree, 1)
        cursor = Cursor(snapshot, len(text) * 2 // 3)
        workspace = Workspace((snapshot,), str(tmp_path), index)
        found = extras(cursor, workspace, Budget(200, 50, 2_000, 5, 32))
        assert lasting(found, cursor, workspace) == found
