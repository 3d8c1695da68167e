"""What stands at the cursor, marked ▮, with a tree and without."""

import pytest

from flashls.syntax.languages import language_of
from flashls.syntax.place import place
from flashls.syntax.trees import edited, parsed
from flashls.text.edits import Change, apply
from flashls.text.lines import lines_of

ROWS = [
    ("python", "def f():\n    ▮", "empty body"),
    ("python", "def f():▮", "empty body"),
    ("python", "def f():\n    # todo\n    ▮\n\ndef g(): pass\n", "empty body"),
    ("python", "def f():\n    ▮\n    return 1\n", "statement start"),
    ("python", "x = 1\n▮", "statement start"),
    ("python", "▮", "statement start"),
    ("python", "x = f▮oo\n", "inside"),
    ("python", "x = foo(▮)\n", "line end"),
    ("python", "x = foo(▮\n", "line end"),
    ("python", "x = foo(\n    ▮\n)\n", "inside"),
    ("python", "x = foo(\n    a,\n    ▮\n\ny = 1", "inside"),
    ("python", "x = 1  # he▮llo", "comment"),
    ("python", "x = 1  # hello▮", "comment"),
    ("python", "x = 'a▮b'", "string"),
    ("python", "x = 'ab▮", "string"),
    ("python", "x = '#ab'▮", "line end"),
    ("python", "x = f'a {b▮} c'", "inside"),
    ("python", 'def f():\n    """Do▮c\n\n    """\n', "string"),
    ("python", 'def f():\n    """Doc\n    ▮\n\ndef g():\n    pass\n', "string"),
    ("python", "é = 'ü'\nü = 'é▮'\n", "string"),
    ("javascript", "function f() {▮}", "empty body"),
    ("javascript", "function f() {\n  ▮\n}\n", "empty body"),
    ("javascript", "function f() {\n  ▮\n  a();\n}\n", "statement start"),
    ("javascript", "function f() {\n  ▮", "empty body"),
    ("javascript", "const s = `a ${x} ▮ b`;", "string"),
    ("javascript", "const s = `a ${x▮} b`;", "inside"),
    ("javascript", "/* a ▮ */", "comment"),
    ("javascript", "/** a\n * ▮", "comment"),
    ("javascript", "/* a */▮", "line end"),
    ("javascript", "foo(▮);", "line end"),
    ("typescriptreact", "const a = <div>don't ▮</div>;", "inside"),
    ("go", "func f() {\n\t▮\n}\n", "empty body"),
    ("go", "a := `x\n▮y`\n", "string"),
    ("rust", "fn f<'a>(x: &'a str) {\n    ▮\n}\n", "empty body"),
    ("rust", "let a: &'a str = b▮;", "line end"),
    ("java", "class A {\n  void f() {\n    ▮\n  }\n}", "empty body"),
    ("c", "int f(int a)\n{\n    ▮\n}\n", "empty body"),
    ("c", "/* x ▮", "comment"),
    ("cpp", "namespace a {\n▮\n}", "empty body"),
    ("csharp", 'class A\n{\n    string F() { return "a▮"; }\n}', "string"),
    ("ruby", "def f\n  ▮\nend\n", "empty body"),
    ("ruby", "x = [1].each do |a|\n  ▮\nend\n", "empty body"),
    ("ruby", 'x = "a #{b▮}"', "line end"),
    ("ruby", "# hi ▮", "comment"),
    ("php", "<?php\nfunction f() {\n  ▮\n}\n", "empty body"),
    ("php", '<?php\n$a = "x ▮";\n', "string"),
    ("shellscript", "if x; then\n  ▮\nfi\n", "empty body"),
    ("plaintext", "foo\n▮", "statement start"),
    ("yaml", "a: b▮\n", "line end"),
]
# What the text alone cannot tell: code within strings, and quotes that begin no string.
NEEDS_TREE = ("{b▮}", "${x▮}", "don't", "#{b▮}", "'a str = b▮")


@pytest.mark.parametrize(("language", "code", "expected"), ROWS)
def test_by_the_tree(language: str, code: str, expected: str) -> None:
    row, offset, text = language_of(language), code.index("▮"), code.replace("▮", "")
    assert place(parsed(row, text), lines_of(text), row, offset) == expected


@pytest.mark.parametrize(("language", "code", "expected"), [r for r in ROWS if not any(n in r[1] for n in NEEDS_TREE)])
def test_by_the_text_alone(language: str, code: str, expected: str) -> None:
    row, offset, text = language_of(language), code.index("▮"), code.replace("▮", "")
    assert place(None, lines_of(text), row, offset) == expected


@pytest.mark.parametrize(("typed", "expected"), [("# no", "comment"), ("x = 'a", "string"), ("x", "line end")])
def test_an_older_tree_with_the_edit_applied(typed: str, expected: str) -> None:
    row = language_of("python")
    lines, edit = apply(lines_of("def f():\n    a = 1\n    \n"), Change((2, 4), (2, 4), typed))
    tree = parsed(row, "def f():\n    a = 1\n    \n")
    assert tree is not None
    assert place(edited(tree, edit), lines, row, edit.new_end) == expected


@pytest.mark.parametrize("shift", range(20))
def test_a_row_cut_in_half_far_above_counts_for_nothing(shift: int) -> None:
    row = language_of("python")
    above = "".join(f'def f{n}(a):\n    """Give the sum of it all, {n}."""\n    return a\n\n\n' for n in range(40))
    text = f"#{'-' * shift}\n{above}def g(items):\n    y = = 1\n    for item in items:\n        "
    for code in (text, text.replace("\n", "\r\n"), text.replace("\n", "\r")):
        assert place(parsed(row, code), lines_of(code), row, len(code)) == "empty body"


def test_no_language() -> None:
    assert place(None, lines_of("it's\n"), None, 4) == "line end"
