"""Private keys that span lines: PEM (RFC 7468), OpenSSH, PGP (RFC 9580, section 6.2) and PuTTY files.

A block may be a file's own text, quoted or commented, one literal with ``\\n`` escapes, or literals put together; a
window may have cut off its head or its foot. Header and footer stay: they say what it is, and are no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from flashls.text.secretguesses import is_mixed

Span = tuple[int, int]

_KIND = r"(?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?"
_MARK = rf"-{{4,5}} ?(BEGIN|END) {_KIND} ?-{{4,5}}|(?P<putty>Private-Lines: ?\d+)"
_FIELD = r"Proc-Type: 4,ENCRYPTED|DEK-Info: [A-Z0-9-]+,[0-9A-F]+|[A-Z][A-Za-z-]{1,30}: [^\n\\\"']{0,200}(?=[\n\\\"'])"
_FIELDS = rf"(?:(?:\s|\\[nr]|[\"'#*>|+,;])*+(?:{_FIELD})){{0,8}}+"
_PLAIN = r"(?:\\[nrt]|[\s#*>|\\]|//(?=\s)|(?<=\n)-(?=[A-Za-z0-9+/]|\Z))*+"
_QUOTE = r"[\"'`]{1,3}"
_JOINED = rf"{_PLAIN}{_QUOTE}[\s+.,;()&\\|]*+[bBfFrRuU]{{0,2}}{_QUOTE}{_PLAIN}"  # "..." + "..."
_GAP = rf"(?:{_JOINED}|{_PLAIN}(?:{_QUOTE})?{_PLAIN})"
_RUN = r"[A-Za-z0-9+/=]++"
_WHOLE_RUN = rf"(?:(?<=\\[nrt])|(?<![A-Za-z0-9+/=\\])){_RUN}"  # the n of an escape is no part of it
_FOOTER = rf"{_GAP}[+-]?(?:-{{4,5}} ?END |Private-MAC)"
_CHECKSUM = rf"(?:{_GAP}=[A-Za-z0-9+/]{{4}})?"  # PGP's
# A whole row of a key's base64: 64 characters (RFC 7468, PGP, PuTTY) or 70 (OpenSSH), or what somebody made of them,
# but not MIME's 76; in a diff, a comment, quotes.
_WIDTHS = (64, 70)
_ROW = r"(?m)^[+ -]?[ \t\"'#*>]*([A-Za-z0-9+/]{48,75})(?:\\n)?[\"',;+ \t\\]*\r?$"
_PUBLIC = r"-{4,5} ?(?:BEGIN|END) (?![A-Z0-9 ]*PRIVATE KEY)[A-Z0-9 ]+-{4,5}"
_FILLING = " \t\r\n\\nr\"'`+#*>|,;()"  # what may stand between a key's lines
LONGEST_KEY = 20_000  # characters; an RSA key of 16,384 bits has 13,000
_LINE = 20  # characters of base64 that are more than a word; PEM lines have 64, a last one any number


def key_blocks(text: str) -> list[Span]:
    """Where the material of private keys is in ``text``, in order. Takes time in proportion to its length."""
    if not marks_key(text):
        return []
    spans: list[Span] = []
    done = 0
    for mark in _compiled(_MARK).finditer(text):
        if mark.start() < done:
            continue
        if mark[1] == "END":
            spans += _joined(text, _before(text, done, mark.start()))
            done = mark.end()
        else:
            found = list(_after(text, mark.end()))
            spans += _joined(text, found)
            done = found[-1][1] if found else mark.end()
    return spans


def marks_key(text: str) -> bool:
    """Whether a text may say where a private key begins or ends."""
    return "PRIVATE KEY" in text or "Private-Lines" in text


def bare_rows(text: str) -> list[Span]:
    """Rows of base64 as they stand inside private keys, of a text that may show nothing else of one, as diffs do.

    Two or more in a row, of one length, and none below the head of a certificate or of
    anything else that is public.
    """
    rows = [row for row in _compiled(_ROW).finditer(text) if _looks_coded(row[1])]
    found = list[Span]()
    for n, row in enumerate(rows):
        near = any(
            other.start() - one.end() <= 1 and len(one[1]) == len(other[1])
            for one, other in pairwise(rows[max(0, n - 1) : n + 2])
        )
        if near and not _is_public(text, row.start()):
            found.append(row.span(1))
    return found


def is_row(line: str) -> bool:
    """Whether a line looks like one of a key's base64, so that ``bare_rows`` may find something."""
    return _compiled(_ROW).fullmatch(line) is not None


def _is_public(text: str, at: int) -> bool:
    """Whether a place is inside a block whose head or foot says that it is no private key."""
    begin, end = text.rfind("BEGIN ", 0, at), text.rfind("END ", 0, at)
    foot = text.find("END ", at)
    marks = [mark for mark in (begin if begin > end else -1, foot) if mark >= 0]
    return any(_compiled(_PUBLIC).search(text, max(0, mark - 6), mark + 80) is not None for mark in marks)


def _looks_coded(row: str) -> bool:
    if not all(any(map(kind, row)) for kind in (str.isdigit, str.isupper, str.islower)):
        return False
    return len(row) in _WIDTHS or is_mixed(row.replace("+", "").replace("/", ""))


def in_key_block(before: str) -> bool:
    """Whether a text ends inside a private key, so that neither it nor what follows may be shown."""
    if not marks_key(before):
        return False
    headers = [mark.end() for mark in _compiled(_MARK).finditer(before) if mark[1] != "END"]
    ends = [*headers[-1:], *(end for _, end in key_blocks(before)[-1:])]
    begun = before[max(ends) :].strip(_FILLING) if ends else "-"
    return not begun or _compiled(_RUN).fullmatch(begun) is not None


def _after(text: str, at: int) -> Iterator[Span]:
    """The runs of base64 from a header on, to the footer, to the end, or to what is no key."""
    fields = _compiled(_FIELDS).match(text, at)
    at = fields.end() if fields else at
    step, footer = _compiled(rf"{_GAP}({_RUN})"), _compiled(_FOOTER)
    nearly = _compiled(_CHECKSUM + _FOOTER)
    some = False
    while (run := step.match(text, at)) and not footer.match(text, at):
        start, at = run.span(1)
        last = some and (at == len(text) or nearly.match(text, at) is not None)
        if at - start < _LINE and not last:
            return
        yield start, at
        some = True


def _before(text: str, start: int, end: int) -> list[Span]:
    """The runs of base64 that lead to a footer whose header is out of sight, back to the text's start or no key."""
    gap, at = _compiled(_GAP), end
    found: list[Span] = []
    for run in reversed([match.span() for match in _compiled(_WHOLE_RUN).finditer(text, start, end)]):
        if gap.fullmatch(text, run[1], at) is None or (run[1] - run[0] < _LINE and found and run[0] > 0):
            break
        found.append(run)
        at = run[0]
    return found[::-1] if any(stop - begin >= _LINE for begin, stop in found) else []


def _joined(text: str, runs: list[Span]) -> list[Span]:
    """Runs with nothing between them but line ends and comment signs become one."""
    spans: list[Span] = []
    for start, end in runs:
        if spans and _compiled(_PLAIN).fullmatch(text, spans[-1][1], start):
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
