"""Closers: what code lacks of them, and what it has too many."""

from __future__ import annotations

import re

from flashls.engine.completion.hole import Region
from flashls.syntax.brackets import PAIRS, brackets
from flashls.syntax.layout import closing_word, indent, opens
from flashls.syntax.suffix import closes_bracket

_ONE_ROW = re.compile(r"\bend\b|\bdef\b.*=")
_MIDDLE = re.compile(r"\s*(else|elsif|elseif|when|in|rescue|ensure|case)\b")


def lacking(region: Region, code: str) -> str:
    """The closers of what code leaves open; that of a row's last bracket comes in a row of its own."""
    if region.language is None:
        return ""
    text, start = region.before + code, len(region.before)
    closers = (_closer(text, start + at, char) for at, char in reversed(left_open(region, code)))
    return "".join(closers) + _lacking_words(region, code)


def left_open(region: Region, code: str) -> list[tuple[int, str]]:
    """The brackets that code opens and does not close, and where in it; outermost first."""
    if not any(bracket in code for bracket in "([{"):
        return []
    open_: list[tuple[int, str]] = []
    for bracket in brackets(region.language, region.before + code, len(region.before)).after:
        if bracket.opens:
            open_.append((bracket.offset - len(region.before), bracket.char))
        elif open_:
            open_.pop()
    return open_


def with_closers(code: str, region: Region) -> str:
    """One row at the end of its line, with closers for what that opens and nothing closes; "" where it is no such row.

    Models forget one of several.
    """
    said = code.rstrip().removesuffix(";")
    if "\n" in code or said[-1:] not in tuple(")]}\"'") or region.after.split("\n", 1)[0].strip():
        return ""
    text = region.before + said
    open_ = brackets(region.language, text, len(text)).open
    row = text.rfind("\n") + 1
    missing = [b for n, b in enumerate(open_) if b.offset >= row and not closes_bracket(region.after, text, open_, n)]
    return said + "".join(PAIRS[b.char] for b in reversed(missing)) + code.rstrip()[len(said) :] if missing else ""


def stray(region: Region, code: str) -> int | None:
    """Where a bracket is closed that is not the innermost open one, if one is."""
    found = brackets(region.language, region.before + code, len(region.before))
    open_ = [bracket.char for bracket in found.open]
    for bracket in found.after:
        if bracket.opens:
            open_.append(bracket.char)
        elif open_ and PAIRS[open_.pop()] != bracket.char:
            return bracket.offset - len(region.before)
    return None


def _lacking_words(region: Region, code: str) -> str:
    """Words such as ``end`` for the rows that open a block, but for the cursor's, and have none as deep below."""
    if region.language is None or "end" not in region.language.closes:
        return ""
    open_ = list[str]()
    line = region.before[region.before.rfind("\n") + 1 :]
    for row in (line + code).split("\n")[bool(line.strip()) :]:
        word = closing_word(row, region.language)
        while word and open_ and indent(open_[-1]) >= indent(row):
            open_.pop()
        if not word and opens(row, region.language) and not _ONE_ROW.search(row) and not _MIDDLE.match(row):
            open_.append(row)
    return "".join("\n" + row[: len(row) - len(row.lstrip())] + "end" for row in reversed(open_))


def _closer(text: str, offset: int, char: str) -> str:
    rest = text[offset + 1 :].split("\n", 1)
    if len(rest) < 2 or rest[0].strip():
        return PAIRS[char]
    row = text[text.rfind("\n", 0, offset) + 1 : offset]
    return "\n" + row[: len(row) - len(row.lstrip())] + PAIRS[char]
