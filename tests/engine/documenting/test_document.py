"""Doc comments: in each language's convention, at the right place, and nothing but comments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flashls.engine.documenting.samecode import same_code
from flashls.models.scripted import Reply
from flashls.models.seam import ModelError, Stalled
from flashls.syntax.languages import language_of
from flashls.types import Prompt, Text
from tests.engine.documenting.check_document import Said, check_document, documented

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


BREAKS_OUT = (
    'Ends it: """ \'\'\' */ --> ]] =end\nimport os\nos.system("x")\n/* /** // # \\u002a/ \\u002F ??/\n'
    'fn f() {}\n\x00\x0b\x0c\x85\u2028\u2029\u202e{@code } <summary> & \\'
)  # fmt: skip
CODE = {
    "python": "class A:\n    def f(self, a):\n        return a\n",
    "javascript": "class A {\n  f(a) { return `${a}`; }\n}\nexport default function g(a) {}\n",
    "typescript": "export class A {\n  f(a: number): void {}\n}\ninterface B { x: number }\n",
    "go": "package p\n\ntype A struct{ a int }\n\nfunc (a *A) F(x int) error { return nil }\n",
    "rust": "struct A { a: i32 }\n\nimpl A {\n    fn f(&self, a: i32) {}\n}\n",
    "java": "class A {\n  int f(int a) { return a; }\n}\n",
    "kotlin": "class A {\n  fun f(a: Int): Int = a\n}\n",
    "scala": "class A {\n  def f(a: Int): Int = a\n}\n",
    "php": "<?php\nclass A {\n  function f($a) { return $a; }\n}\n",
    "c": "struct A { int a; };\n\nint f(int a) { return a; }\n",
    "cpp": "/// .\nclass A {\n  int f(int a) { return a; }\n};\n",
    "csharp": "class A {\n  int F(int a) { return a; }\n}\n",
    "ruby": "class A\n  def f(a)\n    a\n  end\nend\n",
    "swift": "class A {\n  func f(a: Int) -> Int { return a }\n}\n",
    "lua": "function f(a)\n  return a\nend\n",
    "zig": "fn f(a: u8) u8 {\n    return a;\n}\n",
    "shellscript": "f() {\n  echo $1\n}\n",
}


@pytest.mark.parametrize("language", CODE)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
async def test_no_text_gets_out_of_its_comment(language: str, line_end: str) -> None:
    row = {
        "summary": BREAKS_OUT,
        "details": BREAKS_OUT + "\n\n- " + BREAKS_OUT + "\n```\n" + BREAKS_OUT,
        "parameters": [{"name": "a", "type": BREAKS_OUT, "text": BREAKS_OUT}],
        "returns": BREAKS_OUT,
        "returns_type": BREAKS_OUT,
        "raises": [{"type": "E", "text": BREAKS_OUT}, {"type": BREAKS_OUT, "text": BREAKS_OUT}],
    }
    code = CODE[language].replace("\n", line_end)
    after, found, _ = await documented(code, {"all": [row] * 4}, every=True, language=language)
    assert found.symbols
    assert after.count(line_end) == after.count("\n") > code.count(line_end) + 5
    kept = [row for row in after.split(line_end) if row in CODE[language].split("\n")]
    assert [row for row in kept if row.strip()] == [row for row in CODE[language].split("\n") if row.strip()]
    assert not set("\x00\x0b\x0c\x85\u2028\u202e") & set(after)


async def test_javas_unicode_escapes_and_cs_joined_rows_are_taken_apart() -> None:
    said = {"summary": "Ends at \\u002a/ or \\uu002a\\u002f here."}
    after, _, _ = await documented(CODE["java"], said, at="class A", language="java")
    assert "\\u" not in after
    for end in ("\\", "\\ ", "??/", "\\\\", "??/\t"):
        after, _, _ = await documented(CODE["cpp"], {"summary": "A path C:" + end}, at="f", language="cpp")
        assert "  /// A path C:\n" in after


MARKED = [
    ('"""Does."""', "Does."),
    ("/** Does. */", "Does."),
    ("/**\n * Does.\n */", "Does."),
    ("'''Does.'''", "Does."),
]


@pytest.mark.parametrize(("summary", "text"), MARKED)
async def test_marks_that_a_model_writes_anyway_are_taken_off(summary: str, text: str) -> None:
    await check_document(
        "def f():\n    pass\n", {"summary": summary}, f'def f():\n    """{text}"""\n    pass\n', at="f"
    )


@pytest.mark.parametrize(
    ("summary", "docstring"),
    [
        ('Say "x"', '"""Say "x\\""""'),
        ('"x" it is', '""" "x" it is"""'),
        ("A \\d here", 'r"""A \\d here"""'),
        ("Ends in \\", '"""Ends in \\\\"""'),
        ('Has """ in', '"""Has \\"\\"\\" in"""'),
        ('Both \\d """ x', '"""Both \\\\d \\"\\"\\" x"""'),
        ("x" * 120, '"""' + "x" * 120 + '"""'),
    ],
)
async def test_quotes_and_backslashes_stay_what_they_are(summary: str, docstring: str) -> None:
    after, _, _ = await documented("def f():\n    pass\n", {"summary": summary}, at="f")
    assert after == f"def f():\n    {docstring}\n    pass\n"
    space: dict[str, Any] = {}
    exec(after, space)
    assert space["f"].__doc__.strip() == summary


MANY = '''\
class A:
    """Known."""

    def f(self):
        def local():
            pass

    def g(self): return 1

    x = 1


def h():
    pass
'''


async def test_every_symbol_without_a_comment_gets_one() -> None:
    after, found, model = await documented(MANY, {"all": ["First.", "Second."]}, every=True)
    assert after == MANY.replace("        def local", '        """First."""\n        def local').replace(
        "def h():\n", 'def h():\n    """Second."""\n'
    )
    assert found.symbols == ("A.f", "h")
    assert found.left == (("A.g", "its body stands on the row of its header"),)
    assert len(model.prompts) == 1


async def test_a_range_with_several_symbols_leaves_those_that_have_a_comment() -> None:
    code = 'def f():\n    """Known."""\n\n\ndef g():\n    pass\n'
    await check_document(code, {"summary": "New."}, code.replace("    pass", '    """New."""\n    pass'))


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("    def f", "A.f"),
        ("            pass", "A.f"),
        ("\n\n    def f(self):\n        def", "A.f"),
        ("x = 1", "A"),
        ("def h", "h"),
        ("class A", "A"),
    ],
)
async def test_a_place_means_the_symbol_around_it(at: str, name: str) -> None:
    _, found, _ = await documented(MANY, {"summary": "New."}, at=at)
    assert found.symbols == (name,)


def fenced(value: object) -> str:
    return f"Sure! Here are the comments:\n\n```json\n{json.dumps(value)}\n```\nI hope this helps."


GOOD = {"comments": [{"symbol": 1, "summary": "Does."}]}
DOES = 'def f():\n    """Does."""\n    pass\n'


@pytest.mark.parametrize(
    ("reply", "result", "error"),
    [
        (fenced(GOOD), DOES, None),
        (Reply(json.dumps(GOOD)[:-9], "length"), None, "cut off"),
        (json.dumps(GOOD)[:-9], None, "no JSON|not what was asked for"),
        ("def f():\n    '''Does.'''\n    return 5\n", None, "no JSON"),
        (json.dumps({"comments": []}), None, "said nothing"),
        (json.dumps({"comments": [{"symbol": 7, "summary": "Does."}]}), None, "said nothing"),
        (json.dumps({"comments": [{"symbol": 1, "summary": "  \n"}]}), None, "said nothing"),
        (json.dumps({"comments": [*GOOD["comments"], {"symbol": 1, "summary": "Again."}]}), DOES, None),
        (json.dumps(GOOD | {"code": "def f(): evil()"}), None, "not what was asked for"),
        (Reply(json.dumps(GOOD), "blocked"), None, "blocked"),
        (Reply(fail=Stalled("too slow")), None, "too slow"),
        (json.dumps({"comments": [{"symbol": 1, "summary": "Does.", "parameters": [{"name": "no", "text": "x"}]}]}),
         DOES, None),
    ],
)  # fmt: skip
async def test_replies_that_are_not_what_was_asked_for(
    reply: Said | Reply, result: str | None, error: str | None
) -> None:
    await check_document("def f():\n    pass\n", reply, result, error, at="f")


@pytest.mark.parametrize(
    ("text", "language", "at", "error"),
    [
        ("x = 1\n", "python", "", "nothing to document"),
        ('def f():\n    """Known."""\n', "python", "", None),
        ("a: 1\n", "yaml", "", "no convention"),
        ("hello\n", "plaintext", "", "no convention"),
    ],
)
async def test_where_there_is_nothing_to_do_no_model_is_asked(
    text: str, language: str, at: str, error: str | None
) -> None:
    if error is None:
        await check_document(text, {"summary": "x"}, error="Everything here is documented", every=True)
    else:
        await check_document(text, {"summary": "x"}, error=error, at=at, language=language)


async def test_many_symbols_are_asked_about_in_several_questions_and_one_that_fails_spares_the_others() -> None:
    code = "\n\n".join(f"def f{n}():\n    pass\n" for n in range(20))
    replies: list[Said | Reply] = [
        {"all": [f"One of {n}." for n in range(8)]},
        Reply(fail=Stalled("too slow")),
        {"all": ["Third."] * 8},
    ]
    after, found, model = await documented(code, *replies, every=True)
    assert len(model.prompts) == 3
    assert len(found.symbols) == 12
    assert [why for _, why in found.left] == ["too slow"] * 8
    assert after.count('"""') == 24


async def test_a_secret_in_the_code_does_not_reach_the_model() -> None:
    secret = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"
    code = f'def f(key="{secret}"):\n    pass\n'
    after, _, model = await documented(code, {"summary": "Uses REDACTED_SECRET_1."}, at="f")
    assert secret not in _shown(model.prompts[0])
    assert after.count(secret) == 1


def _shown(prompt: Prompt) -> str:
    return "".join(part.text for part in prompt.parts if isinstance(part, Text))


@pytest.mark.parametrize(
    ("language", "before", "after", "same"),
    [
        ("python", "x = 1\n", "x = 1  # one\n", True),
        ("python", "def f():\n    pass\n", 'def f():\n    """D."""\n    pass\n', True),
        ("python", "def f():\n    pass\n", 'def f():\n    pass\n    """D."""\n', False),
        ("python", "def f():\n    pass\n", "def f():\n    f'''{x}'''\n    pass\n", False),
        ("python", "x = 'a b'\n", "x = 'a  b'\n", False),
        ("python", "x = 1\n", "x = 2\n", False),
        ("python", "x = 1\n", "x = 1\ny\n", False),
        ("go", "package p\n", "// Package p.\npackage p\n", True),
        ("go", "package p\nvar s = `a`\n", "package p\nvar s = `a // b`\n", False),
        ("c", "int a;\n", "// a \\\nint a;\n", False),
        ("c", "int a;\n", "/* a */ int a;\n", True),
        ("javascript", "f();\n", "/* */ evil(); /* */ f();\n", False),
        ("rust", "fn f() {}\n", "/// f\nfn f() {}\n", True),
    ],
)
async def test_same_code_sees_every_change_but_comments(language: str, before: str, after: str, same: bool) -> None:
    known = language_of(language)
    assert known is not None
    assert await same_code(known, before, after) is same


async def test_a_file_that_no_model_may_see_is_refused() -> None:
    from flashls.engine.documenting.document import document
    from flashls.models.scripted import Scripted
    from tests.engine.documenting.check_document import engine_of, opened

    model = Scripted(["x"])
    with pytest.raises(ModelError, match="kept from all models"):
        await document(engine_of(model, "document"), await opened(PYTHON, "python", "file:///w/.env"), 0, 5)
    assert model.prompts == []
