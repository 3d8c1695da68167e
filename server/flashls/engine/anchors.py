"""Anchors: edits that a model names by the old text, put where they belong. Models' line numbers cannot be relied on.

An edit is placed only where its old text is found exactly once. Line ends count for nothing; where the text is not
found as it is, its rows may be indented otherwise, or have other spaces at their ends, if that too fits in one place
only: the new text is then indented as the document is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flashls.engine.indentation import reindented, shift
from flashls.engine.task import Answer
from flashls.prompt.seal import unseal
from flashls.types import Lines

Span = tuple[int, int]
OldNew = tuple[str, str]

# What a model is to answer with: the explanation first, so that it has thought before it edits.
EDITS: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "explanation": {"type": "string"},
        "edits": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"old": {"type": "string"}, "new": {"type": "string"}},
                "required": ["old", "new"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["explanation", "edits"],
    "additionalProperties": False,
}

SOME_EDITS: Mapping[str, Any] = {
    **EDITS,
    "properties": {**EDITS["properties"], "edits": {**EDITS["properties"]["edits"], "minItems": 1}},
}
"""``EDITS``, one of them at least."""

_MOST_EDITS = 100
_STOPS = ";,"
_PLACEHOLDER = re.compile(r"REDACTED_SECRET_[0-9]+")
# No editor can be sent these (NUL, halves of a character), or they make code read other than it runs (CVE-2021-42574).
_NO_TEXT = re.compile("[\0-\x08\x0b\x0e-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class Unanchored(ValueError):
    """An edit cannot be placed; the message says which and why, in words that a model can act upon."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """``text`` is to replace offsets ``start`` to ``end`` of a document; its line ends are the document's."""

    start: int
    end: int
    text: str


def edits_of(answer: Answer) -> tuple[OldNew, ...]:
    """The (old, new) pairs of a reply that fits ``EDITS``, with the secrets back in place of their placeholders.

    A secret comes back only where it was: raises Unanchored for an edit that would put one, or a placeholder,
    elsewhere.
    """
    pairs = list[OldNew]()
    for n, edit in enumerate(answer.json["edits"], 1):
        old, new = edit["old"], edit["new"]
        if set(_PLACEHOLDER.findall(new)) - set(_PLACEHOLDER.findall(old)):
            raise Unanchored(f"edit {n} would copy a secret to another place")
        pairs.append((unseal(old, answer.prompt), unseal(new, answer.prompt)))
    return tuple(pairs)


def anchored(lines: Lines, edits: Iterable[OldNew], within: Sequence[Span] | None = None) -> tuple[Replacement, ...]:
    """The edits as replacements in the document, in order of place.

    ``within`` are the ranges that may be changed, in order and apart, as offsets; None for the whole document. An edit
    that changes nothing is left out. Raises Unanchored: an old text that is found nowhere, outside, or more than once;
    edits that overlap; text that is none; and if nothing would change.
    """
    spans = ((0, lines.length),) if within is None else tuple(within)
    pairs = tuple(dict.fromkeys(edits))
    if len(pairs) > _MOST_EDITS:
        raise Unanchored(f"there are {len(pairs)} edits: make fewer, larger ones")
    end_of_line = _line_end(lines)
    placed = [(n, _placed(lines, spans, n, *pair)) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1]]
    found = sorted(((r, n) for n, r in placed), key=lambda each: (each[0].start, each[0].end))
    for (first, n), (second, m) in pairwise(found):
        if second.start < first.end or second.start == first.start:
            raise Unanchored(f"edits {min(n, m)} and {max(n, m)} overlap: make them one")
    written = [Replacement(r.start, r.end, r.text.replace("\n", end_of_line)) for r, _ in found]
    changing = tuple(r for r in written if lines.after(r.start, r.end - r.start) != r.text)
    if not changing:
        raise Unanchored("the edits change nothing")
    return changing


def applied(lines: Lines, replacements: Sequence[Replacement]) -> str:
    """The document's text after replacements that are in order and do not overlap."""
    pieces, at = list[str](), 0
    for each in replacements:
        pieces += (lines.after(at, each.start - at), each.text)
        at = each.end
    return "".join((*pieces, lines.after(at, lines.length - at)))


@dataclass(frozen=True, slots=True)
class _Plain:
    """A range's text with ``\\n`` for every line end; ``wide`` are the places of those that were ``\\r\\n``."""

    text: str
    at: int
    wide: tuple[int, ...]

    def offset(self, place: int) -> int:
        return self.at + place + bisect_left(self.wide, place)


def _placed(lines: Lines, spans: Sequence[Span], n: int, old: str, new: str) -> Replacement:
    if _NO_TEXT.search(new):
        raise Unanchored(f"the new text of edit {n} holds control characters, which are no code")
    old, new = _unix(old), _unix(new)
    plain = [_plain(lines, span) for span in spans]
    if not old.strip():
        return _into_empty(plain, n, new)
    old, new = _without_loose_ends(old, new)
    found = [_fitted(text, at, old, new) for text in plain for at in _places(text.text, old)]
    found = found or [each for text in plain for each in _by_rows(text, old, new)]
    if len(found) == 1:
        return found[0]
    if not found and old[-1] == new[-1:] and old[-1] in _STOPS and old[:-1].strip():
        # From other languages models know a mark at a row's end, which they then add to the old and the new text.
        return _placed(lines, spans, n, old[:-1], new[:-1])
    if found:
        told = f"the old text of edit {n} is found {len(found)} times: take in more of the lines around it"
    elif _stands(_plain(lines, (0, lines.length)), old, new):
        told = f"the old text of edit {n} is outside of what may be changed"
    else:
        told = f"the old text of edit {n} is not in the file: copy it exactly"
    raise Unanchored(told)


def _stands(text: _Plain, old: str, new: str) -> bool:
    return any(True for _ in _places(text.text, old)) or any(True for _ in _by_rows(text, old, new))


def _into_empty(plain: Sequence[_Plain], n: int, new: str) -> Replacement:
    """An edit without old text, which has its place where there is nothing else."""
    if len(plain) != 1 or plain[0].text.strip():
        raise Unanchored(f"edit {n} has no old text to be found by")
    text = plain[0]
    return Replacement(text.offset(0), text.offset(len(text.text)), new)


def _without_loose_ends(old: str, new: str) -> OldNew:
    """Line breaks that only one of the two begins or ends with, which would join two lines or part them."""
    if new and old.endswith("\n") and not new.endswith("\n"):
        old = old.rstrip("\n")
    if new and old.startswith("\n") and not new.startswith("\n"):
        old = old.lstrip("\n")
    if new.endswith("\n") and not old.endswith("\n"):
        new = new.rstrip("\n")
    return old, new


def _places(text: str, old: str) -> Iterator[int]:
    at = text.find(old)
    while at >= 0:
        yield at
        at = text.find(old, at + 1)


def _fitted(plain: _Plain, at: int, old: str, new: str) -> Replacement:
    """The replacement of what is found as it is. An emptied row goes as a whole; new rows are indented as the first."""
    text, start, end = plain.text, at, at + len(old)
    row = text.rfind("\n", 0, start) + 1
    lead = text[row:start]
    if not new:
        if not lead.strip() and (end == len(text) or text[end] == "\n") and not old.endswith("\n"):
            start, end = row, min(end + 1, len(text))
    elif lead and not lead.strip() and "\n" not in old:
        new = _led(new, lead)
    return Replacement(plain.offset(start), plain.offset(end), new)


def _led(new: str, lead: str) -> str:
    """``new`` with its later rows indented by ``lead`` where they are not yet."""
    first, *rest = new.split("\n")
    if all(row.startswith(lead) for row in rest if row.strip()):
        return new
    return "\n".join([first, *(lead + row if row.strip() else row for row in rest)])


def _by_rows(plain: _Plain, old: str, new: str) -> Iterator[Replacement]:
    """The places where the rows of ``old`` stand one below the other, indented otherwise, but all in the same way."""
    wanted = old.strip("\n").split("\n")
    key = [row.strip() for row in wanted]
    while not key[0]:
        key, wanted = key[1:], wanted[1:]
    while not key[-1]:
        key, wanted = key[:-1], wanted[:-1]
    rows = plain.text.split("\n")
    stripped = [row.strip() for row in rows]
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row) + 1)
    for n in range(len(rows) - len(key) + 1):
        if stripped[n] == key[0] and stripped[n : n + len(key)] == key:
            moved = shift(wanted, rows[n : n + len(key)])
            if moved is None:
                continue
            end = starts[n + len(key)] if not new.strip() else starts[n + len(key)] - 1
            text = "" if not new.strip() else reindented(new.strip("\n"), moved)
            yield Replacement(plain.offset(starts[n]), plain.offset(min(end, len(plain.text))), text)


def _plain(lines: Lines, span: Span) -> _Plain:
    start, end = span
    raw = lines.after(start, end - start)
    if "\r" not in raw:
        return _Plain(raw, start, ())
    wide = (found.start() - n for n, found in enumerate(re.finditer("\r\n", raw)))
    return _Plain(_unix(raw), start, tuple(wide))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _line_end(lines: Lines) -> str:
    """The document's own, by its first row."""
    first = lines[0]
    return "\r\n" if first.endswith("\r\n") else "\r" if first.endswith("\r") else "\n"
