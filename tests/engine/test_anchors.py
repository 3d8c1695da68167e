"""Edits by their old text: placed where it is found once, and nowhere else; a table of what models write."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashls.engine.anchors import Span, Unanchored, anchored, applied, edits_of
from flashls.engine.task import Answer
from flashls.prompt.seal import seal
from flashls.text.lines import lines_of
from flashls.types import Draft, End, Text, Usage

CODE = "import os\nimport re\n\n\ndef total(xs):\n    s = 0\n    for x in xs:\n        s += x\n    return s\n"
TWICE = "if a:\n    f()\n    g()\nelse:\n    f()\n    g()\n"

PLACED = {
    "as it is": (CODE, [("s += x", "s += 2 * x")], CODE.replace("s += x", "s += 2 * x")),
    "two in any order": (
        CODE,
        [("return s", "return -s"), ("s = 0", "s = 1")],
        CODE.replace("return s", "return -s").replace("s = 0", "s = 1"),
    ),
    "with a mark that other languages have at a row's end": (
        CODE,
        [("        s += x;", "        s += 2 * x;"), ("import re;", "import re, sys;")],
        CODE.replace("s += x", "s += 2 * x").replace("import re", "import re, sys"),
    ),
    "side by side": ("ab", [("a", "1"), ("b", "2")], "12"),
    "the same one twice": (CODE, [("s = 0", "s = 1")] * 2, CODE.replace("s = 0", "s = 1")),
    "one that changes nothing beside one that does": (
        CODE,
        [("import os", "import os"), ("s = 0", "s = 1")],
        CODE.replace("s = 0", "s = 1"),
    ),
    "a row goes as a whole": (CODE, [("import os", "")], CODE.removeprefix("import os\n")),
    "an indented row goes as a whole": (CODE, [("s = 0", "")], CODE.replace("    s = 0\n", "")),
    "a row with its line end": (CODE, [("import os\n", "")], CODE.removeprefix("import os\n")),
    "a part of a row leaves the rest": ("f(a, b)\n", [(", b", "")], "f(a)\n"),
    "new rows without indentation": (
        CODE,
        [("s += x", "if x:\n    s += x")],
        CODE.replace("        s += x", "        if x:\n            s += x"),
    ),
    "new rows with indentation": (
        CODE,
        [("s += x", "if x:\n            s += x")],
        CODE.replace("        s += x", "        if x:\n            s += x"),
    ),
    "rows without indentation": (
        CODE,
        [("for x in xs:\n    s += x", "for y in xs:\n    s += y")],
        CODE.replace("for x in xs:\n        s += x", "for y in xs:\n        s += y"),
    ),
    "rows with more indentation": (
        CODE,
        [("      s = 0\n      for x in xs:", "      s = 1\n      for x in xs:\n          print(x)")],
        CODE.replace("s = 0\n    for x in xs:", "s = 1\n    for x in xs:\n        print(x)"),
    ),
    "rows with spaces at their ends": (
        CODE,
        [("def total(xs):  \n    s = 0 ", "def total(xs):\n    s = 1")],
        CODE.replace("s = 0", "s = 1"),
    ),
    "rows with spaces for tabs": (
        "func f() {\n\tif x {\n\t\treturn\n\t}\n}\n",
        [("    if x {\n        return\n    }", "    if y {\n        g()\n        return\n    }")],
        "func f() {\n\tif y {\n\t\tg()\n\t\treturn\n\t}\n}\n",
    ),
    "rows go, indented otherwise": (
        CODE,
        [("for x in xs:\n    s += x\n", "")],
        CODE.replace("    for x in xs:\n        s += x\n", ""),
    ),
    "blank rows around": (
        CODE,
        [("\n\n    s = 0\n    for x in xs:\n\n", "\n    s = 1\n    for x in xs:\n")],
        CODE.replace("s = 0", "s = 1"),
    ),
    "a line end too much": (CODE, [("    return s\n", "    return -s")], CODE.replace("return s", "return -s")),
    "a line end too few": (CODE, [("    return s", "    return -s\n")], CODE.replace("return s", "return -s")),
    "no line end at the end": ("a\nb", [("b\n", "c\n")], "a\nc"),
    "line ends of Windows": ("a\r\nb\r\nc\r\n", [("a\nb", "a\nx\nb")], "a\r\nx\r\nb\r\nc\r\n"),
    "line ends of Windows in the reply": ("a\nb\nc\n", [("a\r\nb", "a\r\nx")], "a\nx\nc\n"),
    "line ends of old Macs": ("a\rb\rc", [("b\nc", "d\ne")], "a\rd\re"),
    "behind line ends of Windows": ("a\r\n\r\nb = 1\r\n", [("b = 1", "b = 2")], "a\r\n\r\nb = 2\r\n"),
    "behind an emoji": ('s = "😀"; t = 1\n', [("t = 1", "t = 2")], 's = "😀"; t = 2\n'),
    "into an empty document": ("", [("", "x = 1\n")], "x = 1\n"),
    "into a blank document": (" \n", [("", "x = 1\n")], "x = 1\n"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "edits", "after"), PLACED.values(), ids=PLACED)
def test_an_edit_is_placed_where_its_old_text_stands(text: str, edits: list[tuple[str, str]], after: str) -> None:
    lines = lines_of(text)
    assert applied(lines, anchored(lines, edits)) == after


REFUSED: dict[str, tuple[str, list[tuple[str, str]], list[Span] | None, str]] = {
    "nowhere": (CODE, [("s -= x", "s += x")], None, "edit 1 is not in the file"),
    "twice": ("a = 1\nb = 1\n", [("= 1", "= 2")], None, "edit 1 is found 2 times"),
    "twice, overlapping": ("aaa", [("aa", "b")], None, "found 2 times"),
    "twice, indented otherwise": (TWICE, [(" f()\n g()", "")], None, "2 times"),
    "the second one": (CODE, [("s = 0", "s = 1"), ("nope", "x")], None, "edit 2 is not in the file"),
    "outside": (CODE, [("import os", "")], [(10, 30)], "edit 1 is outside of what may be changed"),
    "half outside": (CODE, [("import os\nimport re", "")], [(5, len(CODE))], "outside"),
    "across two ranges": ("a\nb\nc\n", [("a\nb", "x")], [(0, 2), (2, 6)], "outside"),
    "overlapping": (CODE, [("s = 0\n    for", "for"), ("for x in xs", "for y in xs")], None, "edits 1 and 2 overlap"),
    "the same place, two ways": ("a = 1\n", [("a = 1", "a = 2"), ("a = 1\n", "a = 3\n")], None, "overlap"),
    "nothing": (CODE, [], None, "change nothing"),
    "nothing new": (CODE, [("s = 0", "s = 0")], None, "change nothing"),
    "nothing new but the indentation of the reply": (CODE, [("  s = 0 ", "  s = 0")], None, "change nothing"),
    "no old text": (CODE, [("", "x = 1")], None, "edit 1 has no old text"),
    "blank old text": (CODE, [("\n  \n", "x = 1")], None, "edit 1 has no old text"),
    "relative indentation differs": ("if a:\n    f()\n", [("if a:\nf()", "g()")], None, "not in the file"),
    "NUL": (CODE, [("s = 0", "s = 0\0")], None, "control characters"),
    "half a character": (CODE, [("s = 0", "s = '\ud83d'")], None, "control characters"),
    "reads other than it runs": (CODE, [("s = 0", "s = 0 # \u202e")], None, "control characters"),
    "too many": (CODE, [(str(n), "") for n in range(101)], None, "there are 101 edits"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "edits", "within", "why"), REFUSED.values(), ids=REFUSED)
def test_an_edit_without_its_one_place_is_refused(
    text: str, edits: list[tuple[str, str]], within: list[Span] | None, why: str
) -> None:
    with pytest.raises(Unanchored, match=why):
        anchored(lines_of(text), edits, within)


def test_what_is_found_outside_too_has_one_place_in_the_range() -> None:
    lines = lines_of("x = 1\ny = 0\nx = 1\n")
    assert applied(lines, anchored(lines, [("x = 1", "x = 2")], [(6, 18)])) == "x = 1\ny = 0\nx = 2\n"


def test_replacements_are_offsets_in_order() -> None:
    found = anchored(lines_of("é😀 a\r\nb\r\n"), [("b", "c\nd"), ("a", "z")])
    assert [(r.start, r.end, r.text) for r in found] == [(3, 4, "z"), (6, 7, "c\r\nd")]


KEY = "AIza" + "SyD3kq9ZtR7wLx2Vb8mNc4Hf6Jg1Ps5YuQe"


@pytest.mark.parametrize(
    ("old", "new", "pair"),
    [
        ('key = "REDACTED_SECRET_1"', 'KEY = "REDACTED_SECRET_1"', (f'key = "{KEY}"', f'KEY = "{KEY}"')),
        ('key = "REDACTED_SECRET_1"', "key = load()", (f'key = "{KEY}"', "key = load()")),
        ("f(REDACTED_SECRET_9)", "REDACTED_SECRET_9", ("f(REDACTED_SECRET_9)", "REDACTED_SECRET_9")),
        ("x", "REDACTED_SECRET_9", None),
        ("url", "url + 'REDACTED_SECRET_1'", None),
    ],
)
def test_secrets_come_back_where_they_were_and_nowhere_else(old: str, new: str, pair: tuple[str, str] | None) -> None:
    prompt = seal(Draft((Text("user", f'key = "{KEY}"'),)))
    assert prompt.redactions == {"REDACTED_SECRET_1": KEY}
    reply = json.dumps({"explanation": "", "edits": [{"old": old, "new": new}]})
    answer = Answer(reply, End("stop", Usage(), "m"), prompt)
    if pair is not None:
        assert edits_of(answer) == (pair,)
        return
    with pytest.raises(Unanchored, match="edit 1 would copy a secret") as refused:
        edits_of(answer)
    assert KEY not in str(refused.value)


@given(st.lists(st.text("ab \t\r\n", max_size=6), min_size=3, max_size=3), st.text("ab \t\r\n", max_size=6))
def test_what_is_placed_is_within_the_range_and_leaves_the_rest(pieces: list[str], old: str) -> None:
    """Whatever is written, what lies outside the range stays as it was."""
    before, inside, after = pieces
    lines = lines_of(before + inside + after)
    try:
        found = anchored(lines, [(old, "new")], [(len(before), len(before) + len(inside))])
    except Unanchored:
        return
    changed = applied(lines, found)
    assert changed.startswith(before)
    assert changed.endswith(after)
    assert "new" in changed
