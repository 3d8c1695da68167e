"""Mend: code is made to fit its place by the parser's judgement, or cut back to what fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from flashls.engine.completion.closers import lacking, left_open, stray, with_closers
from flashls.engine.completion.hole import Region, closed, region_at
from flashls.syntax.errors import breaks
from flashls.syntax.excerpt import is_read_otherwise
from flashls.syntax.languages import Language
from flashls.syntax.layout import indent, open_quote, opens
from flashls.types import Cursor

_TRIES = 8
_FEW = 4  # of a whole document, up to 5 ms each
_LOOKED_AT = 1500
_ENDS_TEXT = re.compile(r"[\"'`\\\n$#{}<>]|\*/|-->")
_ENDS_ACROSS = re.compile(r"\*/|-->")
_ENDS_LONG_TEXT = re.compile(r"\"{3}|'{3}|`|\*/|-->")


def fits(code: str, near: Region) -> bool:
    """Whether code has no error among the nodes next to the hole: then the rest need not be read. 0.1 ms."""
    return not code.strip() or (near.whole and near.errors(code) == 0)


def judging(code: str, near: Region, around: Region) -> Region:
    """The region that tells whether code fits: what is next to it, where only what is further away has errors.

    Not of code that opens something, which may be closed further away.
    """
    sound = near.whole and near.errors("") == 0 and around.errors("") > 0
    return near if sound and not lacking(near, code) else around


def mended(code: str, region: Region) -> str:
    """The code, or what of it adds no syntax error: with closers it lacks, without those too many, up to a row's end.

    "" if nothing of it fits. At most a dozen parses of the region, and one for each opener at the end.
    """
    region = closed(region)
    most = region.errors("")
    code, found = _bettered(code, region)
    if found <= most:
        ended = code + lacking(region, code) if "\n" in code and code[-1] not in "([{" else code
        if ended != code and region.errors(ended) <= found:
            return ended
        kept = code[: stray(region, code)].rstrip() if most else code
        return kept if kept == code or region.errors(kept) <= most else code
    tried = {code}
    for candidate in _candidates(region, code):
        if len(tried) > _TRIES:
            break
        if candidate.strip() and candidate not in tried:
            tried.add(candidate)
            if region.errors(candidate) <= most:
                return candidate
    return ""


def _bettered(code: str, region: Region) -> tuple[str, int]:
    """The code and its errors: without openers that have no body, with closers it lacks, without an end too much."""
    found = region.errors(code)
    while found and (kept := _without_opener(code, region)) and (errors := region.errors(kept)) <= found:
        code, found = kept, errors
    for other in (with_closers(code, region), code.rstrip(";,")) if found else ():
        if other.strip() and other != code and (errors := region.errors(other)) < found:
            code, found = other, errors
    return code, found


def unbroken(code: str, cursor: Cursor, language: Language | None) -> str:
    """The code, or what of it leaves a document that has no error without one; "" if nothing does.

    A region tells less than the document: of what is closed further down, or is read otherwise within what is around.
    """
    if not code.strip() or not _breaks(code, cursor, language):
        return code
    around = closed(region_at(cursor, language))
    others = (said for said in _candidates(around, code) if said.strip() and said != code)
    return next((said for said in islice(others, _FEW) if _breaks(said, cursor, language) is False), "")


def unbroken_rows(code: str, cursor: Cursor, language: Language | None) -> str:
    """The longest run of whole rows of unfinished code that leaves a document that has no error without one."""
    for _ in range(_FEW):
        if not _breaks(code, cursor, language):
            return code
        code = code[: max(0, code.rfind("\n"))].rstrip()
    return ""


def _breaks(code: str, cursor: Cursor, language: Language | None) -> bool | None:
    """Whether code gives a document errors that has none; None where that cannot be told. Mostly 0.2 ms."""
    text = cursor.snapshot
    tree = None if is_read_otherwise(text.before(cursor.offset, _LOOKED_AT)) else text.tree
    return breaks(language, tree, text.lines, cursor.offset, code)


def _without_opener(code: str, region: Region) -> str:
    """Rows without a last one that opens what has no body, here or below; "" where there is none such."""
    return "\n".join(code.rstrip().split("\n")[:-1]).rstrip() if _is_bare(code, region) else ""


def _is_bare(code: str, region: Region) -> bool:
    """Whether the last row opens what has no body, nor one below."""
    last = (region.before[region.before.rfind("\n") + 1 :] + code.rstrip()).rsplit("\n", 1)[-1]
    below = next((row for row in region.after.split("\n")[1:] if row.strip()), "")
    return (last[-1:] in tuple("([{") or opens(last, region.language)) and indent(below) <= indent(last)


def without_bare_header(code: str, after: str, language: Language | None) -> str:
    """Rows without a last one that opens a block in which nothing comes: parsers take an empty one by indentation."""
    rows = code.rstrip().split("\n")
    if language is None or not language.indented or len(rows) == 1 or not opens(rows[-1], language):
        return code
    below = next((row for row in after.split("\n")[1:] if row.strip()), "")
    return code if indent(below) > indent(rows[-1]) else "\n".join(rows[:-1]).rstrip()


def without_openers(code: str, region: Region) -> str:
    """Unfinished code without rows at its end that open what has no body yet."""
    while code.strip() and _is_bare(code, region):
        code = code[: max(0, code.rfind("\n"))].rstrip()
    return code


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
        open_ = left_open(region, code)
        if not code.strip() or (not open_ and region.errors(code) <= most):
            return code
        code = code[: max(0, code.rfind("\n", 0, open_[0][0] if open_ else len(code)))].rstrip()
    return ""


def _candidates(region: Region, code: str) -> Iterator[str]:
    yield code + lacking(region, code)
    said = code.rstrip()
    for _ in range(3):
        if said[-1:] in tuple(")]};,"):
            said = said[:-1].rstrip()
            yield said
    rows = code.split("\n")
    for n in range(len(rows) - 1, 0, -1):
        kept = "\n".join(rows[:n]).rstrip()
        if _is_bare(kept, region):
            continue
        yield kept
        if kept[-1:] not in tuple("([{,"):
            yield kept + lacking(region, kept)
