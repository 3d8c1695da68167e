"""Layout: what rows of text tell without a tree: indentation, openers and closers of blocks, comments."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from flashls.syntax.languages import Language

_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`"
_TAB = 4
_LONGEST_HEADER = 40
_LONG_QUOTES = ('"""', "'''", "`")


def indent(row: str) -> int:
    """The width of a row's leading white space; a tab reaches to the next multiple of four."""
    return len(row[: len(row) - len(row.lstrip(" \t"))].expandtabs(_TAB))


def code(row: str, language: Language | None) -> str:
    """A row without its trailing comment and white space."""
    at = comment_start(row, language)
    return (row if at is None else row[:at]).rstrip()


def comment_start(row: str, language: Language | None) -> int | None:
    """Where a comment begins that holds the rest of the row, None if there is none; strings are stepped over."""
    if language is None:
        return None
    first, token = _tokens(language)
    at = 0
    while begin := first.search(row, at):
        match = token.match(row, begin.start())
        if match and match["comment"]:
            return match.start()
        at = (match or begin).end()
    return None


def open_quote(row: str) -> int | None:
    """Where a string begins in the row that has not ended in it."""
    if not ('"' in row or "'" in row or "`" in row):
        return None
    quote = re.search(r"[\"'`]", re.sub(_STRING, lambda m: " " * len(m[0]), row))
    return quote.start() if quote else None


def unfinished(text: str, language: Language | None) -> int:
    """Where a string or comment begins that has not ended in the text; the text's length if there is none.

    Strings of one row count in the last row only, which may still be growing.
    """
    if language is None:
        return len(text)
    marks, first, token = _long_tokens(language)
    at = 0 if any(mark in text for mark in marks) else text.rfind("\n") + 1
    after = at
    while begin := first.search(text, after):
        match = token.match(text, begin.start())
        if match is None:
            after = begin.end()
            continue
        after = at = match.end()
        if match["long"]:
            closer = match[0] if match[0] in _LONG_QUOTES else (language.block_comment or ("", ""))[1]
            close = text.find(closer, at)
            if close < 0:
                return match.start()
            after = at = close + len(closer)
    row = max(text.rfind("\n") + 1, at)
    quote = open_quote(text[row:])
    return len(text) if quote is None or comment_start(text[row:], language) is not None else row + quote


def opens(row: str, language: Language | None) -> bool:
    """Whether a row opens a block that goes on in the next."""
    pattern = language.opens if language else r"\{$|\w:$"
    return bool(re.search(pattern, code(row, language)))


def header(rows: Sequence[str]) -> str:
    """The row in which a header begins that ends in the last of some rows: with the bracket that is closed there.

    At most 40 rows are looked at; strings are not looked into.
    """
    depth = 0
    for row in reversed(rows[-_LONGEST_HEADER:]):
        depth += sum(map(row.count, "([")) - sum(map(row.count, ")]"))
        if depth >= 0:
            return row
    return rows[-1]


def closing_word(row: str, language: Language | None) -> str:
    """The word that closes a block and begins the row, such as ``end``; "" if none does."""
    word = re.match(r"\s*(\w+)", row)
    return word[1] if word and language and word[1].lower() in language.closes else ""


@functools.cache
def _tokens(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The first characters of what begins strings and comments, and all of one in a row."""
    line = re.escape(language.line_comment) if language.line_comment else r"(?!)"
    start, end = map(re.escape, language.block_comment) if language.block_comment else (r"(?!)", r"(?!)")
    first = _any("\"'`", language.line_comment, *(language.block_comment or ())[:1])
    return first, re.compile(f"{_STRING}|{start}.*?{end}|(?P<comment>{line}|{start})")


@functools.cache
def _long_tokens(language: Language) -> tuple[tuple[str, ...], re.Pattern[str], re.Pattern[str]]:
    """What begins strings and comments of several rows; the first characters of these and of what stands in one row;
    and all of one.

    To look for the characters and match there takes a fifth of the time of a search for the alternatives.
    """
    ticks = ("`",) if language.name in ("javascript", "typescript", "tsx", "go") else ()
    marks = (*_LONG_QUOTES[:2], *ticks, *(language.block_comment or ())[:1])
    line = re.escape(language.line_comment) + r"[^\n]*" if language.line_comment else r"(?!)"
    first = _any("\"'", language.line_comment, *marks)
    short = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    long = "|".join(map(re.escape, marks))
    return marks, first, re.compile(f"(?P<long>{long})|{line}|{short}")


def _any(characters: str, *marks: str | None) -> re.Pattern[str]:
    """Any of some characters, or of those that the marks begin with."""
    return re.compile(f"[{re.escape(characters + ''.join((mark or '')[:1] for mark in marks))}]")
