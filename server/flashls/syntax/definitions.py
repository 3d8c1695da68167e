"""Definitions: what a tree, or a part of one, defines, as symbols."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tree_sitter import Node, QueryCursor

from flashls.syntax.languages import Language, query
from flashls.types import Lines

_LONGEST_HEADER = 2000
_WRAPPERS = {"decorated_definition", "export_statement", "template_declaration", "ambient_declaration"}
_DECLARATORS = {"variable_declarator", "type_spec", "type_alias", "const_spec", "var_spec"}
_DECLARATIONS = {"lexical_declaration", "variable_declaration", "type_declaration", "const_declaration"}
_HOLD_METHODS = {"class", "struct", "interface", "trait", "impl", "enum", "protocol", "object", "property"}
_CONSTANTS = {"const_item", "static_item", "assignment"}
_GENERIC = re.compile(
    r"(function|method|class|interface|struct|enum|trait|module|namespace|object|protocol|subroutine|program)"
    r"(_(declaration|definition|item|statement|specifier|interface|implementation))?$"
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something a document defines, at offsets ``start`` to ``end`` (decorators and ``export`` included).

    ``container`` is the dotted path of what it stands in, "" at the top. ``signature`` is the header in one line,
    without the body, which begins at ``body_start`` (``end`` if there is none).
    """

    name: str
    kind: str
    container: str
    start: int
    end: int
    body_start: int
    signature: str

    @property
    def path(self) -> str:
        """The dotted path, such as ``Class.method``."""
        return f"{self.container}.{self.name}" if self.container else self.name


@dataclass(frozen=True, slots=True)
class Found:
    """A definition's nodes, as the query or the generic walk found them."""

    kind: str
    node: Node
    name: Node
    body: Node | None
    container: Node | None = None


def found_by_query(language: Language, node: Node, start: int, end: int) -> list[Found]:
    """The definitions in a node that touch the bytes from ``start`` to ``end``, in the order they start."""
    definitions = query(language, "definition")
    if definitions is None:
        return []
    cursor = QueryCursor(definitions)
    cursor.set_byte_range(start, max(end, start + 1))
    found = (_found(captures) for _, captures in cursor.matches(node))
    return sorted(filter(_belongs, found), key=lambda f: (f.node.start_byte, -f.node.end_byte))


def found_by_name(node: Node) -> Found | None:
    """The node as a definition, for grammars without a query: its type must say what it is, and it must have a name."""
    kind = _GENERIC.match(node.type)
    if kind is None:
        return None
    names = (child for child in node.named_children if child.type.endswith(("identifier", "name")))
    name = node.child_by_field_name("name") or next(names, None)
    return Found(kind[1], node, name, node.child_by_field_name("body")) if name else None


def symbols(found: Iterable[Found], lines: Lines, within: Iterable[Symbol] = ()) -> Iterator[Symbol]:
    """Symbols of definitions in the order they start; each one's container is the last that has not ended yet."""
    open_ = list(within)
    for one in found:
        start = lines.offset_of_byte(_outermost(one.node).start_byte)
        while open_ and open_[-1].end <= start:
            open_.pop()
        symbol = _symbol(one, lines, start, open_[-1] if open_ else None)
        if not open_ or open_[-1] != symbol:
            open_.append(symbol)
            yield symbol


def _found(captures: dict[str, list[Node]]) -> Found:
    key = next(k for k in captures if k.startswith("definition."))
    node = captures[key][0]
    body = captures["body"][0] if "body" in captures else _body(node)
    container = captures["container"][0] if "container" in captures else None
    return Found(key.removeprefix("definition."), node, _declared(captures["name"][0]), body, container)


def _body(node: Node) -> Node | None:
    """The node's body, or that of the function that a variable or field holds."""
    holds = node.child_by_field_name("value") or node.child_by_field_name("right")
    return node.child_by_field_name("body") or (holds.child_by_field_name("body") if holds else None)


def _declared(name: Node) -> Node:
    """The name within a C declarator such as ``*f(int a)``."""
    while name.type.endswith("_declarator"):
        inner = name.child_by_field_name("declarator") or (name.named_children[-1] if name.named_child_count else None)
        if inner is None:
            break
        name = inner
    return name


def _belongs(found: Found) -> bool:
    """Whether it is no mere local variable."""
    if found.kind not in ("variable", "constant"):
        return True
    around = _outermost(found.node).parent
    return around is None or around.parent is None or found.node.type in _CONSTANTS


def _symbol(found: Found, lines: Lines, start: int, within: Symbol | None) -> Symbol:
    qualifier, _, name = _slice(lines, found.name).rpartition("::")
    container = [within.path if within else "", _slice(lines, found.container), qualifier.replace("::", ".")]
    end = lines.offset_of_byte(found.node.end_byte)
    body = lines.offset_of_byte(found.body.start_byte) if found.body else end
    holds = within is not None and (found.kind == "method" or within.kind in _HOLD_METHODS)
    return Symbol(
        name=_bare(name),
        kind=_kind(found.kind, holds or bool(found.container or qualifier)),
        container=".".join(_bare(part) for part in container if part),
        start=start,
        end=end,
        body_start=body,
        signature=_signature(found, lines, start, body),
    )


def _kind(kind: str, inside: bool) -> str:
    if kind in ("function", "method"):
        return "method" if inside else "function"
    return kind


def _bare(name: str) -> str:
    """A name without type arguments, quotes and white space: ``Stack<T>`` is found as ``Stack``."""
    return name.split("<", 1)[0].strip("\"' \t\r\n")


def _outermost(node: Node) -> Node:
    """The statement that a definition's node makes up, with its decorators, ``export`` or keyword."""
    parent = node.parent
    if node.type in _DECLARATORS and parent and parent.type in _DECLARATIONS and parent.named_child_count == 1:
        return _outermost(parent)
    return parent if parent and parent.type in _WRAPPERS else node


def _signature(found: Found, lines: Lines, start: int, body: int) -> str:
    """The header without decorators and without what opens the body."""
    node = found.node
    if node.parent and node.parent.type == "decorated_definition":
        start = lines.offset_of_byte(node.start_byte)
    if found.body is None:
        text = lines.after(start, min(_LONGEST_HEADER, body - start)).split("\n", 1)[0]
        return text.rstrip(" \t\r;{:")
    before = found.body.prev_sibling
    while before and before.type == "comment":
        body = lines.offset_of_byte(before.start_byte)
        before = before.prev_sibling
    text = " ".join(lines.after(start, min(_LONGEST_HEADER, body - start)).split())
    return text.removesuffix("{").removesuffix(":").rstrip()


def _slice(lines: Lines, node: Node | None) -> str:
    if node is None:
        return ""
    start = lines.offset_of_byte(node.start_byte)
    return lines.after(start, lines.offset_of_byte(node.end_byte) - start)
