"""What is offered while an entry of the client's list is selected: what goes on with it, in its place."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from flashls.lsp.inline_completion import extending
from flashls.text.lines import lines_of
from flashls.types import Cursor, Ghost, Snapshot


@pytest.mark.parametrize(
    ("text", "span", "entry", "ghost", "offered"),
    [
        ("x = pa▮", (4, 6), "pathlib", "thlib.Path()", "pathlib.Path()"),
        ("x = pa▮", (4, 6), "partial", "thlib.Path()", None),
        ("x = pa▮", (4, 6), "pathlib", "thlib", None),
        ("console.▮", (7, 8), ".log", "log()", ".log()"),
        ("x = ▮", (4, 4), "sum", "sum(xs)", "sum(xs)"),
        ("s = '😀' + pa▮", (11, 13), "path", "th()", "path()"),
        ("f(pa▮th)", (2, 6), "pa", "ll, ", "pall, th"),
        ("x = pa▮", (0, 1), "x", "th", None),
    ],
)
def test_goes_on_with_the_selected_entry(
    text: str, span: tuple[int, int], entry: str, ghost: str, offered: str | None
) -> None:
    before, after = text.split("▮")
    cursor = Cursor(Snapshot("file:///w/a.py", "python", 1, lines_of(before + after)), len(before))
    start, end = (lsp.Position(0, character) for character in span)
    suggested = (Ghost(1, cursor.offset, cursor.offset, ghost),)
    found = extending(suggested, cursor, lsp.SelectedCompletionInfo(lsp.Range(start, end), entry), "utf-16")
    assert [each.text for each in found] == ([] if offered is None else [offered])
