import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashls.syntax.errors import breaks, error_count, soundness
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


PLACES = [
    ("python", "def f(a):\n    é = ", "\n\n\ndef g(b):\n    return b\n"),
    ("python", "x = [\n    1,\n    ", "\n]\ny = 2\n"),
    ("javascript", "f({ a: ", " });\ng(1);\n"),
    ("typescript", "class A {\n  b = `é${", "}`;\n}\n"),
    ("php", "function f() { return ", "; }\n"),
    ("java", "    int g(int a) {\n        return ", ";\n    }\n"),
    ("go", "package a\nfunc f() { _ = ", " }\n"),
    ("c", "int f(void) {\n  return ", ";\n}\n"),
]
SAID = [
    "1",
    "(",
    ")",
    "{",
    "}",
    "é",
    "漢😀",
    "\n",
    "\r\n    ",
    '"',
    '"""',
    "`",
    "#",
    "/*",
    "*/",
    "a + b",
    "a, b",
    " ",
    ";",
    ":",
]


@pytest.mark.parametrize(("language", "before", "after"), PLACES)
def test_what_fits_an_excerpt_parsed_before_is_found_sound(language: str, before: str, after: str) -> None:
    known = language_of(language)
    assert known is not None
    assert soundness(known, before, after)("(1 +\n1)") == (error_count(known, before + "(1 +\n1)" + after) == 0)
    assert not soundness(known, before, after)("((1 + ")


@given(st.sampled_from(PLACES), st.lists(st.sampled_from(SAID), max_size=6).map("".join))
@settings(max_examples=300, deadline=None)
def test_nothing_with_an_error_is_found_sound(place: tuple[str, str, str], code: str) -> None:
    language, before, after = place
    known = language_of(language)
    assert known is not None
    assert not soundness(known, before, after)(code) or error_count(known, before + code + after) == 0
