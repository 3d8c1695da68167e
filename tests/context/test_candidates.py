"""Which definitions may be named at a cursor (▮), and what speaks for each."""

from __future__ import annotations

import pytest

from flashls.context.candidates import candidates
from flashls.context.meaning import Meaning
from flashls.context.place import place_of
from flashls.context.resolve.paths import Paths
from flashls.syntax.languages import language_id_of, language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of
from flashls.types import Cursor, Snapshot
from tests.context.indexed import indexed

Files = dict[str, str]
MODELS = {
    "pkg/__init__.py": "",
    "pkg/models.py": (
        "from pkg.base import Record\n\n\nclass User(Record):\n    name: str\n    home: Address\n\n"
        "    def rename(self, name) -> None: ...\n\n\nclass Address:\n    street: str\n\n\ndef find() -> User: ...\n"
    ),
    "pkg/base.py": "class Record:\n    def save(self) -> None: ...\n\n\ndef unused(): ...\n",
}
SHAPES = {
    "go.mod": "module example.com/m\n",
    "shape/shape.go": "package shape\n\ntype Circle struct {\n\tRadius float64\n}\n\n"
    "func (c *Circle) Area() float64 { return 0 }\n\n"
    "func New() *Circle { return nil }\n\nfunc hidden() {}\n",
    "main_more.go": "package main\n\nfunc helper() {}\n",
}
STORE = {
    "src/store.ts": "export class Store {\n  items: Item[] = [];\n  add(item: Item): void {}\n}\n"
    "export interface Item { label: string }\n"
    "export function open(): Promise<Store> { throw 0 }\nfunction inner() {}\n",
}
CRATE = {
    "Cargo.toml": '[package]\nname = "k"\n',
    "src/lib.rs": "pub mod ring;\n",
    "src/ring.rs": "pub struct Ring { pub size: usize }\nimpl Ring {\n"
    "    pub fn new() -> Self { Ring { size: 0 } }\n    pub fn push(&mut self) {}\n}\n"
    "pub enum Mode { Fast, Slow }\n",
}
BEANS = {
    "a/Bean.java": "package a;\npublic class Bean extends Base {\n  private String title;\n"
    "  public String getTitle() { return title; }\n}\n",
    "a/Base.java": "package a;\nclass Base {\n  void refresh() {}\n}\n",
}


def found(files: Files, path: str, text: str) -> dict[str, dict[str, float]]:
    """The signs of each candidate, by its dotted path."""
    before, after = text.split("▮")
    language = language_id_of(path)
    index = indexed({**files, path: before + after})
    tree = parsed(language_of(language), before + after)
    snapshot = Snapshot(f"file:///w/{path}", language, 1, lines_of(before + after), tree, 1)
    place = place_of(Cursor(snapshot, len(before)), "/w")
    assert place is not None
    every = candidates(place, Meaning(Paths(index, place.facts), place.language.name), {"unused": 1.0})
    return {f"{c.definition.container}.{c.definition.name}".lstrip("."): c.signs for c in every}


@pytest.mark.parametrize(
    ("files", "path", "text", "members"),
    [
        (MODELS, "app.py", "from pkg.models import User\n\n\ndef f(user: User):\n    user.▮", "name home rename save"),
        (MODELS, "app.py", "from pkg.models import User\n\nuser = User()\nuser.▮", "name home rename save"),
        (MODELS, "app.py", "from pkg.models import find\n\nuser = find()\nuser.▮", "name home rename save"),
        (MODELS, "app.py", "from pkg.models import find\n\nfind().▮", "name home rename save"),
        (MODELS, "app.py", "from pkg.models import User\n\n\ndef f(user: User | None):\n    user.home.▮", "street"),
        (
            MODELS,
            "app.py",
            "from pkg import models\n\n\nclass A(models.User):\n    def f(self):\n        self.▮",
            "name rename save",
        ),
        (
            MODELS,
            "app.py",
            "from pkg.models import User\n\n\nclass A(User):\n    def f(self):\n        self.▮",
            "rename save name",
        ),
        (
            SHAPES,
            "main.go",
            'package main\n\nimport "example.com/m/shape"\n\nfunc f() {\n\tc := shape.New()\n\tc.▮\n}\n',
            "Radius Area",
        ),
        (
            SHAPES,
            "main.go",
            'package main\n\nimport "example.com/m/shape"\n\nfunc f(c *shape.Circle) {\n\tc.▮\n}\n',
            "Radius Area",
        ),
        (STORE, "src/a.ts", "import { Store } from './store';\nconst store = new Store();\nstore.▮", "items add"),
        (STORE, "src/a.ts", "import { open } from './store';\nconst s = await open();\ns.▮", "items add"),
        (STORE, "src/a.ts", "import { Item } from './store';\nfunction f(item: Item) { item.▮ }", "label"),
        (
            CRATE,
            "src/a.rs",
            "use crate::ring::Ring;\nfn f() {\n    let mut r = Ring::new();\n    r.▮\n}\n",
            "size push new",
        ),
        (CRATE, "src/a.rs", "use crate::ring::Mode;\nfn f() {\n    let m = Mode::▮\n}\n", "Fast Slow"),
        (BEANS, "a/Main.java", "package a;\nclass Main { void f(Bean bean) { bean.▮ } }\n", "title getTitle refresh"),
    ],
)
def test_members_of_what_is_before_the_cursor(files: Files, path: str, text: str, members: str) -> None:
    of_receiver = {
        name.rpartition(".")[2] for name, signs in found(files, path, text).items() if "of receiver" in signs
    }
    assert set(members.split()) <= of_receiver


@pytest.mark.parametrize(
    ("files", "path", "text", "sign", "names"),
    [
        (MODELS, "app.py", "from pkg.models import User, find\n\nx = find()\n▮", "imported unused", {"User"}),
        (MODELS, "app.py", "from pkg.models import User, find\n\nx = find()\n▮", "imported", {"find"}),
        (MODELS, "app.py", "from pkg import models\n\nmodels.▮", "of module at cursor", {"User", "Address", "find"}),
        (
            SHAPES,
            "main.go",
            'package main\n\nimport "example.com/m/shape"\n\nvar c = shape.▮',
            "of module at cursor",
            {"Circle", "New"},
        ),
        (SHAPES, "main.go", "package main\n\nfunc f() { ▮ }", "of package", {"helper"}),
        (BEANS, "a/Main.java", "package a;\nclass Main { ▮ }\n", "of package", {"Bean", "Base"}),
        (STORE, "src/a.ts", "import * as s from './store';\ns.▮", "of module at cursor", {"Store", "Item", "open"}),
        (MODELS, "app.py", "from pkg.models import User\n\nUser().ren▮", "typed", {"User.rename"}),
        (MODELS, "app.py", "x = 1\n▮", "in similar code elsewhere", {"unused"}),
        (MODELS, "app.py", "import pkg.base\n▮", "in similar code", {"unused"}),
    ],
)
def test_what_speaks_for_a_definition(files: Files, path: str, text: str, sign: str, names: set[str]) -> None:
    assert {name for name, signs in found(files, path, text).items() if sign in signs} == names


def test_what_others_cannot_name_is_no_candidate() -> None:
    told = found(SHAPES, "main.go", 'package main\n\nimport "example.com/m/shape"\n\nvar c = shape.▮')
    assert "hidden" not in told
    assert "inner" not in found(STORE, "src/a.ts", "import * as s from './store';\ns.▮")
