import pytest

from flashls.syntax.languages import LANGUAGES, Language, grammar, language_id_of, language_of, query
from flashls.syntax.trees import parsed

# A line, or a few, of each language that its grammar must read without error.
CODE = {
    "python": "def f(): return 1\n",
    "javascript": "const f = (x) => x ?? 1;\n",
    "typescript": "let a: Array<number> = [1];\n",
    "tsx": "const a = <div>{b as string}</div>;\n",
    "go": "package a\nfunc f() int { return 1 }\n",
    "rust": "fn f<'a>(x: &'a str) -> u8 { 1 }\n",
    "java": "class A { int f() { return 1; } }\n",
    "c": "int f(void) { return 1; }\n",
    "cpp": "template <class T> T f(T a) { return a; }\n",
    "csharp": "class A { int F() => 1; }\n",
    "ruby": "def f(x) = x + 1\n",
    "php": "<?php function f() { return 1; }\n",
    "bash": "if true; then echo 1; fi\n",
    "html": "<p>a</p>\n",
    "css": "a { b: c; }\n",
    "json": '{"a": [1, null]}\n',
    "yaml": "a:\n  - b\n",
    "toml": "[a]\nb = 1\n",
    "sql": "SELECT a FROM b WHERE c = 1;\n",
    "lua": "local function f(a) return a end\n",
    "kotlin": "fun f(): Int { return 1 }\n",
    "scala": "object A { def f = 1 }\n",
    "swift": "func f() -> Int { return 1 }\n",
    "markdown": "# A\n\ntext\n",
    "elixir": "defmodule A do\n  def f, do: 1\nend\n",
    "haskell": "f :: Int\nf = 1\n",
    "ocaml": "let f x = x + 1\n",
    "zig": "fn f() u8 { return 1; }\n",
    "julia": "f(x) = x + 1\n",
    "xml": "<a><b/></a>\n",
    "powershell": "function F { 1 }\n",
    "objc": "@interface A : B\n@end\n",
    "groovy": "def f() { 1 }\n",
    "fortran": "program a\nend program a\n",
    "regex": "(a|b)+\n",
}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda row: row.name)
def test_each_grammar_reads_its_code(language: Language) -> None:
    tree = parsed(language, CODE[language.name].rstrip("\n") if language.name == "regex" else CODE[language.name])
    assert tree is not None
    assert not tree.root_node.has_error
    assert tree.root_node.child_count > 0


@pytest.mark.parametrize(
    ("language_id", "name"),
    [
        ("python", "python"),
        ("typescriptreact", "tsx"),
        ("javascriptreact", "javascript"),
        ("shellscript", "bash"),
        ("csharp", "csharp"),
        ("c_sharp", "csharp"),
        ("objective-c", "objc"),
        ("Python", "python"),
        ("plaintext", None),
        ("klingon", None),
    ],
)
def test_language_of_an_id(language_id: str, name: str | None) -> None:
    row = language_of(language_id)
    assert (row.name if row else None) == name


@pytest.mark.parametrize(
    ("path", "language_id"),
    [
        ("a/b.py", "python"),
        ("B.PY", "python"),
        ("x.d.ts", "typescript"),
        ("x.tsx", "typescriptreact"),
        ("Gemfile", "ruby"),
        ("src/Jenkinsfile", "groovy"),
        (".bashrc", "shellscript"),
        ("a.h", "c"),
        ("README", "plaintext"),
        ("a.unknown", "plaintext"),
        ("", "plaintext"),
    ],
)
def test_language_of_a_path(path: str, language_id: str) -> None:
    assert language_id_of(path) == language_id


def test_no_id_suffix_or_file_name_belongs_to_two_languages() -> None:
    keys = [key for row in LANGUAGES for key in (*row.ids, *row.suffixes, *row.filenames)]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("language", [row for row in LANGUAGES if row.queries], ids=lambda row: row.name)
def test_each_query_fits_its_grammar(language: Language) -> None:
    assert query(language, "definition") is not None
    assert query(language, "import") is not None


@pytest.mark.parametrize(
    ("module", "function"), [("no_such_grammar", "language"), ("tree_sitter_python", "language_x")]
)
def test_a_missing_grammar_is_plain_text(module: str, function: str) -> None:
    row = Language("gone", ("gone",), (), module, function, queries="python")
    assert grammar(row) is None
    assert query(row, "definition") is None
    assert parsed(row, "x") is None
