"""Place: what is known of where the cursor stands: the file, the names around, and what stands right before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Tree

from flashls.index.extract import extract
from flashls.index.extract_chunks import COMMON, WORD
from flashls.index.facts import Facts
from flashls.syntax.languages import Language, language_of
from flashls.text.uris import own_path
from flashls.types import Cursor, Lines, Snapshot

_BEFORE = 6_000
_AFTER = 2_000
_NEAR_BEFORE = 1_600
_NEAR_AFTER = 500
# A name ten rows up counts half as much as one on the cursor's row; what comes after the cursor half of that.
_HALF_ROWS = 10
_AFTER_WEIGHT = 0.5
_LONGEST = 2_000_000
_PARSED_HERE = 30_000
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_CHAIN = re.compile(
    r"((?:[A-Za-z_$][\w$]*(?:<[^<>()]*>)?(?:\([^()]*\)|\[[^\[\]]*\])*[?!]*(?:\.|->|::))+)([A-Za-z_$][\w$]*)?$"
)
_LINK = re.compile(r"([A-Za-z_$][\w$]*)((?:<[^<>()]*>)?)((?:\([^()]*\)|\[[^\[\]]*\])*)[?!]*(?:\.|->|::)")
_TYPED = re.compile(r"[A-Za-z_$][\w$]*$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor stands.

    ``near``: identifiers around with how near they are, 1 on the cursor's row. ``used``: the identifiers of the file
    that stand outside its imports. ``receiver``: the links before the last dot (``a.b(x).`` is a and b, called).
    ``typed``: the beginning of the word that is being typed. ``parts``: the near identifiers' parts in lower case.
    """

    path: str
    language: Language
    row: int
    before: str
    after: str
    facts: Facts
    near: Mapping[str, float]
    used: Set[str]
    receiver: tuple[tuple[str, bool], ...]
    typed: str
    parts: Mapping[str, float]


def place_of(cursor: Cursor, root: str | None) -> Place | None:
    """What is known of the cursor's place; None where nothing is known of its document (see ``read``)."""
    document = _document(cursor.snapshot, root)
    return _place(document, cursor.offset) if document else None


def read(snapshot: Snapshot, root: str | None) -> tuple[Facts, Set[str]] | None:
    """The facts of a document as it is in the editor, and what it names outside its imports.

    None in plain text, and in a long file as long as it has no tree: parsing it here would hold the interpreter lock
    for too long. 5 us a row of the file, when its text is a new one: not for the key path.
    """
    document = _document(snapshot, root)
    return _read(document) if document else None


@lru_cache(maxsize=4096)
def parts(name: str) -> tuple[str, ...]:
    """The words that a name is made of, in lower case: ``parseHTTP_header`` is parse, http, header."""
    return tuple([part.lower() for part in _PART.findall(name)])


class _Read:
    """A document to be read, told from others by its text's identity; the tree is let go of when it has been read."""

    def __init__(self, path: str, language: Language, lines: Lines, tree: Tree | None) -> None:
        self.path, self.language, self.lines, self.tree = path, language, lines, tree

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Read) and self.lines is other.lines and self.path == other.path

    def __hash__(self) -> int:
        return hash((self.path, id(self.lines)))


def _document(snapshot: Snapshot, root: str | None) -> _Read | None:
    language = language_of(snapshot.language)
    if language is None or (snapshot.tree is None and snapshot.lines.size > _PARSED_HERE):
        return None
    return _Read(own_path(snapshot.uri, root), language, snapshot.lines, snapshot.tree)


@lru_cache(maxsize=4)
def _place(document: _Read, offset: int) -> Place:
    """Asked for several times for each gathering."""
    facts, used = _read(document)
    document.tree = None  # The cache keeps the document, and the nodes of a tree are many.
    lines = document.lines
    before, after = lines.before(offset, _BEFORE), lines.after(offset, _AFTER)
    row, _ = lines.point(offset)
    receiver, typed = _chain(before)
    near = _near(before[-_NEAR_BEFORE:], after[:_NEAR_AFTER])
    return Place(facts.path, document.language, row, before, after, facts, near, used, receiver, typed, _parts(near))


@lru_cache(maxsize=16)
def _read(document: _Read) -> tuple[Facts, Set[str]]:
    text = document.lines.before(document.lines.length, _LONGEST)
    facts = extract(document.path, document.language, text.encode("utf-8", "replace"), document.tree)
    document.tree = None
    return facts, _used(facts)


def _used(facts: Facts) -> Set[str]:
    every = [chunk.words for chunk in facts.chunks]
    imported = Counter([one.alias for one in facts.imports])
    return (
        set[str]()
        .union(*every)
        .difference(
            [alias for alias, count in imported.items() if sum([words.get(alias, 0) for words in every]) <= count]
        )
    )


def _near(before: str, after: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for distance, row in enumerate(after.split("\n")):
        weight = _AFTER_WEIGHT * _HALF_ROWS / (_HALF_ROWS + distance)
        for word in WORD.findall(row):
            found.setdefault(word, weight)
    for distance, row in enumerate(reversed(before.split("\n"))):
        weight = _HALF_ROWS / (_HALF_ROWS + distance)
        for word in WORD.findall(row):
            if weight > found.get(word, 0):
                found[word] = weight
    for word in COMMON & found.keys():
        del found[word]
    return found


def _parts(near: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for word, weight in near.items():
        for part in parts(word):
            if weight > found.get(part, 0) and len(part) > 1:
                found[part] = weight
    return found


def _chain(before: str) -> tuple[tuple[tuple[str, bool], ...], str]:
    """The links of what stands before the last dot, and the beginning of a word after it."""
    line = before[-300:].removesuffix("\n")
    match = _TYPED.search(line)
    typed = match[0] if match else ""
    # Without a link's end before the word there is no chain, and looking for one would take half a millisecond.
    if line[: len(line) - len(typed)].endswith((".", "->", "::")) and (match := _CHAIN.search(line)):
        return tuple((link[1], "(" in link[3]) for link in _LINK.finditer(match[1])), match[2] or ""
    return (), typed
