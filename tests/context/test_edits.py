"""What was just typed, as diffs."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashls.context.edits import Edits, edits
from flashls.text.lines import BlockLines, lines_of
from flashls.types import Cursor, Snapshot, Workspace

URI = "file:///w/pkg/a.py"
OTHER = "file:///w/pkg/b.py"
TEXT = "".join(f"row {n}\n" for n in range(40))


class Desk:
    """A document that edits are made in, one second after another."""

    def __init__(self, text: str = TEXT, uri: str = URI, edits: Edits | None = None) -> None:
        self.lines: BlockLines = lines_of(text)
        self.uri, self.edits, self.now = uri, edits or Edits(), 1000.0

    def put(self, row: int, old: str, new: str, seconds: float = 1.0) -> Desk:
        """Replaces the first ``old`` at or after the row."""
        self.now += seconds
        text = self.lines.text
        start = text.index(old, self.lines.offset(row, 0))
        before = self.lines
        self.lines = before.replace(start, start + len(old), new)
        self.edits.note(self.uri, before, self.lines, (start, start + len(old), start + len(new)), self.now)
        return self

    def seen(self, row: int, uri: str | None = None) -> list[str]:
        """The diffs that a cursor in a row of a document gets to see."""
        snapshot = Snapshot(uri or self.uri, "python", 1, self.lines)
        cursor = Cursor(snapshot, self.lines.offset(row, 0))
        workspace = Workspace((snapshot,), "/w", edits=self.edits.recent)
        return [snippet.text for snippet in edits(cursor, workspace, self.now)]


def test_an_edit_elsewhere_is_shown_with_a_row_around_it() -> None:
    desk = Desk().put(4, "row 4", "row four")
    assert desk.seen(30) == ["@@ -4,3 +4,3 @@\n row 3\n-row 4\n+row four\n row 5"]


def test_typing_in_one_place_is_one_edit() -> None:
    desk = Desk()
    for old, new in (("row 4\n", "row 4x\n"), ("row 4x\n", "row 4xy\n"), ("4xy\n", "4xy\nmore\n"), ("more", "mores")):
        desk.put(3, old, new)
    assert desk.seen(30) == ["@@ -4,3 +4,4 @@\n row 3\n-row 4\n+row 4xy\n+mores\n row 5"]
    assert len(desk.edits.recent) == 1


def test_what_is_typed_at_the_cursor_is_left_out_but_not_what_was_typed_there_before() -> None:
    desk = Desk().put(4, "row 4", "row four")
    assert desk.seen(4) == []
    assert desk.seen(6) == []
    desk.put(20, "row 20", "row twenty")
    assert desk.seen(20) == ["@@ -4,3 +4,3 @@\n row 3\n-row 4\n+row four\n row 5"]
    assert [text[-6:] for text in desk.seen(30)] == ["row 21", " row 5"]


def test_what_was_undone_is_not_shown() -> None:
    assert Desk().put(4, "row 4", "row four").put(4, "row four", "row 4").seen(30) == []


def test_after_a_pause_or_far_away_another_edit_begins() -> None:
    desk = Desk().put(4, "row 4", "row four").put(4, "row four", "row 44", seconds=100)
    assert len(desk.seen(30)) == 2
    desk.put(15, "row 15", "row fifteen")
    assert len(desk.seen(30)) == 3


def test_edits_of_other_documents_are_shown_with_their_path() -> None:
    desk = Desk().put(4, "row 4", "row four")
    other = Desk(uri=OTHER, edits=desk.edits).put(9, "row 9", "row nine")
    snapshot = Snapshot("file:///w/c.py", "python", 1, lines_of(""))
    found = edits(Cursor(snapshot, 0), Workspace((), "/w", edits=desk.edits.recent), other.now)
    assert [(s.path, s.kind) for s in found] == [("pkg/b.py", "edit"), ("pkg/a.py", "edit")]
    assert found[0].score > found[1].score


def test_only_eight_and_only_of_the_last_ten_minutes() -> None:
    desk = Desk(text="".join(f"row {n}\n" for n in range(400)))
    for n in range(20, 400, 20):
        desk.put(n, f"row {n}\n", f"changed {n}\n")
    found = desk.seen(0)
    assert len(found) == 8
    assert "changed 380" in found[0]
    desk.now += 601
    assert desk.seen(0) == []


@pytest.mark.parametrize(
    "new",
    ["x" * 500, "\n".join(f"pasted {n}" for n in range(2500))],
    ids=["a long row", "more rows than anybody types"],
)
def test_what_cannot_be_shown_whole_is_left_out(new: str) -> None:
    assert Desk().put(4, "row 4", new).seen(0) == []


def test_a_long_diff_ends_after_forty_rows() -> None:
    (text,) = Desk().put(4, "row 4", "\n".join(f"pasted {n}" for n in range(200))).seen(0)
    assert len(text.split("\n")) == 40
    assert text.endswith("+pasted 36")


EDIT = st.tuples(st.integers(0, 400), st.integers(0, 30), st.text("ab\n\r", max_size=12), st.floats(0, 90))


@given(st.lists(EDIT, max_size=25))
def test_every_edit_tells_exactly_how_its_rows_changed(made: list[tuple[int, int, str, float]]) -> None:
    """Outside the rows that an edit names, its two texts are the same (but for a line end that an edit completes)."""
    lines, noted, now = lines_of("one\ntwo\r\nthree\n\nfour\n" * 6), Edits(), 0.0
    for start, length, new, seconds in made:
        now += seconds
        start = min(start, lines.length)
        old_end = min(start + length, lines.length)
        before, lines = lines, lines.replace(start, old_end, new)
        noted.note(URI, before, lines, (start, old_end, start + len(new)), now)
    for edit in noted.recent:
        old, new_rows = ([row.rstrip("\r\n") for row in lines] for lines in (edit.before, edit.after))  # type: ignore[attr-defined]
        assert old[: edit.row] == new_rows[: edit.row]
        assert old[edit.old_end :] == new_rows[edit.new_end :]


BASE64 = string.ascii_letters + string.digits + "+/"
KEY_ROWS = ["".join(random.Random(seed).choices(BASE64, k=64)) for seed in range(20)]
KEY = "\n".join(("-----BEG" + "IN PRIVATE KEY-----", *KEY_ROWS, "-----E" + "ND PRIVATE KEY-----"))


@pytest.mark.parametrize("lead", ["", "// ", "  - "])
@pytest.mark.parametrize(
    ("row", "old", "new"),
    [
        (10, KEY_ROWS[9][:6], KEY_ROWS[9][:6] + "A"),
        (10, KEY_ROWS[9][:40], KEY_ROWS[9][:4]),
        (10, KEY_ROWS[9], f"{KEY_ROWS[9]}\nx = 1"),
        (20, KEY_ROWS[19][30:], "="),
    ],
    ids=["a letter", "half a row", "a row of code", "the last row"],
)
def test_an_edit_in_a_private_key_shows_none_of_it(lead: str, row: int, old: str, new: str) -> None:
    text = "x = 2\n" + "".join(f"{lead}{line}\n" for line in KEY.split("\n")) + "y = 3\n" * 60
    (shown,) = Desk(text).put(row, old, new).seen(80) or [""]
    assert not any(line[at : at + 12] in shown for line in KEY_ROWS for at in range(53))
    assert ("x = 1" in shown) == ("x = 1" in new)


def test_an_edit_next_to_a_private_key_is_shown() -> None:
    (shown,) = Desk(f"{KEY}\nx = 1\n" + "y = 2\n" * 60).put(20, "x = 1", "x = 2").seen(60)
    assert shown == "@@ -22,3 +22,3 @@\n " + KEY[-25:] + "\n-x = 1\n+x = 2\n y = 2"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["line feeds", "both", "carriage returns"])
def test_an_edit_between_private_keys_keeps_its_rows_whatever_ends_them(end: str) -> None:
    rows = ("a = 0", KEY_ROWS[0], KEY_ROWS[1], "b = 1", "c = 2", KEY_ROWS[2], KEY_ROWS[3], "d = 3", *["e = 4"] * 60)
    (shown,) = Desk(end.join(rows)).put(1, f"{end}b = 1{end}c = 2", f"{end}b = 5{end}c = 6").seen(60)
    assert shown == "@@ -3,4 +3,4 @@\n \n-b = 1\n-c = 2\n+b = 5\n+c = 6\n "
