"""What the client said is wrong, near the cursor and still true of the text."""

from __future__ import annotations

import pytest

from flashls.context.diagnostics import diagnostics
from flashls.text.lines import lines_of
from flashls.types import Cursor, Diagnostic, Snapshot, Workspace

URI = "file:///w/a.py"
TEXT = [f"line({n})" for n in range(200)]


def said(row: int, message: str = "is wrong", **more: str) -> Diagnostic:
    known = {"uri": URI, "severity": "error", "text": f"line({row})"} | more
    return Diagnostic(row=row, end_row=row, message=message, **known)  # type: ignore[arg-type]


def seen(row: int, *found: Diagnostic, text: list[str] = TEXT) -> str:
    lines = lines_of("\n".join(text))
    cursor = Cursor(Snapshot(URI, "python", 2, lines), lines.offset(row, 0))
    snippets = diagnostics(cursor, Workspace(root="/w", diagnostics=found))
    assert all((s.path, s.kind) == ("a.py", "diagnostic") for s in snippets)
    return "\n".join(s.text for s in snippets)


def test_it_is_told_with_its_row_and_who_says_so() -> None:
    assert seen(20, said(22, "no such\n  name", source="pyright", code="E1")) == (
        "line(22)\n  error: no such name (pyright E1)"
    )


@pytest.mark.parametrize(
    "one",
    [said(80), said(22, uri="file:///w/b.py"), said(22, severity="hint"), said(22, text="it was so")],
    ids=["far away", "another file", "a hint", "the row has changed"],
)
def test_what_is_left_out(one: Diagnostic) -> None:
    assert seen(20, one) == ""


def test_it_follows_its_row() -> None:
    assert seen(20, said(22), text=["new"] * 7 + TEXT) == "line(22)\n  error: is wrong"
    assert seen(90, said(60), text=["new"] * 40 + TEXT) == "line(60)\n  error: is wrong"
    assert seen(20, said(22), text=["new"] * 60 + TEXT) == ""


def test_errors_first_and_then_the_nearest_but_shown_in_order() -> None:
    found = [said(n, f"m{n}") for n in (12, 14, 16, 18, 22, 24)] + [said(20, "warn", severity="warning")]
    assert [line for line in seen(20, *found).split("\n") if "error" in line or "warning" in line] == [
        f"  error: m{n}" for n in (14, 16, 18, 22, 24)
    ]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("no\n\n  such name\r\nhere", "no such name here"),
        ("one\n" + "two " * 140 + "\n" + "three " * 20, "one " + "two " * 140 + "…"),
        ("a" * 700, "…"),
        ("the value is '" + "a b" * 300, "…"),
        ("short\n" + "x" * 700 + "\nlast", "short …"),
    ],
)
def test_of_a_long_message_its_first_whole_rows(message: str, expected: str) -> None:
    assert seen(20, said(20, message)) == f"line(20)\n  error: {expected}"
