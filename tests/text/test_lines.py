import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashls.text.lines import BlockLines, lines_of
from flashls.text.positions import Encoding
from flashls.types import Lines
from tests.text.reference import (
    CODECS,
    block_sizes,
    bytes_of,
    column_of,
    content,
    offset_of,
    point_of,
    rows_of,
    texts,
    tree_point_of,
    units_of,
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a\n", ""]),
        ("\n", ["\n", ""]),
        ("a\r\nb", ["a\r\n", "b"]),
        ("a\rb", ["a\r", "b"]),
        ("a\r", ["a\r", ""]),
        ("\n\r", ["\n", "\r", ""]),
        ("\r\r\n\n", ["\r", "\r\n", "\n", ""]),
        ("a\x0cb\u2028c\u2029d\x85e\x0bf\x1cg\x1dh\x1ei", ["a\x0cb\u2028c\u2029d\x85e\x0bf\x1cg\x1dh\x1ei"]),
        ("é\n😀\r\n\ufeff", ["é\n", "😀\r\n", "\ufeff"]),
        ("a\0b\r\nc", ["a\0b\r\n", "c"]),
    ],
)
def test_rows(text: str, rows: list[str]) -> None:
    for most in (1, 2, 3, 4096):
        lines = lines_of(text, most)
        assert list(lines) == rows
        assert len(lines) == len(rows)
        assert lines.text == text


def test_rows_out_of_range() -> None:
    lines = lines_of("a\nb")
    assert lines[-1] == "b"
    for row in (2, -3):
        with pytest.raises(IndexError, match="not in a text of 2 rows"):
            lines[row]


@pytest.mark.parametrize(
    ("text", "row", "column", "offset"),
    [
        ("ab\ncd", 0, 1, 1),
        ("ab\ncd", 1, 0, 3),
        ("ab\ncd", 0, 2, 2),
        ("ab\ncd", 0, 3, 2),
        ("ab\ncd", 0, 99, 2),
        ("ab\r\ncd", 0, 2, 2),
        ("ab\r\ncd", 0, 3, 3),
        ("ab\r\ncd", 0, 4, 2),
        ("ab\rcd", 0, 9, 2),
        ("ab\ncd", 1, 9, 5),
        ("ab\ncd\n", 2, 0, 6),
        ("ab\ncd\n", 2, 5, 6),
        ("ab\ncd", 7, 0, 5),
        ("ab\ncd", -1, 7, 0),
        ("ab\ncd", 1, -4, 3),
        ("", 0, 0, 0),
        ("", 3, 3, 0),
    ],
)
def test_offset(text: str, row: int, column: int, offset: int) -> None:
    assert lines_of(text).offset(row, column) == offset


@pytest.mark.parametrize(
    ("text", "offset", "point"),
    [
        ("ab\ncd", 2, (0, 2)),
        ("ab\ncd", 3, (1, 0)),
        ("ab\r\ncd", 3, (0, 3)),
        ("ab\r\ncd", 4, (1, 0)),
        ("ab\n", 3, (1, 0)),
        ("ab\n", 99, (1, 0)),
        ("ab\n", -99, (0, 0)),
        ("", 0, (0, 0)),
    ],
)
def test_point(text: str, offset: int, point: tuple[int, int]) -> None:
    assert lines_of(text).point(offset) == point


@pytest.mark.parametrize(
    ("offset", "n", "before", "after"),
    [
        (3, 2, "bc", "de"),
        (3, 99, "abc", "def"),
        (0, 2, "", "ab"),
        (6, 2, "ef", ""),
        (3, 0, "", ""),
        (3, -1, "", ""),
        (99, 2, "ef", ""),
        (-99, 2, "", "ab"),
    ],
)
def test_before_and_after(offset: int, n: int, before: str, after: str) -> None:
    for most in (1, 2, 4, 4096):
        lines = lines_of("abcdef", most)
        assert lines.before(offset, n) == before
        assert lines.after(offset, n) == after


@pytest.mark.parametrize(
    ("text", "byte", "offset"),
    [
        ("aé😀b", 0, 0),
        ("aé😀b", 2, 1),
        ("aé😀b", 3, 2),
        ("aé😀b", 6, 2),
        ("aé😀b", 7, 3),
        ("a", 9, 1),
        ("a", -9, 0),
        ("", 0, 0),
    ],
)
def test_offset_of_byte(text: str, byte: int, offset: int) -> None:
    for most in (1, 4096):
        assert lines_of(text, most).offset_of_byte(byte) == offset


def test_tree_sitter_does_not_see_a_lone_carriage_return() -> None:
    lines = lines_of("é\rb\n\rcd", 2)
    assert lines.point(6) == (3, 1)
    assert lines.tree_point(6) == (1, 2)
    assert lines.at_byte(7) == (3, 1)


def test_lone_surrogates_are_read_and_counted() -> None:
    lines = lines_of("a\ud83d\n\ude00b", 2)
    assert lines.size == 9
    assert b"".join(_reads(lines)) == lines.text.encode("utf-8", "surrogatepass")
    assert lines.offset_of_byte(lines.byte(1, 1)) == 4


def test_an_edit_leaves_the_lines_before_it_as_they_were() -> None:
    old = lines_of("one\ntwo\n", 3)
    new = old.replace(4, 7, "2")
    assert (old.text, new.text) == ("one\ntwo\n", "one\n2\n")


def test_a_text_is_not_shown_by_repr() -> None:
    assert "hunter2" not in repr(lines_of("password = 'hunter2'"))


def test_blocks_are_lines_to_everyone_else() -> None:
    lines: Lines = lines_of("a")
    assert lines.length == 1


@settings(max_examples=600, deadline=None, database=None)
@given(text=texts, most=block_sizes)
def test_every_place_of_a_text(text: str, most: int) -> None:
    check_places(lines_of(text, most), text)


@pytest.mark.parametrize("encoding", list(CODECS))
@settings(max_examples=300, deadline=None, database=None)
@given(text=texts, most=block_sizes)
def test_every_position_of_a_text(encoding: Encoding, text: str, most: int) -> None:
    check_positions(lines_of(text, most), text, encoding)


@settings(max_examples=1000, deadline=None, database=None)
@given(
    text=texts, most=block_sizes, cuts=st.lists(st.tuples(st.integers(-1, 40), st.integers(-1, 40), texts), max_size=6)
)
def test_replace(text: str, most: int, cuts: list[tuple[int, int, str]]) -> None:
    lines = lines_of(text, most)
    for start, end, new in cuts:
        lines = lines.replace(start, end, new)
        start = max(0, min(start, len(text)))
        text = text[:start] + new + text[max(start, end) :]
        assert lines.text == text
        assert list(lines) == rows_of(text)
    check_places(lines, text)


def check_places(lines: BlockLines, text: str) -> None:
    """Every offset, byte and point of ``lines`` is that of the plain string."""
    assert (lines.text, list(lines)) == (text, rows_of(text))
    assert (lines.length, lines.size, len(lines)) == (len(text), bytes_of(text), len(rows_of(text)))
    for offset in range(len(text) + 1):
        point = point_of(text, offset)
        assert lines.point(offset) == point
        assert lines.offset(*point) == offset
        assert lines.byte_of(offset) == lines.byte(*point) == bytes_of(text[:offset])
        assert lines.tree_point(offset) == tree_point_of(text, offset)
        for n in (1, 5, 99):
            assert lines.before(offset, n) == text[max(0, offset - n) : offset]
            assert lines.after(offset, n) == text[offset : offset + n]
    for row, column in [(row, column) for row in range(-1, len(lines) + 2) for column in range(-1, 9)]:
        assert lines.offset(row, column) == offset_of(text, row, column)
    for byte in range(lines.size + 2):
        offset = len(text.encode()[:byte].decode("utf-8", "ignore"))
        assert lines.offset_of_byte(byte) == offset
        assert lines.at_byte(byte) == point_of(text, offset)
        assert text.encode()[byte:].startswith(lines.read(byte))
    assert b"".join(_reads(lines)) == text.encode()


def check_positions(lines: BlockLines, text: str, encoding: Encoding) -> None:
    """Every position that an editor can name in ``lines`` is that of the plain string."""
    for row, line in enumerate(rows_of(text)):
        for units in range(-1, units_of(line, encoding) + 2):
            assert lines.column(row, units, encoding) == column_of(line, units, encoding)
        for column in range(-1, len(line) + 2):
            inside = content(line)[: max(0, column)]
            assert lines.units(row, column, encoding) == units_of(inside, encoding)
    for row in (-1, len(lines)):
        assert lines.column(row, 3, encoding) == lines.units(row, 3, encoding) == 0


def _reads(lines: BlockLines) -> list[bytes]:
    pieces = []
    at = 0
    while piece := lines.read(at, (0, at)):
        pieces.append(piece)
        at += len(piece)
    return pieces
