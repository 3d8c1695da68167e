"""Blocks: where the block or statement that is open at the cursor ends in a model's continuation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from flashls.syntax.brackets import Bracket, Brackets, brackets
from flashls.syntax.excerpt import head
from flashls.syntax.languages import Language
from flashls.syntax.layout import closing_word, code, comment_start, header, indent, opens, unfinished
from flashls.syntax.suffix import closes_bracket, closes_word

_EXCERPT = 2000
# What goes on with a statement, at its own indentation, after a block of it.
_GOES_ON = re.compile(
    r"(else|elif|elsif|elseif|except|finally|catch|rescue|ensure|when|in|then|do)\b|while\b.*;\s*$|[.?:&|)\]}]"
)
# Rows of brace languages that stand further left than the block they are in: preprocessor, labels, ``public:``.
_OUTDENTED = re.compile(r"\s*(#|(?!case\b|default\b)\w+( \w+)?:(\s|$))")


@dataclass(frozen=True, slots=True)
class _Here:
    """What is open at the cursor. Its rows are indented by ``base``; one by less than ``edge`` stands outside."""

    language: Language | None
    before: str
    after: str
    mode: Literal["body", "start", "statement"]
    base: int
    edge: int


def block_end(language: Language | None, before: str, text: str, after: str = "") -> int | None:
    """How many characters of ``text``, a continuation of ``before``, belong to the block or statement at the cursor.

    None while it has not ended in ``text``, which may still be streaming. ``before`` is the text up to the cursor (the
    last 2,000 characters are looked at), ``after`` what stands behind it.

    - Right after an opener (``{``, ``:``, ``do``, in the cursor's row or the one above) it is the opener's body.
    - With nothing but white space before the cursor in its row it is the rest of the block around: up to a row that is
      indented less; and a blank line ends it after a block of its own, or in column 0.
    - Elsewhere it is the statement, with the block that it opens.

    What closes a bracket opened before the cursor ends it. The closer, bracket or word, belongs to it unless ``after``
    has it. Without a grammar indentation alone decides. Costs a parse of the excerpt, about 1 ms.
    """
    line = before[before.rfind("\n") + 1 :]
    text = text[: max(0, unfinished(line + text, language) - len(line))]
    here = _here(language, before, text, after)
    found = brackets(language, here.before + text, len(here.before))
    stop, end = _closed(here, text, found)
    return _rows_end(here, text, found, stop, end)


def _here(language: Language | None, before: str, text: str, after: str) -> _Here:
    before = head(before, _EXCERPT)
    *above, row = before.split("\n")
    blank = not row.strip()
    heads = above if blank else [*above, row]
    while blank and heads and not code(heads[-1], language):
        heads.pop()
    opener = heads[-1] if heads else ""
    if opener.strip() and opens(opener, language):
        base = indent(header(heads))
        bracket = language is not None and not language.closes and code(opener, language).endswith("{")
        return _Here(language, before, after, "body", base, base if bracket else base + 1)
    first, *rest = text.split("\n")
    if blank:
        base = indent(row + first) if first.strip() else indent(row)
        return _Here(language, before, after, "start", base, base)
    base = indent(row)
    next_row = next((r for r in rest if r.strip()), "")
    if first.strip() or indent(next_row) > base:
        return _Here(language, before, after, "statement", base, base + 1)
    return _Here(language, before, after, "start", base, base)


def _closed(here: _Here, text: str, found: Brackets) -> tuple[int, int | None]:
    """Where a bracket opened before the cursor is closed, and the block's end if that ends it (None: not yet clear).

    Beyond the text if none is.
    """
    open_, depth = list(found.open), 0
    for n, bracket in enumerate(found.after):
        depth += 1 if bracket.opens else -1
        if depth >= 0:
            continue
        depth = 0
        at = bracket.offset - len(here.before)
        opener = open_.pop() if open_ else None
        own_row = opener is not None and "\n" not in here.before[opener.offset :]
        lacking = opener is not None and not closes_bracket(here.after, here.before, found.open, len(open_))
        if here.mode == "statement" and own_row and lacking:
            continue
        if here.mode == "statement" or opener is None or not lacking:
            return at, len(text[:at].rstrip())
        return at, _with_closers(here, text, (opener, *reversed(open_)), found.after[n:])
    return len(text) + 1, None


def _with_closers(here: _Here, text: str, openers: Sequence[Bracket], closers: Sequence[Bracket]) -> int | None:
    """The end with the closing bracket, those of openers in the same row that come at once, and ``;`` or ``,``.

    And with the rest of the row, such as ``}()`` or ``}, [id]);``, if it opens nothing that goes on below it.
    """
    row = here.before.rfind("\n", 0, openers[0].offset)
    many = sum(here.before.rfind("\n", 0, opener.offset) == row for opener in openers)
    at = closers[0].offset - len(here.before)
    run = re.compile(f"[)\\]}}]{{1,{many}}}").match(text, at)
    end = run.end() if run else at + 1
    if text[end : end + 1] == ";":
        return end + 1
    stop = text.find("\n", at)
    if stop < 0:
        return None
    depths = list(accumulate(1 if b.opens else -1 for b in closers if b.offset - len(here.before) < stop))
    if min(depths) >= -many and depths[-1] == min(depths):
        return len(text[:stop].rstrip())
    return end + (text[end] == ",")


def _rows_end(here: _Here, text: str, found: Brackets, stop: int, end: int | None) -> int | None:
    """The end by indentation if that comes before ``stop``, else ``end``."""
    rows = text.split("\n")
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row) + 1)
    deep = _deep_rows(here, found, starts)
    kept = len(rows[0].rstrip()) if rows[0].strip() else 0
    blank, grown = False, bool(closing_word(rows[0], here.language))
    for n, row in enumerate(rows[1:], 1):
        lead = len(row) - len(row.lstrip())
        if starts[n] + lead >= stop or (n == len(rows) - 1 and re.fullmatch(r"\s*\w*", row)):
            return end
        if not row.strip():
            blank = kept > 0
            continue
        if n not in deep:
            if comment_start(row, here.language) == lead:
                continue
            if _ends(here, row, blank, grown):
                return _with_word(here, row, starts[n], kept)
        grown = grown or n in deep or indent(row) > here.base
        kept, blank = starts[n] + len(row.rstrip()), False
    return end


def _deep_rows(here: _Here, found: Brackets, starts: Sequence[int]) -> set[int]:
    """The rows of the text that begin within brackets opened in it, or within a string or comment."""
    first = here.before.count("\n")
    deep = {n for n in range(1, len(starts)) if first + n in found.inside}
    depth, at = 0, 1
    for bracket in found.after:
        while at < len(starts) and starts[at] <= bracket.offset - len(here.before):
            if depth > 0:
                deep.add(at)
            at += 1
        depth += 1 if bracket.opens else -1
    return deep | (set(range(at, len(starts))) if depth > 0 else set())


def _ends(here: _Here, row: str, blank: bool, grown: bool) -> bool:
    """Whether a row stands behind the block's end."""
    width, language = indent(row), here.language
    if language and not language.indented and not language.closes and _OUTDENTED.match(row):
        return False
    if here.mode == "start" and blank and width == here.base and (grown or here.base == 0):
        return True
    if width >= here.edge:
        return False
    if here.mode == "statement" and row.lstrip()[:1] == "{" and not (grown or blank):
        return False
    if here.mode == "statement":
        return not (grown and _GOES_ON.match(row.lstrip())) or bool(closing_word(row, language))
    return here.mode == "start" or not _is_middle(here, row)


def _is_middle(here: _Here, row: str) -> bool:
    """Whether a row such as ``else`` parts a block that a word closes."""
    words = bool(here.language and here.language.closes)
    return words and indent(row) == here.base and opens(row, here.language) and bool(_GOES_ON.match(row.lstrip()))


def _with_word(here: _Here, row: str, start: int, kept: int) -> int:
    """The end before a row, or behind the word in it that closes the block and that the text after lacks."""
    word = closing_word(row, here.language)
    if not word or (here.mode == "start" and indent(row) == here.base) or closes_word(here.after, here.language, row):
        return kept
    return start + row.index(word) + len(word)
