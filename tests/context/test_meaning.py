"""What stands in a type, with what it is built on."""

from __future__ import annotations

import pytest

from flashls.context.meaning import Meaning
from flashls.context.resolve.paths import Paths
from tests.context.indexed import indexed

GO = {
    "go.mod": "module example.com/m\n",
    "base/base.go": "package base\n\ntype Base struct {\n\tID int\n}\n\nfunc (b *Base) Save() error { return nil }\n",
    "more.go": "package main\n\ntype Local struct {\n\tbase.Base\n}\n\nfunc (l Local) Near() {}\n",
    "main.go": (
        'package main\n\nimport "example.com/m/base"\n\ntype Whole struct {\n\t*base.Base `json:"b"`\n\tLocal // near\n'
        "\tOther *Apart\n\tName string\n}\n\ntype Apart struct {\n\tFar int\n}\n\ntype Loop struct {\n\tLoop\n}\n"
    ),
}


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("Whole", "Base Local Other Name ID Save Base Near"),
        ("Apart", "Far"),
        ("Loop", "Loop"),
    ],
)
def test_a_go_struct_has_what_it_embeds(name: str, members: str) -> None:
    meaning = Meaning(Paths(indexed(GO)), "go")
    one = next(d for d in meaning.of("main.go", name) if not d.container)
    assert " ".join(d.name for d in meaning.members(one)) == members


BARREL = {
    "Cargo.toml": '[package]\nname = "k"',
    "src/lib.rs": "pub mod prelude;\nmod one;\nmod two;",
    "src/one.rs": "pub struct Tree;\npub fn other() {}",
    "src/two.rs": "pub struct Tree;\npub struct Tree2;",
    "src/prelude.rs": "pub use crate::two::Tree;\npub use crate::one::other;",
    "src/use.rs": "use crate::prelude::*;",
    "ui/index.ts": "export * from './button';\nexport { Menu as List } from './menu';",
    "ui/button.ts": "export class Button {}",
    "ui/menu.ts": "export class Menu {}",
    "view.ts": "import * as ui from './ui';",
    "pkg/__init__.py": "from .core import Engine\n",
    "pkg/core.py": "class Engine: ...\n",
    "other.py": "class Engine: ...\n",
    "run.py": "import pkg\n",
    "all.py": "from pkg import *\n",
}


@pytest.mark.parametrize(
    ("language", "path", "text", "where"),
    [
        ("typescript", "view.ts", "new ui.Button()", "ui/button.ts:Button"),
        ("typescript", "view.ts", "ui.List", "ui/menu.ts:Menu"),
        ("python", "run.py", "pkg.Engine()", "pkg/core.py:Engine"),
        ("python", "all.py", "Engine()", "pkg/core.py:Engine"),
        ("rust", "src/use.rs", "Tree", "src/two.rs:Tree"),
    ],
)
def test_a_name_that_a_module_passes_on_is_found_through_the_module(
    language: str, path: str, text: str, where: str
) -> None:
    meaning = Meaning(Paths(indexed(BARREL)), language)
    found = meaning.value(path, text.removeprefix("new "))
    assert " ".join(f"{d.path}:{d.name}" for d in found) == where
