"""Which file belongs to which, and what is shown of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from flashls.context.counterpart import counterpart, counterparts
from flashls.index.facts import Definition, Facts
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Cursor, Snapshot, Workspace

PAIRS = [
    ("pkg/a.py", "pkg/test_a.py"),
    ("pkg/a.py", "pkg/tests/test_a.py"),
    ("pkg/a.py", "tests/pkg/test_a.py"),
    ("src/pkg/a.py", "tests/pkg/test_a.py"),
    ("pkg/a.py", "pkg/a_test.py"),
    ("pkg/a.py", "pkg/a.pyi"),
    ("cmd/a.go", "cmd/a_test.go"),
    ("src/a.rs", "tests/a.rs"),
    ("lib/shop/cart.rb", "spec/shop/cart_spec.rb"),
    ("app/models/cart.rb", "spec/models/cart_spec.rb"),
    ("lib/shop/cart.rb", "test/shop/cart_test.rb"),
    ("src/main/java/org/x/Cart.java", "src/test/java/org/x/CartTest.java"),
    ("src/main/kotlin/Cart.kt", "src/test/kotlin/CartTest.kt"),
    ("src/Cart.php", "tests/CartTest.php"),
    ("src/cart.ts", "src/cart.test.ts"),
    ("src/cart.ts", "src/__tests__/cart.spec.ts"),
    ("ui/cart.tsx", "ui/cart.test.tsx"),
    ("src/a.c", "src/a.h"),
    ("src/net/a.cpp", "include/net/a.hpp"),
    ("src/a.cc", "include/a.hh"),
    ("ui/Cart.tsx", "ui/Cart.module.css"),
    ("ui/Cart.vue", "ui/Cart.scss"),
    ("app/cart.component.ts", "app/cart.component.scss"),
]


@pytest.mark.parametrize(("source", "other"), PAIRS)
def test_each_is_the_others_counterpart(source: str, other: str) -> None:
    assert other in dict(counterparts(source))
    assert source in dict(counterparts(other))


@pytest.mark.parametrize("source", ["pkg/a.py", "src/pkg/a.py"])
def test_a_test_may_leave_out_the_package(source: str) -> None:
    """The way back cannot be told from the path; a test imports what it tests."""
    assert "tests/test_a.py" in dict(counterparts(source))


def test_what_they_are_to_each_other() -> None:
    assert dict(counterparts("pkg/a.py"))["tests/pkg/test_a.py"] == "its test"
    assert dict(counterparts("tests/pkg/test_a.py"))["pkg/a.py"] == "what it tests"
    assert dict(counterparts("src/a.h"))["src/a.c"] == "what it belongs to"


@pytest.mark.parametrize("path", ["a/b/c/d/e/f.py", "a/b/c/d/e/test_f.py", "a/b/c/d/e/f.test.ts", "a/b/c/d/e/f.h"])
def test_a_file_is_neither_its_own_nor_a_tests_test_and_few_paths_are_looked_at(path: str) -> None:
    found = [other for other, _ in counterparts(path)]
    assert path not in found
    assert not any("test_test" in other or ".test.test" in other for other in found)
    assert len(found) == len(set(found)) <= 60


def document(path: str, text: str) -> Snapshot:
    language = language_of(language_id_of(path))
    tree = parsed(language, text) if language else None
    return Snapshot(f"file:///w/{path}", language_id_of(path), 1, lines_of(text), tree)


def shown(path: str, others: Mapping[str, str], **more: object) -> list[tuple[str, str, str]]:
    opened = tuple(document(name, text) for name, text in others.items())
    found = counterpart(Cursor(document(path, "x"), 0), Workspace(opened, "/w", **more))  # type: ignore[arg-type]
    return [(s.path, s.text, s.why) for s in found]


def test_what_an_open_counterpart_defines_is_shown() -> None:
    source = "class Cart:\n    def add(self, item):\n        return item\n\ndef total(cart):\n    return 1\n"
    assert shown("tests/test_cart.py", {"cart.py": source, "other.py": source}) == [
        ("cart.py", "class Cart\n    def add(self, item)\ndef total(cart)", "what it tests")
    ]


def test_the_names_in_a_style_sheet_are_shown() -> None:
    style = ".cart, .cart:hover { color: red }\n@media x { .item > .price { margin: 0.5em } }\n#top{}\n"
    ((_, text, _),) = shown("ui/Cart.tsx", {"ui/Cart.module.css": style})
    assert text == ".cart\n.item\n.price\n.top"


def test_hidden_files_are_not_shown() -> None:
    assert shown("test_cart.py", {"cart.py": "def f(): pass"}, visible=lambda path: path != "cart.py") == []


class Indexed:
    """An index of two files."""

    def known(self, path: str) -> bool:
        return path in ("pkg/cart.py", "ui/Cart.css")

    def facts(self, path: str) -> Facts:
        defined = (
            Definition(path, "Cart", "class", "", 0, 9, "class Cart(Base)"),
            Definition(path, "add", "method", "Cart", 1, 2, "    def add(self)"),
        )
        return Facts(path, "python", definitions=defined)


def test_what_the_index_knows_is_shown(tmp_path: Path) -> None:
    assert shown("pkg/test_cart.py", {}, index=Indexed()) == [
        ("pkg/cart.py", "class Cart(Base)\n    def add(self)", "what it tests")
    ]
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "Cart.css").write_text(".a { }")
    snapshot = Snapshot((tmp_path / "ui" / "Cart.jsx").as_uri(), "javascriptreact", 1, lines_of(""))
    (found,) = counterpart(Cursor(snapshot, 0), Workspace((), tmp_path.as_posix(), Indexed()))
    assert (found.path, found.text) == ("ui/Cart.css", ".a")
