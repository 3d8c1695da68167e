"""Where imports lead, whatever the language: what needs no import, circles, the open file, and nonsense."""

from __future__ import annotations

import pytest

from flashls.context.resolve.paths import Paths
from flashls.context.resolve.resolver import siblings
from tests.context.indexed import indexed
from tests.context.resolve.leading import Files, lead

GO = {
    "go.mod": "module m",
    "store/store.go": "package store",
    "store/open.go": "package store",
    "store/store_test.go": "package store",
    "store/out_test.go": "package store_test",
    "store/gen.go": "//go:build ignore\n\npackage main",
}
JAVA = {
    "a/b/A.java": "package a.b;\nclass A {}",
    "test/a/b/B.java": "package a.b;\nclass B {}",
    "a/C.java": "package a;",
}
CSHARP = {
    "App/Main.cs": "namespace Acme.App;\nclass Main {}",
    "App/Other.cs": "namespace Acme.App;\nclass Other {}",
    "Lib/Log.cs": "namespace Acme;\nclass Log {}",
    "GlobalUsings.cs": "global using Acme.Models;\nusing Acme.Hidden;",
    "Lib/Model.cs": "namespace Acme.Models { class Model {} }",
    "Lib/Hidden.cs": "namespace Acme.Hidden { class Hidden {} }",
}
RUST = {
    "src/lib.rs": 'mod shape;\nmod inner { mod leaf; }\n#[path = "odd.rs"] mod even;\nuse shape::S;',
    "src/shape/mod.rs": "pub struct S;",
    "src/inner/leaf.rs": "",
    "src/odd.rs": "",
}


@pytest.mark.parametrize(
    ("files", "language", "path", "beside"),
    [
        (GO, "go", "store/store.go", ["store/open.go"]),
        (GO, "go", "store/store_test.go", ["store/open.go", "store/out_test.go", "store/store.go"]),
        (GO, "go", "store/out_test.go", ["store/open.go", "store/store.go", "store/store_test.go"]),
        (JAVA, "java", "a/b/A.java", ["test/a/b/B.java"]),
        (RUST, "rust", "src/lib.rs", ["src/shape/mod.rs", "src/inner/leaf.rs", "src/odd.rs"]),
        ({"a.py": "", "b.py": ""}, "python", "a.py", []),
        ({"a/x.c": "", "a/x.h": "", "a/y.h": ""}, "c", "a/x.c", ["a/x.h"]),
        ({"a.kt": "", "b.kt": "", "c.py": ""}, "kotlin", "a.kt", ["b.kt"]),
        (CSHARP, "csharp", "App/Main.cs", ["App/Other.cs", "Lib/Log.cs", "Lib/Model.cs"]),
    ],
)
def test_files_whose_names_need_no_import(files: Files, language: str, path: str, beside: list[str]) -> None:
    assert list(siblings(Paths(indexed(files)), language, path)) == beside


def test_files_that_pass_each_other_on_in_a_circle_lead_nowhere() -> None:
    files = {"a.ts": "export * from './b';", "b.ts": "export * from './a';"}
    assert lead(files, "c.ts", "import { x } from './a';") == ["a.ts"]


def test_what_the_open_file_defines_is_what_it_defines_now() -> None:
    index = indexed({"a.py": "def f(old): ...\n\n\ndef gone(): ...\n", "b.py": "def f(b): ...\n"})
    now = indexed({"a.py": "x = 1\n\n\ndef f(new): ...\n"}).facts("a.py")
    paths = Paths(index, now)
    assert [one.signature for one in paths.named("f")] == ["def f(new): ...", "def f(b): ..."]
    assert list(paths.named("gone")) == []
