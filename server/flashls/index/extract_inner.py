"""Import statements: as text, also those within functions, whose bodies the walk over declarations passes by.

They are looked for by their words, for a walk through all bodies would take as long as parsing. The tree then tells
code from what only looks like it, in strings and comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from tree_sitter import Node

from flashls.index.extract_imports import Statement

_LONGEST = 8_000
_MOST = 2_000
_BLOCKS = ("block", "statement_block", "class_body")
_DECLARATIONS = ("lexical_declaration", "variable_declaration")
_LOADED = ((rb"require[ \t]*\([ \t]*['\"]", rb"import[ \t]*\([ \t]*['\"]"), _DECLARATIONS)
# Patterns that begin with what is looked for take a tenth of the time of those that begin with any white space.
_INNER: dict[str, tuple[tuple[bytes, ...], tuple[str, ...]]] = {
    "python": ((rb"import[ \t]+[\w(*]",), ("import_statement", "import_from_statement")),
    "rust": ((rb"use[ \t]+[\w:{]",), ("use_declaration",)),
    "ruby": ((rb"require(?:_relative)?[ (]", rb"autoload[ (]", rb"load[ (]"), ("call",)),
    "javascript": _LOADED,
    "typescript": _LOADED,
    "tsx": _LOADED,
}
_PATH = re.compile(rb'^#\[\s*path\s*=\s*"([^"\n]+)"')


def inner(language: str, root: Node, data: bytes) -> Iterator[Statement]:
    """The import statements that do not begin their rows: those within something."""
    patterns, types = _INNER.get(language, ((), ()))
    seen = set[int]()
    for match in (match for pattern in patterns for match in islice(re.finditer(pattern, data), _MOST)):
        node = _around(root.descendant_for_byte_range(match.start(), match.start()), types)
        if node is not None and node.start_point[1] and node.start_byte not in seen:
            seen.add(node.start_byte)
            yield statement(node, data, _modules(node, data) if language == "rust" else "")


def statement(node: Node, data: bytes, within: str) -> Statement:
    """A node's text, as much of it as is ever read; for a Rust ``mod`` the file that its attribute names."""
    text = data[node.start_byte : min(node.end_byte, node.start_byte + _LONGEST)].decode("utf-8", "replace")
    return Statement(text, within, _file(node, data) if node.type == "mod_item" else "")


def _around(node: Node | None, types: tuple[str, ...]) -> Node | None:
    """The statement of one of the types that a node is part of, without being in a block of it."""
    while node is not None and node.type not in types:
        node = None if node.type in _BLOCKS else node.parent
    return node


def _modules(node: Node, data: bytes) -> str:
    """The modules of its file that a node is in, dotted."""
    found: list[str] = []
    at = node.parent
    while at is not None:
        name = at.child_by_field_name("name") if at.type == "mod_item" else None
        if name is not None:
            found.append(data[name.start_byte : name.end_byte].decode("utf-8", "replace"))
        at = at.parent
    return ".".join(reversed(found))


def _file(node: Node, data: bytes) -> str:
    at = node.prev_named_sibling
    while at is not None and at.type == "attribute_item":
        if match := _PATH.match(data[at.start_byte : at.end_byte]):
            return match[1].decode("utf-8", "replace")
        at = at.prev_named_sibling
    return ""
