"""What a model says of its edits, as one plain line; also while its JSON is still coming."""

from __future__ import annotations

import json
import re

_LONGEST = 500
_BEGUN = re.compile(r'"explanation"\s*:\s*"((?:[^"\\]|\\(?:u[0-9a-fA-F]{4}|[^u]))*)')
_NO_WORDS = re.compile(r"[\s\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def plain(text: str) -> str:
    """A text as one line without control characters. It is shown, so secrets are to stay placeholders in it."""
    text = _NO_WORDS.sub(" ", text).strip()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def begun_in(reply: str) -> str:
    """What there is so far of the explanation in a reply in JSON, as one plain line; "" if it has not begun."""
    found = _BEGUN.search(reply)
    return plain(json.loads(f'"{found[1]}"', strict=False)) if found else ""
