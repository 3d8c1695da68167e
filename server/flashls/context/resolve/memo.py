"""Memo: what an index has said, kept for as long as its version holds."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from flashls.context.resolve.located import Located
from flashls.index.facts import Definition, Facts, Import

_MOST_KEPT = 4_000
_MOST_FILES = 500  # with all that they define: 10 MB, as a rule


@dataclass(slots=True)
class Memo:
    """What an index has said; when it has grown long it begins anew.

    ``ranked``: for which place something was ranked last, and what came of it.
    """

    folders: dict[str, frozenset[str]] = field(default_factory=dict)
    facts: dict[str, Facts | None] = field(default_factory=dict)
    top: dict[str, dict[str, list[Definition]]] = field(default_factory=dict)
    inside: dict[str, dict[str, list[Definition]]] = field(default_factory=dict)
    read: dict[str, dict[str, Any]] = field(default_factory=dict)
    named: dict[str, tuple[Definition, ...]] = field(default_factory=dict)
    related: dict[tuple[str, str], tuple[Definition, ...]] = field(default_factory=dict)
    brings: dict[str, Brings] = field(default_factory=dict)
    located: dict[tuple[str, Import], Located] = field(default_factory=dict)
    packages: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    made: dict[Hashable, Any] = field(default_factory=dict)
    ranked: tuple[object, Any] = (None, None)

    def trim(self) -> None:
        """Forgets what is too much to keep."""
        for files in (self.facts, self.top, self.inside, self.brings):
            if len(files) > _MOST_FILES:
                files.clear()
        for kept in (self.folders, self.named, self.related, self.located, self.packages, self.made):
            if len(kept) > _MOST_KEPT:
                kept.clear()


@dataclass(frozen=True, slots=True)
class Brings:
    """What a file brings in: by their aliases the imports of single names, and those of all that another file has."""

    aliases: dict[str, list[Import]]
    wild: tuple[Import, ...]
