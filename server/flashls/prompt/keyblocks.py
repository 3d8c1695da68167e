"""Private keys that span lines: PEM (RFC 7468), OpenSSH, PGP (RFC 9580, section 6.2) and PuTTY files.

A block may be a file's own text, quoted or commented, one literal with ``\\n`` escapes, or literals put together; a
window may have cut off its head or its foot. Header and footer stay: they say what it is, and are no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

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
_FILLING = " \t\r\n\\nr\"'`+#*>|,;()"  # what may stand between a key's lines
LONGEST_KEY = 20_000  # characters; an RSA key of 16,384 bits has 13,000
_LINE = 20  # characters of base64 that are more than a word; PEM lines have 64, a last one any number


def key_blocks(text: str) -> list[Span]:
    """Where the material of private keys is in ``text``, in order. Takes time in proportion to its length."""
    if "PRIVATE KEY" not in text and "Private-Lines" not in text:
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


def in_key_block(before: str) -> bool:
    """Whether a text ends inside a private key, so that neither it nor what follows may be shown."""
    if "PRIVATE KEY" not in before and "Private-Lines" not in before:
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
