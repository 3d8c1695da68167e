"""Mend: code is made to fit its place by the parser's judgement, or cut back to what fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from flashls.syntax.brackets import PAIRS, brackets
from flashls.syntax.errors import breaks, error_count
from flashls.syntax.excerpt import branches, head, is_read_otherwise, plain
from flashls.syntax.languages import Language
from flashls.syntax.layout import indent, open_quote, opens
from flashls.syntax.region import region
from flashls.types import Cursor

_BEFORE, _AFTER = 1500, 800
_NEAR_BEFORE, _NEAR_AFTER = 400, 200
_TRIES = 8
_ENDS_TEXT = re.compile(r"[\"'`\\\n$#{}<>]|\*/|-->")
_ENDS_ACROSS = re.compile(r"\*/|-->")
_ENDS_LONG_TEXT = re.compile(r"\"{3}|'{3}|`|\*/|-->")


@dataclass(frozen=True, slots=True)
class Region:
    """The text around a hole, as much of it as is parsed with code in it.

    ``whole``: it is made up of whole nodes, so that the parser reads it as in its place.
    """

    language: Language | None
    before: str
    after: str
    whole: bool = True

    def errors(self, code: str) -> int:
        """The syntax errors in the region with code in it; 0 for plain text. About 0.5 ms for 2,000 code points."""
        return 0 if self.language is None else error_count(self.language, self.before + code + self.after)


def region_at(cursor: Cursor, language: Language | None, near: bool = False) -> Region:
    """The region around a cursor: whole nodes up to 1,500 code points before and 800 after; 400 and 200 if ``near``."""
    snapshot, offset = cursor.snapshot, cursor.offset
    before, after = (_NEAR_BEFORE, _NEAR_AFTER) if near else (_BEFORE, _AFTER)
    tree = None if is_read_otherwise(snapshot.before(offset, before)) else snapshot.tree
    bounds = region(tree, snapshot.lines, offset, before, after)
    if bounds is None:
        lead = head(plain(snapshot.before(offset, before)), before - 1)
        return _paired(Region(language, lead, _rows(snapshot.after(offset, after)), whole=False))
    lead, tail = snapshot.before(offset, offset - bounds.start), snapshot.after(offset, bounds.end - offset)
    return _paired(Region(language, bounds.lead + plain(lead), plain(tail) + bounds.tail))


def _paired(region: Region) -> Region:
    """The region with the ends of the conditional pieces that it begins or ends in the middle of."""
    first, last = branches(region.language, f"{region.before}\0{region.after}")
    return replace(region, before=first + region.before, after=region.after + last) if first or last else region


def fits(code: str, near: Region) -> bool:
    """Whether code has no error among the nodes next to the hole: then the rest need not be read. 0.1 ms."""
    return not code.strip() or (near.whole and near.errors(code) == 0)


def mended(code: str, region: Region) -> str:
    """The code, or what of it adds no syntax error: with closers it lacks, without those too many, up to a row's end.

    "" if nothing of it fits. At most eleven parses of the region.
    """
    region = closed(region)
    most, found = region.errors(""), region.errors(code)
    if found <= most:
        ended = code + lacking(region, code) if "\n" in code and code[-1] not in "([{" else code
        if ended != code and region.errors(ended) <= found:
            return ended
        stray = _stray(region, code) if most else None
        return code if stray is None else code[:stray].rstrip()
    tried = {code}
    for candidate in _candidates(region, code):
        if len(tried) > _TRIES:
            break
        if candidate.strip() and candidate not in tried:
            tried.add(candidate)
            if region.errors(candidate) <= most:
                return candidate
    return ""


def unbroken(code: str, cursor: Cursor, language: Language | None) -> str:
    """The code, or what of it leaves a document that has no error without one; "" if nothing does.

    A region tells less than the document: of what is closed further down, or is read otherwise within what is around.
    """
    text = cursor.snapshot

    tree = None if is_read_otherwise(text.before(cursor.offset, _BEFORE)) else text.tree

    def breaks_it(said: str) -> bool | None:
        return breaks(language, tree, text.lines, cursor.offset, said)

    if not code.strip() or not breaks_it(code):
        return code
    around = closed(region_at(cursor, language))
    others = (said for said in _candidates(around, code) if said.strip() and said != code)
    return next((said for said in islice(others, _TRIES) if breaks_it(said) is False), "")


def without_bare_header(code: str, after: str, language: Language | None) -> str:
    """Rows without a last one that opens a block in which nothing comes: parsers take an empty one by indentation."""
    rows = code.rstrip().split("\n")
    if language is None or not language.indented or len(rows) == 1 or not opens(rows[-1], language):
        return code
    below = next((row for row in after.split("\n")[1:] if row.strip()), "")
    return code if indent(below) > indent(rows[-1]) else "\n".join(rows[:-1]).rstrip()


def mended_text(code: str, region: Region) -> str:
    """Text within a string or a comment: as ``mended``, but that need not be parsed in which nothing may end it."""
    edges = region.before[-2:] + code[:2], code[-2:] + region.after[:2]
    if not _ENDS_TEXT.search(code) and not any(_ENDS_ACROSS.search(edge) for edge in edges):
        return code
    if region.whole and (fit := mended(code, region)):
        return fit
    kept = code[: _text_end(code, region)]
    told = region.whole and region.errors("") == 0
    return "" if told and (kept == code or region.errors(kept) > 0) else kept


def _text_end(code: str, region: Region) -> int:
    """Where the string or comment at the hole may end in code: at its own quote, if that is there behind the hole."""
    row = region.before[region.before.rfind("\n") + 1 :]
    at = open_quote(row)
    quote = "" if at is None else row[at]
    there = quote and quote in region.after.split("\n", 1)[0]
    ends = re.compile(rf"(?<!\\){quote}|\n") if there else _ENDS_LONG_TEXT
    found = ends.search(code)
    return found.start() if found else len(code)


def whole(code: str, region: Region, tries: int = 4) -> str:
    """The longest run of whole rows of unfinished code that adds no syntax error; "" if none does."""
    most = region.errors("")
    for _ in range(tries):
        if not code.strip() or (region.errors(code) <= most and not lacking(region, code)):
            return code
        code = code[: max(0, code.rfind("\n"))].rstrip()
    return ""


def lacking(region: Region, code: str) -> str:
    """The closers of the brackets that code leaves open; that of a row's last one comes in a row of its own."""
    if not any(bracket in code for bracket in "([{") or region.language is None:
        return ""
    text = region.before + code
    open_: list[tuple[int, str]] = []
    for bracket in brackets(region.language, text, len(region.before)).after:
        if bracket.opens:
            open_.append((bracket.offset, bracket.char))
        elif open_:
            open_.pop()
    return "".join(_closer(text, offset, char) for offset, char in reversed(open_))


def _stray(region: Region, code: str) -> int | None:
    """Where a bracket is closed that is not the innermost open one, if one is."""
    found = brackets(region.language, region.before + code, len(region.before))
    open_ = [bracket.char for bracket in found.open]
    for bracket in found.after:
        if bracket.opens:
            open_.append(bracket.char)
        elif open_ and PAIRS[open_.pop()] != bracket.char:
            return bracket.offset - len(region.before)
    return None


def closed(region: Region) -> Region:
    """The region with the brackets closed that it ends in the middle of: what is broken there hides what is here."""
    text = region.before + region.after
    open_ = brackets(region.language, text, len(text)).open
    if not region.after.strip() or not open_:
        return region
    return replace(region, after=region.after + "\n" + "".join(PAIRS[bracket.char] for bracket in reversed(open_)))


def _closer(text: str, offset: int, char: str) -> str:
    rest = text[offset + 1 :].split("\n", 1)
    if len(rest) < 2 or rest[0].strip():
        return PAIRS[char]
    row = text[text.rfind("\n", 0, offset) + 1 : offset]
    return "\n" + row[: len(row) - len(row.lstrip())] + PAIRS[char]


def _candidates(region: Region, code: str) -> Iterator[str]:
    yield code + lacking(region, code)
    said = code.rstrip()
    for _ in range(2):
        if said[-1:] in tuple(")]};,"):
            said = said[:-1].rstrip()
            yield said
    rows = code.split("\n")
    for n in range(len(rows) - 1, 0, -1):
        kept = "\n".join(rows[:n]).rstrip()
        yield kept
        if kept[-1:] not in tuple("([{,"):
            yield kept + lacking(region, kept)


def _rows(after: str) -> str:
    """A text without the row at its end that is cut off."""
    end = after.rfind("\n")
    return plain(after[:end] if end > 0 else after)
