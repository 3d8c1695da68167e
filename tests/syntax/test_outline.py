"""What a document defines: each as ``kind path | signature``."""

from pathlib import Path

import pytest

from flashls.syntax.languages import LANGUAGES, Language, language_of
from flashls.syntax.outline import find, outline, outline_in_steps, outlining
from flashls.syntax.trees import parsed
from flashls.text.lines import lines_of

OUTLINES = sorted((Path(__file__).parent / "outlines").glob("*.txt"))


@pytest.mark.parametrize("path", OUTLINES, ids=lambda path: path.stem)
def test_symbols(path: Path) -> None:
    """Each file is code in the language it is named for and, below ``~~~``, the symbols in it."""
    code, expected = path.read_text("utf-8").split("~~~\n")
    row = language_of(path.stem)
    found = outline(parsed(row, code), lines_of(code), row)
    assert [f"{s.kind} {s.path} | {s.signature}" for s in found] == expected.splitlines()
    for symbol in found:
        assert symbol.name in code[symbol.start : symbol.end]
        assert symbol.start < symbol.body_start <= symbol.end


PYTHON = (
    "é = 1\nclass A:\n    def f(self): pass\n    def g(self): pass\nclass B:\n    def f(self): pass\ndef top(): pass\n"
)


@pytest.mark.parametrize(
    ("dotted", "path"),
    [
        ("A.f", "A.f"),
        ("g", "A.g"),
        ("top", "top"),
        ("f", None),
        ("B", "B"),
        ("é", "é"),
        ("C.f", None),
        ("", None),
    ],
)
def test_find(dotted: str, path: str | None) -> None:
    row = language_of("python")
    found = find(outline(parsed(row, PYTHON), lines_of(PYTHON), row), dotted)
    assert (found.path if found else None) == path


def _long(language: str) -> tuple[Language | None, str, int]:
    units = {
        "python": "class C{0}:\n    def f(self):\n        return 'é{0}'\n\n",
        "java": "  int f{0}(int a) {{\n    return a + {0};\n  }}\n",
        "lua": "function f{0}(a)\n  return a + {0}\nend\n",
    }
    text = "".join(units[language].format(n) for n in range(600))
    return (
        language_of(language),
        f"class A {{\n{text}}}\n" if language == "java" else text,
        1200 if language == "python" else 600,
    )


@pytest.mark.parametrize("language", ["python", "java", "lua"])
async def test_slices_are_many_and_together_the_whole(language: str) -> None:
    row, text, count = _long(language)
    tree, lines = parsed(row, text), lines_of(text)
    slices = list(outlining(tree, lines, row))
    found = tuple(symbol for some in slices for symbol in some)
    assert len(slices) > 5
    assert max(map(len, slices)) < count / 4
    assert len(found) == count + (language == "java")
    assert found == outline(tree, lines, row) == await outline_in_steps(tree, lines, row)
    assert len(set(found)) == len(found)
    assert {s.path.count(".") for s in found} == ({0} if language == "lua" else {0, 1})


def test_broken_code_still_gives_what_it_can() -> None:
    code = "def f(:\n    pass\n\ndef g():\n    return (\n\nclass C:\n    def h(self):\n        pass\n"
    row = language_of("python")
    assert "C.h" in [s.path for s in outline(parsed(row, code), lines_of(code), row)]


def test_plain_text_has_no_symbols() -> None:
    assert outline(None, lines_of("def f(): pass\n"), None) == ()
    assert outline(None, lines_of("def f(): pass\n"), LANGUAGES[0]) == ()
