"""Private keys that span lines: PEM (RFC 7468), OpenSSH, PGP (RFC 9580, section 6.2) and PuTTY files.

A block may be a file's own text, quoted or commented, one literal with ``\\n`` escapes, or put together by any code;
it may be base64 itself, as in Kubernetes' secrets; a window may have cut off its head or its foot. Header and footer
stay: they say what it is, and are no secret.
"""

from __future__ import annotations

import base64
import re
from functools import cache

from flashls.text.keyrows import PLACEHOLDER, alike, bare_rows, head_of, is_coded, shape

Span = tuple[int, int]

_KIND = r"(?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?"
_MARK = rf"-{{4,5}} ?(BEGIN|END) {_KIND} ?-{{4,5}}|(?P<putty>Private-Lines: ?\d+)"
_NEXT_MARK = r"-{4,5} ?(?:BEGIN|END) |Private-(?:MAC|Lines): "
_FIELD = r"Proc-Type: 4,ENCRYPTED|DEK-Info: [A-Z0-9-]+,[0-9A-F]+|[A-Z][A-Za-z-]{1,30}: [^\n\\\"']{0,200}(?=[\n\\\"'])"
_FIELDS = rf"(?:(?:\s|\\[nr]|[\"'#*>|+,;])*+(?:{_FIELD})){{0,8}}+"
_PLAIN = r"(?:\\[nrt]|[\s#*>|\\]|//(?=\s)|(?<=\n)-(?=[A-Za-z0-9+/]|\Z))*+"
_QUOTE = r"[\"'`]{1,3}"
_JOINED = rf"{_PLAIN}{_QUOTE}[\s+.,;()&\\|]*+[bBfFrRuU]{{0,2}}{_QUOTE}{_PLAIN}"  # "..." + "..."
_GAP = rf"(?:{_JOINED}|{_PLAIN}(?:{_QUOTE})?{_PLAIN})"
_RUN = r"=?[A-Za-z0-9+/]++={0,3}+"  # a row, or PGP's checksum
_WHOLE_RUN = rf"(?:(?<=\\[nrt])|(?<=\\u000[AaDd])|(?<![A-Za-z0-9+/\\])){_RUN}"  # the n of an escape is no part of it
_FOOTER = rf"{_GAP}[+-]?(?:-{{4,5}} ?END |Private-MAC)"
_CHECKSUM = rf"(?:{_GAP}=[A-Za-z0-9+/]{{4}})?"  # PGP's
_ENCODED = "LS0tLS1CRUdJTi"  # "-----BEGIN" in base64
_FILLING = " \t\r\n\\nr\"'`+#*>|,;()"  # what may stand between a key's lines
_LINE_END = r"(?i)<br ?/?>|&#(?:x0?[ad]|1[03]);|%0[ad]|\\u000[ad]"
LONGEST_KEY = 20_000  # characters; an RSA key of 16,384 bits has 13,000
_LINE = 20  # characters of base64 that are more than a word; PEM lines have 64, a last one any number
_FAR = 400  # characters between two rows of a key: code that puts it together has fewer, other code more
_WRAPPED = 80  # characters of base64's longest rows, MIME's have 76


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
            found = _before(text, done, mark.start())
            done = mark.end()
        else:
            found = _after(text, mark.end())
            done = found[-1][1] if found else mark.end()
        spans += _joined(text, found)
    return sorted((*spans, *(span for rows in _encoded(text) for span in rows)))


def key_spans(text: str) -> list[Span]:
    """The same, with the rows of keys that show neither head nor foot; spans may overlap."""
    return sorted((*key_blocks(text), *bare_rows(text)))


def marks_key(text: str) -> bool:
    """Whether a text may say where a private key begins or ends."""
    return "PRIVATE KEY" in text or "Private-Lines" in text or _ENCODED in text


def in_key_block(before: str) -> bool:
    """Whether a text ends inside a private key, so that neither it nor what follows may be shown."""
    if not marks_key(before):
        return False
    if any(_is_open(before, rows) for rows in _encoded(before)):
        return True
    marks = list(_compiled(_MARK).finditer(before))
    if not marks or marks[-1][1] == "END":
        return False
    rows = _after(before, marks[-1].end())
    begun = before[rows[-1][1] if rows else marks[-1].end() :]
    filling = _compiled(_LINE_END).sub("", begun).strip(_FILLING)
    return not filling or _compiled(_RUN).fullmatch(filling) is not None or _begins_row(before, marks[-1], rows)


def _begins_row(before: str, head: re.Match[str], rows: list[Span]) -> bool:
    """Whether a text ends in what stands before each of the key's rows, such as ``key += "``."""
    if rows:
        lead = before[rows[-2][1] if len(rows) > 1 else head.end() : rows[-1][0]]
        return shape(lead).startswith(shape(before[rows[-1][1] :][: _FAR + 1]))
    sign = before[before.rfind("\n", 0, head.start()) + 1 : head.start()].strip()
    rest, ended, begun = before[head.end() :].rpartition("\n")
    return bool(sign) and bool(ended) and "\n" not in rest and begun.strip() == sign


def _after(text: str, at: int) -> list[Span]:
    """The rows from a header on, to the footer, to the end, or to what is no key."""
    fields = _compiled(_FIELDS).match(text, at)
    at = fields.end() if fields else at
    most = min(len(text), at + LONGEST_KEY)
    footer = _compiled(_NEXT_MARK).search(text, at, most)
    return _rows(text, at, footer.start() if footer else most)


def _before(text: str, start: int, end: int) -> list[Span]:
    """The rows that lead to a footer whose header is out of sight, back to the text's start or to what is no key."""
    gap, start = _compiled(_GAP), max(start, end - LONGEST_KEY)
    first = at = end
    for run in reversed(list(_compiled(_WHOLE_RUN).finditer(text, start, end))):
        if at - run.end() > _FAR or PLACEHOLDER in text[run.end() : at]:
            break
        plain, is_row = gap.fullmatch(text, run.end(), at) is not None, run.end() - run.start() >= _LINE
        if is_row and (plain or is_coded(run[0])):
            first = at = run.start()
        elif plain and at == end:
            at = run.start()
    rows = _rows(text, first, end) if first < end else []
    return [*_cut_row(text, rows), *rows] if rows and not start else rows


def _cut_row(text: str, rows: list[Span]) -> list[Span]:
    """What a window's edge, which is the text's start, has left of the row before the first one."""
    part = _compiled(_RUN).match(text, 0, rows[0][0])
    if part and _compiled(_GAP).fullmatch(text, part.end(), rows[0][0]):
        return [part.span()]
    return head_of(text, rows)


def _rows(text: str, at: int, end: int) -> list[Span]:
    """The rows of base64 from ``at`` to ``end``, whatever stands between them; the last one may be short."""
    gap, footer, closing = _compiled(_GAP), _compiled(_FOOTER), _compiled(_CHECKSUM + _FOOTER)
    found, lead = list[Span](), ""
    for run in _compiled(_WHOLE_RUN).finditer(text, at, end):
        start, stop = run.span()
        if start - at > _FAR or PLACEHOLDER in text[at:start]:
            break
        if not run[0].strip("/+="):
            continue  # a comment's sign
        if stop - start >= _LINE:
            fits = gap.fullmatch(text, at, start) is not None or is_coded(run[0]) or alike(text[at:start], lead)
        elif found:
            is_last = stop == len(text) or closing.match(text, stop) is not None
            fits = is_last and gap.fullmatch(text, at, start) is not None
            fits = fits or (_is_like(text[at:start], lead, text[stop:end]) and end - stop <= _FAR)
        else:
            fits = False
        if fits:
            lead = text[at:start] or lead
            found.append((start, stop))
            at = stop
            if footer.match(text, at):
                break
    return found


def _encoded(text: str) -> list[list[Span]]:
    """The rows of each key that is base64 of what else were a block: one, or some of one length and a last one."""
    found = list[list[Span]]()
    row, follows = _compiled(rf"{_ENCODED}[A-Za-z0-9+/]+={{0,2}}"), _compiled(rf"{_GAP}({_RUN})(?![\w.:=-])")
    done = 0
    while first := row.search(text, done):
        rows, done = [first.span()], first.end()
        if b"PRIVATE" not in _decoded(first[0][:80]):
            continue
        width = first.end() - first.start()
        while width <= _WRAPPED and (more := follows.match(text, done)) and more.end(1) - more.start(1) <= width:
            rows.append(more.span(1))
            done = more.end(1)
            if more.end(1) - more.start(1) < width:
                break
        found.append(rows)
    return found


def _decoded(start: str) -> bytes:
    return base64.b64decode(start[: len(start) // 4 * 4])


def _is_open(before: str, rows: list[Span]) -> bool:
    """Whether a text ends inside such a key: in its row, or where another one as long would follow."""
    (start, end), (last, stop) = rows[0], rows[-1]
    return stop == len(before) or (end - start <= _WRAPPED and stop - last == end - start and not before[stop:].strip())


def _is_like(between: str, lead: str, behind: str) -> bool:
    """Whether a short run is a key's last row, by what stands before it or, where only one row is above it, behind."""
    return alike(between, lead) or (len(behind) > 1 and alike(between, behind))


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
