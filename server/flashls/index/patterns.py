"""Patterns: one file of gitignore patterns, made to be asked about many paths.

``pathspec`` translates the single pattern; which pattern decides, and what a folder's being ignored means for what is
in it, is git's own rule (gitignore(5)), asked folder by folder as git does. Most patterns are a name or an ending,
which a table answers without trying a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pathspec.patterns.gitignore.base import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

# A bracket that names classes of characters, as wildmatch has them, and what each class stands for within one.
_BRACKET = re.compile(r"(?<!\\)\[(?:\[:\w++:\]|[^\]])+\]")
_SET = re.compile(r"(?<!\\)\[([^\]]+)\]")  # in a regular expression, where a bracket within another is warned of
_CLASS = re.compile(r"\[:(\w+):\]")
_CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": " \t", "digit": "0-9", "lower": "a-z",
    "punct": ":-@!-.[-`{-~", "space": " \t-\r", "upper": "A-Z", "xdigit": "0-9a-fA-F",
}  # fmt: skip
_SPECIAL = re.compile(r"[*?\[\\]")
_ANYWHERE = "^(?:.+/)?"
_END = "(?:(?P<ps_d>/)|$)"  # pathspec: a folder with all below it, or the end


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns in order; the last one that matches decides.

    ``names`` and ``endings`` hold the simple ones by what they match, ``others`` the rest; each with its place in the
    order. ``some_name`` and ``some_path`` match where any of the others does, in a name or in a path.
    """

    names: dict[str, tuple[_Pattern, ...]]
    endings: dict[str, tuple[_Pattern, ...]]
    others: tuple[_Pattern, ...]
    some_name: re.Pattern[str] | None
    some_path: re.Pattern[str] | None

    def __bool__(self) -> bool:
        return bool(self.names or self.endings or self.others)

    def decide(self, path: str, name: str, is_folder: bool) -> bool | None:
        """Whether the last pattern that matches ignores the entry (True) or takes it back (False); None without one.

        ``path`` is relative to the folder of the patterns, without a slash at its end, ``name`` its last part.
        """
        best, ignores = -1, None
        dot = name.rfind(".")
        simple = self.names.get(name, ()) + (self.endings.get(name[dot:], ()) if dot >= 0 else ())
        for pattern in simple:
            if pattern.place > best and (is_folder or not pattern.folders_only):
                best, ignores = pattern.place, pattern.ignores
        if (self.some_name and self.some_name.search(name)) or (self.some_path and self.some_path.search(path)):
            for pattern in self.others:
                if pattern.place < best:
                    break
                if (is_folder or not pattern.folders_only) and pattern.matches(path, name):
                    return pattern.ignores
        return ignores


@lru_cache(maxsize=256)
def patterns(text: str) -> Patterns:
    """The patterns of a file's text. What git would not understand matches nothing."""
    found = [p for place, line in enumerate(text.removeprefix("\ufeff").split("\n")) if (p := _pattern(line, place))]
    others = tuple(p for p in reversed(found) if p.regex)
    return Patterns(
        _by_key(p for p in found if p.kind == "name"),
        _by_key(p for p in found if p.kind == "ending"),
        others,
        _any(p for p in others if p.kind == "in name"),
        _any(p for p in others if p.kind == "in path"),
    )


@dataclass(frozen=True, slots=True)
class _Pattern:
    place: int
    kind: str
    key: str
    ignores: bool
    folders_only: bool
    regex: re.Pattern[str] | None = None

    def matches(self, path: str, name: str) -> bool:
        return bool(self.regex and self.regex.search(path if self.kind == "in path" else name))


def _pattern(line: str, place: int) -> _Pattern | None:
    text = _without_end(line.removesuffix("\r"))
    ignores = not text.startswith("!")
    bare = text if ignores else text[1:]
    folders_only = bare.endswith("/")
    bare = bare.removesuffix("/")
    if not bare or text.startswith("#"):
        return None
    if "/" not in bare and not _SPECIAL.search(bare):
        return _Pattern(place, "name", bare, ignores, folders_only)
    if re.fullmatch(r"\*\.[^*?\[\\./]+", bare):
        return _Pattern(place, "ending", bare[1:], ignores, folders_only)
    regex = _regex(bare)
    if regex is None:
        return None
    kind = "in path" if "/" in bare else "in name"
    return _Pattern(place, kind, regex, ignores, folders_only, re.compile(regex, re.DOTALL))


def _without_end(line: str) -> str:
    """A row without the spaces at its end, but the one that a backslash keeps."""
    text = line.rstrip(" ")
    kept = (len(text) - len(text.rstrip("\\"))) % 2
    return text + " " if kept and len(text) < len(line) else text


def _regex(bare: str) -> str | None:
    """What the pattern matches as a whole, against the entry's name where the pattern names no folder."""
    try:
        regex: str | None
        closed, end, rest = bare.rpartition("]")  # behind the last, each bracket would be looked through to the end
        bare = _BRACKET.sub(lambda found: _CLASS.sub(lambda named: _CLASSES[named[1]], found[0]), closed + end) + rest
        regex, _ = GitIgnoreSpecPattern.pattern_to_regex(bare if bare[0] not in "!#" else "\\" + bare)
        if regex is None:
            return None
        regex = _SET.sub(lambda found: "[" + found[1].replace("[", r"\[") + "]", regex.replace(_END, r"\Z"))
        if "/" not in bare:
            regex = regex.replace(_ANYWHERE, "^", 1)
        re.compile(regex)
    except (GitIgnorePatternError, re.error, ValueError, KeyError):
        return None
    return regex


def _by_key(found: Iterable[_Pattern]) -> dict[str, tuple[_Pattern, ...]]:
    table: dict[str, tuple[_Pattern, ...]] = {}
    for pattern in found:
        table[pattern.key] = (*table.get(pattern.key, ()), pattern)
    return table


def _any(found: Iterator[_Pattern]) -> re.Pattern[str] | None:
    keys = dict.fromkeys(p.key for p in found)
    return re.compile("|".join(f"(?:{key})" for key in keys), re.DOTALL) if keys else None
