"""Test code: new tests put into a file, or into a new one, next to what is there; nothing that is there is changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent, indent

from tree_sitter import Node, Tree

from flashls.engine.anchors import Replacement
from flashls.engine.testing.framework import Framework
from flashls.engine.testing.testimports import missing
from flashls.models.seam import Garbled
from flashls.syntax.languages import Language
from flashls.syntax.outline import outline
from flashls.syntax.trees import parsed
from flashls.text.lines import BlockLines, lines_of

_FENCED = re.compile(r"\A\s*(`{3,}|~{3,})[^\n]*\n(.*?)\n?[ \t]*\1\s*\Z", re.DOTALL)
_NO_TEXT = re.compile("[\0-\x08\x0b\x0e-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_TITLE = re.compile(r"""^[ \t]*(?:test|it)(?:\.\w+)*\(\s*(["'`])((?:\\.|(?!\1).)*)\1""", re.MULTILINE)
_IMPORTS = {
    "import_statement", "import_from_statement", "future_import_statement", "import_declaration", "use_declaration",
    "package_clause", "package_declaration",
}  # fmt: skip
_WRAPPERS = {"class_declaration": "class_body", "mod_item": "declaration_list"}
_SCRIPTS = ("javascript", "typescript", "tsx")
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Tests:
    """What a model wrote, taken apart: statements that import, and the tests."""

    imports: tuple[str, ...]
    code: tuple[str, ...]
    names: tuple[str, ...]


class Clash(ValueError):
    """Tests of those names are there already."""


def tests_from(imports: Iterable[str], tests: Iterable[str], language: Language) -> Tests:
    """A reply's tests. Imports are lifted out of the code, and out of a class or module around it.

    Raises Garbled for what is no code of the language, and for a reply without a test.
    """
    lifted, kept = list[str](), list[str]()
    for text in (*imports, *tests):
        text = _plain(text)
        if _NO_TEXT.search(text):
            raise Garbled("the tests hold control characters")
        for piece, is_import in _pieces(text, language):
            (lifted if is_import else kept).append(piece)
    code = tuple(piece for piece in kept if piece.strip())
    names = names_in("\n\n".join(code), language)
    if not names:
        raise Garbled("there is no test in the reply")
    return Tests(tuple(dict.fromkeys(lifted)), code, names)


def names_in(text: str, language: Language) -> tuple[str, ...]:
    """The names of what a text defines at its top, or the titles of its tests."""
    if language.name in _SCRIPTS:
        return tuple(found[2] for found in _TITLE.finditer(text))
    symbols = outline(_tree(language, text), lines_of(text), language)
    kinds = ("function", "method", "class")
    return tuple(symbol.name for symbol in symbols if symbol.kind in kinds and not symbol.container)


def placed(existing: str, tests: Tests, framework: Framework, language: Language) -> tuple[Replacement, ...]:
    """What puts tests into a file that is there: insertions only. Raises Clash for names that it has already."""
    tree, lines = _tree(language, existing), lines_of(existing)
    line_end = "\r\n" if "\r\n" in existing[:10_000] else "\n"
    home = _home(tree, framework)
    there = set(_there(existing, home, language, framework))
    if twice := [name for name in tests.names if name in there]:
        raise Clash(", ".join(twice))
    if framework.where == "file":
        edits = [_imported(existing, lines, tree, tests, language), _at_end(existing, lines, tree, tests, language)]
    elif home is None:
        edits = [_at_end(existing, lines, tree, _in_module(tests), language)]
    else:
        header = tests.imports if framework.where == "module" else ()
        edits = [_within(existing, lines, home, missing(header, _text(existing, lines, home), language), tests.code)]
        if framework.where == "class":
            edits.insert(0, _imported(existing, lines, tree, tests, language))
    written = (Replacement(e.start, e.end, e.text.replace("\n", line_end)) for e in edits if e is not None)
    return tuple(sorted(written, key=lambda edit: edit.start))


def new_file(tests: Tests, framework: Framework, language: Language, source: str, name: str) -> str:
    """A file of its own for tests. ``source`` is the text that they test, ``name`` the new file's, without suffix."""
    package = next((row for row in _package(source, language)), "")
    imports = "\n".join(tests.imports)
    between = "\n\n\n" if language.name == "python" else "\n\n"
    code = between.join(tests.code)
    if framework.where == "class":
        code = f"class {name} {{\n\n{indent(code, _INDENT)}\n}}"
        between = "\n\n"
    return between.join(part for part in ("\n\n".join(p for p in (package, imports) if p), code) if part) + "\n"


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = _FENCED.match(text)
    return dedent(found[2] if found else text).strip("\n")


def _pieces(text: str, language: Language) -> Iterator[tuple[str, bool]]:
    """The text's imports, and what is left of it."""
    tree, lines = _tree(language, text), lines_of(text)
    nodes = list(tree.root_node.children) if tree else []
    wrapped = [node for node in nodes if node.type in _WRAPPERS]
    others = [node for node in nodes if node.type not in _IMPORTS and "comment" not in node.type]
    if len(wrapped) == 1 and all(node in wrapped or node.type == "attribute_item" for node in others):
        for node in nodes:
            if node.type in _IMPORTS:
                yield from _import(text, lines, node)
        body = next((child for child in wrapped[0].children if child.type in _WRAPPERS.values()), None)
        if body is not None:
            yield from _pieces(dedent(_text(text, lines, body)[1:-1]).strip("\n"), language)
            return
    at, rest = 0, ""
    for node in nodes:
        if node.type in _IMPORTS or _requires(node, text, lines):
            start, end = _span(lines, node)
            rest, at = rest + text[at:start], end
            yield from _import(text, lines, node)
    rest = re.sub(r"\A(?:[ \t]*;?[ \t]*\n)+", "", rest + text[at:]).strip("\n")
    yield rest, False


def _import(text: str, lines: BlockLines, node: Node) -> Iterator[tuple[str, bool]]:
    if not node.type.startswith("package"):
        yield _text(text, lines, node), True


def _requires(node: Node, text: str, lines: BlockLines) -> bool:
    return node.type == "lexical_declaration" and re.search(r"=\s*require\(", _text(text, lines, node)) is not None


def _home(tree: Tree | None, framework: Framework) -> Node | None:
    """The body of the class or module in which tests stand."""
    if tree is None or framework.where == "file":
        return None
    kind = "class_declaration" if framework.where == "class" else "mod_item"
    for node in tree.root_node.children:
        if node.type != kind:
            continue
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        if body is not None and (kind != "mod_item" or (name and _bytes(name) == b"tests")):
            return body
    return None


def _there(text: str, home: Node | None, language: Language, framework: Framework) -> tuple[str, ...]:
    if framework.where == "file":
        return names_in(text, language)
    if home is None:
        return ()
    found = (child.child_by_field_name("name") for child in home.named_children)
    return tuple(_bytes(name).decode("utf-8", "replace") for name in found if name is not None)


def _imported(text: str, lines: BlockLines, tree: Tree | None, tests: Tests, language: Language) -> Replacement | None:
    """The imports that are missing, below those that there are, or below what a file begins with."""
    wanted = [row for row in missing(tests.imports, text, language) if not row.startswith("from __future__")]
    if not wanted:
        return None
    nodes = list(tree.root_node.children) if tree else []
    last = next((n for n in reversed(nodes) if n.type in _IMPORTS or _requires(n, text, lines)), None)
    if last is None:
        first = nodes[0] if nodes and nodes[0].type == "expression_statement" and language.name == "python" else None
        at = _row_end(text, _span(lines, first)[1]) if first else 0
        return Replacement(at, at, "".join(f"{row}\n" for row in wanted) + "\n")
    at = _row_end(text, _span(lines, last)[1])
    lead = "" if text[:at].endswith("\n") else "\n"
    return Replacement(at, at, lead + "".join(f"{row}\n" for row in wanted))


def _at_end(text: str, lines: BlockLines, tree: Tree | None, tests: Tests, language: Language) -> Replacement:
    """At the end of the file; in Python before what runs the tests when the file is run."""
    gap = "\n\n\n" if language.name == "python" else "\n\n"
    code = gap.join(tests.code)
    nodes = list(tree.root_node.children) if tree else []
    main = nodes[-1] if nodes and nodes[-1].type == "if_statement" and language.name == "python" else None
    if main is not None and "__main__" in _text(text, lines, main).split("\n")[0]:
        at = _span(lines, main)[0]
        return Replacement(at, at, f"{code}{gap}")
    ends = len(text) - len(text.rstrip("\r\n"))
    at = len(text) if ends <= 1 or text.endswith("\r\n") else len(text) - ends + 1
    lead = "" if not text.strip() else gap if not ends else gap[1:]
    return Replacement(at, len(text), f"{lead}{code}\n")


def _in_module(tests: Tests) -> Tests:
    imports = "\n".join(dict.fromkeys(("use super::*;", *tests.imports)))
    body = indent("\n\n".join((imports, *tests.code)), _INDENT)
    return Tests((), (f"#[cfg(test)]\nmod tests {{\n{body}\n}}",), tests.names)


def _within(text: str, lines: BlockLines, home: Node, imports: Sequence[str], code: Sequence[str]) -> Replacement:
    """Before the bracket that closes a class or module."""
    start, end = _span(lines, home)
    inside = text[start + 1 : end - 1]
    at = end - 1 - (len(inside) - len(inside.rstrip()))
    pieces = ["\n".join(imports), *code]
    body = indent("\n\n".join(piece for piece in pieces if piece), _INDENT)
    lead = "\n" if not inside.strip() else "\n\n"
    tail = "" if text[at : end - 1].strip(" \t") else "\n"
    return Replacement(at, at, f"{lead}{body}{tail}")


def _package(source: str, language: Language) -> Iterator[str]:
    """The package clause of a source, for what stands in the same package."""
    tree, lines = _tree(language, source), lines_of(source)
    for node in tree.root_node.children if tree else ():
        if node.type in ("package_clause", "package_declaration"):
            yield _text(source, lines, node).strip()


def _tree(language: Language, text: str) -> Tree | None:
    return parsed(language, text)


def _span(lines: BlockLines, node: Node) -> tuple[int, int]:
    return lines.offset_of_byte(node.start_byte), lines.offset_of_byte(node.end_byte)


def _text(text: str, lines: BlockLines, node: Node) -> str:
    start, end = _span(lines, node)
    return text[start:end]


def _bytes(node: Node) -> bytes:
    return node.text or b""


def _row_end(text: str, at: int) -> int:
    """The start of the next row."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1
