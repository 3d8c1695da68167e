"""JSON with comments: what TypeScript's configurations are written in."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

# What is left open goes on to the end, so that no part is read twice and any text takes time in proportion.
_COMMENT = re.compile(r'("(?:[^"\\\n]++|\\.)*+"?)|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


@lru_cache(maxsize=512)
def jsonc(text: str) -> Any:
    """JSON as tsconfig.json has it, with comments and trailing commas; None for what is no object."""
    bare = _TRAILING_COMMA.sub(r"\1", _COMMENT.sub(lambda m: m[1] or " ", text))
    try:
        read = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
