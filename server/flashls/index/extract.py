"""Extract: what one file defines, brings in and speaks of. Pure, and total: it makes do with broken code.

One parse and a walk over declarations only: into classes, not into functions' bodies, which are most of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node, Parser, Tree

from flashls.index.extract_broken import missed
from flashls.index.extract_chunks import chunks
from flashls.index.extract_headers import doc, header, names, owner, shown
from flashls.index.extract_imports import Statement, imports, package
from flashls.index.extract_inner import inner, statement
from flashls.index.extract_rules import Rule, rules
from flashls.index.facts import Definition, Facts
from flashls.syntax.languages import Language, grammar

_DEEPEST = 40
_MOST_DEFINITIONS = 20_000
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_SELF = re.compile(rb"^[ \t]+self\.([A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
_PROMOTED = re.compile(
    rb"(?:\b(?:private|public|protected|readonly)\s+)+(?:[?\w\\|]+\s+)?\$?([A-Za-z_]\w*)\s*(?=[?:,=)]|$)", re.MULTILINE
)
_IN_MACRO = re.compile(
    rb"^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?(?:async[ \t]+|unsafe[ \t]+)*"
    rb"(fn|struct|enum|trait|type|const|mod)[ \t]+([A-Za-z_]\w*)",
    re.MULTILINE,
)
_USE_IN_MACRO = re.compile(rb"^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?use[ \t]+[^;]{1,2000};", re.MULTILINE)
_MACRO_KINDS = {"fn": "function", "const": "constant", "mod": "module"}


def extract(path: str, language: Language, data: bytes, tree: Tree | None = None) -> Facts:
    """The facts of a file from its UTF-8 bytes. Raises nothing: of what cannot be read there are no facts.

    6 to 10 us a line, half of it parsing, which a ``tree`` of the same bytes spares. ``path`` is only passed on.
    """
    known = grammar(language)
    if _LONE_RETURN.search(data):  # ends a line in LSP, but not for tree-sitter
        data, tree = _LONE_RETURN.sub(b"\n", data), None
    rows = data.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    if known is None:
        return Facts(path, language.name, chunks=chunks(rows, []))
    table = rules(language)
    tree = tree or Parser(known).parse(data)
    walk = _Walk(path, language.name, table, rows, data)
    walk.into(tree.root_node, "", 0)
    if tree.root_node.has_error and (lost := missed(path, language.name, rows, walk.found)):
        walk.found = sorted((*walk.found, *lost), key=lambda one: one.row)
    walk.statements += inner(language.name, tree.root_node, data)
    return Facts(
        path,
        language.name,
        package=package(language.name, walk.statements),
        definitions=tuple(walk.found),
        imports=imports(language.name, walk.statements),
        chunks=chunks(rows, walk.starts),
    )


@dataclass(slots=True)
class _Walk:
    """A walk under way: what it found, the import statements it met, and the rows where declarations start."""

    path: str
    language: str
    table: dict[str, Rule]
    rows: list[str]
    data: bytes
    found: list[Definition] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def into(self, node: Node, container: str, depth: int) -> None:
        """Takes what stands directly in a node."""
        if depth > _DEEPEST or len(self.found) > _MOST_DEFINITIONS:
            return
        rules = self.table
        for child in node.named_children:
            rule = rules.get(child.type)
            if depth == 0:
                self.starts.append(child.start_point[0])
            if rule is None:
                continue
            if rule.imports:
                self.statements.append(statement(child, self.data, container))
            if not rule.kind:
                if rule.into:
                    inside = owner(child, self.data) if rule.owner else ""
                    self.into(child, _joined(container, inside), depth + 1)
                if rule.macro:
                    self._macro(child, container)
                continue
            self._take(child, rule, container, depth)

    def _take(self, node: Node, rule: Rule, container: str, depth: int) -> None:
        kind, within = rule.kind, container
        if rule.owner:
            within = owner(node, self.data) or container
        row, end_row, signature = header(node, self.rows, rule)
        about = doc(self.rows, row, node, self.language, self.data)
        self.starts.append(row)
        last = ""
        for name, at in names(node, self.data):
            qualifier, _, last = name.rpartition("::")
            inside = _joined(within, qualifier.replace("::", "."))
            text = signature if at == row or row <= at < row + signature.count("\n") + 1 else self._row(at)
            self.found.append(
                Definition(self.path, last, _kind(kind, inside), inside, at, max(end_row, at), text, about)
            )
        if rule.into and (last or rule.flat):
            self.into(node, within if rule.flat else _joined(within, last), depth + 1)
        if rule.fields and within:
            self._fields(node, within)

    def _fields(self, node: Node, container: str) -> None:
        """The fields that a method's body (``self.x = ...``) or a constructor's parameters declare."""
        text = self._text(node)
        pattern = _SELF
        if self.language != "python":
            head = node.child_by_field_name("parameters")
            text, pattern = self._text(head) if head else b"", _PROMOTED
            first = head.start_point[0] if head else 0
        else:
            first = node.start_point[0]
            if b"self." not in text:
                return
        for match in pattern.finditer(text):
            name = match[1].decode()
            row = first + text.count(b"\n", 0, match.start(1))
            if not any(d.name == name and d.container == container for d in self._recent(container)):
                self.found.append(Definition(self.path, name, "field", container, row, row, self._row(row)))

    def _recent(self, container: str) -> Iterator[Definition]:
        """What was found last, back to the start of a class."""
        name = container.rpartition(".")[2]
        for one in reversed(self.found):
            if one.name == name and one.container != container:
                return
            yield one

    def _macro(self, node: Node, container: str) -> None:
        """Items that stand, unparsed, in a macro's braces."""
        text, first = self._text(node), node.start_point[0]
        if b"{" not in text or b"\n" not in text:
            return
        for match in _USE_IN_MACRO.finditer(text):
            self.statements.append(Statement(match[0].decode("utf-8", "replace").strip(), container))
        for match in _IN_MACRO.finditer(text):
            word, name = match[1].decode(), match[2].decode()
            row = first + text.count(b"\n", 0, match.start(2))
            if word == "mod":
                self.statements.append(Statement(f"mod {name};", container))
            kind = _MACRO_KINDS.get(word, word)
            self.found.append(Definition(self.path, name, kind, container, row, row, self._row(row)))

    def _text(self, node: Node) -> bytes:
        return self.data[node.start_byte : node.end_byte]

    def _row(self, row: int) -> str:
        return shown(self.rows[row]) if row < len(self.rows) else ""


def _joined(container: str, name: str) -> str:
    return f"{container}.{name}" if container and name else container or name


def _kind(kind: str, container: str) -> str:
    if kind == "function":
        return "method" if container else "function"
    if kind == "variable":
        return "field" if container else "variable"
    return kind
