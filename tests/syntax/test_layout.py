import pytest

from flashls.syntax.languages import language_of
from flashls.syntax.layout import closing_word, code, comment_start, header, indent, opens, unfinished


@pytest.mark.parametrize(("row", "width"), [("", 0), ("x", 0), ("  x", 2), ("\tx", 4), ("  \tx", 4), ("\t  x", 6)])
def test_indent(row: str, width: int) -> None:
    assert indent(row) == width


@pytest.mark.parametrize(
    ("language", "row", "expected"),
    [
        ("python", "x = 1  # é", "x = 1"),
        ("python", "x = '#'  # y", "x = '#'"),
        ("javascript", 'a("//"); // b', 'a("//");'),
        ("javascript", "a(/* b */ c);", "a(/* b */ c);"),
        ("c", "a(); /* b", "a();"),
        ("sql", "SELECT 1 -- one", "SELECT 1"),
        ("plaintext", "a # b ", "a # b"),
    ],
)
def test_code_without_comment(language: str, row: str, expected: str) -> None:
    assert code(row, language_of(language)) == expected
    assert (comment_start(row, language_of(language)) is None) == (expected == row.rstrip())


@pytest.mark.parametrize(
    ("language", "row", "expected"),
    [
        ("python", "def f():", True),
        ("python", "if x:  # why", True),
        ("python", "x = {", False),
        ("javascript", "f(() => {", True),
        ("javascript", "// {", False),
        ("ruby", "  def f(a)", True),
        ("ruby", "x.each do |a, b|", True),
        ("ruby", "defined = 1", False),
        ("lua", "if a then", True),
        ("shellscript", "while x; do", True),
        ("elixir", "def f do", True),
        ("julia", "function f(x)", True),
        ("fortran", "SUBROUTINE f(x)", True),
        ("plaintext", "a {", True),
        ("plaintext", "a", False),
    ],
)
def test_opens(language: str, row: str, expected: bool) -> None:
    assert opens(row, language_of(language)) == expected


@pytest.mark.parametrize(
    ("language", "row", "word"),
    [("ruby", "  end.x", "end"), ("ruby", "ending", ""), ("shellscript", "fi", "fi"), ("python", "end", "")],
)
def test_closing_word(language: str, row: str, word: str) -> None:
    assert closing_word(row, language_of(language)) == word


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'x = 1\n▮"""a\n'),
        ("python", 'x = """a"""\n▮'),
        ("python", 'x = \'"""\'\n▮'),
        ("python", '# """\n▮'),
        ("python", "x = ▮'a"),
        ("python", "x = 'a\ny▮"),
        ("javascript", "x = ▮`a ${b}\n"),
        ("javascript", "x = `a`; ▮/* b\n"),
        ("rust", "let c = '}';\n▮"),
    ],
)
def test_unfinished(language: str, text: str) -> None:
    assert unfinished(text.replace("▮", ""), language_of(language)) == text.index("▮")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["def f(a):"], "def f(a):"),
        (["x = 1", "def f(a,", "      b):"], "def f(a,"),
        (["void f(int a,", "       int b) {"], "void f(int a,"),
        (["f(", "    a,", "    (b) => {"], "    (b) => {"),
        (["if (a) {", "} else {"], "} else {"),
        (["    b):"], "    b):"),
        (["f(", *["  a,"] * 40, "  b):"], "  b):"),
    ],
)
def test_header(rows: list[str], expected: str) -> None:
    assert header(rows) == expected
