import pytest

from flashls.syntax.errors import breaks, error_count
from flashls.syntax.languages import language_of
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of


@pytest.mark.parametrize(
    ("language", "text", "sound"),
    [
        ("python", "def f():\n    return 1\n", True),
        ("python", "def f(:\n    return 1\n", False),
        ("javascript", "f({ a: 1 });\n", True),
        ("javascript", "f({ a: 1 );\n", False),
        ("javascript", "  g(a) {\n    return 1;\n  }\n", True),
        ("java", "    int g(int a) {\n        return 1;\n    }\n", True),
        ("php", "function f() { return 1; }\n", True),
        ("php", "function f() { return 1; \n", False),
        ("go", "package a\nfunc f() { é := 1; _ = é }\n", True),
        ("c", "int f( { }\n", False),
    ],
)
def test_whether_there_are_errors(language: str, text: str, sound: bool) -> None:
    assert (error_count(language_of(language), text) == 0) == sound


def test_more_errors_count_more() -> None:
    python = language_of("python")
    assert error_count(python, "f(a))\nx = 1\ng(b]\n") > error_count(python, "f(a))\nx = 1\ng(b)\n")


def test_deep_nesting_is_counted() -> None:
    assert error_count(language_of("python"), "(" * 5000) > 0


def test_plain_text_has_none() -> None:
    assert error_count(None, "((") == 0


@pytest.mark.parametrize(
    ("language", "text", "code", "broken"),
    [
        ("python", "def f(x):\n    ▮\n", "return x", False),
        ("python", "def f(x):\n    ▮\n", "return (x", True),
        ("go", "func f() {\n\t▮\n}\n", "}", True),
        ("c", "#if A\nint a;\n#elif B\n▮\n#else\nint c;\n#endif\n", "}", True),
        ("c", "#if A\nint a;\n#elif B\n▮\n#else\nint c;\n#endif\n", "int b;", False),
        ("python", "x = é(▮)\ny = )\n", "(", None),
        ("python", "x = 1▮\n" + "y = 1\n" * 8000, "(", None),
        ("plaintext", "(▮\n", "(", None),
    ],
)
def test_whether_code_breaks_a_whole_text(language: str, text: str, code: str, broken: bool | None) -> None:
    before, after = text.split("▮")
    known = language_of(language)
    tree = parsed(known, before + after)
    assert breaks(known, tree, lines_of(before + after), len(before), code) is broken
