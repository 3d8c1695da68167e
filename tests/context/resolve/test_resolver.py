"""Where imports lead, whatever the language: what needs no import, circles, the open file, and nonsense."""

from __future__ import annotations

import pytest

from flashls.context.resolve.paths import Paths
from flashls.context.resolve.resolver import brought, defined, locate, siblings
from flashls.index.facts import Import
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


@pytest.mark.parametrize(
    ("a", "b", "text", "leads"),
    [
        ("export * as shapes from './b';", "export class S {}", "import { shapes } from './a';", "b.ts"),
        ("import * as z from './b';\nexport { z };", "export class S {}", "import { z } from './a';", "b.ts"),
        ("import * as z from './b';\nexport default z;", "", "import any from './a';", "b.ts"),
        ("export { x } from './b';", "export { x } from './a';", "import { x } from './a';", "a.ts"),
        ("export { x } from './a';\nexport { x as y };", "", "import { x, y } from './a';", "a.ts a.ts"),
    ],
)
def test_a_module_that_is_passed_on_is_meant_itself(a: str, b: str, text: str, leads: str) -> None:
    assert lead({"a.ts": a, "b.ts": b}, "m.ts", text) == leads.split()


def test_a_macro_and_a_trait_of_one_name_are_both_followed() -> None:
    files = {
        "Cargo.toml": '[package]\nname = "a"',
        "src/lib.rs": "pub use elsewhere::Parser;\npub use parts::*;\nmod parts;",
        "src/parts.rs": "pub trait Parser {}",
    }
    assert lead(files, "tests/t.rs", "use a::Parser;") == ["src/parts.rs:Parser"]


SUFFIXES = ("py", "js", "tsx", "go", "rs", "java", "kt", "scala", "groovy", "c", "cpp", "cs", "php", "rb", "swift")
NONSENSE = (
    "", ".", "..", "...", "/", "//", "./", "../", "../../..", "../x", "~", "@", "@/", "#", "#/", "*", "**", "::", ":::",
    "crate", "crate::", "self", "super", "super::super::super", "self::self", "crate::self", "\\", "\\\\", "$", "${X}",
    "a" * 5_000, "a." * 500, "a/" * 500, "a::" * 500, "\0", "\n", "\u2028", "é🙂", "[", "(", "%00", "C:\\x", "file:///x",
)  # fmt: skip


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nonsense_is_borne(suffix: str) -> None:
    files = {f"{folder}{name}.{suffix}": "" for folder in ("", "a/", "src/", "a/b/") for name in ("a", "mod", "index")}
    index = indexed({**files, "Cargo.toml": "[package]", "go.mod": "module", "pyproject.toml": "name = ''"})
    paths = Paths(index)
    for path in (f"a/a.{suffix}", f"a.{suffix}", "nowhere/at.all"):
        facts = index.facts(path)
        for module in NONSENSE:
            for name in ("", "*", "default", "x", module):
                where = locate(paths, facts.language if facts else "", path, Import(module, name, "x"))
                assert all(file in files for file in where.files)
                list(defined(paths, "rust", where))


PROJECTS = {
    "Cargo.toml": '[package]\nname = "a"\n[lib]\npath = "src/a.rs"\n[dependencies]\nb = { package = "a" }\n',
    "go.mod": "module example.com/a\n\nreplace example.com/b => ./b\n",
    "pyproject.toml": '[tool.setuptools]\npackage-dir = {"" = "src"}\nwhere = ["z"]\npackages = ["x/y"]\n',
    "setup.cfg": "[options]\npackage_dir =\n    = src\nwhere = lib\n",
    "package.json": '{"name": "a", "exports": {"./*": {"import": ["./dist/*.js"]}}, "imports": {"#x/*": "./src/*"}}',
    "tsconfig.json": '{"extends": ["./a.json"], "compilerOptions": {"paths": {"x/*": ["src/*"]}, "baseUrl": "."}}',
    "deno.json": '{"imports": {"x/": "./src/"}}',
    "CMakeLists.txt": "include_directories(${PROJECT_SOURCE_DIR}/include $<BUILD_INTERFACE:src>)\n",
    "compile_flags.txt": "-Iinclude\n-I\n../x\n",
}  # fmt: skip


@pytest.mark.parametrize("name", PROJECTS)
def test_project_files_that_are_cut_or_broken_anywhere_are_borne(name: str) -> None:
    text = PROJECTS[name]
    code = {
        "src/a.rs": "use b::x;\nuse a::y;",
        "src/b.go": 'package b\nimport "example.com/b/c"',
        "src/c.py": "import q, a.b",
    }
    code |= {"src/d.ts": "import 'x/y';\nimport '#x/a';\nimport 'a/b';", "src/e.c": "#include <f.h>", "src/f.h": ""}
    for at in range(0, len(text), 5):
        for broken in (text[:at], text[:at] + "\0]}[{\"'=" + text[at:], text[:at] + text[at + 5 :]):
            index = indexed(code | {name: broken})
            for path in code:
                facts = index.facts(path)
                assert facts is not None
                assert all(set(one.files) <= set(code) for one in brought(Paths(index), facts))
