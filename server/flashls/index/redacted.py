"""Redacted: code as the index may keep it, without what could be a key or a password.

A file is masked by the rules by which prompts are sealed, before anything is extracted from it; what is kept of its
text is cut by coarser rules too.
"""

from __future__ import annotations

import re

from flashls.text.secrets import find_in_file

_LITERAL = re.compile(r"""(?<=["'`])[A-Za-z0-9_+/=.~-]{16,}""")
_PIECE = re.compile(r"[A-Za-z0-9_+=~-]{16,}")
_BASE64 = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/]{32,}=*")
_USER = re.compile(r"(?<=://)[^/\s:@\"']+:[^/\s@\"']+(?=@)")
_NAMED = re.compile(
    r"(?i)((?:passw(?:or)?d|passphrase|secret|token|api_?key|credential|private_?key)\w*[\"']?\s*(?::[^=\n\"'`]*)?[=:]\s*)"
    r"(?:\"[^\"\n]+\"|'[^'\n]+'|`[^`\n]+`)"
)


def masked(data: bytes) -> bytes:
    """A file's UTF-8 bytes with an ellipsis in place of each secret, and as many lines; the same ones without any."""
    text = data.decode("utf-8", "replace")
    spans = find_in_file(text)
    if not spans:
        return data
    pieces, at = list[str](), 0
    for start, end in spans:
        pieces += (text[at:start], "…" + "\n" * text.count("\n", start, end))
        at = end
    return "".join((*pieces, text[at:])).encode("utf-8", "replace")


def redacted(text: str) -> str:
    """The text with an ellipsis in place of what may be secret, and as many lines.

    That is: a literal with 16 and more letters and digits in a row, or Base64 of 32 and more; a literal whose name
    speaks of a password or a key; what a URL has before its host.
    """
    if '"' not in text and "'" not in text and "`" not in text:
        return _USER.sub("…", text) if "://" in text else text
    return _LITERAL.sub(_literal, _NAMED.sub(r'\1"…"', _USER.sub("…", text)))


def _literal(match: re.Match[str]) -> str:
    text = match[0]
    mixed = any(sum(map(str.isdigit, piece)) > 2 for piece in _PIECE.findall(text))
    return "…" if mixed or _BASE64.fullmatch(text) else text
