"""Doc comments in each language's own way: the style of the file's others, the project's, and where they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engine.documenting.check_document import check_document, documented

ADDS: dict[str, Any] = {
    "summary": "Adds two numbers.",
    "details": "Overflow wraps around.",
    "parameters": [
        {"name": "a", "type": "int", "text": "the first"},
        {"name": "b", "type": "int", "text": "the other"},
    ],
    "returns": "Their sum.",
    "returns_type": "int",
    "raises": [{"type": "RangeError", "text": "if it is too large"}],
}
PYTHON = "def add(a, b):\n    return a + b\n"
GOOGLE = '''\
def add(a, b):
    """Adds two numbers.

    Overflow wraps around.

    Args:
        a: the first
        b: the other

    Returns:
        Their sum.

    Raises:
        RangeError: if it is too large
    """
    return a + b
'''
NUMPY = '''\
def add(a, b):
    """Adds two numbers.

    Overflow wraps around.

    Parameters
    ----------
    a : int
        the first
    b : int
        the other

    Returns
    -------
    int
        Their sum.

    Raises
    ------
    RangeError
        if it is too large
    """
    return a + b
'''
REST = '''\
def add(a, b):
    """Adds two numbers.

    Overflow wraps around.

    :param a: the first
    :param b: the other
    :returns: Their sum.
    :raises RangeError: if it is too large
    """
    return a + b
'''
OTHERS = {
    "google": 'def f(x):\n    """F.\n\n    Args:\n        x: x\n    """\n\n\n',
    "numpy": 'def f(x):\n    """F.\n\n    Returns\n    -------\n    int\n    """\n\n\n',
    "rest": 'def f(x):\n    """F.\n\n    :param x: x\n    """\n\n\n',
    "plain": "".join(f'def f{n}(x):\n    """F."""\n\n\n' for n in range(3)),
}
PLAIN = 'def add(a, b):\n    """Adds two numbers.\n\n    Overflow wraps around.\n    """\n    return a + b\n'


UNTYPED = {"summary": "Adds.", "parameters": [{"name": "a", "text": "It."}], "returns": "That."}


@pytest.mark.parametrize(
    ("language", "text", "rows"),
    [
        ("php", "<?php\nfunction f($a) {\n}\n", ["@param mixed $a It.", "@return mixed That."]),
        ("javascript", "function f(a) {\n}\n", ["@param a - It.", "@returns That."]),
        ("lua", "function f(a)\nend\n", ["@param a any It.", "@return any That."]),
    ],
)
async def test_a_type_that_nobody_told_is_left_out_or_said_to_be_any(language: str, text: str, rows: list[str]) -> None:
    after, _, _ = await documented(text, UNTYPED, at="f", language=language)
    assert [row.lstrip(" *-") for row in after.split("\n") if "@" in row] == rows


@pytest.mark.parametrize(
    ("language", "text"),
    [("java", "class A {\n}\n"), ("python", "class A:\n    x = 1\n"), ("typescript", "interface A {\n}\n")],
)
async def test_what_is_no_function_gives_nothing(language: str, text: str) -> None:
    after, _, _ = await documented(text, UNTYPED, at="A", language=language)
    assert "Adds." in after and "That." not in after


@pytest.mark.parametrize(
    ("others", "result"),
    [
        ("", GOOGLE),
        (OTHERS["google"], GOOGLE),
        (OTHERS["numpy"], NUMPY),
        (OTHERS["rest"], REST),
        (OTHERS["plain"], PLAIN),
    ],
    ids=["none", *OTHERS],
)
async def test_a_docstring_is_in_the_style_of_the_files_others(others: str, result: str) -> None:
    await check_document(others + PYTHON, ADDS, others + result, at="add")


@pytest.mark.parametrize(
    ("settings", "result"),
    [
        ('[tool.ruff.lint.pydocstyle]\nconvention = "numpy"\n', NUMPY),
        ('[tool.pydocstyle]\nconvention = "google"\n', GOOGLE),
        ('[tool.pydocstyle]\nconvention = "pep257"\n', GOOGLE),
        ("tool = 5\n", GOOGLE),
        ("[broken\n", GOOGLE),
    ],
)
async def test_a_file_without_docstrings_does_as_the_project_says(tmp_path: Path, settings: str, result: str) -> None:
    (tmp_path / "pyproject.toml").write_text(settings)
    after, _, _ = await documented(PYTHON, ADDS, at="add", root=tmp_path)
    assert after == result


BLOCK = """\
/**
 * Adds two numbers.
 *
 * Overflow wraps around.
 *
 * @param {p}a{d} the first
 * @param {p}b{d} the other
 * @return{r} Their sum.
 * @throws {e} if it is too large
 */
"""


def block(p: str = "", d: str = "", r: str = "", e: str = "RangeError") -> str:
    return BLOCK.format(p=p, d=d, r=r, e=e)


@pytest.mark.parametrize(
    ("language", "code", "comment"),
    [
        ("javascript", "function add(a, b) {\n}\n", block("{int} ", " -", "s {int}", "{RangeError}")),
        ("typescript", "export const add = (a: number, b: number) => a + b;\n",
         block("", " -", "s", "{@link RangeError}")),
        ("typescriptreact", "export const add = (a: number, b: number) => <b>{a + b}</b>;\n",
         block("", " -", "s", "{@link RangeError}")),
        ("java", "class Add {\n  Add(int a, int b) {}\n}\n", None),
        ("kotlin", "fun add(a: Int, b: Int): Int = a + b\n", block()),
        ("scala", "def add(a: Int, b: Int): Int = a + b\n", block()),
        ("php", "<?php\nfunction add(int $a, int $b): int {\n}\n", block("int $", "", " int")),
        ("c", "int add(int a, int b) {\n}\n", block()),
        ("cpp", "template <class T>\nT add(T a, T b) {\n}\n", block()),
        ("go", "func add(a, b int) int {\n}\n",
         "// add adds two numbers.\n//\n// Overflow wraps around.\n"),
        ("rust", "#[inline]\npub fn add(a: i32, b: i32) -> i32 {\n}\n",
         "/// Adds two numbers.\n///\n/// Overflow wraps around.\n///\n/// # Errors\n///\n"
         "/// RangeError: if it is too large\n"),
        ("csharp", "class A {\n  int add(int a, int b) => a;\n}\n", None),
        ("ruby", "def add(a, b)\nend\n", "# Adds two numbers.\n#\n# Overflow wraps around.\n"),
        ("swift", "func add(a: Int, b: Int) -> Int {\n}\n",
         "/// Adds two numbers.\n///\n/// Overflow wraps around.\n///\n/// - Parameters:\n///   - a: the first\n"
         "///   - b: the other\n/// - Returns: Their sum.\n/// - Throws: RangeError if it is too large\n"),
        ("lua", "function add(a, b)\nend\n",
         "--- Adds two numbers.\n---\n--- Overflow wraps around.\n---\n--- @param a int the first\n"
         "--- @param b int the other\n--- @return int Their sum.\n"),
        ("zig", "fn add(a: u8, b: u8) u8 {\n}\n", "/// Adds two numbers.\n///\n/// Overflow wraps around.\n"),
        ("shellscript", "add() {\n  echo\n}\n", "# Adds two numbers.\n#\n# Overflow wraps around.\n"),
    ],
)  # fmt: skip
async def test_each_language_has_its_own_convention(language: str, code: str, comment: str | None) -> None:
    if comment is None:
        comment = {"java": indented(block()), "csharp": XML}[language]
        code_before, code_after = code.split("\n", 1)
        await check_document(code, ADDS, f"{code_before}\n{comment}{code_after}", at=at_of(code), language=language)
        return
    lead = "<?php\n" if language == "php" else ""
    await check_document(code, ADDS, lead + comment + code.removeprefix(lead), at="add", language=language)


XML = """\
  /// <summary>
  /// Adds two numbers.
  /// </summary>
  /// <param name="a">the first</param>
  /// <param name="b">the other</param>
  /// <returns>Their sum.</returns>
  /// <exception cref="RangeError">if it is too large</exception>
  /// <remarks>
  /// Overflow wraps around.
  /// </remarks>
"""


def indented(text: str) -> str:
    return "".join(f"  {row}\n" for row in text.splitlines())


def at_of(code: str) -> str:
    """The header of the only method in a class."""
    return code.split("\n")[1].strip()


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("python", "@decorated\ndef f(): # why\n    # how\n    pass\n",
         '@decorated\ndef f(): # why\n    """Does."""\n    # how\n    pass\n'),
        ("python", "class f:\n    x = 1\n", 'class f:\n    """Does."""\n\n    x = 1\n'),
        ("python", "class f:\n\n    x = 1\n", 'class f:\n    """Does."""\n\n    x = 1\n'),
        ("python", 'def f():\n    r"""Old\n    one."""\n    pass\n', 'def f():\n    """Does."""\n    pass\n'),
        ("python", "def f():\r\n\tpass\r\n", 'def f():\r\n\t"""Does."""\r\n\tpass\r\n'),
        ("python", "async def f(\n    a,\n):\n    f'{a}'", 'async def f(\n    a,\n):\n    """Does."""\n    f\'{a}\''),
        ("go", "// f does not.\n//go:noinline\nfunc f() {}\n", "// f does.\n//go:noinline\nfunc f() {}\n"),
        ("go", "//go:noinline\nfunc f() {}\n", "// f does.\n//go:noinline\nfunc f() {}\n"),
        ("go", "x := 1 // about x\nfunc f() {}\n", "x := 1 // about x\n// f does.\nfunc f() {}\n"),
        ("typescript", "// eslint-disable-next-line\nfunction f() {}\n",
         "/**\n * Does.\n */\n// eslint-disable-next-line\nfunction f() {}\n"),
        ("typescript", "/** Old. */\nexport function f() {}\n", "/**\n * Does.\n */\nexport function f() {}\n"),
        ("typescript", "const x = 1;\n\n// A part.\n\nfunction f() {}\n",
         "const x = 1;\n\n// A part.\n\n/**\n * Does.\n */\nfunction f() {}\n"),
        ("typescript", "class A {\n\t@on('x')\n\tf() {}\n}\n",
         "class A {\n\t/**\n\t * Does.\n\t */\n\t@on('x')\n\tf() {}\n}\n"),
        ("rust", "/// Old,\n/// and long.\n#[a]\n#[b]\nfn f() {}\n", "/// Does.\n#[a]\n#[b]\nfn f() {}\n"),
        ("rust", "#[a] fn f() {}\n", None),
        ("java", "class A { void f() {} }\n", None),
        ("python", "def f(): return 1\n", None),
        ("ruby", "class A\n  # Old.\n  def f\n  end\nend\n", "class A\n  # Does.\n  def f\n  end\nend\n"),
        ("c", "/* Old. */\nint f(void) { return 1; }\n", "/**\n * Does.\n */\nint f(void) { return 1; }\n"),
        ("cpp", "/// A.\nint g() { return 1; }\n\nint f() { return 1; }\n",
         "/// A.\nint g() { return 1; }\n\n/// Does.\nint f() { return 1; }\n"),
        ("ruby", "# @return [Integer]\ndef g\nend\n\ndef f\nend\n",
         "# @return [Integer]\ndef g\nend\n\n# Does.\ndef f\nend\n"),
    ],
)  # fmt: skip
async def test_a_comment_stands_where_comments_of_its_kind_stand(language: str, before: str, after: str | None) -> None:
    said = "f does." if language == "go" else "Does."
    error = "No place for a comment" if after is None else None
    await check_document(before, {"summary": said}, after, error, at="f", language=language)
