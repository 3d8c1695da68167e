"""Statements: questions to the database about many things at once, in few different texts.

SQLite keeps a statement prepared for as long as it is asked in the same words: here with 8 values, 16, 32, ...
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

# {} stands for the values, ?1 for a limit.
DEFINED = (
    "SELECT path, name, kind, container, row, end_row, signature, doc"
    " FROM definition JOIN file ON file.id = definition.file WHERE name IN ({}) LIMIT ?1"
)
FILES = (
    "SELECT id, path, language, package, imports, definitions FROM file LEFT JOIN detail ON detail.file = file.id"
    " WHERE path IN ({}) AND language <> ''"
)
CHUNKS = "SELECT id, path, detail.chunks FROM file JOIN detail ON detail.file = file.id WHERE id IN ({})"
POSTINGS = "SELECT word, CASE WHEN length(chunks) <= ?1 THEN chunks END FROM posting WHERE word IN ({})"

_LEAST = 8


def asking(statement: str, values: Sequence[object], limit: int = 0) -> tuple[Any, ...]:
    """The statement for so many values, and all that it is to be run with."""
    marks = max(_LEAST, 1 << (len(values) - 1).bit_length()) if values else _LEAST
    return _marked(statement, marks), limit, *values, *[None] * (marks - len(values))


@lru_cache(maxsize=64)
def _marked(statement: str, marks: int) -> str:
    return statement.format(", ".join(f"?{n}" for n in range(2, marks + 2)))
