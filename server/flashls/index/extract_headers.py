"""Headers: a declaration's names, its header as it stands in the file, and the first line of its documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from flashls.index.extract_rules import Rule
from flashls.text.secrets import cut

_MOST_ROWS = 8
_LONGEST_ROW = 300
_LONGEST_DOC = 160
_LONGEST_DOCSTRING = 4_000  # bytes in which its first line has to end
_LOADED = re.compile(rb"(?:await\s+)?(?:require|import)\s*\(")
_MOST_NAMES = 50
_WORD = re.compile(r"[A-Za-z_$~][\w$]*")
_RECEIVER = re.compile(r"([A-Za-z_]\w*)\s*(?:\[[^\]]*\])?\s*\)\s*$")
_COMMENT = re.compile(r"\s*(///?!?|/\*\*?!?|\*/?|#+!?|--+|;+|%+|\(\*|<!--)\s?")
_ATTRIBUTE = re.compile(r"\s*(@[\w.]+.*|#!?\[.*|\[[\w.]+.*\])\s*$")
_ANNOTATED = {"modifiers", "attribute_list", "modifier", "visibility_modifier", "accessibility_modifier"}
_BODIES = ("body", "accessors")
_VALUES = ("value", "right", "definition")
_NOT_DOC = re.compile(r"^(<[/!?\w][^>]*>|[-=*#~]{3,}|@\w+)$")


def header(node: Node, rows: Sequence[str], rule: Rule) -> tuple[int, int, str]:
    """The row a declaration starts at, the row it ends at, and its header in whole rows.

    Decorators and annotations are left out. A header ends where the body begins.
    """
    start, end = node.start_point[0], node.end_point[0]
    if start >= len(rows):
        return start, end, ""
    name = node.child_by_field_name("name")
    first = start
    if name is not None and name.start_point[0] > start and _annotated(node):
        first = name.start_point[0]
    last = first
    if (body := _body(node)) is not None:
        last, column = body.start_point
        if last < len(rows) and not rows[last].encode("utf-8", "replace")[:column].strip():
            last -= 1
    elif rule.whole or rule.kind in ("function", "class", "interface", "trait", "struct"):
        last = end
    last = max(first, min(last, first + _MOST_ROWS - 1, len(rows) - 1))
    return first, end, "\n".join(shown(row) for row in rows[first : last + 1])


def shown(row: str) -> str:
    """A row as a signature shows it: not too long, and no secret cut in two."""
    return cut(row.rstrip(), _LONGEST_ROW)


def names(node: Node, data: bytes) -> Iterator[tuple[str, int]]:
    """The names that a declaration gives, each with its row."""
    found = node.children_by_field_name("name")
    if found and node.type == "variable_declarator":
        found = _of_declarator(node, found[0], data)
    elif not found:
        found = [inner for d in node.children_by_field_name("declarator") for inner in _declared(d)]
    if not found and node.type != "variable_declarator":
        found = _named_otherwise(node)
    if not found and node.type == "companion_object":
        yield "Companion", node.start_point[0]  # as Kotlin calls one without a name
    for one in found:
        name = _bare(_text(one, data).lstrip("$") if one.type == "variable_name" else _text(one, data))
        if name:
            yield name, one.start_point[0]


def owner(node: Node, data: bytes) -> str:
    """The type that a Go receiver, a Rust impl or a Ruby singleton names; "" where there is none."""
    receiver = node.child_by_field_name("receiver")
    if receiver is not None:
        match = _RECEIVER.search(_text(receiver, data))
        return match[1] if match else ""
    named = node.child_by_field_name("type")
    return _bare(_text(named, data)).rpartition("::")[2] if named else ""


def doc(rows: Sequence[str], row: int, node: Node, language: str, data: bytes) -> str:
    """The first line of a declaration's documentation: its docstring, or the comment right above; "" if none."""
    if language == "python":
        return _docstring(node, data)
    at = row - 1
    while at >= 0 and _ATTRIBUTE.match(rows[at]) and not _COMMENT.match(rows[at]):
        at -= 1
    first = ""
    while at >= 0 and row - at < 60 and (match := _COMMENT.match(rows[at])):
        text = rows[at][match.end() :].strip().removesuffix("*/").rstrip()
        if text and not _NOT_DOC.match(text):
            first = text
        if rows[at].lstrip().startswith("/*"):
            break
        at -= 1
    return cut(first, _LONGEST_DOC)


def _docstring(node: Node, data: bytes) -> str:
    body = node.child_by_field_name("body")
    first = body.named_child(0) if body is not None and body.named_child_count else None
    if first is None or first.type != "expression_statement" or not first.named_child_count:
        return ""
    string = first.named_child(0)
    if string is None or string.type != "string":
        return ""
    whole = data[string.start_byte : min(string.end_byte, string.start_byte + _LONGEST_DOCSTRING)]
    text = whole.decode("utf-8", "replace").lstrip("rRuUbBfF").strip("\"'").strip()
    return cut(text.split("\n", 1)[0].strip(), _LONGEST_DOC)


def _text(node: Node, data: bytes) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _of_declarator(node: Node, name: Node, data: bytes) -> list[Node]:
    """What a JavaScript variable's declarator names: several where it takes a value apart, none where it imports."""
    value = node.child_by_field_name("value")
    if value is not None and _LOADED.match(data[value.start_byte : value.start_byte + 60]):
        return []
    if not name.type.endswith("_pattern"):
        return [name]
    found, ahead = list[Node](), [name]
    while ahead and len(found) < _MOST_NAMES:
        one = ahead.pop()
        if one.type in ("identifier", "shorthand_property_identifier_pattern"):
            found.append(one)
        elif one.type == "pair_pattern":
            ahead += [inner for inner in (one.child_by_field_name("value"),) if inner]
        elif one.type in ("assignment_pattern", "object_assignment_pattern"):
            ahead += [inner for inner in (one.child_by_field_name("left"),) if inner]
        else:
            ahead += reversed(one.named_children)
    return found


def _annotated(node: Node) -> bool:
    first = node.named_child(0) if node.named_child_count else None
    return first is not None and first.type in _ANNOTATED


def _body(node: Node) -> Node | None:
    for name in _BODIES:
        if (body := node.child_by_field_name(name)) is not None:
            return body
    for name in _VALUES:
        if (value := node.child_by_field_name(name)) is not None:
            return value.child_by_field_name("body")
    return None


def _declared(declarator: Node) -> list[Node]:
    """The name within a C declarator such as ``*f(int a)``."""
    node: Node | None = declarator
    while node is not None:
        if node.type in (
            "identifier",
            "field_identifier",
            "type_identifier",
            "qualified_identifier",
            "destructor_name",
        ):
            return [node]
        if (name := node.child_by_field_name("name")) is not None:
            return [name]
        node = node.child_by_field_name("declarator") or (node.named_child(0) if node.named_child_count else None)
    return []


def _named_otherwise(node: Node) -> list[Node]:
    """Names that stand elsewhere: left of ``=``, in a field's declarators, as an enumerator, as what is embedded."""
    if node.type.endswith("property_identifier") or node.type == "shorthand_property_identifier":
        return [node]
    for name in ("left", "property", "key"):
        if (found := node.child_by_field_name(name)) is not None:
            if found.type == "member_expression" and (inner := found.child_by_field_name("property")) is not None:
                return [inner]
            if found.type == "type" and found.named_child_count:
                return [child for child in found.named_children if child.type == "identifier"]
            return [found] if found.type.endswith(("identifier", "constant", "string")) else []
    found_names: list[Node] = []
    for child in node.named_children:
        if child.type in ("variable_declaration", "property_element", "const_element", "variable_declarator"):
            inner_name = child.child_by_field_name("name")
            found_names += [inner_name] if inner_name else _named_otherwise(child)
    if found_names:
        return found_names
    named = node.child_by_field_name("type") if node.type == "field_declaration" else None
    if named is not None and named.type in (
        "type_identifier",
        "qualified_type",
        "generic_type",
        "pointer_type",
    ):  # What a Go struct embeds is a field by the name of its type.
        return [named]
    first = next((c for c in node.named_children if c.type.endswith(("identifier", "name"))), None)
    return [first] if first is not None else []


def _bare(name: str) -> str:
    """A name without type arguments, sigils, quotes and white space; of a qualified Go type the last part."""
    name = name.split("<", 1)[0].split("[", 1)[0].strip("\"'`&* \t\r\n").replace("\\", "::")
    if "." in name and "::" not in name:
        name = name.rpartition(".")[2]
    match = _WORD.search(name.rpartition("::")[2])
    if match is None:
        return ""
    return f"{name.rpartition('::')[0]}::{match[0]}" if "::" in name else match[0]
