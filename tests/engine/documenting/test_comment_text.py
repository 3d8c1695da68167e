"""What a model says stays text: it gets out of no comment, and what is written in it reads as it was meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.documenting.check_document import check_document, documented

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
