"""What is shown of installed packages, in workspaces made for it, a language each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flashls.context.dependencies import dependencies
from flashls.context.installed import anywhere
from flashls.index.extract import extract
from flashls.syntax.languages import language_id_of, language_of
from flashls.text.lines import lines_of
from flashls.types import Cursor, Snapshot, Workspace

SITE = ".venv/lib/python3.12/site-packages"
FILES = {
    f"{SITE}/shop/__init__.py": "from ._cart import Cart, total as grand_total\nfrom .more import *\n",
    f"{SITE}/shop/_cart.py": (
        'class Cart:\n    """A basket."""\n\n    def __init__(self, owner: str) -> None: ...\n\n'
        "    def add(self, item: str, n: int = 1) -> None: ...\n\n    def drop(self) -> None: ...\n\n"
        "def total(cart: Cart) -> float:\n    return 0.0\n"
    ),
    f"{SITE}/shop/more.py": "def refund(cart):\n    pass\n",
    f"{SITE}/shop/tax/__init__.py": "",
    f"{SITE}/shop/tax/vat.py": "def rate(country: str) -> float: ...\n",
    f"{SITE}/typed.py": "def f(a): return a\n",
    f"{SITE}/typed-stubs/__init__.pyi": "def f(a: int) -> int: ...\n",
    "node_modules/shop/package.json": '{"types": "./dist/index.d.ts"}',
    "node_modules/shop/dist/index.d.ts": "export * from './cart.js';\nexport { a as refund } from './other';\n",
    "node_modules/shop/dist/cart.d.ts": (
        "/** A basket. */\nexport declare class Cart {\n    constructor(owner: string);\n    add(item: string): void;\n"
        "    drop(): void;\n}\n"
    ),
    "node_modules/shop/dist/other.d.ts": "export declare function a(cart: number): boolean;\n",
    "node_modules/modern/package.json": '{"exports": {".": {"import": {"types": "./m.d.mts"}}}}',
    "node_modules/modern/m.d.mts": "export declare function go(far: number): void;\n",
    "node_modules/@types/plain/index.d.ts": "export function say(what: string): string;\n",
    "node_modules/@types/our__scoped/index.d.ts": "export function hear(): string;\n",
    "go.mod": (
        "module example.com/w\n\ngo 1.22\n\nrequire (\n\tgithub.com/Shop/cart v1.2.3 // indirect\n)\n"
        "require example.com/lone/v2 v2.0.1\n"
    ),
    "pkg/mod/github.com/!shop/cart@v1.2.3/sub/sub.go": (
        "package sub\n\n// Total adds up.\nfunc Total(c *Cart) int { return 0 }\n\ntype Cart struct{ n int }\n"
    ),
    "pkg/mod/github.com/!shop/cart@v1.2.3/sub/sub_test.go": "package sub\n\nfunc Total(test int) {}\n",
    "pkg/mod/example.com/lone/v2@v2.0.1/lone.go": "package lone\n\nfunc Solo(n int) error { return nil }\n",
    "vendor/example.com/own/own.go": "package own\n\nfunc Mine() {}\n",
    "Cargo.lock": '[[package]]\nname = "shop-cart"\nversion = "1.0.2"\n\n[[package]]\nname = "x"\nversion = "0.1.0"\n',
    "cargo/registry/src/index-1/shop-cart-1.0.2/src/lib.rs": "pub mod basket;\npub use self::basket::Basket;\n",
    "cargo/registry/src/index-1/shop-cart-1.0.2/src/basket.rs": (
        "/// Holds items.\npub struct Basket { pub n: u32 }\n\npub fn weigh(b: &Basket) -> u32 { b.n }\n"
    ),
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        file = tmp_path / "w" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "w" / "pkg" / "mod"))
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "w" / "cargo"))
    return tmp_path / "w"


def shown(root: Path, name: str, text: str, allowed: Callable[[str], bool] = lambda _: True) -> dict[str, str]:
    file = root / name
    language = language_of(language_id_of(name))
    assert language is not None
    facts = extract(name, language, text.encode())
    snapshot = Snapshot(file.as_uri(), language_id_of(name), 1, lines_of(text))
    workspace = Workspace((), root.as_posix(), allowed=allowed)
    found = dependencies(Cursor(snapshot, len(text)), workspace, facts.imports, seconds=60)
    assert {snippet.kind for snippet in found} <= {"definition"}
    return {snippet.path: snippet.text for snippet in found}


CART = "class Cart:  # A basket.\n    def __init__(self, owner: str) -> None: ...\n"
ADD = "    def add(self, item: str, n: int = 1) -> None: ..."


@pytest.mark.parametrize(
    ("name", "text", "path", "holds"),
    [
        ("a.py", "from shop import Cart\nCart('me').add(", "site-packages/shop/_cart.py", f"{CART}{ADD}"),
        ("a.py", "import shop\nc = shop.Cart(", "site-packages/shop/_cart.py", CART.strip()),
        ("a.py", "from shop import grand_total as g\ng(",
         "site-packages/shop/_cart.py", "def total(cart: Cart) -> float:"),
        ("a.py", "import shop as s\ns.refund(", "site-packages/shop/more.py", "def refund(cart):"),
        ("a.py", "from shop import *\nrefund(", "site-packages/shop/more.py", "def refund(cart):"),
        ("a.py", "from shop.tax import vat\nvat.rate(",
         "site-packages/shop/tax/vat.py", "def rate(country: str) -> float: ..."),
        ("a.py", "import shop.tax.vat\nshop.tax.vat.rate(",
         "site-packages/shop/tax/vat.py", "def rate(country: str) -> float: ..."),
        ("a.py", "import typed\ntyped.f(", "site-packages/typed-stubs/__init__.pyi", "def f(a: int) -> int: ..."),
        ("src/a.ts", "import { Cart } from 'shop'\nnew Cart('me').add(",
         "node_modules/shop/dist/cart.d.ts", "add(item: string)"),
        ("a.ts", "import * as s from 'shop'\ns.refund(",
         "node_modules/shop/dist/other.d.ts", "function a(cart: number): boolean"),
        ("a.mjs", "import { go } from 'modern'\ngo(", "node_modules/modern/m.d.mts", "function go(far: number): void"),
        ("a.tsx", "import { say } from 'plain'\nsay(",
         "node_modules/@types/plain/index.d.ts", "function say(what: string)"),
        ("a.ts", "import { hear } from '@our/scoped'\nhear(",
         "node_modules/@types/our__scoped/index.d.ts", "function hear()"),
        ("a.go", 'package a\nimport "github.com/Shop/cart/sub"\nfunc f() { sub.Total(',
         "github.com/!shop/cart@v1.2.3/sub/sub.go", "func Total(c *Cart) int"),
        ("a.go", 'package a\nimport x "example.com/lone/v2"\nfunc f() { x.Solo(',
         "example.com/lone/v2@v2.0.1/lone.go", "func Solo(n int) error"),
        ("a.go", 'package a\nimport "example.com/own"\nfunc f() { own.Mine(',
         "vendor/example.com/own/own.go", "func Mine()"),
        ("src/a.rs", "use shop_cart::Basket;\nfn f(b: Basket) {", "shop-cart-1.0.2/src/basket.rs",
         "pub struct Basket"),
        ("src/a.rs", "use shop_cart::basket;\nfn f() { basket::weigh(", "shop-cart-1.0.2/src/basket.rs",
         "pub fn weigh(b: &Basket) -> u32"),
    ],
)  # fmt: skip
def test_what_is_used_of_a_package_is_shown(root: Path, name: str, text: str, path: str, holds: str) -> None:
    assert holds in shown(root, name, text).get(path, "nothing")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "import shop\nimport json\n\nx = 1"),
        ("a.py", "from unknown import f\nf("),
        ("a.py", "from shop import Nothing\nNothing("),
        ("a.go", 'package a\nimport "example.com/../../own"\nfunc f() { own.Mine('),
        ("a.rb", "require 'shop'\nShop.new("),
        ("a.ts", "import { go } from '../../../modern'\ngo("),
    ],
)
def test_what_is_not_used_or_not_there_is_not(root: Path, name: str, text: str) -> None:
    assert shown(root, name, text) == {}


def test_members_that_are_not_used_are_left_out(root: Path) -> None:
    (text,) = shown(root, "a.py", "from shop import Cart\nCart('me').add(").values()
    assert "drop" not in text


def test_a_link_out_of_the_environment_is_not_followed(root: Path) -> None:
    private = root.parent / "private.py"
    private.write_text("def secret_thing(a): ...\n")
    (root / SITE / "linked.py").symlink_to(private)
    (root / "node_modules" / "linked").mkdir()
    (root / "node_modules" / "linked" / "package.json").write_text('{"types": "../../../private.d.ts"}')
    (root.parent / "private.d.ts").write_text("export function secret_thing(): void;\n")
    assert shown(root, "a.py", "from linked import secret_thing\nsecret_thing(") == {}
    assert shown(root, "a.ts", "import { secret_thing } from 'linked'\nsecret_thing(") == {}


OWN = {
    "src/rules.py": "def rule(margin): ...\n",
    "src/rules.ts": "export declare function rule(margin: number): void;\n",
    "src/rules.rs": "pub fn rule(margin: u32) {}\n",
    "src/rules/rules.go": "package rules\n\nfunc Rule(margin int) {}\n",
    "node_modules/sly/package.json": '{"types": "../../src/rules.ts"}',
    "vendor/rules.py": "def rule(margin): ...\n",
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("src/a.py", "from .rules import rule\nrule("),
        ("a.py", "from src.rules import rule\nrule("),
        ("vendor/a.py", "from .rules import rule\nrule("),
        ("src/a.ts", "import { rule } from './rules'\nrule("),
        ("src/a.ts", "import { rule } from '../src/rules'\nrule("),
        ("src/a.ts", "import { rule } from 'shop/../../src/rules'\nrule("),
        ("src/a.ts", "import { rule } from 'sly'\nrule("),
        ("src/a.ts", "import { rule } from 'linked'\nrule("),
        ("src/a.rs", "use crate::rules::rule;\nfn f() { rule("),
        ("src/a.rs", "use self::rules::rule;\nfn f() { rule("),
        ("src/main.rs", "use super::rules::rule;\nfn f() { rule("),
        ("a.go", 'package a\nimport "example.com/w/src/rules"\nfunc f() { rules.Rule('),
    ],
)
def test_the_workspaces_own_files_are_no_packages(root: Path, name: str, text: str) -> None:
    """What is shown of those is the index's to tell, which holds none that no model may see."""
    for own, content in OWN.items():
        (root / own).parent.mkdir(parents=True, exist_ok=True)
        (root / own).write_text(content)
    (root / "src" / "index.d.ts").write_text(OWN["src/rules.ts"])
    (root / "node_modules" / "linked").symlink_to(root / "src")
    assert shown(root, name, text) == {}
    folder = root / "vendor" / "project"
    folder.mkdir()
    (root / "src").rename(folder / "src")
    assert shown(folder, name, text) == {}


def test_an_environment_that_is_a_link_into_the_workspace_is_none(root: Path) -> None:
    (root / "private" / "lib" / "python3.12" / "site-packages").mkdir(parents=True)
    (root / "private" / "lib" / "python3.12" / "site-packages" / "rules.py").write_text(OWN["src/rules.py"])
    (root / "venv").symlink_to(root / "private")
    assert shown(root, "a.py", "from rules import rule\nrule(") == {}


@pytest.mark.parametrize(
    ("name", "text", "hidden"),
    [
        ("a.go", 'package a\nimport "example.com/own"\nfunc f() { own.Mine(', "vendor/"),
        ("a.py", "from shop import Cart\nCart(", "shop/_cart.py"),
        ("a.ts", "import { Cart } from 'shop'\nnew Cart('me').add(", "node_modules/shop/"),
    ],
)
def test_of_packages_too_only_what_models_may_see(root: Path, name: str, text: str, hidden: str) -> None:
    assert shown(root, name, text) != {}
    assert shown(root, name, text, lambda path: hidden not in path) == {}


def test_no_row_is_shown_in_part(root: Path) -> None:
    long = "a" * 700
    (root / SITE / "long.py").write_text(
        f'def f(a={long!r}): ...\n\n\ndef g(\n    a,\n    b={long!r},\n): ...\n\n\ndef h(a):\n    """{long}"""\n'
    )
    assert shown(root, "a.py", "from long import f\nf(") == {}
    assert shown(root, "a.py", "from long import g\ng(") == {"site-packages/long.py": "def g(\n    a,"}
    assert shown(root, "a.py", "from long import h\nh(") == {"site-packages/long.py": "def h(a):"}


def test_a_changed_package_is_read_again(root: Path) -> None:
    text = "import typed\ntyped.f("
    assert "-> int" in shown(root, "a.py", text)["site-packages/typed-stubs/__init__.pyi"]
    elsewhere = root.parent / "v"
    root.rename(elsewhere)
    (elsewhere / SITE / "typed-stubs" / "__init__.pyi").write_text("def f(a: str) -> str: ...\n")
    assert "-> str" in shown(elsewhere, "a.py", text)["site-packages/typed-stubs/__init__.pyi"]


@pytest.mark.parametrize("broken", ["", "\0", "class (((", "{", "x" * 300_000])
def test_broken_packages_are_passed_over(root: Path, broken: str) -> None:
    for file in (f"{SITE}/shop/__init__.py", "node_modules/shop/package.json", "go.mod", "Cargo.lock"):
        (root / file).write_text(broken)
    assert shown(root, "a.py", "from shop import Cart\nCart(") == {}
    assert shown(root, "a.go", 'package a\nimport "example.com/lone/v2"\nfunc f() { lone.Solo(') == {}
    shown(root, "a.ts", "import { Cart } from 'shop'\nnew Cart(")
    assert shown(root, "src/a.rs", "use shop_cart::Basket;\nfn f(b: Basket) {") == {}


@pytest.mark.parametrize(
    ("made", "language", "expected"),
    [
        (SITE, "python", True),
        ("node_modules", "python", False),
        ("node_modules", "tsx", True),
        ("src/node_modules", "typescript", True),
        ("lib/node_modules", "typescript", False),
        ("vendor", "go", True),
        ("pkg/mod", "go", True),
        ("cargo/registry/src/index-1", "rust", True),
        ("cargo", "rust", False),
        ("src", "go", False),
        (SITE, "java", False),
    ],
)
def test_whether_anything_is_installed_tells_a_folder_that_is_there(
    made: str, language: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "pkg" / "mod"))
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "cargo"))
    (tmp_path / made).mkdir(parents=True)
    assert anywhere(language, tmp_path, tmp_path / "src" / "a", 0) is expected


@pytest.mark.parametrize("language", ["python", "typescript", "go", "rust"])
def test_a_folder_that_cannot_be_looked_at_holds_nothing(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "n" * 300  # no file system takes such a name
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / long))
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / long))
    assert not anywhere(language, tmp_path / "w" / long, tmp_path / "w" / long / "a", 0)
