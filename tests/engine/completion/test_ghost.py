"""Where a suggestion holds: a document, a suggestion, then edits; what is left of it at the cursor after them."""

from __future__ import annotations

import pytest

from flashls.engine.completion.ghost import Shown, match, place_of
from flashls.engine.completion.here import here_at
from flashls.engine.documents import Documents
from flashls.text.edits import Change
from flashls.types import Cursor, Ghost

URI = "file:///w/a.txt"
FILLER = "".join(f"line_{n} = {n}\n" for n in range(40))


class Text:
    """A document with a cursor, and what was to go in at the mark."""

    def __init__(self, text: str) -> None:
        before, after = text.split("▮")
        self.documents = Documents()
        self.cursor = Cursor(self.documents.open(URI, "plaintext", 1, before + after), len(before))
        self.place = place_of(self.cursor)

    def edit(self, at: int, deleted: int, text: str) -> None:
        lines = self.cursor.snapshot.lines
        change = Change(lines.point(at), lines.point(at + deleted), text)
        snapshot = self.documents.change(URI, self.cursor.snapshot.version + 1, [change])
        offset = self.cursor.offset
        moved = offset + len(text) - deleted if at + deleted <= offset and (at < offset or deleted) else offset
        self.cursor = Cursor(snapshot, moved)

    def type(self, text: str, behind: str = "") -> None:
        """Types at the cursor; the editor puts ``behind`` behind it."""
        offset = self.cursor.offset
        self.edit(offset, 0, text + behind)
        self.cursor = Cursor(self.cursor.snapshot, offset + len(text))

    def back(self, n: int) -> None:
        self.edit(self.cursor.offset - n, n, "")

    def left(self, said: str, typing: bool = False) -> str | None:
        found = match(self.place, here_at(self.cursor), said, typing)
        return None if found is None else found.rest


def test_typing_and_deleting() -> None:
    text = Text(f"{FILLER}return ▮\n{FILLER}")
    for key, left in (("3", ".14 * r"), (".", "14 * r")):
        text.type(key)
        assert text.left("3.14 * r") == left
    text.back(1)
    assert text.left("3.14 * r") == ".14 * r"
    text.type("x")
    assert text.left("3.14 * r") is None
    text.back(1)
    assert text.left("3.14 * r") == ".14 * r"


def test_what_was_deleted_before_it_and_is_typed_again_grows_to_its_front() -> None:
    text = Text("x = count▮\n")
    text.back(3)
    assert text.left("er + 1") is None
    text.type("u")
    assert text.left("er + 1") is None
    assert text.left("er + 1", typing=True) == "nter + 1"
    text.type("nt")
    assert text.left("er + 1") == "er + 1"
    text.back(3)
    text.type("x")
    assert text.left("er + 1", typing=True) is None


EDITS: dict[str, tuple[str, str, tuple[int, int, str] | tuple[str, str], str | None]] = {
    "import at the top": (f"{FILLER}x = ▮\n{FILLER}", "f(y)", (0, 0, "import f\n"), "f(y)"),
    "import just above": ("import os\n\nx = ▮\n", "sys.path", (9, 0, "\nimport sys"), "sys.path"),
    "two rows less at the top": (f"a\nb\n{FILLER}x = ▮\n", "f(y)", (0, 4, ""), "f(y)"),
    "the row above": ("a = 1\nx = ▮\ny = 2\n", "c", (0, 5, "b = 1"), "c"),
    "the row above, with its name": ("a = 1\nx = ▮\ny = 2\n", "a", (0, 5, "b = 1"), None),
    "the row above a blank one": ("a = 1\n▮\ny = 2\n", "c", (0, 5, "b = 1"), None),
    "the row below": ("a = 1\nx = ▮\ny = 2\n", "a", ("y = 2", "z = 2"), "a"),
    "the row below a blank one": ("a = 1\n▮\ny = 2\n", "c", ("y = 2", "z = 2"), None),
    "an import right above": ("import os\nx = ▮\n", "np.array(y)", (10, 0, "import numpy as np\n"), "np.array(y)"),
    "an import in the first row": ("x = ▮\n", "f(y)", (0, 0, "import f\n"), "f(y)"),
    "a row right below": ("x = ▮\ny = 2\n", "f(y)", ("y = 2", "z = 3\ny = 2"), "f(y)"),
    "the line end that was missing": ("x = ▮", "f(y)", (4, 0, "\n"), "f(y)"),
    "a rename further down": (f"a = 1\nx = ▮\ny = 2\n{FILLER}", "a", ("line_3", "row_3"), "a"),
    "a rename of something else": ("z = 1\nx = ▮\ny = 2\nuse(b)\n", "b + 1", ("use(b)", "us(b)"), "b + 1"),
    "a name that is gone": ("count = 0\nz = 1\nx = ▮\ny = 2\n", "count + 1", (0, 5, "total"), None),
    "the same row": ("value = 1; x = ▮\n", "f(y)", (0, 5, "other"), None),
    "behind the cursor": ("f(▮)\n", "x", (3, 0, ", y"), None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said", "edit", "left"), EDITS.values(), ids=EDITS)
def test_edits_elsewhere(text: str, said: str, edit: tuple[int, int, str] | tuple[str, str], left: str | None) -> None:
    document = Text(text)
    if len(edit) == 2:
        found = text.replace("▮", "").index(edit[0])
        edit = (found, len(edit[0]), edit[1])
    document.edit(*edit)
    assert document.left(said) == left
    if left is not None:
        document.type(said[:1])
        assert document.left(said) == said[1:]


def test_other_cursors_in_the_rows_above_and_below() -> None:
    text = Text("a = \nb = ▮\nc = \n")
    text.edit(14, 0, "t")
    text.edit(4, 0, "t")
    text.type("t")
    assert text.left("total(xs)") == "otal(xs)"


CLOSED: dict[str, tuple[str, str, list[tuple[str, str]], str | None]] = {
    "bracket": ("f▮\n", "(x)", [("(", ")")], "x"),
    "bracket, more behind": ("f▮\n", "(x) + 1", [("(", ")")], "x"),
    "bracket, typed into": ("f▮\n", "(x, y) + 1", [("(", ")"), ("x", "")], ", y"),
    "two brackets": ("f▮\n", "(g(x)) + 1", [("(", ")"), ("g", ""), ("(", ")")], "x"),
    "before text of its own": ("f▮ + 1\n", "(x)", [("(", ")")], "x"),
    "quote": ("s = ▮\n", '"abc"', [('"', '"')], "abc"),
    "a quote in it that is not closed": ("xs = ▮\n", '[b"x", c]', [("[", "]"), ("b", ""), ('"', "")], 'x", c'),
    "block opened in one row": ("if x ▮\n", "{\n    y();\n}", [("{", "}")], "\n    y();\n"),
    "block opened over three": ("if x ▮\n", "{\n    y();\n}", [("{", "}"), ("\n    ", "\n")], "y();"),
    "not what it said": ("f▮\n", "(x)", [("[", "]")], None),
    "not what was opened": ("f▮\n", "(x)", [("(", "]")], None),
}


@pytest.mark.parametrize(("text", "said", "keys", "left"), CLOSED.values(), ids=CLOSED)
def test_brackets_that_the_editor_closes(text: str, said: str, keys: list[tuple[str, str]], left: str | None) -> None:
    document = Text(text)
    for key, behind in keys:
        document.type(key, behind)
    assert document.left(said) == left


def test_behind_a_bracket_that_the_editor_closed_it_goes_on() -> None:
    text = Text("f▮\n")
    text.type("(", ")")
    text.type("x")
    assert text.left("(x) + 1") == ""
    text.cursor = Cursor(text.cursor.snapshot, text.cursor.offset + 1)
    assert text.left("(x) + 1") == " + 1"


@pytest.mark.parametrize("row", [1, 5])
def test_another_place_with_the_same_row_is_not_its_place(row: int) -> None:
    text = Text("def f():\n    ▮\n\n\ndef g():\n    \n\n\ndef h():\n    \n")
    lines = text.cursor.snapshot.lines
    text.cursor = Cursor(text.cursor.snapshot, lines.offset(row, 4))
    assert text.left("pass") == ("pass" if row == 1 else None)


def test_it_is_at_its_place_in_a_row_of_a_megabyte() -> None:
    text = Text(f"{'x' * 1_000_000} = ▮ + {'y' * 1_000_000}")
    text.type("a")
    assert text.left("abc") == "bc"


def test_what_is_on_show_begins_where_it_stands_now() -> None:
    text = Text("x = ▮\n")
    shown = Shown(text.cursor, Ghost(1, 4, 4, "abc"))
    text.type("a")
    assert shown.left(text.cursor) == Ghost(2, 5, 5, "bc")
