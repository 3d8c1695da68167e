"""Imports: what brings other names into a file."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node, QueryCursor, Tree

from flashls.syntax.languages import Language, query
from flashls.types import Lines

# Imports stand at the head of a file: so many nodes at its top are looked at, of so many bytes at most, and into them
# as deep as ``try``, ``if TYPE_CHECKING`` and ``#ifdef`` hold imports.
_NODES = 200
_LARGE = 4_000
_DEPTH = 3
_MOST = 8_000


def imports(tree: Tree | None, lines: Lines, language: Language | None) -> str:
    """The import statements at the head of a file, one below the other; "" if there are none.

    At most 8,000 characters, from the first 200 statements: 1 ms at worst.
    """
    statements = query(language, "import")
    if tree is None or statements is None:
        return ""
    found: list[str] = []
    size = 0
    for node in _imports(tree.root_node, QueryCursor(statements)):
        start = lines.offset_of_byte(node.start_byte)
        text = lines.after(start, lines.offset_of_byte(node.end_byte) - start).rstrip()
        size += len(text) + 1
        if size > _MOST:
            break
        found.append(text)
    return "\n".join(found)


def _imports(root: Node, cursor: QueryCursor) -> Iterator[Node]:
    cursor.set_max_start_depth(_DEPTH)
    end = 0
    for top in _head(root):
        captured = cursor.captures(top).get("import", [])
        for node in sorted(captured, key=lambda n: n.start_byte):
            if node.start_byte >= end:
                end = node.end_byte
                yield node


def _head(root: Node) -> Iterator[Node]:
    """The first statements that may be or hold imports; an include guard stands for what it guards."""
    cursor = root.walk()
    more = cursor.goto_first_child()
    for _ in range(_NODES):
        if not more or cursor.node is None:
            return
        node = cursor.node
        if node.type.startswith("preproc_if") and node.end_byte - node.start_byte > _LARGE:
            more = cursor.goto_first_child()
            continue
        if node.end_byte - node.start_byte <= _LARGE and not _is_definition(node):
            yield node
        more = cursor.goto_next_sibling()


def _is_definition(node: Node) -> bool:
    return any(word in node.type for word in ("function", "class", "method", "decorated"))
