"""Where a file's imports lead: the one helper of all tables of import resolution."""

from __future__ import annotations

from flashls.context.resolve.paths import Paths
from flashls.context.resolve.resolver import brought
from tests.context.indexed import indexed

Files = dict[str, str]
Row = tuple[str, str, list[str]]


def lead(files: Files, path: str, text: str) -> list[str]:
    """Where each import of a file leads: ``path:name`` for a definition, the path for a whole file."""
    index = indexed({**files, path: text})
    facts = index.facts(path)
    assert facts is not None
    found: list[str] = []
    for one in brought(Paths(index), facts):
        found += [f"{d.path}:{d.container + '.' if d.container else ''}{d.name}" for d in one.definitions] or one.files
    return found
