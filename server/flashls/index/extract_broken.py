"""What a parse that failed somewhere has lost: declarations that stand, as any reader sees, at the start of a row.

The grammar of TypeScript does not know all of the language. Where it loses its way in a long type, what follows is no
declaration to it, sometimes for the rest of a file of thousands of rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from flashls.index.extract_headers import shown
from flashls.index.facts import Definition

_SCRIPT = re.compile(
    r"(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+|async\s+)*"
    r"(class|interface|type|(?:const\s+)?enum|function|const|let|var|namespace)\b\*?\s+([A-Za-z_$][\w$]*)"
)
_PATTERNS = {"javascript": _SCRIPT, "typescript": _SCRIPT, "tsx": _SCRIPT}
_KINDS = {"const": "variable", "let": "variable", "var": "variable"}


def missed(path: str, language: str, rows: Sequence[str], found: Iterable[Definition]) -> list[Definition]:
    """The declarations at the starts of rows that are not among those ``found``; without documentation."""
    pattern = _PATTERNS.get(language)
    if pattern is None:
        return []
    known = {(one.name, one.row) for one in found}
    return list(_declared(path, pattern, rows, known))


def _declared(
    path: str, pattern: re.Pattern[str], rows: Sequence[str], known: set[tuple[str, int]]
) -> Iterator[Definition]:
    for row, text in enumerate(rows):
        match = pattern.match(text) if text[:1].isalpha() else None
        if match and (match[2], row) not in known:
            yield Definition(path, match[2], _KINDS.get(match[1], match[1].split()[-1]), "", row, row, shown(text))
