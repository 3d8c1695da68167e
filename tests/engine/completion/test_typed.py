"""What is left of a suggestion that someone types, with an editor that puts in blanks and brackets itself."""

from __future__ import annotations

import pytest

from flashls.engine.completion.typed import closers_due, rest_of, without_closers

RESTS: dict[str, tuple[str, str, str, str | None]] = {
    "nothing typed": ("", "3.14 * r", "", "3.14 * r"),
    "some of it": ("", "3.14 * r", "3.1", "4 * r"),
    "all of it": ("", "3.14", "3.14", ""),
    "further than it goes": ("", "3.14", "3.14 * r", ""),
    "something else": ("", "3.14", "4", None),
    "something else at the end": ("", "3.14", "3.15", None),
    "newline with the same indentation": ("    if x:", "\n        y()", "\n        ", "y()"),
    "newline with a part of the indentation": ("    if x:", "\n        y()", "\n    ", "    y()"),
    "newline alone": ("    if x:", "\n        y()", "\n", "        y()"),
    "tab for spaces": ("if x:", "\n    y()\n    z()", "\n\t", "y()\n\tz()"),
    "tab for spaces, row begun": ("if x:", "\n    y()\n    z()", "\n\ty", "()\n\tz()"),
    "four spaces for two, deeper rows with it": (
        "if x:", "\n  for y in z:\n    y()", "\n    ", "for y in z:\n      y()",
    ),
    "four spaces for two, back at the margin": ("if x:", "\n  y()\nz()", "\n    ", "y()\nz()"),
    "indented on where it goes back": ("    y()", "\nz()", "\n    ", None),
    "deeper where it stays": ("    y()", "\n    z()", "\n        ", None),
    "a row that differs": ("if x:", "\n    y()\n    z()", "\n    w()\n    ", None),
    "blank row with the editor's blanks": ("    y()", "\n\n    z()", "\n    \n", "    z()"),
    "at the end of a blank row": ("    y()", "\n\n    z()", "\n    ", "\n    z()"),
    "blanks dropped at the end of a row": ("", "x = 1 \ny = 2", "x = 1\n", "y = 2"),
    "line ends of Windows": ("if x:", "\r\n    y()\r\n    z()", "\r\n\t", "y()\r\n\tz()"),
    "rows typed as they are": ("", "a\n  b\n  c", "a\n  b\n", "  c"),
}  # fmt: skip


@pytest.mark.parametrize(("head", "said", "typed", "rest"), RESTS.values(), ids=RESTS)
def test_what_is_left(head: str, said: str, typed: str, rest: str | None) -> None:
    assert rest_of(said, typed, head) == rest


DUE = {
    "f(": ")",
    "f(x)": "",
    "f([{": "}])",
    "f(a, [b": "])",
    'x = "a': '"',
    'x = "a(': ')"',
    'x = "a(b': ')"',
    'x = "a(b"': "",
    'f"{': '}"',
    "f\"{x['a": "']}\"",
    'f"{x}': '"',
    "`${": "}`",
    "`${a('b": "')}`",
    "`${it}'s": "`",
    "x = \"it's (": ')"',
    'x = "a\\"': '"',
    "don't": "",
    "x = '": "'",
    "if x {\n    ": "}",
}


@pytest.mark.parametrize(("typed", "due"), DUE.items())
def test_what_an_editor_would_close(typed: str, due: str) -> None:
    assert closers_due(typed) == due


CUT = {
    "the bracket ends it": ("x)", ")", "x"),
    "it goes on": ("x) + 1", ")", "x"),
    "brackets of its own": ("g(y), z).h()", ")", "g(y), z"),
    "a bracket in a string": ('")", x)', ")", '")", x'),
    "a quote": ('abc" + x', '"', "abc"),
    "block": ("    x\n}", "\n}", "    x"),
    "nothing closes": ("x", ")", "x"),
    "two": ("x))", "))", "x"),
    "a quote that nothing ends hides it": ("&'static str {\n}\n}", "}", None),
    "two backslashes escape no quote": ('C:\\\\" + name', '"', "C:\\\\"),
    "a string with a prefix": ("f'a) b', y)", ")", "f'a) b', y"),
    "an expression in a string": ('name} is" + b', '}"', "name"),
    "a template's expression": ("a ? '}' : b} px`", "}`", "a ? '}' : b"),
    "in a comment perhaps": ("\n    a,  # 1) first\n)", ")", None),
}


@pytest.mark.parametrize(("rest", "closed", "left"), CUT.values(), ids=CUT)
def test_what_stands_there_already_is_not_said_again(rest: str, closed: str, left: str | None) -> None:
    assert without_closers(rest, closed, "".join(closed.split())) == left


OPEN = {
    "a quote behind a prefix": ('[b"', 'x", c] + d', "]", 'x", c'),
    "its end is still to come": ('[b"', "x", "]", "x"),
    "its bracket is still to come": ('[b"', 'x", c', "]", 'x", c'),
    "a bracket that was not closed": ("f(g(", "x), y) + z", ")", "x"),
    "a quote that nothing ends": ('["', "x\" + 'y]", "]", None),
}


@pytest.mark.parametrize(("typed", "rest", "closed", "left"), OPEN.values(), ids=OPEN)
def test_the_editor_has_closed_some_of_what_is_open(typed: str, rest: str, closed: str, left: str | None) -> None:
    assert without_closers(rest, closed, closers_due(typed)) == left
