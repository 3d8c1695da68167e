"""What a file brings in, passes on and is part of: tables, a language each."""

from __future__ import annotations

import pytest

from tests.index.extracted import facts


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("python", "import a.b, c as d", [("a.b", "", "a.b"), ("c", "", "d")]),
        ("python", "from ..a import (b as c, d)", [("..a", "b", "c"), ("..a", "d", "d")]),
        ("python", "from a import *\ntry:\n    import x\nexcept E: pass", [("a", "*", ""), ("x", "", "x")]),
        ("python", "def f():\n    from a import (\n        b,\n    )\n    import c", [("a", "b", "b"), ("c", "", "c")]),
        ("python", "class A:\n    def f(self):\n        if x:\n            import c as d", [("c", "", "d")]),
        ("python", 'def f():\n    """\n    from a import b\n    import c\n    """', []),
        (
            "typescript",
            "import D, { a as b, type C } from 'm';",
            [("m", "a", "b"), ("m", "C", "C"), ("m", "default", "D")],
        ),
        ("typescript", "import * as ns from 'm'; import 'side';", [("m", "", "ns"), ("side", "", "")]),
        ("javascript", "const { a, b: c } = require('m')", [("m", "a", "a"), ("m", "b", "c")]),
        ("javascript", "const a = require('m'), b = require('n').c;", [("m", "", "a"), ("n", "c", "b")]),
        ("javascript", "function f() {\n  const a = require('m');\n  g(require('n'));\n}", [("m", "", "a")]),
        ("javascript", "const A = lazy(() => import('./A'));", [("./A", "default", "A")]),
        ("javascript", "module.exports = require('./m');", [("./m", "*", "")]),
        ("javascript", "module.exports = { a, b: c, d: 1, e: [f] };", [("", "c", "b")]),
        ("typescript", "import a = require('m');", [("m", "", "a")]),
        ("typescript", "export { a, b as c, type D as default };", [("", "b", "c"), ("", "D", "default")]),
        ("typescript", "export default a;\n", [("", "a", "default")]),
        ("typescript", "export default memo(forwardRef(A));\n", [("", "A", "default")]),
        ("typescript", "export default connect(a)(B);\n", [("", "B", "default")]),
        ("typescript", "export default function a() {}\nexport default class {}\nexport default { a };", []),
        ("typescript", "export const x = 'import(', y = `require('a')`;", []),
        (
            "go",
            'package p\nimport (\n  a "x/y"\n  "x/go-z/v2"\n  . "q"\n)',
            [("x/y", "", "a"), ("x/go-z/v2", "", "z"), ("q", "*", "")],
        ),
        (
            "rust",
            "use a::{b, c::{self, D as E}, f::*};",
            [("a", "b", "b"), ("a", "c", "c"), ("a::c", "D", "E"), ("a::f", "*", "")],
        ),
        ("rust", "mod x;\nextern crate y as z;", [("self::x", "", "x"), ("y", "", "z")]),
        (
            "rust",
            'mod a { mod b; }\n#[cfg(x)]\n#[path = "c/d.rs"]\npub mod e;',
            [("self::a::b", "", "b"), ("./c/d.rs", "", "e")],
        ),
        (
            "rust",
            "mod a { use super::x; mod b { use super::super::y; use super::z; use self::w; use q::r; } }",
            [("self", "x", "x"), ("self", "y", "y"), ("self::a", "z", "z"), ("self::a::b", "w", "w"), ("q", "r", "r")],
        ),
        ("rust", "mod a { use super::super::x; }\nuse super::y;", [("super", "x", "x"), ("super", "y", "y")]),
        (
            "rust",
            "cfg! {\n    mod a;\n    pub use a::{\n        b, c\n    };\n}",
            [("a", "b", "b"), ("a", "c", "c"), ("self::a", "", "a")],
        ),
        (
            "rust",
            "fn f() {\n    use a::b;\n    // use c::d;\n}\nuse r#type::r#fn;",
            [("type", "fn", "fn"), ("a", "b", "b")],
        ),
        (
            "java",
            "import a.b.C; import static a.b.C.f; import a.*;",
            [("a.b", "C", "C"), ("a.b.C", "f", "f"), ("a", "*", "")],
        ),
        ("c", '#include "a/b.h"\n#include <c.h>', [("a/b.h", "*", ""), ("<c.h>", "*", "")]),
        ("kotlin", "import a.b.C\nimport a.d as e\nimport f.*", [("a.b", "C", "C"), ("a", "d", "e"), ("f", "*", "")]),
        (
            "scala",
            "import a.{B, C => D, E => _}, f.G\nimport h._",
            [("a", "B", "B"), ("a", "C", "D"), ("f", "G", "G"), ("h", "*", "")],
        ),
        ("csharp", "using A.B;\nusing X = A.C;", [("A.B", "*", ""), ("A", "C", "X")]),
        ("csharp", "global using static A.B;\nusing global::C;", [("A.B", "*", ""), ("C", "*", "")]),
        ("ruby", "require 'a/b'\nrequire_relative 'c'", [("a/b", "*", ""), ("./c", "*", "")]),
        ("ruby", "module M\n  autoload :C, 'm/c'\nend\ndef f\n  require 'd'\nend", [("m/c", "C", "C"), ("d", "*", "")]),
        ("ruby", "require File.expand_path('../e', __FILE__)", [("../e", "*", "")]),
        ("php", "<?php\nuse A\\B as C, D\\E;", [("A", "B", "C"), ("D", "E", "E")]),
        ("php", "<?php\nuse A\\{B\\C, function d as e};", [("A\\B", "C", "C"), ("A", "d", "e")]),
        ("php", "<?php\nrequire dirname(__DIR__) . '/a.php';", [("./../a.php", "*", "")]),
    ],
)
def test_what_a_file_brings_in(language: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(one.module, one.name, one.alias) for one in facts(language, text).imports] == expected


@pytest.mark.parametrize(
    ("language", "text", "exported"),
    [
        ("typescript", "export { a as b } from './m'; export * from './n';", [("./m", "a", "b"), ("./n", "*", "")]),
        ("rust", "pub use a::B;\nuse c::D;", [("a", "B", "B")]),
    ],
)
def test_what_a_file_passes_on(language: str, text: str, exported: list[tuple[str, str, str]]) -> None:
    found = facts(language, text).imports
    assert [(one.module, one.name, one.alias) for one in found if one.exported] == exported


@pytest.mark.parametrize(
    ("language", "text", "package"),
    [
        ("go", "// doc\npackage store\n", "store"),
        ("java", "package org.acme.util;\nclass A {}", "org.acme.util"),
        ("csharp", "namespace Acme.Models;\nclass A {}", "Acme.Models"),
        ("csharp", "namespace Acme { class A {} }", "Acme"),
        ("csharp", "namespace A {\n  namespace B.C { class D {} }\n}", "A.B.C"),
        ("kotlin", '@file:JvmName("A")\n\npackage a.b\n\nclass C', "a.b"),
        ("scala", "package a.b\n\nclass C", "a.b"),
        ("php", "<?php\nnamespace App\\Models;\nclass A {}", "App\\Models"),
        ("python", "x = 1", ""),
    ],
)
def test_what_a_file_is_part_of(language: str, text: str, package: str) -> None:
    assert facts(language, text).package == package
