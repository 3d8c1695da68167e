"""Holes in real code: a short piece of a file that can be parsed by itself, cut where people write."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node, Tree

from flashls.syntax.brackets import TEXT
from flashls.syntax.languages import Language, language_of
from flashls.syntax.layout import indent
from flashls.syntax.trees import parsed

_LEAST_ROWS, _MOST_ROWS = 6, 26
_WIDEST = 140
_HEADER_ROWS = 5
_TRIES = 30
_UNIT = re.compile(r"function|method|class|struct|impl|enum|declaration|definition|_item|statement|^if$|constructor")
_ABOVE = re.compile(r"comment|attribute|decorator|annotation")
_BOUNDARY = re.compile(r"\b|(?<=[(\[{.,=:])")
_TELLING = re.compile(r"\w\W*\w\W*\w")
_WORD = re.compile(r"\w")
_KINDS = {"rest": 6, "row": 5, "rows": 4, "span": 4, "new": 3, "tail": 3}


@dataclass(frozen=True, slots=True)
class Hole:
    """What stands around a hole, and where that is from."""

    language: str
    source: str
    licence: str
    before: str
    after: str


def holes(language_id: str, text: str, chance: random.Random) -> Iterator[Hole]:
    """Holes in pieces of a text, at most thirty; none where it cannot be parsed."""
    language = language_of(language_id)
    tree = parsed(language, text)
    units = _units(tree) if tree else []
    for _ in range(_TRIES if units else 0):
        piece = _piece(chance.choice(units), text, language)
        cut = _cut(piece, chance) if piece else None
        if cut is not None and not _WORD.match(cut[1]):  # within a word nothing is asked
            yield Hole(language_id, "", "", *cut)


def _units(tree: Tree) -> list[Node]:
    """The nodes that are statements or definitions of some rows."""
    found, pending = [], [tree.root_node]
    while pending:
        node = pending.pop()
        rows = node.end_point.row - node.start_point.row + 1
        if rows < _LEAST_ROWS or TEXT.search(node.type):
            continue
        if rows <= _MOST_ROWS and _UNIT.search(node.type) and not node.has_error:
            found.append(node)
        pending += node.named_children
    return found


def _piece(node: Node, text: str, language: Language | None) -> str | None:
    """The rows of a node, with the first and last ones of what it is in; None if that does not stand by itself."""
    wanted = set(range(_first(node), node.end_point.row + 1))
    inner, outer = node, node.parent
    while outer is not None and outer.parent is not None:
        body = outer.child_by_field_name("body")
        last = body.start_point.row if body == inner else outer.start_point.row
        if last - outer.start_point.row > _HEADER_ROWS:
            return None
        wanted |= {row for row in range(outer.start_point.row, last + 1) if row < inner.start_point.row or row == last}
        if outer.end_point.row > node.end_point.row and not (language and language.indented):
            wanted.add(outer.end_point.row)
        inner, outer = outer, outer.parent
    rows = text.split("\n")
    piece = "\n".join(rows[row].rstrip("\r") for row in sorted(wanted) if row < len(rows)) + "\n"
    lead = "<?php\n" if language and language.preamble and not piece.startswith("<?php") else ""
    tree = parsed(language, lead + piece)
    whole = tree is not None and not tree.root_node.has_error and max(map(len, piece.split("\n"))) <= _WIDEST
    return lead + piece if whole else None


def _first(node: Node) -> int:
    """The row in which a node begins, or the comments and attributes right above it."""
    above = node.prev_sibling
    while above is not None and _ABOVE.search(above.type) and above.end_point.row >= node.start_point.row - 1:
        node, above = above, above.prev_sibling
    return node.start_point.row


def _cut(piece: str, chance: random.Random) -> tuple[str, str] | None:
    """What stands before and after a hole in a piece."""
    rows = piece.split("\n")
    row = chance.choice([n for n, each in enumerate(rows) if _TELLING.search(each)] or [0])
    start = sum(len(each) + 1 for each in rows[:row])
    end, lead = start + len(rows[row]), len(rows[row]) - len(rows[row].lstrip())
    inside = [start + at.start() for at in _BOUNDARY.finditer(rows[row]) if at.start() > lead]
    kind = chance.choices([*_KINDS], [*_KINDS.values()])[0]
    if not inside:
        return None
    if kind == "rest":
        at = chance.choice(inside)
        return piece[:at], piece[end:]
    if kind == "span":
        first, last = sorted(chance.choices([*inside, end], k=2))
        return piece[:first], piece[last:]
    if kind == "new":
        return f"{piece[:end]}\n{rows[row][:lead]}", piece[end:]
    if kind == "tail":
        at = chance.choice([*inside, end])
        return (piece[:at], "\n") if row else None
    below = _block_end(rows, row) if kind == "rows" else row
    return piece[: start + lead], "\n" + "\n".join(rows[below + 1 :])


def _block_end(rows: list[str], row: int) -> int:
    """The last row of what begins in a row and is no less indented."""
    end = row
    while end + 1 < len(rows) and rows[end + 1].strip() and indent(rows[end + 1]) >= indent(rows[row]):
        end += 1
    return end
