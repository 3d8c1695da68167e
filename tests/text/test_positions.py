import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashls.text.positions import Encoding, column, fit, units, width
from tests.text.reference import CODECS, column_of, content, texts, units_of

FACE = "a😀b"  # 1 + 4 + 1 bytes, 1 + 2 + 1 UTF-16 units
ACCENT = "e\u0301é漢"  # 1 + 2 + 2 + 3 bytes


@pytest.mark.parametrize(
    ("line", "given_units", "encoding", "expected"),
    [
        ("abc\n", 0, "utf-16", 0),
        ("abc\n", 2, "utf-16", 2),
        ("abc\n", 3, "utf-16", 3),
        ("abc\n", 4, "utf-16", 3),
        ("abc\n", 99, "utf-8", 3),
        ("abc\r\n", 4, "utf-16", 3),
        ("abc\r\n", 99, "utf-32", 3),
        ("abc\r", 99, "utf-16", 3),
        ("abc", 99, "utf-16", 3),
        ("", 5, "utf-16", 0),
        ("\n", 1, "utf-8", 0),
        ("abc\n", -1, "utf-16", 0),
        (FACE, 1, "utf-16", 1),
        (FACE, 2, "utf-16", 1),
        (FACE, 3, "utf-16", 2),
        (FACE, 4, "utf-16", 3),
        (FACE, 5, "utf-16", 3),
        (FACE, 1, "utf-8", 1),
        (FACE, 2, "utf-8", 1),
        (FACE, 4, "utf-8", 1),
        (FACE, 5, "utf-8", 2),
        (FACE, 6, "utf-8", 3),
        (FACE, 2, "utf-32", 2),
        (ACCENT, 2, "utf-8", 1),
        (ACCENT, 3, "utf-8", 2),
        (ACCENT, 4, "utf-8", 2),
        (ACCENT, 5, "utf-8", 3),
        (ACCENT, 7, "utf-8", 3),
        (ACCENT, 8, "utf-8", 4),
        (ACCENT, 3, "utf-16", 3),
        ("a\x0cb\u2028c\x85d\n", 6, "utf-16", 6),
        ("😀\r\n", 3, "utf-16", 1),
        # Lone surrogates, and two that no one joined: each is a code point of one unit or three bytes.
        ("\ud83dx", 1, "utf-16", 1),
        ("\ud83d\ude00x", 1, "utf-16", 1),
        ("\ud83d\ude00x", 2, "utf-16", 2),
        ("\ud83dx", 2, "utf-8", 0),
        ("\ud83dx", 3, "utf-8", 1),
    ],
)
def test_column(line: str, given_units: int, encoding: Encoding, expected: int) -> None:
    assert column(line, given_units, encoding) == expected


@pytest.mark.parametrize(
    ("line", "given_column", "encoding", "expected"),
    [
        ("abc\n", 2, "utf-16", 2),
        ("abc\n", 9, "utf-16", 3),
        ("abc\r\n", 4, "utf-8", 3),
        ("abc", -1, "utf-8", 0),
        (FACE, 2, "utf-8", 5),
        (FACE, 2, "utf-16", 3),
        (FACE, 2, "utf-32", 2),
        (ACCENT, 4, "utf-8", 8),
        (ACCENT, 4, "utf-16", 4),
        ("\udc00x", 2, "utf-16", 2),
        ("\udc00x", 2, "utf-8", 4),
    ],
)
def test_units(line: str, given_column: int, encoding: Encoding, expected: int) -> None:
    assert units(line, given_column, encoding) == expected


@pytest.mark.parametrize("encoding", list(CODECS))
@settings(max_examples=300, deadline=None, database=None)
@given(line=texts, n=st.integers(-2, 80))
def test_both_ways_agree_with_the_codec(encoding: Encoding, line: str, n: int) -> None:
    assert width(line, encoding) == units_of(line, encoding)
    if len(line.splitlines()) > 1:
        line = line.replace("\r", "").replace("\n", "")
    assert column(line, n, encoding) == column_of(line, n, encoding)
    for at in range(len(content(line)) + 1):
        told = units(line, at, encoding)
        assert told == units_of(line[:at], encoding)
        assert column(line, told, encoding) == at


@pytest.mark.parametrize("encoding", list(CODECS))
def test_a_long_line(encoding: Encoding) -> None:
    line = "x = '😀é' " * 50_000
    for at in (0, 4, 5, 6, 123_456, len(line)):
        assert fit(line, width(line[:at], encoding), encoding) == at
