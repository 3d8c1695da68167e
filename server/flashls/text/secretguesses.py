"""Guesses: secrets of no known format, told by the name they are given and by how random they look.

Both together: of 119 values given to such names in 2.9 million lines of well-known public code, 15 look random, and
all of these are keys or credentials (most of them for tests); none is an identifier, a path or prose.
"""

from __future__ import annotations

import re
from collections import Counter
from math import log2

_NAME = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|"
    r"(?:api|auth|access|secret|private|signing|encryption)[_-]?key)s?"
)
_TYPED = r"(?::\s{0,4}\w{1,40}\s{0,4})?"  # password: str = "..."

ASSIGNED = (
    rf"(?i){_NAME}[\"']?\]?\s{{0,8}}{_TYPED}(?:=>|:=|={{1,3}}|:)\s{{0,8}}[bru]{{0,2}}([\"'`])([^\"'`\s]{{10,200}})\1"
)
"""A value in quotes (group 2) that is given to such a name."""

EXPORTED = (
    r"(?<![a-z])[A-Z0-9_]{0,60}(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|(?:API|ACCESS|SECRET|PRIVATE)_?KEY)"
    r"S?=([A-Za-z0-9+/=_@!^.~-]{10,200})(?=$|[\s\"'\\])"
)
"""A bare value (group 1) of an environment variable with such a name."""

HINTS = ("passw", "passphrase", "pwd", "secret", "token", "credential", "key")

_STANDS_FOR_ONE = re.compile(
    r"(?i)your[_-]|[_-]here$|place-?holder|[x*]{4}|\.{3}|example|change|dummy|sample|fake|^test|redacted|todo|insert|"
    r"123456|[$<>{}]|%[a-z(]"
)
_HASH = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_RUN = re.compile(r"[A-Za-z0-9+/]+")
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|.")
_PIECE_SIZE = (
    2.5  # characters on average; of words and abbreviations they have more than 2.7, of random texts about 1.8
)
_CODE = re.compile(r"[/.:(),\[\];=]|->")
_BITS = 2.8  # of Shannon's entropy a character


def looks_random(value: str) -> bool:
    """Whether a value is no word, name, path or template: digits, capitals and small letters stand in it at random."""
    if _STANDS_FOR_ONE.search(value):
        return False
    if _HASH.fullmatch(value) or any(_is_mixed(run) for run in _RUN.findall(value)):
        return True
    signs = sum(not char.isalnum() for char in value)
    return _kinds(value) == 3 and signs >= 2 and not _CODE.search(value)


def _is_mixed(run: str) -> bool:
    """Whether a run of letters and digits is too chopped up for words: ``PBKDF2WithHmacSHA512`` is not."""
    kinds, size = _kinds(run), len(run)
    digits = sum(map(str.isdigit, run))
    enough = kinds == 3 or (kinds == 2 and size >= 20 and digits >= 3)
    return size >= 10 and enough and size / len(_PIECE.findall(run)) <= _PIECE_SIZE and _entropy(run) >= _BITS


def _kinds(text: str) -> int:
    return sum(any(map(kind, text)) for kind in (str.isdigit, str.isupper, str.islower))


def _entropy(text: str) -> float:
    return -sum(n / len(text) * log2(n / len(text)) for n in Counter(text).values())
