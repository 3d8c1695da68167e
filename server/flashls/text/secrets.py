"""Where secrets are in a text: spans, not lines, by the formats of ``secretformats`` and by key blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from flashls.text.folded import may_open, most_below, opens, unfolded
from flashls.text.keyblocks import Span, key_blocks, marks_key
from flashls.text.keyrows import bare_rows, rows_in
from flashls.text.secretformats import FORMATS, Format, regex
from flashls.text.secretguesses import HINTS

_SHORTEST = 12  # characters of the shortest line that can hold one: x://:secret@
_SHORTEST_OPEN = 5  # of one that gives a value in the next line: pwd =
_WINDOW = 2048  # characters searched at once in a long line, so that no pattern's worst case is ever large
_PARAGRAPH = 2048  # characters of the longest text between empty lines that is remembered whole
_ROWS = 16  # of a longer one so many lines are remembered together
_OVERLAP = 512  # characters that neighbouring windows share; a token that is longer is followed to its end
_NAMED = "|".join((*HINTS, "authorization", "bearer ", "curl ", "mysql", "mariadb", "sshpass"))
# Every secret but a URL's password has such a run, or a name that says what it is. Two patterns are five times as fast
# as one that disregards case.
_RUN = re.compile(r"(?<![\w+/=-])[\w+/=-]{20}", re.ASCII)
_RUN_INSIDE = re.compile(r"[\w+/=-]{20}", re.ASCII)  # the same for a window, which a run may begin before
_NAME = re.compile(rf"://|{_NAMED}")
_STANDS_FOR_ONE = re.compile(r"(?i)your[_-]|[_-]here$|place-?holder|[x*]{6}|\.{3}|^(?:REDACTED_SECRET_[0-9]+)+$")
_ROW_AT_LEAST = 48  # characters of a line that may hold a row of a private key
_LONE_CR = re.compile(r"\r(?!\n)")
_LETTERS = re.compile(r"[A-Za-z0-9]")
_DIGITS = frozenset("0123456789")
_ESCAPED = re.compile(r"\\[nrt]|%[0-9A-F]{2}")
# By hint the places of the formats in their table: several have the same hints, and each is looked for once.
_HINTED = {
    hint: tuple(place for place, form in enumerate(FORMATS) if hint in form.hints)
    for hint in dict.fromkeys(hint for form in FORMATS for hint in form.hints)
}
_OFTEN = (".", ":", "-", "ac", "ap", "sk", "key", "pass", "token")  # hints that stand in many lines of code
# One of the others: so, by their first letters, a sixth of the time that looking for each takes.
_RARE = re.compile(
    "|".join(
        f"{re.escape(first)}(?:{'|'.join(re.escape(hint[1:]) for hint in hints)})"
        for first, hints in groupby(sorted(_HINTED.keys() - set(_OFTEN)), key=itemgetter(0))
    )
)


def find_secrets(text: str) -> tuple[Span, ...]:
    """Where the secrets of ``text`` are: ordered spans that neither touch nor overlap, none right before a digit.

    A paragraph seen lately costs a dictionary's look-up, and so do some lines. Time grows with the length of ``text``,
    whatever it holds.
    """
    text = _with_newlines(text)
    spans: list[Span] = []
    at, keys, rows = 0, False, False
    for piece in text.split("\n\n"):
        size, total = len(piece), 0
        for start, part in ((0, piece),) if size <= _PARAGRAPH else _parts(piece):
            if len(part) >= _SHORTEST:
                found, marked, coded = _in_paragraph(part) if len(part) <= _PARAGRAPH else _in_lines(part, _lines(part))
                keys, total = keys or marked, total + coded
                if found:
                    spans += [(at + start + left, at + start + right) for left, right in found]
        rows = rows or total > 1
        at += size + 2
    return _with_keys(text, spans, keys, rows)


def find_in_file(text: str) -> tuple[Span, ...]:
    """The same of a text that will not come again soon: no paragraph is remembered.

    0.25 s for 100,000 lines that have none of the names that secrets are given. One that has some, and a digit, takes
    0.1 ms, which no single guess is to blame for: 100,000 of them, no two alike, take 13 s.
    """
    text = _with_newlines(text)
    spans, keys, rows = _in_lines(text, _suspects(text))
    return _with_keys(text, spans, keys, rows > 1)


def cut(text: str, most: int) -> str:
    """The first ``most`` characters of a text, fewer where a secret would be cut in two: half may look harmless."""
    if len(text) <= most:
        return text
    return text[: next((start for start, end in find_secrets(text) if start < most < end), most)]


def joined(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans of ``text`` in order, as ``find_secrets`` gives them: those that touch are one, none is before a digit."""
    return _merged((start, _past_digits(text, end)) for start, end in spans)


def warm() -> None:
    """Imports detect-secrets and compiles every pattern (about 0.3 s): for a thread, before the first prompt."""
    for form in FORMATS:
        regex(form.pattern)
        regex(form.gate)
        regex(form.inner)
        regex(form.tail)
    key_blocks("-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----")
    bare_rows("")
    unfolded("token =\nx", 0, 7) if opens("token =") else None


def _with_newlines(text: str) -> str:
    """The text, as long, with line ends that are found: a carriage return alone ends a line, too."""
    if "\r" not in text or _LONE_CR.search(text) is None:
        return text
    return text.replace("\r\n", " \n").replace("\r", "\n")


def _with_keys(text: str, found: Iterable[Span], keys: bool, rows: bool) -> tuple[Span, ...]:
    spans = [*found, *(key_blocks(text) if keys else ()), *(bare_rows(text) if rows else ())]
    return joined(text, spans) if spans else ()


def _parts(paragraph: str) -> Iterator[tuple[int, str]]:
    """A long paragraph in parts of some lines, each with where it begins: typing changes one of them.

    What the last line of one leaves open is in it, and in the next one, too.
    """
    lines, at = paragraph.split("\n"), 0
    for first in range(0, len(lines), _ROWS):
        last = first + _ROWS
        part = "\n".join(lines[first:last])
        more = lines[last : last + most_below(lines, last)]
        yield at, "\n".join((part, *more)) if more else part
        at += len(part) + 1


@lru_cache(maxsize=2048)
def _in_paragraph(text: str) -> tuple[tuple[Span, ...], bool, int]:
    return _in_lines(text, _lines(text))


def _in_lines(text: str, lines: Iterable[Span]) -> tuple[tuple[Span, ...], bool, int]:
    """The secrets that lines hold, whether one may begin or end a private key, and how many may be rows of one."""
    spans: list[Span] = []
    coded = 0
    for start, end in lines:
        line = text[start:end]
        if end - start >= _ROW_AT_LEAST:
            coded += rows_in(line)
        if found := _in_any_line(line):
            spans += [(start + left, start + right) for left, right in found]
        if opens(line[-_WINDOW:]):
            start = max(start, end - _WINDOW)
            spans += [(start + left, start + right) for left, right in _in_any_line(unfolded(text, start, end))]
    return tuple(spans), marks_key(text), coded


def _lines(text: str) -> Iterator[Span]:
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        if end - at >= _SHORTEST or (end - at >= _SHORTEST_OPEN and may_open(text[at:end])):
            yield at, end
        at = end + 1


def _suspects(text: str) -> list[Span]:
    """The lines of a text that may hold a secret: five times as fast as asking each that is not remembered."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a capital has two letters' length in lower case: places are no longer the same
        lowered = "".join(char.lower()[:1] for char in text)
    marks = {text.rfind("\n", 0, run.start()) + 1 for run in _RUN.finditer(text)}
    marks.update(text.rfind("\n", 0, name.start()) + 1 for name in _NAME.finditer(lowered))
    ends = ((start, text.find("\n", start)) for start in sorted(marks))
    lines = [(start, end if end >= 0 else len(text)) for start, end in ends]
    return [(start, end) for start, end in lines if end - start >= _SHORTEST_OPEN]


def _in_any_line(line: str) -> tuple[Span, ...]:
    return _in_line(line) if len(line) <= _WINDOW else _in_long_line(line)


@lru_cache(maxsize=8192)
def _in_line(line: str) -> tuple[Span, ...]:
    return _in_window(line, 0, len(line)) if _RUN.search(line) or _NAME.search(line.lower()) else ()


def _in_long_line(line: str) -> tuple[Span, ...]:
    found: list[Span] = []
    for start in range(0, len(line), _WINDOW - _OVERLAP):
        end = min(start + _WINDOW, len(line))
        if _RUN_INSIDE.search(line, start, end) or _NAME.search(line[start:end].lower()):
            found += _in_window(line, start, end)
    return _merged(found)


def _in_window(line: str, start: int, end: int) -> tuple[Span, ...]:
    lowered = line[start:end].lower()
    hints = _HINTED if _RARE.search(lowered) else _OFTEN
    told = {place for hint in hints if hint in lowered for place in _HINTED[hint]}
    found = [span for place in told for span in _matches(FORMATS[place], line, start, end)]
    return _merged(found) if found else ()


def _matches(form: Format, line: str, start: int, end: int) -> Iterator[Span]:
    if form.gate and regex(form.gate).search(line, start, end) is None:
        return
    while match := regex(form.pattern).search(line, start, end):
        left, right = match.span(form.group)
        if form.inner and (inner := regex(form.inner).search(line, left, right)):
            left, right = inner.span()
        tail = regex(form.tail).match(line, right)
        right = tail.end() if tail else right
        if _alone(form, line, left, right) and _secret(form, line[left:right]):
            yield left, right
        start = max(right, match.end())


def _secret(form: Format, value: str) -> bool:
    return not _STANDS_FOR_ONE.search(value) and (form.check is None or form.check(value))


def _alone(form: Format, line: str, left: int, right: int) -> bool:
    """Whether no letter or digit stands where the format wants none; one that ends an escape does not count."""
    if form.alone in ("right", "both") and _LETTERS.match(line, right):
        return False
    if form.alone in ("left", "both") and left and _LETTERS.match(line, left - 1):
        return any(escape.end() == left for escape in _ESCAPED.finditer(line, max(0, left - 3), left))
    return True


def _past_digits(text: str, at: int) -> int:
    """A number after a secret would become one with the number of its placeholder."""
    while text[at : at + 1] in _DIGITS:
        at += 1
    return at


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)
