"""Fillers: what models write where they have nothing to say: "your code here", dots, a comment and no code."""

from __future__ import annotations

import re

from flashls.syntax.languages import Language
from flashls.syntax.layout import comment_start

_PLACEHOLDER = re.compile(
    r"\W*(((\[|<)?\s*(add|insert|put|write|place|fill in|enter|implement|replace|complete)\b.{0,30}\b"
    r"(your|the|rest|actual|own|this)\b.{0,40}\b(here|code|logic|implementation|function|method|below)"
    r"|(your|some|more|other|additional)\b.{0,30}\b(code|logic|implementation)\b.{0,20}(here|goes|$)"
    r"|(code|logic|implementation|implement(ed)?|body)\b.{0,20}\b(goes |comes )?(here|later)"
    r"|(the )?(rest|remainder) of (the|your)\b|(existing|remaining|previous) (code|implementation|logic)\b"
    r"|(todo|fixme)\b\W*((finish|implement|complete|add|write|fill in|your)\b.*)?$"
    r"|not (yet )?implemented|placeholder\b|same as (above|before)|omitted\b|etc\W*$).*|\.{3}|…)\W*",
    re.IGNORECASE,
)
_DOTS = re.compile(r"\s*(\.{3}|…)\s*;?\s*")
_STANDS_FOR_CODE = re.compile(r"\s*(todo!\(.*\)|unimplemented!\(.*\)|TODO\(.*\)|pass|\.\.\.)\s*;?\s*")


def may_fill(code: str, language: Language | None) -> bool:
    """Whether code can have a filler in it at all; quick."""
    if language is None:
        return False
    marks = [language.line_comment, *(language.block_comment or ()), "...", "…", "todo!", "unimplemented!", "TODO"]
    return any(mark in code for mark in marks if mark)


def without_fillers(code: str, language: Language | None, stub: bool) -> str:
    """The code without its placeholders, and without comments at its end that tell of code that does not come.

    ``stub``: where ``...`` is code, in an overload for instance.
    """
    if language is None:
        return code
    rows = code.split("\n")
    kept = [row for row in rows if not (_is_placeholder(row, language) or (not stub and _DOTS.fullmatch(row)))]
    if len(kept) == len(rows) and comment_start(rows[-1], language) is None:
        return code
    while kept and (not kept[-1].strip() or _is_comment(kept[-1], language)):
        kept.pop()
    if len(kept) < len(rows) and all(_STANDS_FOR_CODE.fullmatch(row) for row in kept):
        return ""
    told = "\n".join(kept)
    return told if kept[:1] == rows[:1] else told.lstrip(" \t")


def _is_comment(row: str, language: Language) -> bool:
    at = comment_start(row, language)
    return at is not None and not row[:at].strip()


def _is_placeholder(row: str, language: Language) -> bool:
    at = comment_start(row, language)
    if at is None:
        return bool(re.fullmatch(r"\s*(todo!\(.*\)|unimplemented!\(.*\)|TODO\(.*\));?\s*", row))
    said = row[:at].strip()
    return (not said or bool(_STANDS_FOR_CODE.fullmatch(said))) and bool(_PLACEHOLDER.fullmatch(row[at:]))
