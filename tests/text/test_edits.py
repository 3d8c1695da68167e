import pytest
import tree_sitter_python
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Parser, Tree, TreeCursor

from flashls.text.edits import Change, Edit, apply
from flashls.text.lines import lines_of
from flashls.text.positions import Encoding
from tests.text.reference import (
    CODECS,
    Move,
    block_sizes,
    bytes_of,
    column_of,
    moves,
    offset_of,
    rows_of,
    texts,
    tree_point_of,
)
from tests.text.test_lines import check_places, check_positions


@pytest.mark.parametrize(
    ("before", "start", "end", "text", "rows"),
    [
        # An unterminated last line: at its end, past its end, past the document.
        ("abc", (0, 3), (0, 3), "X", ["abcX"]),
        ("abc", (0, 9), (0, 9), "X", ["abcX"]),
        ("abc", (5, 0), (5, 0), "X", ["abcX"]),
        ("abc\n", (5, 0), (5, 0), "X", ["abc\n", "X"]),
        ("a\nbc", (1, 1), (1, 1), "\n", ["a\n", "b\n", "c"]),
        # Past the end of a line is before its line end.
        ("ab\r\ncd", (0, 9), (0, 9), "X", ["abX\r\n", "cd"]),
        ("ab\ncd", (0, 9), (1, 0), "", ["abcd"]),
        # Out of range and the wrong way round.
        ("ab\ncd", (-1, 4), (0, 1), "X", ["Xb\n", "cd"]),
        ("ab\ncd", (1, 1), (0, 1), "X", ["aXd"]),
        ("ab\ncd", (0, 0), (9, 9), "", [""]),
        # Pairs of \r and \n, parted and joined.
        ("a\r\nb", (0, 2), (0, 2), "X", ["a\r", "X\n", "b"]),
        ("a\rX\nb", (1, 0), (1, 1), "", ["a\r\n", "b"]),
        ("a\rb", (1, 0), (1, 0), "\n", ["a\r\n", "b"]),
        ("a\nb", (0, 1), (0, 1), "\r", ["a\r\n", "b"]),
        ("a\r\nb", (0, 2), (1, 0), "", ["a\r", "b"]),
        ("a\r\nb", (0, 1), (0, 2), "", ["a\n", "b"]),
        ("\r\r\n\n", (1, 0), (2, 0), "", ["\r\n", ""]),
        # What str.splitlines would take for line ends.
        ("a\x0cb\u2028c\x85d\ne", (1, 0), (1, 1), "X", ["a\x0cb\u2028c\x85d\n", "X"]),
        ("a\nb", (0, 1), (0, 1), "\x0c\u2028\x1d", ["a\x0c\u2028\x1d\n", "b"]),
        # The whole document.
        ("a\nb", None, None, "c\r\n", ["c\r\n", ""]),
        ("a\nb", None, None, "", [""]),
        ("", (0, 0), (0, 0), "a\n", ["a\n", ""]),
        ("", (0, 0), (0, 0), "", [""]),
    ],
)
def test_apply(
    before: str, start: tuple[int, int] | None, end: tuple[int, int] | None, text: str, rows: list[str]
) -> None:
    for most in (1, 2, 3, 4096):
        after, _ = apply(lines_of(before, most), Change(start, end, text))
        assert list(after) == rows
        check_places(after, "".join(rows))


def test_an_edit_tells_bytes_points_and_offsets() -> None:
    _, edit = apply(lines_of("é\n😀x\ny"), Change((1, 1), (1, 2), "ü\nz"))
    assert edit == Edit(
        start_byte=7,
        old_end_byte=8,
        new_end_byte=11,
        start_point=(1, 4),
        old_end_point=(1, 5),
        new_end_point=(2, 1),
        start=3,
        old_end=4,
        new_end=6,
    )
    assert edit.for_tree == (7, 8, 11, (1, 4), (1, 5), (2, 1))


def test_a_change_with_half_a_range_is_refused() -> None:
    with pytest.raises(ValueError, match="both its start and its end"):
        Change((0, 0), None, "x")


@pytest.mark.parametrize("encoding", list(CODECS))
@settings(max_examples=2000, deadline=None, database=None)
@given(text=texts, most=block_sizes, script=st.lists(moves, min_size=1, max_size=5))
def test_a_script_of_changes(encoding: Encoding, text: str, most: int, script: list[Move]) -> None:
    lines = lines_of(text, most)
    for move in script:
        start, end = ((row, lines.column(row, units, encoding)) for row, units in (move.start, move.end))
        lines, edit = apply(lines, Change(start, end, move.text))
        text, expected = _spliced(text, move, encoding)
        assert edit == expected
        assert list(lines) == rows_of(text)
    check_positions(lines, text, encoding)


def _spliced(text: str, move: Move, encoding: Encoding) -> tuple[str, Edit]:
    """A change applied to a plain string, and the Edit it should be told as."""
    rows = rows_of(text)
    start, old_end = sorted(
        offset_of(text, row, column_of(rows[row], units, encoding) if 0 <= row < len(rows) else 0)
        for row, units in (move.start, move.end)
    )
    new_end = start + len(move.text)
    after = text[:start] + move.text + text[old_end:]
    return after, Edit(
        *(bytes_of(text[:start]), bytes_of(text[:old_end]), bytes_of(after[:new_end])),
        *(tree_point_of(text, start), tree_point_of(text, old_end), tree_point_of(after, new_end)),
        *(start, old_end, new_end),
    )


STATEMENTS = [
    "x = 1\n",
    "é = '😀' + \"漢\u2028\"\n",
    "def f(a, b):\n    return a\n",
    "class C:\r\n    def m(self):\r\n        pass\r\n",
    "if x:\n    y = [1,\n         2]\nelse:\n    pass\n",
    's = """one\r😀 two\nthree\x0c\r\n"""\n',
    "# a comment \x85 with é\n",
    "\n",
    "call(a)(b)\r\n",
    "@d\nasync def g():\n\n    await h()\n",
]


@settings(max_examples=400, deadline=None, database=None)
@given(
    program=st.lists(st.sampled_from(STATEMENTS), max_size=8),
    script=st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 3), st.lists(st.sampled_from(STATEMENTS), max_size=3)), max_size=5
    ),
    most=st.sampled_from([3, 16, 4096]),
)
def test_a_tree_that_follows_edits_equals_a_fresh_one(
    program: list[str], script: list[tuple[int, int, list[str]]], most: int
) -> None:
    parser = Parser(Language(tree_sitter_python.language()))
    lines = lines_of("".join(program), most)
    tree = parser.parse(lines.read)
    for at, gone, new in script:
        start, end = len("".join(program[:at])), len("".join(program[: at + gone]))
        program[at : at + gone] = new
        lines, edit = apply(lines, Change(lines.point(start), lines.point(end), "".join(new)))
        tree.edit(*edit.for_tree)
        tree = parser.parse(lines.read, tree)
        assert _nodes(tree) == _nodes(parser.parse("".join(program).encode()))


def _nodes(tree: Tree) -> list[tuple[object, ...]]:
    """Every node of a tree, in order, with where it stands."""
    nodes: list[tuple[object, ...]] = []
    _walk(tree.walk(), nodes)
    return nodes


def _walk(cursor: TreeCursor, nodes: list[tuple[object, ...]]) -> None:
    node = cursor.node
    if node is not None:
        nodes.append((node.type, node.start_byte, node.end_byte, node.start_point, node.end_point))
    if cursor.goto_first_child():
        _walk(cursor, nodes)
        while cursor.goto_next_sibling():
            _walk(cursor, nodes)
        cursor.goto_parent()
