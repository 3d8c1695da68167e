"""List items: a document with a cursor, a suggestion and a client's capabilities go in; the item comes out.

The clients' rules for filtering are those of their sources: each must find the item by the word begun.
"""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types as lsp

from flashls.lsp.capabilities import Capabilities
from flashls.lsp.completion import list_item, resolve
from flashls.text.lines import lines_of
from flashls.types import Cursor, Ghost, Snapshot

CURSOR = "▮"
UNABLE = Capabilities()
ABLE = Capabilities(resolves=True, markdown=True, insert_replace=True, as_is=True, details=True)


def item(text: str, suggestion: str, able: Capabilities = UNABLE, overlap: int = 0) -> lsp.CompletionItem:
    before, after = text.split(CURSOR)
    cursor = Cursor(Snapshot("file:///w/a.py", "python", 1, lines_of(before + after)), len(before))
    ghost = Ghost(1, cursor.offset, cursor.offset + overlap, suggestion)
    return list_item(cursor, ghost, "utf-16", able, "s-1")


def span(range_: lsp.Range) -> tuple[int, int, int, int]:
    return range_.start.line, range_.start.character, range_.end.line, range_.end.character


ROWS: list[tuple[str, str, str, str | None, tuple[int, int, int, int]]] = [
    ("x = ▮", "1 + 1", "1 + 1", "1 + 1", (0, 4, 0, 4)),
    ("x = su▮", "m(xs)", "sum(xs)", "sum(xs)", (0, 4, 0, 6)),
    ("s = '😀' + su▮", "m(xs)", "sum(xs)", "sum(xs)", (0, 11, 0, 13)),
    ("größ▮", "e = 1", "größe = 1", "größe = 1", (0, 0, 0, 4)),
    ("def f():\n    ▮", "a = 1\n    return a", "a = 1 …", "a = 1", (1, 4, 1, 4)),
    ("def f():▮", "\n    return 1", "return 1", None, (0, 8, 0, 8)),
    ("def f():▮", "\r\n    return 1\r\n    # done", "return 1 …", None, (0, 8, 0, 8)),
    ("x =▮", "\tf(\ta)", "f( a)", "\tf(\ta)", (0, 3, 0, 3)),
    ("x = ▮", "a" * 200, "a" * 60 + " …", "a" * 200, (0, 4, 0, 4)),
]


@pytest.mark.parametrize(("text", "suggestion", "label", "filtered", "replaced"), ROWS)
def test_an_item_replaces_the_word_begun(
    text: str, suggestion: str, label: str, filtered: str | None, replaced: tuple[int, int, int, int]
) -> None:
    found = item(text, suggestion)
    assert isinstance(found.text_edit, lsp.TextEdit)
    assert (found.label, found.filter_text) == (label, filtered)
    assert span(found.text_edit.range) == replaced
    assert found.text_edit.new_text.endswith(suggestion)


@pytest.mark.parametrize(("text", "suggestion"), [row[:2] for row in ROWS])
def test_every_client_finds_it_by_the_word_begun(text: str, suggestion: str) -> None:
    found = item(text, suggestion)
    assert isinstance(found.text_edit, lsp.TextEdit)
    word = found.text_edit.new_text.removesuffix(suggestion)
    filtered = found.filter_text or found.label
    letters = iter(filtered.lower())
    assert filtered.startswith(word)  # VS Code's and Neovim's, Vim's plugins
    assert all(letter in letters for letter in word.lower())  # Helix's and Corfu's: letters in their order
    assert found.label.startswith(word)  # eglot's: the label is what it completes


def test_it_comes_last_whatever_else_is_offered() -> None:
    found = item("x = su▮", "m(xs)")
    others = ["sum", "Sum", "_sum", "0000", "11.9999.sum", "7fffffff", "ffffffef", "zzz", "Z"]
    assert found.preselect is None
    assert max([*others, str(found.sort_text)]) == found.sort_text


@pytest.mark.parametrize("able", [Capabilities(), ABLE])
def test_code_is_never_a_snippet(able: Capabilities) -> None:
    found = item("x = ▮", "f'${a}' + \"$1\"", able)
    assert found.insert_text_format == lsp.InsertTextFormat.PlainText
    assert found.text_edit is not None
    assert found.text_edit.new_text == "f'${a}' + \"$1\""


@pytest.mark.parametrize(
    ("text", "overlap", "inserted", "replaced"),
    [
        ("x = su▮", 0, (0, 4, 0, 6), (0, 4, 0, 6)),
        ("x = su▮mer + 1", 0, (0, 4, 0, 6), (0, 4, 0, 9)),
        ("x = su▮) + 1", 0, (0, 4, 0, 6), (0, 4, 0, 6)),
        ("x = su▮) + 1", 1, (0, 4, 0, 7), None),
    ],
)
def test_what_may_be_replaced(
    text: str, overlap: int, inserted: tuple[int, ...], replaced: tuple[int, ...] | None
) -> None:
    edit = item(text, "m(xs)", ABLE, overlap).text_edit
    if isinstance(edit, lsp.InsertReplaceEdit):
        assert (span(edit.insert), span(edit.replace)) == (inserted, replaced)
    else:
        assert edit is not None
        assert (span(edit.range), None) == (inserted, replaced)


def test_rows_are_inserted_as_they_are_where_that_can_be_said() -> None:
    assert item("▮", "a\n  b", ABLE).insert_text_mode == lsp.InsertTextMode.AsIs
    assert item("▮", "a\n  b").insert_text_mode is None


def test_where_it_is_from_stands_beside_the_label_or_below() -> None:
    found, plain = item("▮", "a", ABLE), item("▮", "a")
    assert (found.detail, found.label_details) == (None, lsp.CompletionItemLabelDetails(description="flashls"))
    assert (plain.detail, plain.label_details) == ("flashls", None)


class Asked:
    """As much of the server as resolving needs."""

    def __init__(self, able: Capabilities) -> None:
        self.able = able


@pytest.mark.parametrize(
    ("able", "suggestion", "at_once", "kind", "preview"),
    [
        (Capabilities(), "m(1)\n\n", True, "", "sum(1)\n\n"),
        (Capabilities(markdown=True), "m(1)", True, "markdown", "```python\nsum(1)\n```"),
        (Capabilities(resolves=True), "m(1)", False, "", "sum(1)"),
        (ABLE, "m(1)\ny = 2", False, "markdown", "```python\nsum(1)\ny = 2\n```"),
        (ABLE, 'm("````")', False, "markdown", '`````python\nsum("````")\n`````'),
    ],
)
def test_a_preview_comes_with_the_item_or_when_it_is_looked_at(
    able: Capabilities, suggestion: str, at_once: bool, kind: str, preview: str
) -> None:
    server: Any = Asked(able)
    found = item("su▮", suggestion, able)
    assert (found.documentation is not None) == at_once
    shown = found if at_once else resolve(server, found)
    assert shown.documentation == (lsp.MarkupContent(lsp.MarkupKind.Markdown, preview) if kind else preview)


def test_an_item_of_somebody_elses_is_resolved_as_it_came() -> None:
    server: Any = Asked(ABLE)
    for theirs in (lsp.CompletionItem("a"), lsp.CompletionItem("a", data=7), lsp.CompletionItem("a", data={"b": 1})):
        assert resolve(server, theirs) is theirs
        assert theirs.documentation is None
