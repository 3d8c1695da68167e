"""Masked: a text's rows without its secrets, for where only some of the rows are shown.

A few rows from within a private key look like any others: only the whole text tells what they are.
"""

from __future__ import annotations

from flashls.text.secrets import find_secrets

MASK = "REDACTED"


def masked_rows(text: str) -> list[str]:
    r"""The rows of a text, as git counts them (``\n``, ``\r\n``), each secret a mask; a mask has a secret's rows."""
    pieces, at = list[str](), 0
    for start, end in find_secrets(text):
        pieces += (text[at:start], MASK, "\n" * text.count("\n", start, end))
        at = end
    rows = "".join((*pieces, text[at:])).replace("\r\n", "\n").split("\n")
    return rows[:-1] if rows[-1] == "" else rows
