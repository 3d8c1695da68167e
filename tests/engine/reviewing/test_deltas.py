"""What was changed in a file, as a model is shown it: git's form, the ranges it stands in now, and no secret."""

from __future__ import annotations

import base64
import hashlib

import pytest

from flashls.context.history import Changed, Hunk
from flashls.engine.reviewing.deltas import deltas, diff_of

BEFORE = "".join(f"row {n}\n" for n in range(20))
AFTER = BEFORE.replace("row 5\n", "row five\nand more\n").replace("row 15\n", "")
CHANGED = Changed("a.txt", "changed", BEFORE, AFTER, (Hunk(5, 6, 5, 7), Hunk(15, 16, 16, 16)))
FIRST = "@@ -3,7 +3,8 @@\n row 2\n row 3\n row 4\n-row 5\n+row five\n+and more\n row 6\n row 7\n row 8"
SECOND = "@@ -13,7 +14,6 @@\n row 12\n row 13\n row 14\n-row 15\n row 16\n row 17\n row 18"


def test_changes_are_told_in_gits_form_with_their_ranges() -> None:
    (found,) = deltas(CHANGED, 1000)
    assert found.text == f"{FIRST}\n{SECOND}"
    gone = AFTER.index("row 16")
    assert [AFTER[start:end] for start, end in found.ranges] == ["row five\nand more\n", ""]
    assert found.ranges[1] == (gone, gone)


def test_many_changes_are_parted() -> None:
    assert [found.text for found in deltas(CHANGED, 100)] == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("most", "shown"), [(1000, f"{FIRST}\n{SECOND}"), (100, f"{FIRST}\n(1 more changes are not shown)")]
)
def test_a_whole_files_changes_fit_their_room(most: int, shown: str) -> None:
    assert diff_of(CHANGED, most) == shown


def test_a_new_file_and_one_that_is_gone() -> None:
    new = Changed("a.txt", "added", None, "one\ntwo", (Hunk(0, 0, 0, 2),))
    (found,) = deltas(new, 1000)
    assert (found.text, found.ranges) == ("@@ -1,0 +1,2 @@\n+one\n+two", ((0, 7),))
    gone = Changed("a.txt", "deleted", "one\n", None, (Hunk(0, 1, 0, 0),))
    assert deltas(gone, 1000) == ()
    assert diff_of(gone, 1000) == "@@ -1,1 +1,0 @@\n-one"


def test_rows_from_within_a_private_key_are_out() -> None:
    def key(seed: str) -> str:
        data = b"".join(hashlib.sha512(f"{seed}{n}".encode()).digest() for n in range(20))
        text = base64.b64encode(data).decode()
        rows = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
        return f"-----BEGIN RSA PRIVATE KEY-----\n{rows}\n-----END RSA PRIVATE KEY-----\n"

    before, after = key("one"), key("two")
    rows = len(before.splitlines())
    changed = Changed("key.txt", "changed", before, after, (Hunk(5, rows - 5, 5, rows - 5),))
    shown = deltas(changed, 10_000)[0].text + diff_of(changed, 10_000)
    assert not any(row in shown for row in (before + after).splitlines() if "KEY" not in row)
