"""Docplace: where a symbol's doc comment stands, or is to stand. Always whole rows, so that no code is in reach."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tree_sitter import Node, Tree

from flashls.syntax.definitions import Symbol
from flashls.types import Lines

# What a tool reads above a definition and what must stay next to it; it is no doc comment.
_DIRECTIVE = re.compile(
    r"(?://|/\*+|#|--+)\s*(?:go:|export |nolint|#nosec|eslint|@ts-|prettier|biome|deno-|istanbul|c8|v8|webpack|tslint|"
    r"noinspection|NOLINT|clang-format|rubocop|shellcheck|swiftlint|swift-format|ktlint|phpcs|phpstan|@phpstan|"
    r"selene|luacheck|@__|#__|SAFETY\b|<|!)"
)
_MARKERS = {"attribute_item", "decorator", "attribute", "annotation"}
_PREFIXED = re.compile(r"[rRuU]?(?:\"|')")


@dataclass(frozen=True, slots=True)
class Place:
    """Offsets ``start`` to ``end`` are what a comment replaces, whole rows; equal where there is none yet.

    ``indent`` begins each of its rows, ``line_end`` ends each. ``old`` is what stands there now; ``gap`` says that a
    blank row is to follow, as below the docstring of a class (PEP 257).
    """

    start: int
    end: int
    indent: str
    line_end: str
    old: str = ""
    gap: bool = False


class NoPlace(ValueError):
    """There is no row for a comment at a symbol; the message says why."""


def place_of(tree: Tree, lines: Lines, symbol: Symbol, language: str) -> Place:
    """The place of a symbol's doc comment. ``language`` is the row's name in the language table.

    Raises NoPlace for code that shares its row with other code.
    """
    node = _node_at(tree, lines, symbol.start)
    return _inside(lines, node) if language == "python" else _above(lines, node, language)


def _above(lines: Lines, node: Node, language: str) -> Place:
    """Above the definition, its attributes and directives. A comment right above them is taken for its doc."""
    first, docs = _row(lines, node.start_byte), list[Node]()
    top = first
    for before in _leading(node):
        if _row(lines, before.end_byte - 1) < top - 1:
            break
        if before.type in _MARKERS:
            top = _row(lines, before.start_byte) if not docs else top
        elif not _begins_row(lines, before):
            break
        elif _is_doc(_text(lines, before), language):
            docs.append(before)
            top = _row(lines, before.start_byte)
        elif docs:
            break
        else:
            top = _row(lines, before.start_byte)
    if docs:
        return _replacing(lines, docs[-1], docs[0])
    indent = _lead(lines, top, None if top != first else node)
    at = lines.offset(top, 0)
    return Place(at, at, indent, _line_end(lines, top))


def _leading(node: Node) -> Iterator[Node]:
    """The comments and attributes right before a node, the nearest first."""
    before = node.prev_sibling
    while before is not None and ("comment" in before.type or before.type in _MARKERS):
        yield before
        before = before.prev_sibling


def _is_doc(text: str, language: str) -> bool:
    """Whether a comment above a definition documents it: by its marks where the language has marks of its own."""
    if language in ("go", "ruby", "bash", "c", "cpp", "lua", "haskell"):
        return not _DIRECTIVE.match(text)
    if language in ("rust", "csharp", "swift", "zig"):
        return text.startswith(("///", "/**"))
    return text.startswith("/**")


def _inside(lines: Lines, node: Node) -> Place:
    """Python: the first statement of the body."""
    inner = node.child_by_field_name("definition") or node
    body = inner.child_by_field_name("body")
    first = next((child for child in body.named_children if child.type != "comment"), None) if body else None
    if body is None or first is None:
        raise NoPlace("it has no body")
    colon = next(child for child in reversed(inner.children) if child.type == ":")
    row = _row(lines, colon.start_byte)
    if row == _row(lines, first.start_byte):
        raise NoPlace("its body stands on the row of its header")
    if docstring(body, partial(_text, lines)) is not None:
        return _replacing(lines, first, first)
    at = lines.offset(row + 1, 0)
    gap = inner.type == "class_definition" and bool(lines[row + 1].strip())
    return Place(at, at, _lead(lines, _row(lines, first.start_byte), first), _line_end(lines, row), gap=gap)


def docstring(body: Node, text_of: Callable[[Node], str]) -> Node | None:
    """The statement in a Python module or block that is its docstring: the first one, if it is a string alone.

    An f-string is none, nor are bytes: they are evaluated and dropped.
    """
    first = next((child for child in body.named_children if child.type != "comment"), None)
    if first is None or first.type not in ("expression_statement", "string"):
        return None
    string = first if first.type == "string" else first.named_child(0) if first.named_child_count == 1 else None
    return first if string and string.type == "string" and _PREFIXED.match(text_of(string)) else None


def _replacing(lines: Lines, first: Node, last: Node) -> Place:
    top, bottom = _row(lines, first.start_byte), _row(lines, last.end_byte - 1)
    end = lines.offset_of_byte(last.end_byte)
    after = lines.after(end, lines.offset(bottom + 1, 0) - end)
    if after.strip():
        raise NoPlace("code follows its comment on the same row")
    indent = _lead(lines, top, first)
    start, end = lines.offset(top, 0), lines.offset(bottom + 1, 0)
    return Place(start, end, indent, _line_end(lines, top), lines.after(start, end - start))


def _node_at(tree: Tree, lines: Lines, offset: int) -> Node:
    """The outermost node that starts at an offset, but no block of statements."""
    byte = lines.byte_of(offset)
    node = tree.root_node.descendant_for_byte_range(byte, byte + 1) or tree.root_node
    while node.parent and node.parent.parent and node.parent.start_byte == byte and node.parent.type != "block":
        node = node.parent
    return node


def _row(lines: Lines, byte: int) -> int:
    return lines.point(lines.offset_of_byte(max(0, byte)))[0]


def _text(lines: Lines, node: Node) -> str:
    start = lines.offset_of_byte(node.start_byte)
    return lines.after(start, lines.offset_of_byte(node.end_byte) - start)


def _begins_row(lines: Lines, node: Node) -> bool:
    row, column = lines.point(lines.offset_of_byte(node.start_byte))
    return not lines[row][:column].strip()


def _lead(lines: Lines, row: int, node: Node | None) -> str:
    """A row's indentation. Raises NoPlace if there is code before ``node`` in it."""
    text = lines[row]
    if node is not None and not _begins_row(lines, node):
        raise NoPlace("other code stands before it on its row")
    return text[: len(text) - len(text.lstrip(" \t"))]


def _line_end(lines: Lines, row: int) -> str:
    """The row's own line end, else that of the first row."""
    for text in (lines[row], lines[0]):
        if end := text[len(text.rstrip("\r\n")) :]:
            return end
    return "\n"
