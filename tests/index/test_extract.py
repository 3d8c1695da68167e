"""What is read from a file: definitions with their members, imports, packages; nothing is too broken to be read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from flashls.index.extract import extract
from flashls.index.facts import Definition
from flashls.index.redacted import masked
from flashls.syntax.languages import LANGUAGES, language_id_of, language_of
from tests.context.workspace import shop
from tests.index.extracted import facts

SOURCES = Path(__file__).parents[2] / "server" / "flashls"


def told(one: Definition) -> str:
    return f"{one.kind} {one.container + '.' if one.container else ''}{one.name}"


DEFINITIONS = [
    (
        "python",
        "LIMIT = 3\nclass A(B):\n    x: int = 1\n    def f(self):\n        self.y = 2\n        local = 3\n"
        "        def inner(): ...\nif True:\n    @wrap\n    async def g(): ...\ntype T = int\n",
        "variable LIMIT, class A, field A.x, method A.f, field A.y, function g, type T",
    ),
    (
        "typescript",
        "export class A<T> { private x = 1; constructor(readonly y: Y) {} get z() { return 1 } }\n"
        "interface I { p?: string; m(): void }\nenum E { One, Two = 2 }\ntype T = { a: string };\n"
        "export const f = async () => { const local = 1; }, o = { k: 1, m() {} } as const;\n"
        "namespace N { export function g() {} }\n",
        "class A, field A.x, method A.constructor, field A.y, method A.z, interface I, field I.p, "
        "method I.m, enum E, member E.One, member E.Two, type T, field T.a, variable f, variable o, "
        "field o.k, method o.m, namespace N, method N.g",
    ),
    (
        "go",
        "package p\ntype S struct { a, b int; *Base }\ntype I interface { M() error }\n"
        "func (s *S[T]) F() { x := 1 }\nfunc G() {}\nconst (\n A = iota\n B\n)\nvar v = 1\n",
        "type S, field S.a, field S.b, field S.Base, type I, method I.M, method S.F, function G, "
        "constant A, constant B, variable v",
    ),
    (
        "rust",
        "pub struct S { pub a: u8 }\nenum E { A(u8), B }\n"
        "impl<T> Tr for S<T> { const C: u8 = 1; fn f(&self) { let x = 1; } }\ntrait Tr { fn g(&self); }\n"
        "mod m { pub fn h() {} }\nmacro_rules! mac { () => {} }\ncfg_io! {\n    pub fn io() {}\n}\n",
        "struct S, field S.a, enum E, member E.A, member E.B, constant S.C, method S.f, trait Tr, "
        "method Tr.g, module m, method m.h, macro mac, function io",
    ),
    (
        "java",
        "package a;\n@X class C { private final int a = 1, b; C() {} @Override\n"
        " public String f() { int local; return null; }\n"
        " enum K { A, B; int z; } record R(int x) {} interface I { void m(); } }\n",
        "class C, field C.a, field C.b, method C.C, method C.f, enum C.K, member C.K.A, member C.K.B, "
        "field C.K.z, class C.R, interface C.I, method C.I.m",
    ),
    (
        "cpp",
        "namespace n { template<class T> class A : public B { public: int x; void m() const; enum E { "
        "P, Q }; }; }\n"
        "void A::m() const {}\n#define MAX(a) a\ntypedef struct T { int q; } T_t;\nint *g(void);\n",
        "class A, field A.x, field A.m, enum A.E, member A.E.P, member A.E.Q, method A.m, macro MAX, "
        "type T_t, struct T, field T.q, variable g",
    ),
    (
        "csharp",
        "namespace N { class C : B { int a, b; public string P { get; set; } C() {} void M() {} enum K { X } } }\n",
        "class C, field C.a, field C.b, field C.P, method C.C, method C.M, enum C.K, member C.K.X",
    ),
    (
        "ruby",
        "module M\n class C < B\n  LIMIT = 1\n  def f; end\n  def self.g; end\n end\nend\n",
        "module M, class M.C, field M.C.LIMIT, method M.C.f, method M.C.g",
    ),
    (
        "php",
        "<?php\n"
        "class C extends D { const K = 1; private ?int $p; function __construct(private Foo $foo) {} }\n"
        "function f() {}\n",
        "class C, constant C.K, field C.p, method C.__construct, field C.foo, function f",
    ),
    (
        "kotlin",
        "class A {\n fun f() {}\n companion object {\n  fun h() {}\n }\n}\nfun g() {}\nenum class E { ONE, TWO }\n",
        "class A, method A.f, class A.Companion, method A.Companion.h, function g, class E, member E.ONE, member E.TWO",
    ),
]


@pytest.mark.parametrize(("language", "text", "expected"), DEFINITIONS, ids=[row[0] for row in DEFINITIONS])
def test_what_a_file_defines(language: str, text: str, expected: str) -> None:
    assert ", ".join(told(one) for one in facts(language, text).definitions) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export const { a, b: c, d: { e }, f = 1, ...g } = make();", "a c e f g"),
        ("const [h, , [i] = [], ...j] = make();", "h i j"),
        ("const { a } = require('./a'), b = require('./b').c, d = 1;", "d"),
        ("const { a } = await import('./a');\nconst required = requires('a');", "required"),
        ("let one, two = 2;\nvar three;", "one two three"),
    ],
)
def test_what_a_script_takes_apart_is_defined_and_what_it_imports_is_not(text: str, expected: str) -> None:
    assert [one.name for one in facts("typescript", text).definitions] == expected.split()


def test_declarations_are_found_behind_what_the_grammar_does_not_know() -> None:
    lost = "export type A<T> = T extends `${infer X extends number}` ? { [K in X as `${K}`]: } : ((((;\n"
    text = f"{lost}export interface B {{\n  b: string\n}}\nexport abstract class C {{}}\nconst enum D {{ E }}\n"
    found = facts("typescript", text).definitions
    assert {("A", "type", 0), ("B", "interface", 1), ("C", "class", 4), ("D", "enum", 5)} <= {
        (one.name, one.kind, one.row) for one in found if not one.container
    }
    assert [one.row for one in found] == sorted(one.row for one in found)


@pytest.mark.parametrize(
    ("language", "text", "signature", "doc", "rows"),
    [
        ("python", 'def f(a,\n      b):\n    """Does it.\n\n    More."""\n', "def f(a,\n      b):", "Does it.", (0, 4)),
        ("python", "def f(a): return a", "def f(a): return a", "", (0, 0)),
        ("python", "class A:\n    x = 1", "class A:", "", (0, 1)),
        ("go", "// F does it.\n// More.\nfunc F() {\n}\n", "func F() {", "F does it.", (2, 3)),
        (
            "java",
            "class C {\n  /**\n   * Does it.\n   */\n  @A\n  void f() {\n  }\n}",
            "  void f() {",
            "Does it.",
            (5, 6),
        ),
        (
            "rust",
            "/// Does it.\n#[inline]\npub fn f()\nwhere T: X,\n{\n}",
            "pub fn f()\nwhere T: X,",
            "Does it.",
            (2, 5),
        ),
        ("typescript", "export const f = (a: A) => {\n  return a;\n};", "export const f = (a: A) => {", "", (0, 2)),
    ],
)
def test_a_definition_is_shown_as_it_stands(
    language: str, text: str, signature: str, doc: str, rows: tuple[int, int]
) -> None:
    found = facts(language, text).definitions
    one = found[1] if language == "java" else found[0]
    assert (one.signature, one.doc, (one.row, one.end_row)) == (signature, doc, rows)


def test_chunks_begin_where_something_begins_and_cover_all_that_has_words() -> None:
    body = "".join(f"    step_{n}(value)\n" for n in range(8))
    text = "".join(f"# About {name}.\ndef {name}(value):\n{body}\n" for name in ("one", "two", "three"))
    chunks = facts("python", text).chunks
    assert [(c.row, c.end_row) for c in chunks] == [(0, 21), (22, 33)]
    counted = sum(c.words["value"] for c in chunks)
    assert counted == text.count("value")
    assert "def" not in chunks[0].words


@pytest.mark.parametrize("size", [1, 60, 5_000])
def test_long_stretches_are_cut(size: int) -> None:
    chunks = facts("python", "data = [\n" + "    entry,\n" * size + "]\n").chunks
    assert sum(c.words.get("entry", 0) for c in chunks) == size
    assert all(c.end_row - c.row < 30 for c in chunks)


@pytest.mark.parametrize("language", [row.name for row in LANGUAGES])
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00garbage\x80", b"((((((((" * 200, b"{" * 3000, "é🙂\r\n".encode() * 50]
)
def test_garbage_is_read(language: str, data: bytes) -> None:
    row = next(each for each in LANGUAGES if each.name == language)
    assert extract("a", row, data).path == "a"


def _some_files() -> Iterator[tuple[Path | str, bytes]]:
    """Files of this project in all its languages, and those of the made workspace."""
    root = SOURCES.parents[1]
    own = (p for top in ("server", "clients", "editors", "tests") for p in sorted((root / top).rglob("*.*")))
    built = {"node_modules", "out"}  # these come and go while editors are tried beside
    for path in [p for p in own if language_of(language_id_of(p)) and not built & set(p.parts)][::9]:
        yield path, path.read_bytes()
    for name, text in shop()[0].items():
        yield name, text.encode()


def test_files_cut_and_broken_anywhere_are_read() -> None:
    dice = random.Random(1)
    for path, data in _some_files():
        language = language_of(language_id_of(path))
        if language is None:
            continue  # go.mod
        for _ in range(3):
            cut = data[: dice.randrange(len(data) + 1)]
            at = dice.randrange(len(cut) + 1)
            broken = cut[:at] + dice.choice([b"", b"\0", b"\r", b"{", b'"""', b"\xff", b"\xe2\x80\xa8"]) + cut[at + 1 :]
            for each in (cut, broken):
                found = extract("a", language, masked(each))
                last = len(each.decode("utf-8", "replace").splitlines()) + 1
                assert len(found.definitions) <= 20 * last
                assert all(0 <= one.row <= one.end_row <= last for one in found.definitions)
                assert all(0 <= chunk.row <= chunk.end_row <= last for chunk in found.chunks)


TOKEN = "gh" + "p_" + "q7Rk2Zt9Yw4Xv6Ub8Nc1Md3Le5Kf7Jg9Hh0S"


@pytest.mark.parametrize("before", [0, 10, 130, 140, 150, 157, 270, 280, 290, 297, 330, 390, 400])
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'def f(a="{} {}"):\n    """Short."""\n'),
        ("python", 'def f():\n    """{} {} and more."""\n'),
        ("python", 'NAME = "{} {}"\n'),
        ("python", 'class A:\n    def f(self):\n        self.x = "{} {}"\n'),
        ("java", "/** {} {} and more. */\nclass A {{ }}\n"),
        ("go", "// {} {} and more.\nfunc f() {{ }}\n"),
        ("rust", 'macro_rules! {{\n    const X: &str = "{} {}";\n}}\n'),
    ],
)
def test_nothing_is_cut_within_a_secret(language: str, text: str, before: int) -> None:
    for one in facts(language, text.format("x" * before, TOKEN)).definitions:
        for shown in (one.signature, one.doc):
            assert TOKEN in shown or TOKEN[:6] not in shown


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_rows_are_those_of_the_editor(mark: str, end: str) -> None:
    text = f"{mark}def f():{end}    pass{end}{end}def g():{end}    pass{end}"
    found = facts("python", text).definitions
    assert [(one.name, one.row, one.signature) for one in found] == [("f", 0, "def f():"), ("g", 3, "def g():")]
