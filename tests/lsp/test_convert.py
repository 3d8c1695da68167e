"""Positions in the client's units, there and back, and what the protocol's types become."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from flashls.lsp.convert import change_from, cursor_at, inline_item, position_at, range_at
from flashls.text.edits import Change
from flashls.text.lines import lines_of
from flashls.types import Encoding, Ghost, Snapshot

TEXT = "a😀b\r\nzwei é\nlast"  # the emoji: 4 bytes, 2 UTF-16 units, 1 code point
SNAPSHOT = Snapshot("file:///w/a.py", "python", 7, lines_of(TEXT))

POSITIONS: list[tuple[Encoding, int, int, int]] = [
    ("utf-8", 0, 5, 2),
    ("utf-16", 0, 3, 2),
    ("utf-32", 0, 2, 2),
    ("utf-8", 1, 7, 11),
    ("utf-16", 1, 6, 11),
    ("utf-32", 2, 4, 16),
]


@pytest.mark.parametrize(("encoding", "line", "character", "offset"), POSITIONS)
def test_a_position_is_an_offset_and_back(encoding: Encoding, line: int, character: int, offset: int) -> None:
    position = lsp.Position(line, character)
    assert cursor_at(SNAPSHOT, position, encoding).offset == offset
    assert position_at(SNAPSHOT.lines, offset, encoding) == position


@pytest.mark.parametrize(
    ("line", "character", "offset"),
    [(0, 2, 1), (0, 99, 3), (1, 99, 11), (2, 99, 16), (3, 0, 16), (99, 99, 16)],
    ids=["inside a pair", "past the line", "past a later line", "past the last line", "past the end", "far past"],
)
def test_a_position_out_of_the_text_is_moved_into_it(line: int, character: int, offset: int) -> None:
    assert cursor_at(SNAPSHOT, lsp.Position(line, character), "utf-16").offset == offset


def test_a_range_has_both_ends_in_the_clients_units() -> None:
    assert range_at(SNAPSHOT.lines, 1, 11, "utf-16") == lsp.Range(lsp.Position(0, 1), lsp.Position(1, 6))


def test_a_content_change_is_an_edit_in_code_points_or_the_whole_document() -> None:
    part = lsp.TextDocumentContentChangePartial(lsp.Range(lsp.Position(0, 3), lsp.Position(1, 6)), "x")
    assert change_from(SNAPSHOT.lines, part, "utf-16") == Change((0, 2), (1, 6), "x")
    assert change_from(SNAPSHOT.lines, part, "utf-32") == Change((0, 3), (1, 6), "x")
    whole = lsp.TextDocumentContentChangeWholeDocument("new")
    assert change_from(SNAPSHOT.lines, whole, "utf-8") == Change(None, None, "new")


def test_a_ghost_is_an_item_that_reports_its_acceptance() -> None:
    item = inline_item(SNAPSHOT, Ghost(7, 2, 3, "bb"), "utf-16", "s-7-2")
    assert (item.insert_text, item.range) == ("bb", lsp.Range(lsp.Position(0, 3), lsp.Position(0, 4)))
    assert item.command == lsp.Command(title="Accepted", command="flashls.accept", arguments=["s-7-2"])
